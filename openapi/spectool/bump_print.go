package spectool

import (
	"fmt"
	"io"

	"tarn/openapi/spectool/repair"
)

// Print writes the report for people: the comparison, then what was made of the
// contract and of the code, then what has changed and how to go back.
func (r BumpReport) Print(w io.Writer, options PrintOptions) {
	r.Comparison.Print(w, options)
	p := newPrinter(w, options)
	r.Bundle.print(p)
	r.printCode(p)
	p.heading("The tree")
	p.item(1, "builds, passes the vet and serves: %s, %d pending", plural(r.Implemented, "operation"), r.Pending)
	switch {
	case r.DryRun:
		p.item(1, "was tried in a copy: %s would change", plural(len(r.Changed), "file"))
	case len(r.Changed) == 0:
		p.item(1, "is as it was")
	default:
		p.item(1, "%s changed; to go back: make bump-undo", plural(len(r.Changed), "file"))
	}
}

// printCode says what was done to the source.
func (r BumpReport) printCode(p *printer) {
	if len(r.Written) > 0 {
		p.heading("Handlers to write, which answer 501 until then (" + pendingFile + ")")
	}
	for _, h := range r.Written {
		p.item(1, "%s", h.Operation)
		p.item(2, "%s", h.Signature())
		if h.Kept != "" {
			p.item(2, "the one before is in %s", h.Kept)
		}
	}
	p.retired("Moved aside: the operation is gone", r.Repair.Retired, r.gone)
	p.retired("Moved aside: does not compile with the new types", r.Repair.Retired, func(x repair.Retired) bool { return !r.gone(x) })
	p.leftOut("Left out: the contract has no such member any more", r.Repair.LeftOut, true)
	p.leftOut("Left out: does not fit the new types, to write anew", r.Repair.LeftOut, false)
}

// retired lists declarations that were moved aside.
func (p *printer) retired(title string, list []repair.Retired, keep func(repair.Retired) bool) {
	opened := false
	for _, x := range list {
		if !keep(x) {
			continue
		}
		if !opened {
			p.heading(title)
			opened = true
		}
		p.item(1, "%s", fmt.Sprintf("%s (%s), now in %s", x.Name, x.From, x.To))
		p.item(2, "%s", x.Why)
	}
}

// leftOut lists parts of functions that were taken out.
func (p *printer) leftOut(title string, list []repair.LeftOut, gone bool) {
	opened := false
	for _, x := range list {
		if x.Gone != gone {
			continue
		}
		if !opened {
			p.heading(title)
			opened = true
		}
		p.item(1, "%s: %s", x.From, x.Text)
		p.item(2, "%s", x.Why)
	}
}
