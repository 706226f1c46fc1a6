package wire

import (
	"tarn/gen"
	"tarn/store"
)

// Tax is a tax as its own endpoints show it.
//
// Lago: the counters are always 0.
func Tax(row store.Tax) gen.TaxObject {
	object := AppliedTax(row)
	codes := Each(row.BillingEntities, func(e store.TaxedBillingEntity) string { return e.Code })
	object.AppliedToBillingEntitiesCodes = &codes
	return object
}

// AppliedTax is a tax as part of another object.
func AppliedTax(row store.Tax) gen.TaxObject {
	onDefault := false
	for _, entity := range row.BillingEntities {
		onDefault = onDefault || entity.IsDefault
	}
	return gen.TaxObject{
		LagoID:                row.ID,
		Name:                  row.Name,
		Code:                  row.Code,
		Rate:                  row.Rate.InexactFloat64(),
		Description:           optional(row.Description),
		AppliedToOrganization: onDefault,
		AddOnsCount:           some(0),
		CustomersCount:        some(0),
		PlansCount:            some(0),
		ChargesCount:          some(0),
		CommitmentsCount:      some(0),
		CreatedAt:             instant(row.CreatedAt),
	}
}
