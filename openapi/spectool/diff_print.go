package spectool

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// namesShown bounds how many users of a component are named in a report.
const namesShown = 8

// PrintOptions say how a report is written.
type PrintOptions struct {
	// AllNames names every operation that uses a component, however many.
	AllNames bool
	// Markdown writes headings and lists of Markdown.
	Markdown bool
}

// Print writes the report for people: a line of totals, then the breaking
// differences, then what was added, moved, changed and removed, each by
// operation and by shared component. A component's users are named where it
// first appears.
func (r Report) Print(w io.Writer, options PrintOptions) {
	p := newPrinter(w, options)
	p.line("Contract %s -> %s: %s", r.Old, r.New, r.totals())
	p.section("Breaking", r.Subjects, func(d Difference) bool { return d.Breaking })
	for _, kind := range []Kind{Added, Moved, Changed, Removed} {
		title := strings.ToUpper(kind.String()[:1]) + kind.String()[1:]
		p.section(title, r.Subjects, func(d Difference) bool { return d.Kind == kind && !d.Breaking })
	}
}

// totals counts subjects and differences.
func (r Report) totals() string {
	if len(r.Subjects) == 0 {
		return "no differences"
	}
	operations := map[Kind]int{}
	components, differences, breaking := 0, 0, 0
	for _, s := range r.Subjects {
		differences += len(s.Differences)
		for _, d := range s.Differences {
			if d.Breaking {
				breaking++
			}
		}
		switch first := s.Differences[0].Kind; {
		case isComponent(s):
			components++
		case !isOperation(s):
		case s.Whole || first == Moved:
			operations[first]++
		default:
			operations[Changed]++
		}
	}
	return fmt.Sprintf("operations and webhooks: %d added, %d moved, %d changed by themselves, %d removed; shared components that differ: %d; differences: %d, breaking: %d",
		operations[Added], operations[Moved], operations[Changed], operations[Removed], components, differences, breaking)
}

// isComponent reports whether a subject is a shared component.
func isComponent(s Subject) bool { return strings.HasPrefix(s.place, "#/components/") }

// isOperation reports whether a subject is an operation or a webhook, and not
// the document or a path by itself.
func isOperation(s Subject) bool {
	first, _, _ := strings.Cut(s.Name, " ")
	return !isComponent(s) && s.Name != "document" && first != "path" && first != "webhook"
}

// printer writes the parts of a report, as plain text or as Markdown.
type printer struct {
	w       io.Writer
	options PrintOptions
	named   map[string]bool
}

func newPrinter(w io.Writer, options PrintOptions) *printer {
	return &printer{w: w, options: options, named: map[string]bool{}}
}

// line writes a line of text that belongs to no list.
func (p *printer) line(format string, args ...any) {
	fmt.Fprintln(p.w, p.quote(fmt.Sprintf(format, args...)))
}

// heading begins a part of the report.
func (p *printer) heading(title string) {
	if p.options.Markdown {
		fmt.Fprintf(p.w, "\n### %s\n\n", title)
		return
	}
	fmt.Fprintf(p.w, "\n%s\n", title)
}

// item writes an entry of a list; depth counts from one.
func (p *printer) item(depth int, format string, args ...any) {
	indent := strings.Repeat("  ", depth)
	if p.options.Markdown {
		indent = indent[2:] + "- "
	}
	fmt.Fprintln(p.w, indent+p.quote(fmt.Sprintf(format, args...)))
}

// quote keeps Markdown from reading signs in what the documents say.
func (p *printer) quote(s string) string {
	if !p.options.Markdown {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "`", "\\`", "|", `\|`).Replace(s)
}

// section writes the differences that keep selects, or nothing when there are
// none.
func (p *printer) section(title string, subjects []Subject, keep func(Difference) bool) {
	opened := false
	for _, s := range subjects {
		var list []Difference
		for _, d := range s.Differences {
			if keep(d) {
				list = append(list, d)
			}
		}
		if len(list) == 0 {
			continue
		}
		if !opened {
			p.heading(title)
			opened = true
		}
		p.subject(s, list)
	}
}

// subject writes one subject with some of its differences.
func (p *printer) subject(s Subject, list []Difference) {
	if s.Whole {
		p.item(1, "%s", strings.TrimSuffix(s.Name+": "+s.Differences[0].Kind.String()+", "+s.Differences[0].Text, ", ")+p.users(s))
		return
	}
	p.item(1, "%s", s.Name+p.users(s))
	for _, d := range list {
		p.item(2, "%s", d.String())
	}
}

// String spells the difference with its place inside the subject.
func (d Difference) String() string {
	words := d.Text
	if d.Kind != Changed {
		words = strings.TrimSuffix(d.Kind.String()+", "+words, ", ")
	}
	if where := strings.TrimPrefix(d.Where, "."); where != "" {
		return where + ": " + words
	}
	return words
}

// users says how many operations and webhooks reach a component and names them.
func (p *printer) users(s Subject) string {
	if !isComponent(s) {
		return ""
	}
	if len(s.Users) == 0 {
		return " (used by nothing)"
	}
	var names []string
	operations, webhooks := 0, 0
	for _, op := range s.Users {
		if op.IsWebhook() {
			webhooks++
		} else {
			operations++
		}
		names = append(names, op.name())
	}
	text := fmt.Sprintf(" (%s)", counts(operations, webhooks))
	if p.named[s.Name] {
		return text
	}
	p.named[s.Name] = true
	slices.Sort(names)
	more := ""
	if len(names) > namesShown && !p.options.AllNames {
		more = fmt.Sprintf(" and %d more", len(names)-namesShown)
		names = names[:namesShown]
	}
	return text[:len(text)-1] + ": " + strings.Join(names, ", ") + more + ")"
}

// name is the operation id, or method and path where there is none.
func (o Operation) name() string {
	if o.ID == "" {
		return o.Method + " " + o.Path
	}
	return o.ID
}

// counts spells how many operations and webhooks there are.
func counts(operations, webhooks int) string {
	var parts []string
	if operations > 0 {
		parts = append(parts, plural(operations, "operation"))
	}
	if webhooks > 0 {
		parts = append(parts, plural(webhooks, "webhook"))
	}
	return strings.Join(parts, ", ")
}

// plural spells a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
