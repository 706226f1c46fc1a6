package store

import "context"

// question is what a writing transaction wants to know of somebody outside, and the error
// with which it is given up.
type question struct {
	key string
	ask func(ctx context.Context) (any, error)
}

// Error names the question.
func (q *question) Error() string { return "asked: " + q.key }

// mostQuestions is how much one transaction may ask. One whose keys are others each time
// that it begins would ask for ever.
const mostQuestions = 16

// answer is what somebody outside has said.
type answer struct {
	value any
	err   error
}

// Ask is what somebody outside of the database says, who may be slow. Nothing is locked
// meanwhile: the writing transaction is given up, the question is asked, and Write begins
// again, in which Ask returns the answer at once. So whoever is asked must give the
// same answer when the process dies in between, or one that does no harm. The key tells
// the questions of a transaction apart, and is the same each time that it begins: no
// identifier that it makes is part of it. Whoever asks may make anything of the error.
func Ask[Answer any](tx *Tx, key string, ask func(ctx context.Context) (Answer, error)) (Answer, error) {
	if known, asked := tx.answers[key]; asked {
		value, _ := known.value.(Answer)
		return value, known.err
	}
	tx.question = &question{key: key, ask: func(ctx context.Context) (any, error) { return ask(ctx) }}
	var none Answer
	return none, tx.question
}

// asking runs fn, and gives its transaction up when it has asked something, whatever it
// has made of that.
func asking(answers map[string]answer, fn func(*Tx) error) func(*Tx) error {
	return func(tx *Tx) error {
		tx.answers = answers
		err := fn(tx)
		if tx.question != nil {
			return tx.question
		}
		return err
	}
}
