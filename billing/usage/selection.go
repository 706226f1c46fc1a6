package usage

import "slices"

// Selection picks the events of one group of one bucket.
type Selection struct {
	// Filter is the filter's index in Request.Filters, or -1 for the default
	// bucket.
	Filter int
	// Group are the texts of the bucket's group keys; nil without keys.
	Group map[string]Text
}

// Selection picks the events that the result was made of.
func (r Result) Selection() Selection { return Selection{Filter: r.Filter, Group: r.Group} }

// AdvanceSelection picks the group of the one bucket in which an event with
// these texts of Request.Keys is charged when it is paid in advance.
func (r Request) AdvanceSelection(texts []Text) Selection {
	layout := NewAdvanceLayout(r)
	cell := layout.Cells(texts)[0]
	bucket := layout.buckets[cell.Bucket]
	return Selection{Filter: bucket.Filter, Group: labels(bucket.GroupKeys, cell.Group)}
}

// Condition says which texts of a property an event must have.
type Condition struct {
	Key   string
	Texts []string
	// None also lets events pass that have no text, or an empty one.
	None bool
}

// Conditions hold for all events that a selection picks, and for few others:
// what another filter goes first for is not among them. A database narrows its
// reading with them; Layout.Selects decides.
func (r Request) Conditions(selection Selection) []Condition {
	var conditions []Condition
	if selection.Filter >= 0 {
		for key, texts := range r.Filters[selection.Filter].Values {
			conditions = append(conditions, Condition{Key: key, Texts: texts})
		}
	}
	for key, text := range selection.Group {
		if text == nil {
			conditions = append(conditions, Condition{Key: key, None: true})
		} else {
			conditions = append(conditions, Condition{Key: key, Texts: []string{*text}})
		}
	}
	slices.SortFunc(conditions, func(a, b Condition) int { return compareTexts(&a.Key, &b.Key) })
	return conditions
}

// Selects reports whether a selection picks an event with these texts of
// Request.Keys.
func (l *Layout) Selects(selection Selection, texts []Text) bool {
	return slices.ContainsFunc(l.Buckets(texts), func(index int) bool {
		bucket := l.buckets[index]
		if bucket.Filter != selection.Filter {
			return false
		}
		for i, text := range l.group(bucket.GroupKeys, texts) {
			if compareTexts(text, selection.Group[bucket.GroupKeys[i]]) != 0 {
				return false
			}
		}
		return true
	})
}
