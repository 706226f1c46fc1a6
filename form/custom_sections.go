package form

import "tarn/store"

// CustomSections is what a client says of the custom sections that invoices show.
type CustomSections struct {
	// Skip leaves out all of them.
	Skip Optional[bool]
	// Codes are all that are picked; unknown ones are ignored.
	Codes Optional[[]string]
}

// Given reports whether the input says anything.
func (in CustomSections) Given() bool { return Given(in.Skip) || Given(in.Codes) }

// Pick puts the input into an owner's switch and picks. Who skips all sections has picked
// none; codes count only where nothing is skipped.
func (in CustomSections) Pick(tx *store.Tx, owner store.SectionOwner, skips *bool, picked *[]store.PickedSection) error {
	if !in.Given() {
		return nil
	}
	Assign(skips, in.Skip)
	if !*skips && !Given(in.Codes) {
		return nil
	}
	var sections []store.InvoiceCustomSection
	var err error
	if !*skips {
		if sections, err = in.Sections(tx); err != nil {
			return err
		}
	}
	*picked, err = tx.PickSections(owner, *picked, sections)
	return err
}

// Sections are those of the codes that exist.
func (in CustomSections) Sections(tx *store.Tx) ([]store.InvoiceCustomSection, error) {
	codes, err := in.Codes.Get()
	if err != nil {
		return nil, nil //nolint:nilerr // absent and null name none
	}
	return tx.CustomSectionsByCode(Distinct(codes))
}
