package spectool

import (
	"io"
	"strings"

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

// printCode says what was done to the source, and what of earlier bumps is still
// to be done.
func (o *Outcome) printCode(p *printer) {
	p.handlers("Handlers to write, which answer 501 until then ("+pendingFile+")", o.Written)
	p.handlers("Handlers that are still to write ("+pendingFile+")", o.StillPending)
	section(p, "Renamed: the operation has another name", o.Renamed, nil, func(x Renamed) {
		p.item(1, "%s: the handler %s is %s now (%s)", x.Operation, x.From, x.To, x.Position)
	})
	section(p, "Put back: fits again", o.PutBack, nil, func(x repair.Returned) {
		p.item(1, "%s (%s)", x.Name, x.File)
	})
	again := func(x repair.Retired) bool { return x.Again }
	gone := func(x repair.Retired) bool { return !x.Again && o.gone(x) }
	p.retired("Moved aside: the operation is gone", o.Repair.Retired, gone)
	p.retired("Moved aside: does not compile with the new types", o.Repair.Retired, func(x repair.Retired) bool { return !again(x) && !gone(x) })
	p.leftOut("Left out: the contract has no such member any more", o.Repair.LeftOut, func(x repair.LeftOut) bool { return !x.Again && x.Gone })
	p.leftOut("Left out: does not fit the new types, to write anew", o.Repair.LeftOut, func(x repair.LeftOut) bool { return !x.Again && !x.Gone })
	section(p, "Answers that the new version may not allow", o.Gaps, nil, func(x Gap) { p.gap(x) })
	p.retired("Still aside, from an earlier bump", o.Repair.Retired, again)
	p.leftOut("Still left out, from an earlier bump", o.Repair.LeftOut, func(x repair.LeftOut) bool { return x.Again })
	section(p, "Still aside, and not tried", o.Aside, nil, func(x repair.Aside) {
		p.item(1, "%s, in %s", x.Name, x.In)
		p.item(2, "%s", x.Why)
	})
}

// mostPlaces is how many places of a gap are named.
const mostPlaces = 3

// gap says what is missing, and where.
func (p *printer) gap(x Gap) {
	places := x.Places
	more := ""
	if len(places) > mostPlaces {
		places, more = places[:mostPlaces], " and "+plural(len(x.Places)-mostPlaces, "more place")
	}
	if len(places) == 0 {
		p.item(1, "%s", x.Subject)
	} else {
		p.item(1, "%s (%s%s)", x.Subject, strings.Join(places, ", "), more)
	}
	p.item(2, "%s", x.Why)
}

// section lists what is to be listed under a heading, if there is any.
func section[T any](p *printer, title string, list []T, keep func(T) bool, item func(T)) {
	opened := false
	for _, x := range list {
		if keep != nil && !keep(x) {
			continue
		}
		if !opened {
			p.heading(title)
			opened = true
		}
		item(x)
	}
}

// handlers lists handlers that are to be written.
func (p *printer) handlers(title string, list []Handler) {
	section(p, title, list, nil, func(h Handler) {
		p.item(1, "%s", h.Operation)
		p.item(2, "%s", h.Signature())
		if h.Kept != "" {
			p.item(2, "the one before is in %s", h.Kept)
		}
	})
}

// retired lists declarations that were moved aside.
func (p *printer) retired(title string, list []repair.Retired, keep func(repair.Retired) bool) {
	section(p, title, list, keep, func(x repair.Retired) {
		p.item(1, "%s (%s), now in %s", x.Name, x.From, x.To)
		p.item(2, "%s", x.Why)
	})
}

// leftOut lists parts of functions that were taken out.
func (p *printer) leftOut(title string, list []repair.LeftOut, keep func(repair.LeftOut) bool) {
	section(p, title, list, keep, func(x repair.LeftOut) {
		p.item(1, "%s: %s", x.From, x.Text)
		p.item(2, "%s", x.Why)
	})
}
