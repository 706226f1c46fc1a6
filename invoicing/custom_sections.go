package invoicing

import (
	"slices"

	"github.com/google/uuid"

	"tarn/store"
)

// takeSections puts on invoices the custom sections that they bear, as they are now.
func takeSections(tx *store.Tx, bills []*bill) error {
	if !tx.Organization().UsesCustomSections {
		return nil
	}
	var owners []uuid.UUID
	for _, b := range bills {
		owners = append(owners, b.sectionOwners()...)
	}
	picked, err := tx.SectionsPicked(owners)
	if err != nil {
		return err
	}
	for _, b := range bills {
		b.invoice.AppliedSections = nil
		sections, err := b.sections(picked)
		if err != nil {
			return err
		}
		for _, section := range sections {
			b.invoice.AppliedSections = append(b.invoice.AppliedSections, store.AppliedCustomSection{
				ID: store.NewID(), InvoiceID: b.invoice.ID, Code: section.Code, Name: section.Name,
				DisplayName: section.DisplayName, Details: section.Details, CreatedAt: tx.Now(),
			})
		}
	}
	return nil
}

// sectionOwners are all whose custom sections the invoice may bear.
func (b *bill) sectionOwners() []uuid.UUID {
	owners := []uuid.UUID{b.invoice.CustomerID, b.invoice.Customer.BillingEntityID}
	for i := range b.statements {
		owners = append(owners, b.statements[i].Subscription.ID)
	}
	if b.purchase != nil {
		owners = append(owners, b.purchase.ID, b.purchase.WalletID)
	}
	return owners
}

// sections are the custom sections of the invoice, by name. The map has what was picked
// by its owners.
func (b *bill) sections(picked map[uuid.UUID][]store.PickedSection) ([]store.InvoiceCustomSection, error) {
	customer := b.invoice.Customer
	customer.Sections, customer.BillingEntity.Sections = picked[customer.ID], picked[customer.BillingEntityID]
	var found []store.PickedSection
	switch b.invoice.InvoiceType {
	case store.InvoiceOneOff:
		return b.chosenSections(&customer)
	case store.InvoiceSubscription:
		for i := range b.statements {
			sub := b.statements[i].Subscription
			found = append(found, firstSections(&customer, sectionLevel{sub.SkipInvoiceCustomSections, picked[sub.ID]})...)
		}
	case store.InvoiceCredit:
		bought := b.purchase
		found = firstSections(&customer, sectionLevel{bought.SkipInvoiceCustomSections, picked[bought.ID]},
			sectionLevel{bought.Wallet.SkipInvoiceCustomSections, picked[bought.WalletID]})
	case store.InvoiceProgressiveBilling, store.InvoiceAdvanceCharges:
		found = customer.ApplicableSections()
	}
	return sectionsOf(found), nil
}

// chosenSections are the custom sections of an invoice of add-ons: those that were named
// with it, or else the customer's.
func (b *bill) chosenSections(customer *store.Customer) ([]store.InvoiceCustomSection, error) {
	if skips, _ := b.chosen.Skip.Get(); skips {
		return nil, nil
	}
	named, err := b.tx.CustomSectionsByCode(b.chosen.Named())
	if err != nil || len(named) == 0 {
		return sectionsOf(customer.ApplicableSections()), err
	}
	slices.SortFunc(named, store.InvoiceCustomSection.Compare)
	return named, nil
}

// sectionLevel is one of those, the closest first, who may say which custom sections an
// invoice bears.
type sectionLevel struct {
	skips  bool
	picked []store.PickedSection
}

// firstSections are the custom sections of the first that has picked any, or else the
// customer's. The first that skips them ends the search.
func firstSections(customer *store.Customer, levels ...sectionLevel) []store.PickedSection {
	for _, level := range levels {
		switch {
		case level.skips:
			return nil
		case len(level.picked) > 0:
			return level.picked
		}
	}
	return customer.ApplicableSections()
}

// sectionsOf are the sections of picks, each once, by name.
func sectionsOf(picks []store.PickedSection) []store.InvoiceCustomSection {
	var sections []store.InvoiceCustomSection
	for _, pick := range picks {
		if !slices.ContainsFunc(sections, func(other store.InvoiceCustomSection) bool { return other.ID == pick.Section.ID }) {
			sections = append(sections, pick.Section)
		}
	}
	slices.SortFunc(sections, store.InvoiceCustomSection.Compare)
	return sections
}
