package expression

import "github.com/shopspring/decimal"

func (n *literalNode) evaluate(*Event) (Value, error) {
	return n.value, nil
}

func (codeNode) evaluate(event *Event) (Value, error) {
	return textValue(event.Code), nil
}

// The timestamp is brought into range before its fraction goes: truncating a
// decimal with a huge exponent would cost a huge number of digits.
func (timestampNode) evaluate(event *Event) (Value, error) {
	timestamp, err := settle(event.Timestamp)
	if err != nil {
		return Value{}, err
	}
	return numberValue(timestamp.Truncate(0)), nil
}

func (n *propertyNode) evaluate(event *Event) (Value, error) {
	text, ok := event.Properties[n.name]
	if !ok {
		return Value{}, &EvaluationError{Reason: ReasonPropertyMissing, Property: n.name}
	}
	if !looksNumeric(text) {
		return textValue(text), nil
	}
	number, err := parseNumber(text)
	if err != nil {
		return Value{}, &EvaluationError{Reason: ReasonNumberOutOfRange, Property: n.name}
	}
	return numberValue(number), nil
}

func (n *negationNode) evaluate(event *Event) (Value, error) {
	operand, err := evaluateNumber(n.operand, event)
	if err != nil {
		return Value{}, err
	}
	return numberValue(operand.Neg()), nil
}

func (n *operationNode) evaluate(event *Event) (Value, error) {
	left, err := evaluateNumber(n.left, event)
	if err != nil {
		return Value{}, err
	}
	right, err := evaluateNumber(n.right, event)
	if err != nil {
		return Value{}, err
	}
	result, err := n.apply(left, right)
	if err != nil {
		return Value{}, err
	}
	return settledValue(result)
}

func (n *callNode) evaluate(event *Event) (Value, error) {
	return n.function.apply(event, n.arguments)
}

// evaluateNumber evaluates a part whose value has to be a number.
func evaluateNumber(n node, event *Event) (decimal.Decimal, error) {
	value, err := n.evaluate(event)
	if err != nil {
		return decimal.Decimal{}, err
	}
	number, ok := value.Number()
	if !ok {
		return decimal.Decimal{}, &EvaluationError{Reason: ReasonNotNumber, Property: propertyName(n)}
	}
	return number, nil
}

// propertyName returns the name of the property that a part stands for, or an
// empty text when it is anything else.
func propertyName(n node) string {
	if property, ok := n.(*propertyNode); ok {
		return property.name
	}
	return ""
}
