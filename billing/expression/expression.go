package expression

import "github.com/shopspring/decimal"

// Expression is a parsed expression. It does not change after Parse, so many
// goroutines may evaluate it at once.
type Expression struct {
	root node
}

// Event is what an expression is evaluated against.
type Event struct {
	// Code is the code of the billable metric that the event reports.
	Code string
	// Timestamp is the event's time in Unix seconds. Expressions see it
	// without its fraction.
	Timestamp decimal.Decimal
	// Properties are the event's properties as texts. A text that reads as a
	// decimal number, with an exponent or without, counts as that number.
	Properties map[string]string
}

// Evaluate computes the value of the expression for an event. The error is an
// *EvaluationError: a property is missing, a text stands where a number is
// needed, a divisor is zero, or a value exceeds the limits of the package.
func (e *Expression) Evaluate(event Event) (Value, error) {
	return e.root.evaluate(&event)
}

// node is a part of an expression that has a value. The error of evaluate is
// an *EvaluationError.
type node interface {
	evaluate(event *Event) (Value, error)
}

// literalNode is a number or text that the source spells out.
type literalNode struct {
	value Value
}

// codeNode is event.code.
type codeNode struct{}

// timestampNode is event.timestamp.
type timestampNode struct{}

// propertyNode is event.properties.NAME.
type propertyNode struct {
	name string
}

// negationNode is a minus sign before a value.
type negationNode struct {
	operand node
}

// operationNode is an operator between two values.
type operationNode struct {
	apply       operation
	left, right node
}

// callNode is a function with its arguments, whose number the parser checked.
type callNode struct {
	function  *function
	arguments []node
}
