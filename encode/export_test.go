package encode

import (
	"maps"
	"slices"
)

// Gaps compares every answer of the contracts and lists what is nearest to
// nothing.
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

// Answers are all answers of the published document.
func Answers() []AnswerOf {
	known, _ := contracts()
	var list []AnswerOf
	for _, id := range slices.Sorted(maps.Keys(known.published.operations)) {
		for status := range 600 {
			if known.published.answer(id, status) != nil {
				list = append(list, AnswerOf{id, status})
			}
		}
	}
	return list
}
