package expression_test

import (
	"errors"
	"fmt"

	"tarn/billing/expression"
)

func ExampleExpression_Evaluate() {
	parsed, err := expression.Parse("round(event.properties.bytes / 1024, 2)")
	if err != nil {
		fmt.Println(err)
		return
	}
	value, err := parsed.Evaluate(expression.Event{
		Code:       "storage",
		Properties: map[string]string{"bytes": "123456"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(value)
	// Output: 120.56
}

func ExampleExpression_Evaluate_failure() {
	parsed, err := expression.Parse("event.properties.a + event.properties.b")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = parsed.Evaluate(expression.Event{Properties: map[string]string{"a": "1"}})
	var failure *expression.EvaluationError
	if errors.As(err, &failure) {
		fmt.Println(failure.Property)
		fmt.Println(failure)
	}
	// Output:
	// b
	// Variable: b not found
}

func ExampleParse_failure() {
	_, err := expression.Parse("1 + round(2, 3, 4)")
	fmt.Println(err)
	// Output: character 5: round takes at most 2 arguments, not 3
}
