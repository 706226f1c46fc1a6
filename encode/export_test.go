package encode

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
)

// Gaps compares every answer of the contracts and lists the places where nobody
// says what is nearest.
func Gaps() ([]string, error) {
	known, err := contracts()
	if err != nil {
		return nil, err
	}
	for _, answer := range Answers() {
		known.answer(answer.Operation, answer.Status)
	}
	return known.gaps, nil
}

// AnswerOf names an answer of the published document.
type AnswerOf struct {
	Operation string
	Status    int
}

// Answers are all answers of the published document that have a body.
func Answers() []AnswerOf {
	known, _ := contracts()
	var list []AnswerOf
	for _, id := range slices.Sorted(maps.Keys(known.published.operations)) {
		for status := 200; status < 600; status++ {
			if known.published.answer(id, status) != nil {
				list = append(list, AnswerOf{id, status})
			}
		}
	}
	return list
}

// Hold holds JSON without spaces against what the published document asks of
// an answer.
func Hold(answer AnswerOf, raw []byte) []byte {
	known, _ := contracts()
	s := known.answer(answer.Operation, answer.Status)
	if s == nil {
		return raw
	}
	return s.append(nil, raw)
}

// Kinds are kinds of JSON values.
type Kinds = kinds

// The kinds that a number may become.
const (
	Whole    = whole
	Fraction = fraction
	Text     = text
)

// HoldNumber holds a number against a shape that takes some kinds.
func HoldNumber(takes Kinds, number string) string {
	s := shape{takes: takes}
	return string(s.append(nil, []byte(number)))
}

// Sample is a random answer that our own contract allows.
func Sample(r *rand.Rand, answer AnswerOf) any {
	known, _ := contracts()
	s := sampler{newComparison(known.published, known.ours), r}
	return s.value(s.ours.all(s.ours.answer(answer.Operation, answer.Status)), 0)
}

// sampler makes random values.
type sampler struct {
	*comparison
	*rand.Rand
}

const sampleDepth = 9

func (s sampler) value(schemas []*schema, depth int) any {
	takes := s.ours.kindsOf(schemas)
	schemas, choices := s.expand(s.ours, schemas)
	if len(choices) > 0 {
		schemas = choices[s.IntN(len(choices))]
	}
	var fit []kinds
	for kind := null; kind <= object; kind <<= 1 {
		if takes&kind != 0 {
			fit = append(fit, kind)
		}
	}
	switch fit[s.IntN(len(fit))] {
	case boolean:
		return s.IntN(2) == 0
	case whole:
		return 1 + s.IntN(40)
	case fraction:
		return 0.5 + float64(s.IntN(10))
	case text:
		return s.text(schemas)
	case array:
		return s.array(schemas, depth)
	case object:
		return s.object(schemas, depth)
	default:
		return nil
	}
}

// formatted are texts of the formats.
var formatted = map[string]string{
	"uuid": "0198c0de-0000-7000-8000-000000000001", "date-time": "2026-01-15T10:30:00Z", "date": "2026-01-15",
	"email": "a@b.co", "uri": "https://b.co/a?b",
}

func (s sampler) text(schemas []*schema) string {
	if list := words(schemas); list != nil {
		return list[s.IntN(len(list))]
	}
	for _, one := range schemas {
		if _, asserted := formats[one.Format]; asserted {
			return formatted[one.Format]
		}
		if one.Pattern != "" {
			return []string{"10.0", "0.25"}[s.IntN(2)]
		}
	}
	return []string{
		"", "<é> & \u2028", "12.50", "-3.5", "1e2", "text", "\"quoted\\", "a&b@c.co", "a@b.co,c@d.co", "no, a@b.co", "a@b", "2026-01-15",
	}[s.IntN(12)]
}

func (s sampler) array(schemas []*schema, depth int) any {
	list := []any{}
	var items []*schema
	for _, one := range schemas {
		items = append(items, s.ours.all(one.Items)...)
	}
	for range s.IntN(3) {
		if depth < sampleDepth {
			list = append(list, s.value(items, depth+1))
		}
	}
	return list
}

func (s sampler) object(schemas []*schema, depth int) any {
	members := map[string]any{}
	for _, one := range schemas {
		for _, name := range slices.Sorted(maps.Keys(one.Properties)) {
			if depth < sampleDepth && s.IntN(3) > 0 {
				members[name] = s.value(s.property(s.ours, schemas, name), depth+1)
			}
		}
		if one.Additional != nil && !one.Additional.forbidden {
			members["key <1>"] = s.value(s.ours.all(&one.Additional.schema), depth+1)
		}
		for _, name := range one.Required {
			if _, has := members[name]; !has {
				members[name] = s.value(s.property(s.ours, schemas, name), depth+1)
			}
		}
	}
	return members
}

// Marshal is JSON without spaces.
func Marshal(value any) []byte {
	raw, _ := json.Marshal(value) // of plain values: cannot fail
	return raw
}
