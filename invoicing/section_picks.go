package invoicing

import (
	"tarn/form"
	"tarn/store"
)

// PickSections puts what a client says of custom sections into an owner's switch and
// picks. Who skips all sections has picked none; codes count only where nothing is
// skipped.
func PickSections(tx *store.Tx, owner store.SectionOwner, in form.CustomSections, skips *bool, picked *[]store.PickedSection) error {
	if !in.Given() {
		return nil
	}
	form.Assign(skips, in.Skip)
	if !*skips && !form.Given(in.Codes) {
		return nil
	}
	var sections []store.InvoiceCustomSection
	var err error
	if !*skips {
		if sections, err = tx.CustomSectionsByCode(in.Named()); err != nil {
			return err
		}
	}
	*picked, err = tx.PickSections(owner, *picked, sections)
	return err
}
