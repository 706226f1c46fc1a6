package wire

import (
	"tarn/billing/expression"
	"tarn/gen"
)

// ExpressionResult is the value of an expression.
//
// Lago: numbers are sent as texts too.
func ExpressionResult(value expression.Value) (gen.BillableMetricEvaluateExpressionResult, error) {
	var result gen.BillableMetricEvaluateExpressionResult
	err := result.ExpressionResult.Value.FromBillableMetricEvaluateExpressionResultExpressionResultValue0(value.String())
	return result, err
}
