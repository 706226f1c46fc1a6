package spectool

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Kind says what has happened to a fact.
type Kind int

// The kinds of difference, in the order in which they are printed.
const (
	Added Kind = iota
	Moved      // an operation that has another path or method
	Changed
	Removed
)

// String is the kind's name.
func (k Kind) String() string { return [...]string{"added", "moved", "changed", "removed"}[k] }

// MarshalText is the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Difference is one machine-readable fact in which two documents disagree.
type Difference struct {
	// Where is the place inside the subject, such as "body.tax.rate" or
	// "200.taxes[].rate"; it is empty for the subject as a whole.
	Where string `json:"where,omitempty"`
	// Kind says whether the fact is new, gone or another.
	Kind Kind `json:"kind"`
	// Text says what differs.
	Text string `json:"text,omitempty"`
	// Breaking is true when a client that keeps to the old document can fail: a
	// request that fitted no longer does, or an answer or webhook carries what it
	// did not promise or lacks what it did.
	Breaking bool `json:"breaking"`
}

// Subject is an operation, a webhook, a shared component or the document as a
// whole, with the differences that belong to it.
type Subject struct {
	// Name is the operation as Operation.String spells it, "schema Tax" and the
	// like for a component, or "document".
	Name string `json:"name"`
	// Users are the operations and webhooks that reach a component, in document
	// order; empty for anything else and for components that nothing uses.
	Users []Operation `json:"users,omitempty"`
	// Whole is true when the subject itself is new or gone; it then has one
	// difference.
	Whole bool `json:"whole"`
	// Differences are in the order of the document.
	Differences []Difference `json:"differences"`

	// place is where the subject stands in the documents, as a JSON pointer.
	place string
}

// Version names one version of a document.
type Version struct {
	// Number is what the document says of itself.
	Number string `json:"number"`
	// Digest begins the SHA-256 of the document's facts. It tells versions apart
	// that share a number.
	Digest string `json:"digest"`
}

// String gives both.
func (v Version) String() string { return v.Number + " (" + v.Digest + ")" }

// digestLength is how many hexadecimal digits of a digest are shown.
const digestLength = 12

// versionOf names the version of a document whose prose has been dropped.
func versionOf(facts *yaml.Node) (Version, error) {
	data, err := encodeJSON(facts)
	if err != nil {
		return Version{}, err
	}
	sum := sha256.Sum256(data)
	return Version{Number: text(facts, "info", "version"), Digest: hex.EncodeToString(sum[:])[:digestLength]}, nil
}

// Report lists everything in which two documents differ.
type Report struct {
	// Old and New are the documents that are compared.
	Old Version `json:"old"`
	New Version `json:"new"`
	// Subjects come in this order: document, operations, webhooks, components.
	// Every one of them has at least one difference.
	Subjects []Subject `json:"subjects"`
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
	before, err := readPublished(oldPath)
	if err != nil {
		return Report{}, err
	}
	after, err := readPublished(newPath)
	if err != nil {
		return Report{}, err
	}
	return diffDocuments(before, after)
}

// diffDocuments is Diff for parsed documents.
func diffDocuments(before, after *yaml.Node) (Report, error) {
	facts := normalizer{dropProse: true}
	d := newDiffer(facts.document(before), facts.document(after))
	report := Report{Subjects: []Subject{}} // a list in JSON even if it is empty
	var err error
	if report.Old, err = versionOf(d.old); err != nil {
		return report, err
	}
	if report.New, err = versionOf(d.new); err != nil {
		return report, err
	}
	report.add(d.document())
	for _, s := range d.operations() {
		report.add(s)
	}
	users := usersOf(d.new)
	users.merge(usersOf(d.old))
	for _, s := range d.components(users) {
		report.add(s)
	}
	return report, nil
}

// add appends a subject that has differences.
func (r *Report) add(s Subject) {
	if len(s.Differences) > 0 {
		r.Subjects = append(r.Subjects, s)
	}
}

// document compares what stands outside operations and components.
func (d *differ) document() Subject {
	s := Subject{Name: "document", place: "#"}
	compared := []string{"info", "paths", "webhooks", "components", "tags", "security", "jsonSchemaDialect"}
	list := keysExcept("", d.old, d.new, append(compared, proseOf(kindDocument)...), neutral)
	list = append(list, keysExcept("info", lookup(d.old, "info"), lookup(d.new, "info"), append(proseOf(kindInfo), "title", "version"), neutral)...)
	list = append(list, oddEntries("components", lookup(d.old, "components"), lookup(d.new, "components"))...)
	list = append(list, d.tags()...)
	// Who may call, and what schemas mean, is all outside operations that a
	// client can fail by.
	for _, key := range []string{"security", "jsonSchemaDialect"} {
		was, is := lookup(d.old, key), lookup(d.new, key)
		if equalNodes(was, is) {
			continue
		}
		does := undecided
		if key == "security" {
			does = securityEffect(was, is)
		}
		list = append(list, valueChange("", key, was, is, does))
	}
	for _, c := range list {
		s.Differences = append(s.Differences, Difference{Where: c.where, Kind: c.kind, Text: c.text, Breaking: c.effect != neutral})
	}
	return s
}

// oddEntries compares the entries of two mappings that are no mappings, as those
// of components must be, and of which nothing else tells.
func oddEntries(where string, a, b *yaml.Node) []change {
	var out []change
	isOdd := func(n *yaml.Node) bool { return n != nil && n.Kind != yaml.MappingNode }
	for _, key := range unionKeys(a, b) {
		if was, is := lookup(a, key), lookup(b, key); (isOdd(was) || isOdd(is)) && !equalNodes(was, is) {
			out = append(out, valueChange(where, key, was, is, undecided))
		}
	}
	return out
}

// tags compares the document's tags by their names.
func (d *differ) tags() []change {
	byName := func(root *yaml.Node) (names *yaml.Node, tags map[string]*yaml.Node) {
		names, tags = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}, map[string]*yaml.Node{}
		if list := lookup(root, "tags"); list != nil {
			for _, tag := range list.Content {
				names.Content = append(names.Content, stringNode(text(tag, "name")))
				tags[text(tag, "name")] = tag
			}
		}
		return names, tags
	}
	before, tagsA := byName(d.old)
	after, tagsB := byName(d.new)
	out := setChanges("", "tags", before, after, setEffects{})
	for _, name := range unionNames(tagsA, tagsB) {
		if tagsA[name] != nil && tagsB[name] != nil {
			out = append(out, keysExcept("tag "+name, tagsA[name], tagsB[name], proseOf(kindTag), neutral)...)
		}
	}
	return out
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
