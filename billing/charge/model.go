package charge

import (
	"slices"

	"github.com/shopspring/decimal"
)

// Model is the way a charge turns units into an amount, by the contract's name.
type Model string

// The charge models.
const (
	ModelStandard            Model = "standard"
	ModelGraduated           Model = "graduated"
	ModelPackage             Model = "package"
	ModelPercentage          Model = "percentage"
	ModelVolume              Model = "volume"
	ModelGraduatedPercentage Model = "graduated_percentage"
	ModelCustom              Model = "custom"
	ModelDynamic             Model = "dynamic"
)

// FixedModels returns the charge models that a fixed charge may have.
func FixedModels() []Model {
	return []Model{ModelStandard, ModelGraduated, ModelVolume}
}

// Known reports whether a model exists.
func Known(model Model) bool {
	_, known := specifications[model]
	return known
}

// KnownFixed reports whether a fixed charge may have a model.
func KnownFixed(model Model) bool {
	return slices.Contains(FixedModels(), model)
}

// The aggregation types of billable metrics that charges know by name.
const (
	aggregationCount       = "count_agg"
	aggregationSum         = "sum_agg"
	aggregationMax         = "max_agg"
	aggregationUniqueCount = "unique_count_agg"
	aggregationWeightedSum = "weighted_sum_agg"
	aggregationLatest      = "latest_agg"
	aggregationCustom      = "custom_agg"
)

// Context is what the rules of properties need to know besides the model.
type Context struct {
	// Aggregation is the aggregation type of the charge's billable metric,
	// such as "sum_agg". It is empty for a fixed charge, which has no metric.
	Aggregation string
	// Premium says whether the organization has the premium features.
	Premium bool
	// Filter says that the properties are those of a charge filter.
	Filter bool
}

// fixed reports whether the properties are those of a fixed charge.
func (c Context) fixed() bool { return c.Aggregation == "" }

// specification is what one model says about its properties.
type specification struct {
	// members are the model's properties by name, each with what brings a
	// value that was sent into the form that is kept.
	members map[string]tidy
	// defaults returns what absent properties become. The caller may keep it.
	defaults func() Properties
	// validate reports the broken rules.
	validate func(Properties, Context, *findings)
	// price prices usage within the limits.
	price func(Properties, Usage, Options) Price
	// project prices the units that a whole period is expected to have, over
	// zero, and returns the amount. It is nil for a model whose amount grows
	// like the time does.
	project func(properties Properties, units decimal.Decimal) decimal.Decimal
}

// tidy returns the form of a sent value that is kept. It leaves a value alone
// that it does not understand, for validate to report, and returns nil to drop
// one.
type tidy func(value any, ctx Context) any

// asSent keeps a value as it is.
func asSent(value any, _ Context) any { return value }

// specifications are the models by name.
var specifications = map[Model]specification{
	ModelStandard:            standard,
	ModelGraduated:           graduated,
	ModelPackage:             packaged,
	ModelPercentage:          percentage,
	ModelVolume:              volume,
	ModelGraduatedPercentage: graduatedPercentage,
	ModelCustom:              custom,
	ModelDynamic:             dynamic,
}
