package wire

import (
	"tarn/gen"
	"tarn/store"
)

// FixedCharge is a fixed charge as every endpoint shows it.
func FixedCharge(row store.FixedCharge) gen.FixedChargeObject {
	taxes := Each(row.Taxes, AppliedTax)
	return gen.FixedChargeObject{
		LagoID:             row.ID,
		LagoAddOnID:        row.AddOnID,
		LagoParentID:       optional(row.ParentID),
		Code:               row.Code,
		InvoiceDisplayName: optional(row.InvoiceDisplayName),
		AddOnCode:          row.AddOn.Code,
		CreatedAt:          instant(row.CreatedAt),
		ChargeModel:        gen.FixedChargeObjectChargeModel(row.ChargeModel),
		PayInAdvance:       row.PayInAdvance,
		Prorated:           row.Prorated,
		Properties:         properties(row.Properties),
		Units:              Decimal(row.Units),
		Taxes:              &taxes,
	}
}
