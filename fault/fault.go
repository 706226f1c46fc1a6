// Package fault is the one error type that carries a business meaning. A fault
// is made where the rule it reports is known (the engine, the decoding of a
// request) and turned into an HTTP answer in one place per contract. It knows
// nothing of HTTP, of the database or of any contract's envelope.
package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind says what sort of refusal a fault is. Every contract maps each kind to
// a status of its own.
type Kind int

// The kinds of refusal.
const (
	// BadRequest is a request that cannot be read: malformed JSON, or a
	// missing root key.
	BadRequest Kind = iota + 1
	// Unauthorized is a request without a known, active key.
	Unauthorized
	// Forbidden is a request that the key or the organization's plan may not
	// make.
	Forbidden
	// NotFound is a record, or a route, that does not exist for the caller.
	NotFound
	// NotAllowed is a change that the state of the record forbids.
	NotAllowed
	// Validation is a request whose values break a rule.
	Validation
	// TooLarge is a body over the configured limit.
	TooLarge
	// RateLimited is a request over the configured rate.
	RateLimited
	// NotImplemented is an operation of the contract that is not written yet.
	NotImplemented
	// Unavailable is a request that could not be served in time, or while the
	// server shuts down.
	Unavailable
)

// Codes of validation details that several rooms use. They are the words the
// contract's clients see.
const (
	CodeMandatory     = "value_is_mandatory"
	CodeInvalid       = "value_is_invalid"
	CodeOutOfRange    = "value_is_out_of_range"
	CodeAlreadyExist  = "value_already_exist"
	CodeTooLong       = "value_is_too_long"
	CodeTooShort      = "value_is_too_short"
	CodeNotANumber    = "is not a number"
	CodeReserved      = "value_is_reserved"
	CodeInvalidFormat = "invalid_format"
)

// Error is a refusal with a machine-readable code.
type Error struct {
	// Kind says which sort of refusal this is.
	Kind Kind
	// Code is the contract's code, such as "plan_not_found"; empty where the
	// contract has none.
	Code string
	// Message is a sentence for people; empty where the code says it all.
	Message string
	// Details names the fields at fault, for Validation.
	Details Details
	// Sentence stands in place of the details where the contract tells in
	// words what is wrong.
	//
	// Lago: an expression that has no value for an event.
	Sentence string
	// Hint says why, beyond what the contract's answer tells; empty for nothing.
	Hint string
	// First tells the edge that the rule comes before those that the contract
	// itself states, so that nothing else is reported with it.
	First bool
	// Keep tells the edge to commit what was written before the refusal.
	//
	// Lago: a payment provider problem on POST /customers answers 422 and
	// leaves the customer saved.
	Keep bool
}

// Error describes the fault on one line, for logs.
func (e *Error) Error() string {
	text := e.Code
	if e.Message != "" {
		text = strings.TrimPrefix(text+": "+e.Message, ": ")
	}
	if e.Sentence != "" {
		text += " " + e.Sentence
	}
	if len(e.Details) > 0 {
		text += " " + e.Details.String()
	}
	return text
}

// Details maps a field to what is wrong with it: usually a list of codes, in a
// few places of the contract a nested map.
type Details map[string]any

// Add appends codes to a field.
func (d Details) Add(field string, codes ...string) {
	present, _ := d[field].([]string)
	d[field] = append(slices.Clip(present), codes...)
}

// Merge adds every field of other that d does not have yet.
func (d Details) Merge(other Details) {
	for field, value := range other {
		if _, taken := d[field]; !taken {
			d[field] = value
		}
	}
}

// Err returns the details as a Validation fault, or nil when there are none.
func (d Details) Err() error {
	if len(d) == 0 {
		return nil
	}
	return &Error{Kind: Validation, Code: codeValidation, Details: d}
}

// codeValidation is the code of every Validation fault.
const codeValidation = "validation_errors"

// Unfit is a Validation fault that a sentence describes instead of fields.
func Unfit(sentence string) error {
	return &Error{Kind: Validation, Code: codeValidation, Sentence: sentence}
}

// String lists the fields in alphabetical order.
func (d Details) String() string {
	parts := make([]string, 0, len(d))
	for _, field := range slices.Sorted(maps.Keys(d)) {
		parts = append(parts, fmt.Sprintf("%s: %v", field, d[field]))
	}
	return strings.Join(parts, ", ")
}

// Invalid is a Validation fault of one field.
func Invalid(field string, codes ...string) error {
	return Details{field: codes}.Err()
}

// Missing is a NotFound fault for a resource, such as "billable_metric". Its
// code is the resource's name followed by "_not_found".
func Missing(resource string) error {
	return &Error{Kind: NotFound, Code: resource + "_not_found"}
}

// Denied is a Forbidden fault with the given code.
func Denied(code string) error {
	return &Error{Kind: Forbidden, Code: code}
}

// Refused is a NotAllowed fault with the given code.
func Refused(code string) error {
	return &Error{Kind: NotAllowed, Code: code}
}

// MissingParameter is the BadRequest fault for an absent or empty root key.
func MissingParameter(name string) error {
	return &Error{
		Kind:    BadRequest,
		Message: "BadRequest: param is missing or the value is empty or invalid: " + name,
	}
}

// As finds the fault in err's chain.
func As(err error) (*Error, bool) {
	var f *Error
	ok := errors.As(err, &f)
	return f, ok
}

// Is reports whether err is a fault of the given kind.
func Is(err error, kind Kind) bool {
	f, ok := As(err)
	return ok && f.Kind == kind
}
