package form

import (
	"errors"
	"slices"
	"unicode/utf8"

	"tarn/fault"
	"tarn/store"
)

// NotFound turns the store's "no such row" into the contract's 404 of a
// resource, such as "billable_metric". Other errors, and none, stay as they are.
func NotFound(err error, resource string) error {
	if errors.Is(err, store.ErrNotFound) {
		return fault.Missing(resource)
	}
	return err
}

// Taken turns the store's "the key is taken" into the contract's 422 of a field,
// for the case that another transaction took it at the same moment. Other
// errors, and none, stay as they are.
func Taken(err error, field string) error {
	if errors.Is(err, store.ErrDuplicate) {
		return fault.Invalid(field, fault.CodeAlreadyExist)
	}
	return err
}

// AddCodes adds the codes of several fields.
func AddCodes(details fault.Details, codes map[string][]string) {
	for field, list := range codes {
		details.Add(field, list...)
	}
}

// CheckWord refuses words that a field may not hold.
func CheckWord[Word ~string](details fault.Details, field string, word Word, words []Word) {
	if !slices.Contains(words, word) {
		details.Add(field, fault.CodeInvalid)
	}
}

// CheckCode refuses a code that says nothing, or that is taken.
func CheckCode(details fault.Details, code string, taken bool) {
	switch {
	case Blank(code):
		details.Add("code", fault.CodeMandatory)
	case taken:
		details.Add("code", fault.CodeAlreadyExist)
	}
}

// CheckFilled refuses a text that says nothing, or that has more characters than
// the limit.
func CheckFilled(details fault.Details, field, text string, limit int) {
	if Blank(text) {
		details.Add(field, fault.CodeMandatory)
		return
	}
	CheckLongest(details, field, &text, limit)
}

// CheckLongest refuses a text of more characters than the limit; none at all is
// fine.
func CheckLongest(details fault.Details, field string, text *string, limit int) {
	if text != nil && utf8.RuneCountInString(*text) > limit {
		details.Add(field, fault.CodeTooLong)
	}
}
