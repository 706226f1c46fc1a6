package form

// CustomSections is what a client says of the custom sections that invoices show.
type CustomSections struct {
	// Skip leaves out all of them.
	Skip Optional[bool]
	// Codes are all that are picked; unknown ones are ignored.
	Codes Optional[[]string]
}

// Given reports whether the input says anything.
func (in CustomSections) Given() bool { return Given(in.Skip) || Given(in.Codes) }

// Named are the codes that the input names, each once; absent and null name none.
func (in CustomSections) Named() []string {
	codes, _ := in.Codes.Get()
	return Distinct(codes)
}
