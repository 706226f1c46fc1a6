package expression

import (
	"fmt"
	"unicode/utf8"
)

// SyntaxError says why and where a source is not an expression.
type SyntaxError struct {
	// Position is the place of the offending token, counted in characters
	// from 1. The end of the source is one past its last character.
	Position int
	// Message is the reason, in plain words.
	Message string
}

// Error returns the message with its position.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("character %d: %s", e.Position, e.Message)
}

// syntaxError makes the error for the byte offset of a source.
func syntaxError(source string, offset int, message string) *SyntaxError {
	return &SyntaxError{
		Position: utf8.RuneCountInString(source[:offset]) + 1,
		Message:  message,
	}
}

// Reason says why an evaluation failed.
type Reason int

// The reasons of an EvaluationError.
const (
	// ReasonPropertyMissing means that the event lacks a property.
	ReasonPropertyMissing Reason = iota + 1
	// ReasonNotNumber means that a text stands where a number is needed.
	ReasonNotNumber
	// ReasonDivisionByZero means that a divisor is zero.
	ReasonDivisionByZero
	// ReasonNumberOutOfRange means that a number has too many digits before
	// or after its decimal point.
	ReasonNumberOutOfRange
	// ReasonDigitsOutOfRange means that the second argument of round, ceil or
	// floor is beyond the number of decimal places that a number may have.
	ReasonDigitsOutOfRange
	// ReasonTextTooLong means that concat would make a text that is too long.
	ReasonTextTooLong
)

// EvaluationError says why an expression has no value for an event.
type EvaluationError struct {
	// Reason is the kind of failure.
	Reason Reason
	// Property names the property at fault. It is empty when the fault lies
	// in the timestamp, the code or a computed value.
	Property string
}

// Error returns the failure in words.
//
// Lago: POST /events shows the texts of a missing property and of a text in
// place of a number to the client, in just these words.
func (e *EvaluationError) Error() string {
	switch e.Reason {
	case ReasonPropertyMissing:
		return fmt.Sprintf("Variable: %s not found", e.Property)
	case ReasonNotNumber:
		return "Expected a decimal"
	case ReasonDivisionByZero:
		return "Division by zero"
	case ReasonNumberOutOfRange:
		return e.describe(fmt.Sprintf(
			"Number out of range: at most %d digits before and %d after the decimal point",
			maxIntegerDigits, maxDecimalPlaces))
	case ReasonDigitsOutOfRange:
		return e.describe(fmt.Sprintf(
			"Digits out of range: between -%d and %d", maxDecimalPlaces, maxDecimalPlaces))
	case ReasonTextTooLong:
		return fmt.Sprintf("Text too long: at most %d bytes", maxTextLength)
	default:
		return fmt.Sprintf("Evaluation failed: reason %d", int(e.Reason))
	}
}

// describe puts the name of the property, if there is one, before a message.
func (e *EvaluationError) describe(message string) string {
	if e.Property == "" {
		return message
	}
	return fmt.Sprintf("Variable: %s: %s", e.Property, message)
}
