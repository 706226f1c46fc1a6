package spectool

import (
	"io"
	"strings"
)

// Print writes the comparison for people: the published differences, then what
// the corrections make of them.
func (c Comparison) Print(w io.Writer, options PrintOptions) {
	c.Published.Print(w, options)
	p := newPrinter(w, options)
	p.hidden("Hidden by corrections: published, but not in the corrected contract", c.Hidden, false)
	p.hidden("Said otherwise by corrections", c.Hidden, true)
	p.section("Caused by corrections: in the corrected contract only", c.Caused, func(Difference) bool { return true })
	if len(c.Lost) > 0 {
		p.heading("Corrections that have lost some of their targets")
	}
	for _, l := range c.Lost {
		p.correction(1, l.spell("no longer finds "+strings.Join(l.Places, ", ")))
	}
}

// hidden lists the published differences that corrections hide, or those that
// they say otherwise.
func (p *printer) hidden(title string, list []Hidden, otherwise bool) {
	opened := false
	for _, h := range list {
		if len(h.Instead) > 0 != otherwise {
			continue
		}
		if !opened {
			p.heading(title)
			opened = true
		}
		breaking := ""
		if h.Difference.Breaking {
			breaking = " (breaking)"
		}
		p.item(1, "%s: %s%s", h.Subject, h.Difference, breaking)
		for _, words := range h.Instead {
			p.item(2, "now: %s", words)
		}
		if h.By == nil {
			p.item(2, "by several corrections together")
			continue
		}
		p.correction(2, h.By.String())
	}
}

// correction writes a correction, whose description is on a line of its own.
func (p *printer) correction(depth int, words string) {
	head, description, more := strings.Cut(words, "\n")
	p.item(depth, "%s", head)
	if more {
		p.item(depth+1, "%s", strings.TrimSpace(description))
	}
}
