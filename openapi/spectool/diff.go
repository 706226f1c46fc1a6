package spectool

import (
	"cmp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Kind says what has happened to a fact.
type Kind int

// The kinds of difference, in the order in which they are printed.
const (
	Added Kind = iota
	Changed
	Removed
)

// String is the kind's name.
func (k Kind) String() string { return [...]string{"added", "changed", "removed"}[k] }

// Difference is one machine-readable fact in which two documents disagree.
type Difference struct {
	// Where is the place inside the subject, such as "body.tax.rate" or
	// "200.taxes[].rate"; it is empty for the subject as a whole.
	Where string
	// Kind says whether the fact is new, gone or another.
	Kind Kind
	// Text says what differs.
	Text string
	// Breaking is true when a client that keeps to the old document can fail: a
	// request that fitted no longer does, or an answer or webhook carries what it
	// did not promise or lacks what it did.
	Breaking bool
}

// Subject is an operation, a webhook, a shared component or the document as a
// whole, with the differences that belong to it.
type Subject struct {
	// Name is the operation as Operation.String spells it, "schema Tax" and the
	// like for a component, or "document".
	Name string
	// Users are the operations and webhooks that reach a component, in document
	// order; empty for anything else and for components that nothing uses.
	Users []Operation
	// Whole is true when the subject itself is new or gone; it then has one
	// difference.
	Whole bool
	// Differences are in the order of the document.
	Differences []Difference
}

// Report lists everything in which two documents differ.
type Report struct {
	// OldVersion and NewVersion are the documents' own version numbers.
	OldVersion, NewVersion string
	// Subjects come in this order: document, operations, webhooks, components.
	// Every one of them has at least one difference.
	Subjects []Subject
}

// Breaking reports whether any difference is breaking.
func (r Report) Breaking() bool {
	return slices.ContainsFunc(r.Subjects, func(s Subject) bool { return s.breaking() })
}

// breaking reports whether any of the subject's differences is.
func (s Subject) breaking() bool {
	return slices.ContainsFunc(s.Differences, func(d Difference) bool { return d.Breaking })
}

// Diff compares the documents in two files. Prose, titles and vendor extensions
// are not compared, the order of keys and of the members of sets means nothing,
// and a version number is only reported. Everything else is.
func Diff(oldPath, newPath string) (Report, error) {
	before, err := readDocument(oldPath)
	if err != nil {
		return Report{}, err
	}
	after, err := readDocument(newPath)
	if err != nil {
		return Report{}, err
	}
	return diffDocuments(before, after), nil
}

// diffDocuments is Diff for parsed documents.
func diffDocuments(before, after *yaml.Node) Report {
	facts := normalizer{dropProse: true}
	d := &differ{
		old: facts.document(before), new: facts.document(after),
		open: map[[2]*yaml.Node]bool{},
	}
	report := Report{OldVersion: text(before, "info", "version"), NewVersion: text(after, "info", "version")}
	report.add(d.document())
	for _, s := range d.operations() {
		report.add(s)
	}
	users := usageOf(d.new)
	users.merge(usageOf(d.old))
	for _, s := range d.components(users) {
		report.add(s)
	}
	return report
}

// add appends a subject that has differences.
func (r *Report) add(s Subject) {
	if len(s.Differences) > 0 {
		r.Subjects = append(r.Subjects, s)
	}
}

// document compares what stands outside operations and components.
func (d *differ) document() Subject {
	s := Subject{Name: "document"}
	skip := []string{"info", "paths", "webhooks", "components", "tags"}
	list := keysExcept("", d.old, d.new, skip)
	list = append(list, keysExcept("info", lookup(d.old, "info"), lookup(d.new, "info"), []string{"title", "version"})...)
	list = append(list, setChanges("", "tags", tagNames(d.old), tagNames(d.new), setEffects{})...)
	for _, c := range list {
		s.Differences = append(s.Differences, Difference{Where: c.where, Kind: c.kind, Text: c.text})
	}
	return s
}

// tagNames gives the names of the document's tags as a sequence.
func tagNames(root *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	if tags := lookup(root, "tags"); tags != nil {
		for _, tag := range tags.Content {
			out.Content = append(out.Content, stringNode(text(tag, "name")))
		}
	}
	return out
}

// operations compares the operations and webhooks of both documents.
func (d *differ) operations() []Subject {
	byPlace := func(root *yaml.Node) map[string]Operation {
		out := map[string]Operation{}
		for _, op := range operations(root) {
			out[op.Method+" "+op.Path] = op
		}
		return out
	}
	before, after := byPlace(d.old), byPlace(d.new)
	var out []Subject
	for place, op := range after {
		s := Subject{Name: op.String()}
		was, existed := before[place]
		switch {
		case !existed:
			s.Whole = true
			s.Differences = []Difference{{Kind: Added, Text: summaryOf(op)}}
		default:
			for _, c := range d.operation(was, op) {
				s.Differences = append(s.Differences, Difference{Where: c.where, Kind: c.kind, Text: c.text, Breaking: c.breaking()})
			}
		}
		out = append(out, s)
	}
	for place, op := range before {
		if _, still := after[place]; !still {
			out = append(out, Subject{Name: op.String(), Whole: true, Differences: []Difference{{Kind: Removed, Breaking: true}}})
		}
	}
	slices.SortFunc(out, func(a, b Subject) int { return compareSubjects(a.Name, b.Name) })
	return out
}

// compareSubjects orders operations by path, and webhooks after them.
func compareSubjects(a, b string) int {
	methodA, restA, _ := strings.Cut(a, " ")
	methodB, restB, _ := strings.Cut(b, " ")
	hookA, hookB := methodA == "WEBHOOK", methodB == "WEBHOOK"
	if hookA != hookB {
		if hookA {
			return 1
		}
		return -1
	}
	return cmp.Or(strings.Compare(restA, restB), strings.Compare(methodA, methodB))
}

// summaryOf says in a few words what a new operation takes and gives.
func summaryOf(op Operation) string {
	var words []string
	if op.Tag != "" {
		words = append(words, "tag "+op.Tag)
	}
	if body := lookup(op.node, "requestBody", "content", "application/json", "schema"); body != nil {
		words = append(words, "body "+brief(body))
	}
	if answer := lookup(op.node, "responses", "200", "content", "application/json", "schema"); answer != nil {
		words = append(words, "answer "+brief(answer))
	}
	return strings.Join(words, ", ")
}
