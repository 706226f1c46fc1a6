package spectool

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Comparison says in what two versions of the published document differ, and
// what the corrections make of each difference.
type Comparison struct {
	// Published compares the documents as they are published.
	Published Report `json:"published"`
	// Corrected compares them with the corrections laid over both.
	Corrected Report `json:"corrected"`
	// Hidden are published differences that the corrected documents do not have,
	// or not in the same words.
	Hidden []Hidden `json:"hidden,omitempty"`
	// Caused are the subjects and differences that only the corrected documents
	// have: a correction does not fit both versions alike.
	Caused []Subject `json:"caused,omitempty"`
	// Lost are the corrections that have lost some of their targets.
	Lost []LostTargets `json:"lost_targets,omitempty"`
}

// Hidden is a published difference that does not come through the corrections
// as it is.
type Hidden struct {
	// Subject is the name of what it belongs to.
	Subject string `json:"subject"`
	// Difference is the published difference.
	Difference Difference `json:"difference"`
	// By is the correction that hides it; nil where only several together do.
	By *Correction `json:"by,omitempty"`
	// Instead is what the corrected documents say in its place; where it is
	// empty, they say nothing.
	Instead []string `json:"instead,omitempty"`
}

// LostTargets is a correction that still finds some of its targets, but not all
// that it found in the version before.
type LostTargets struct {
	Correction
	// Places are where the lost targets were.
	Places []string `json:"places"`
}

// Breaking reports whether the published or the corrected documents differ in
// something that breaks a client.
func (c Comparison) Breaking() bool { return c.Published.Breaking() || c.Corrected.Breaking() }

// compareVersions compares two sets of facts and lays the corrections over both.
func compareVersions(before, after *yaml.Node, corrections []correction) (Comparison, error) {
	var out Comparison
	var err error
	if out.Published, err = diffDocuments(before, after); err != nil {
		return out, err
	}
	t := newTracer(copyNode(before), copyNode(after), out.Published)
	for _, c := range corrections {
		if lost := t.apply(c); lost != nil {
			out.Lost = append(out.Lost, *lost)
		}
	}
	t.cutDangling()
	out.Corrected, err = diffDocuments(t.old.root, t.new.root)
	if err != nil {
		return out, err
	}
	out.Hidden, out.Caused = t.account(out.Published, out.Corrected)
	return out, nil
}

// fact identifies a difference among all of a report.
type fact struct {
	subject, where, text string
	kind                 Kind
}

func factOf(s Subject, d Difference) fact {
	return fact{subject: s.Name, where: d.Where, text: d.Text, kind: d.Kind}
}

// String spells the difference with its subject.
func (f fact) String() string {
	return f.subject + ": " + Difference{Where: f.where, Kind: f.kind, Text: f.text}.String()
}

// factsOf lists the differences of a report.
func factsOf(r Report) map[fact]bool {
	out := map[fact]bool{}
	for _, s := range r.Subjects {
		for _, d := range s.Differences {
			out[factOf(s, d)] = true
		}
	}
	return out
}

// tracer lays corrections over two versions at once and watches what becomes of
// their differences.
type tracer struct {
	old, new *sheet
	differ   *differ
	// rooms holds the differences as they are now, by the part of the document
	// that a correction can touch.
	rooms map[string]map[fact]bool
	// hiders names the correction under which a difference vanished, and became
	// what appeared in the same moment.
	hiders map[fact]Correction
	became map[fact][]fact
}

// operationsRoom and documentRoom are the parts that are compared as one; every
// shared component is one of its own.
const (
	operationsRoom = "operations"
	documentRoom   = "document"
)

func newTracer(before, after *yaml.Node, published Report) *tracer {
	t := &tracer{
		old: newSheet(before), new: newSheet(after), differ: newDiffer(before, after),
		rooms: map[string]map[fact]bool{}, hiders: map[fact]Correction{}, became: map[fact][]fact{},
	}
	for _, s := range published.Subjects {
		room := roomOf(strings.Split(s.place, "/"))
		if t.rooms[room] == nil {
			t.rooms[room] = map[fact]bool{}
		}
		for _, d := range s.Differences {
			t.rooms[room][factOf(s, d)] = true
		}
	}
	return t
}

// roomOf is the part of the document in which a place lies.
func roomOf(steps []string) string {
	switch {
	case len(steps) >= 2 && (steps[1] == "paths" || steps[1] == "webhooks"):
		return operationsRoom
	case len(steps) >= 4 && steps[1] == "components":
		return strings.Join(steps[:4], "/")
	default:
		return documentRoom
	}
}

// apply lays a correction over both versions.
func (t *tracer) apply(c correction) *LostTargets {
	was, _ := t.old.apply(c)
	is, _ := t.new.apply(c)
	touched := map[string]bool{}
	if !c.wordsOnly() {
		for _, place := range slices.Concat(was, is) {
			touches(strings.Split(place, "/"), c.update, touched)
		}
	}
	for _, room := range slices.Sorted(maps.Keys(touched)) {
		t.look(room, c.Correction)
	}
	lost := without(was, is)
	moved := c.wordsOnly() && len(is) >= len(was) // words follow an operation by its identifier
	if len(lost) == 0 || len(is) == 0 || moved {
		return nil // with no target left, the correction is idle and reported as such
	}
	return &LostTargets{Correction: c.Correction, Places: lost}
}

// cutDangling cuts the references that lead nowhere in either version, as a
// bundle does. It is told like a correction.
func (t *tracer) cutDangling() {
	places := map[string]string{}
	for _, s := range []*sheet{t.old, t.new} {
		for _, found := range s.cutDangling(s.root, "#") {
			place, _, _ := strings.Cut(found, " -> ")
			places[roomOf(strings.Split(place, "/"))] = place
		}
	}
	for room, place := range places {
		t.look(room, Correction{
			File: "bundle", Target: place, Description: "The reference leads nowhere, so what it stood for fits everything.",
		})
	}
}

// wordsOnly reports whether a correction only adds what is not compared.
func (c correction) wordsOnly() bool {
	if c.remove || c.move != "" {
		return false
	}
	for _, e := range entries(c.update) {
		if e.key != "summary" && e.key != "description" && !isExtension(e.key) {
			return false
		}
	}
	return true
}

// touches adds the parts of the document that an update at a place can change.
// One that lies above all parts changes those that it names.
func touches(steps []string, update *yaml.Node, touched map[string]bool) {
	above := len(steps) == 1 || steps[1] == "components" && len(steps) < 4
	if !above || len(entries(update)) == 0 {
		touched[roomOf(steps)] = true
		return
	}
	for _, e := range entries(update) {
		touches(append(slices.Clone(steps), pointerStep(e.key)), e.value, touched)
	}
}

// look compares a part of the document anew after a correction.
func (t *tracer) look(room string, c Correction) {
	before, after := t.rooms[room], map[fact]bool{}
	for _, s := range t.compare(room) {
		for _, d := range s.Differences {
			after[factOf(s, d)] = true
		}
	}
	var appeared []fact
	for f := range after {
		if !before[f] {
			appeared = append(appeared, f)
		}
	}
	for f := range before {
		if !after[f] {
			t.hiders[f] = c
			t.became[f] = appeared
		}
	}
	t.rooms[room] = after
}

// compare compares one part of the document.
func (t *tracer) compare(room string) []Subject {
	switch room {
	case operationsRoom:
		return t.differ.operations()
	case documentRoom:
		return []Subject{t.differ.document()}
	}
	steps := strings.Split(room, "/")
	name := pointerKey(steps[3])
	return []Subject{t.differ.sharedComponent(steps[2], name, nil)}
}

// account says for every published difference that the corrected documents lack
// why they do, and which of theirs nothing published explains.
func (t *tracer) account(published, corrected Report) (hidden []Hidden, caused []Subject) {
	final := factsOf(corrected)
	explained := factsOf(published)
	for _, s := range published.Subjects {
		for _, d := range s.Differences {
			f := factOf(s, d)
			if final[f] {
				continue
			}
			h := Hidden{Subject: s.Name, Difference: d}
			if c, known := t.hiders[f]; known {
				h.By = &c
			}
			for _, other := range t.outcomes(f, final) {
				explained[other] = true
				h.Instead = append(h.Instead, other.String())
			}
			slices.Sort(h.Instead)
			hidden = append(hidden, h)
		}
	}
	for _, s := range corrected.Subjects {
		s.Differences = slices.DeleteFunc(slices.Clone(s.Differences), func(d Difference) bool { return explained[factOf(s, d)] })
		if len(s.Differences) > 0 {
			caused = append(caused, s)
		}
	}
	return hidden, caused
}

// outcomes follows a difference through the corrections to those of the final
// ones that it has become.
func (t *tracer) outcomes(f fact, final map[fact]bool) []fact {
	var out []fact
	seen := map[fact]bool{f: true}
	for queue := []fact{f}; len(queue) > 0; queue = queue[1:] {
		for _, next := range t.became[queue[0]] {
			if seen[next] {
				continue
			}
			seen[next] = true
			if final[next] {
				out = append(out, next)
			} else {
				queue = append(queue, next)
			}
		}
	}
	return out
}
