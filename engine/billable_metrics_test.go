package engine_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"tarn/engine"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// sumMetric is an input that breaks no rule.
func sumMetric(code string) engine.BillableMetricInput {
	return engine.BillableMetricInput{
		Name: set("Storage"), Code: set(code), AggregationType: set("sum_agg"), FieldName: set("gb"),
	}
}

func (w *world) createMetric(t *testing.T, in engine.BillableMetricInput) store.BillableMetric {
	t.Helper()
	var metric store.BillableMetric
	w.write(t, func(tx *store.Tx) (err error) {
		metric, err = engine.CreateBillableMetric(tx, in)
		return err
	})
	return metric
}

func (w *world) updateMetric(t *testing.T, code string, in engine.BillableMetricInput) store.BillableMetric {
	t.Helper()
	var metric store.BillableMetric
	w.write(t, func(tx *store.Tx) (err error) {
		metric, err = engine.UpdateBillableMetric(tx, code, in)
		return err
	})
	return metric
}

func (w *world) metric(t *testing.T, code string) store.BillableMetric {
	t.Helper()
	var metric store.BillableMetric
	w.write(t, func(tx *store.Tx) (err error) {
		metric, err = tx.BillableMetric(code)
		return err
	})
	return metric
}

// filterTable shows filters as a map.
func filterTable(metric store.BillableMetric) map[string][]string {
	table := map[string][]string{}
	for _, filter := range metric.Filters {
		table[filter.Key] = filter.Values
	}
	return table
}

// metricCase is an input that differs from one without faults, and how it is
// refused; nil when it is not.
type metricCase struct {
	change  func(*engine.BillableMetricInput)
	refused fault.Details
}

// checkMetrics tries to create the metrics of a table.
func checkMetrics(t *testing.T, cases map[string]metricCase) {
	t.Helper()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.createMetric(t, sumMetric("taken"))
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				in := sumMetric(name)
				c.change(&in)
				err := w.try(t, func(tx *store.Tx) error {
					_, err := engine.CreateBillableMetric(tx, in)
					return err
				})
				if c.refused == nil {
					require.NoError(t, err)
					return
				}
				requireInvalid(t, err, c.refused)
			})
		}
	})
}

func TestCreateBillableMetric_Rules(t *testing.T) {
	t.Parallel()
	type input = engine.BillableMetricInput
	mandatory, invalid := codes("value_is_mandatory"), codes("value_is_invalid")
	filters := func(list ...engine.BillableMetricFilterInput) func(*input) {
		return func(in *input) { in.Filters = set(list) }
	}
	checkMetrics(t, map[string]metricCase{
		"nothing at all": {func(in *input) { *in = input{} }, fault.Details{
			"name": mandatory, "code": mandatory, "aggregation_type": invalid, "field_name": mandatory,
		}},
		"blank name and code":            {func(in *input) { in.Name, in.Code = set(" "), set("\t") }, fault.Details{"name": mandatory, "code": mandatory}},
		"code that is taken":             {func(in *input) { in.Code = set("taken") }, fault.Details{"code": codes("value_already_exist")}},
		"expression that cannot be read": {func(in *input) { in.Expression = set("event.properties.gb +") }, fault.Details{"expression": codes("invalid_expression")}},
		"blank expression":               {func(in *input) { in.Expression = set(" ") }, nil},
		"negative precision":             {func(in *input) { in.RoundingPrecision = set(-2) }, nil},
		"precision beyond the column":    {func(in *input) { in.RoundingPrecision = set(1 << 31) }, fault.Details{"rounding_precision": codes("value_is_out_of_range")}},
		"filter without values":          {filters(engine.BillableMetricFilterInput{Key: "region"}), fault.Details{"values": mandatory}},
		"filter without a key":           {filters(engine.BillableMetricFilterInput{Values: []string{"eu"}}), fault.Details{"key": mandatory}},
		"values come before keys": {filters(
			engine.BillableMetricFilterInput{Values: []string{"eu"}}, engine.BillableMetricFilterInput{Key: "region"},
		), fault.Details{"values": mandatory}},
		"fields come before filters": {func(in *input) {
			in.Name = set("")
			in.Filters = set([]engine.BillableMetricFilterInput{{Key: "region"}})
		}, fault.Details{"name": mandatory}},
	})
}

func TestCreateBillableMetric_RulesOfAggregations(t *testing.T) {
	t.Parallel()
	type input = engine.BillableMetricInput
	mandatory, invalid := codes("value_is_mandatory"), codes("value_is_invalid")
	incompatible := fault.Details{"recurring": codes("not_compatible_with_aggregation_type")}
	aggregation := func(kind string, recurring bool) func(*input) {
		return func(in *input) { in.AggregationType, in.Recurring = set(kind), set(recurring) }
	}
	checkMetrics(t, map[string]metricCase{
		"unknown":                   {aggregation("median_agg", false), fault.Details{"aggregation_type": invalid}},
		"unknown, without a field":  {func(in *input) { in.AggregationType, in.FieldName = set("median_agg"), form.Optional[string]{} }, fault.Details{"aggregation_type": invalid, "field_name": mandatory}},
		"sum without a field":       {func(in *input) { in.FieldName = null[string]() }, fault.Details{"field_name": mandatory}},
		"sum of a blank field":      {func(in *input) { in.FieldName = set(" ") }, fault.Details{"field_name": mandatory}},
		"recurring sum":             {aggregation("sum_agg", true), nil},
		"count without a field":     {func(in *input) { in.AggregationType, in.FieldName = set("count_agg"), form.Optional[string]{} }, nil},
		"recurring count":           {aggregation("count_agg", true), incompatible},
		"recurring max":             {aggregation("max_agg", true), incompatible},
		"max":                       {aggregation("max_agg", false), nil},
		"recurring latest":          {aggregation("latest_agg", true), incompatible},
		"latest":                    {aggregation("latest_agg", false), nil},
		"recurring unique count":    {aggregation("unique_count_agg", true), nil},
		"weighted sum, no interval": {aggregation("weighted_sum_agg", false), fault.Details{"weighted_interval": invalid}},
		"weighted sum": {func(in *input) {
			in.AggregationType, in.WeightedInterval, in.Recurring = set("weighted_sum_agg"), set("seconds"), set(true)
		}, nil},
	})
}

func TestCreateBillableMetric_KeepsWhatItIsGiven(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		in := engine.BillableMetricInput{
			Name: set("Seats"), Code: set("seats"), Description: set("Seats in use"),
			AggregationType: set("weighted_sum_agg"), FieldName: set("count"), Recurring: set(true),
			WeightedInterval: set("seconds"), RoundingFunction: set("ceil"), RoundingPrecision: set(2),
			Expression: set("event.properties.a * 2"),
			Filters: set([]engine.BillableMetricFilterInput{
				{Key: "region", Values: []string{"us"}},
				{Key: "cloud", Values: []string{"b", "a", "b"}},
				{Key: "region", Values: []string{"eu", "ap"}},
			}),
		}

		created := w.createMetric(t, in)

		require.Equal(t, "Seats", created.Name)
		require.Equal(t, "Seats in use", *created.Description)
		require.Equal(t, store.AggregationWeightedSum, created.AggregationType)
		require.Equal(t, "count", *created.FieldName)
		require.True(t, created.Recurring)
		require.Equal(t, "seconds", *created.WeightedInterval)
		require.Equal(t, "ceil", *created.RoundingFunction)
		require.Equal(t, 2, *created.RoundingPrecision)
		require.Equal(t, "event.properties.a * 2", *created.Expression)
		require.Equal(t, noon, created.CreatedAt)
		// The last filter of a key counts, values count once, keys are sorted.
		require.Equal(t, map[string][]string{"cloud": {"b", "a"}, "region": {"eu", "ap"}}, filterTable(created))
		require.Equal(t, "cloud", created.Filters[0].Key)
		requireSame(t, created, w.metric(t, "seats"))
	})
}

func TestCreateBillableMetric_CountsForgetTheirField(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		in := sumMetric("calls")
		in.AggregationType = set("count_agg")
		require.Nil(t, w.createMetric(t, in).FieldName)
	})
}

func TestCreateBillableMetric_CustomAggregationIsNotAvailable(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		err := w.try(t, func(tx *store.Tx) error {
			_, err := engine.CreateBillableMetric(tx, engine.BillableMetricInput{AggregationType: set("custom_agg")})
			return err
		})
		require.Equal(t, fault.Denied("feature_unavailable"), err)
	})
}

func TestUpdateBillableMetric_KeepsAbsentAndClearsNull(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		in := sumMetric("storage")
		in.Description, in.RoundingFunction, in.RoundingPrecision = set("GB"), set("round"), set(3)
		in.Filters = set([]engine.BillableMetricFilterInput{{Key: "region", Values: []string{"eu"}}})
		before := w.createMetric(t, in)

		after := w.updateMetric(t, "storage", engine.BillableMetricInput{
			Name: set("Space"), RoundingFunction: null[string](), Filters: null[[]engine.BillableMetricFilterInput](),
		})

		require.Equal(t, "Space", after.Name)
		require.Nil(t, after.RoundingFunction)
		require.Equal(t, before.Description, after.Description)
		require.Equal(t, before.RoundingPrecision, after.RoundingPrecision)
		require.Equal(t, before.FieldName, after.FieldName)
		requireSame(t, before.Filters, after.Filters)
		require.Equal(t, before.ID, after.ID)
		requireSame(t, after, w.metric(t, "storage"))
	})
}

func TestUpdateBillableMetric_Rules(t *testing.T) {
	t.Parallel()
	type input = engine.BillableMetricInput
	mandatory := codes("value_is_mandatory")
	cases := map[string]struct {
		in      input
		refused fault.Details
	}{
		"null name":               {input{Name: null[string]()}, fault.Details{"name": mandatory}},
		"null code":               {input{Code: null[string]()}, fault.Details{"code": mandatory}},
		"code of another":         {input{Code: set("other")}, fault.Details{"code": codes("value_already_exist")}},
		"null field":              {input{FieldName: null[string]()}, fault.Details{"field_name": mandatory}},
		"weighted, no interval":   {input{AggregationType: set("weighted_sum_agg")}, fault.Details{"weighted_interval": codes("value_is_invalid")}},
		"max of what recurs":      {input{AggregationType: set("max_agg")}, fault.Details{"recurring": codes("not_compatible_with_aggregation_type")}},
		"filter without values":   {input{Filters: set([]engine.BillableMetricFilterInput{{Key: "a"}})}, fault.Details{"values": mandatory}},
		"unreadable expression":   {input{Expression: set("1 +")}, fault.Details{"expression": codes("invalid_expression")}},
		"its own code once again": {input{Code: set("storage")}, nil},
	}
	onEveryDialect(t, func(t *testing.T, w *world) {
		in := sumMetric("storage")
		in.Recurring = set(true)
		before := w.createMetric(t, in)
		w.createMetric(t, sumMetric("other"))
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				err := w.try(t, func(tx *store.Tx) error {
					_, err := engine.UpdateBillableMetric(tx, "storage", c.in)
					return err
				})
				if c.refused == nil {
					require.NoError(t, err)
					return
				}
				requireInvalid(t, err, c.refused)
				require.Equal(t, before.Name, w.metric(t, "storage").Name)
			})
		}
		err := w.try(t, func(tx *store.Tx) error {
			_, err := engine.UpdateBillableMetric(tx, "unknown", input{Name: set("x")})
			return err
		})
		requireMissing(t, err, "billable_metric")
	})
}

func TestUpdateBillableMetric_ReplacesFilters(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		in := sumMetric("storage")
		in.Filters = set([]engine.BillableMetricFilterInput{
			{Key: "cloud", Values: []string{"aws"}}, {Key: "region", Values: []string{"eu", "us"}},
		})
		before := w.createMetric(t, in)

		after := w.updateMetric(t, "storage", engine.BillableMetricInput{Filters: set([]engine.BillableMetricFilterInput{
			{Key: "region", Values: []string{"us", "ap"}}, {Key: "tier", Values: []string{"hot"}},
		})})

		require.Equal(t, map[string][]string{"region": {"us", "ap"}, "tier": {"hot"}}, filterTable(after))
		require.Equal(t, before.Filters[1].ID, after.Filters[0].ID, "a key that stays keeps its identity")
		requireSame(t, after, w.metric(t, "storage"))

		emptied := w.updateMetric(t, "storage", engine.BillableMetricInput{Filters: set([]engine.BillableMetricFilterInput{})})
		require.Empty(t, emptied.Filters)
		require.Empty(t, w.metric(t, "storage").Filters)
	})
}

func TestUpdateBillableMetric_NoUpdateUndoesAnother(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.createMetric(t, sumMetric("storage"))
		for round := range 10 {
			var updates errgroup.Group
			text := strconv.Itoa(round)
			for _, in := range []engine.BillableMetricInput{
				{Name: set(text)},
				{Description: set(text)},
				{FieldName: set(text)},
				{RoundingPrecision: set(round)},
				{Filters: set([]engine.BillableMetricFilterInput{{Key: text, Values: []string{text}}})},
			} {
				updates.Go(func() error {
					return w.try(t, func(tx *store.Tx) error {
						_, err := engine.UpdateBillableMetric(tx, "storage", in)
						return err
					})
				})
			}

			require.NoError(t, updates.Wait())

			metric := w.metric(t, "storage")
			require.Equal(t, text, metric.Name)
			require.Equal(t, text, *metric.Description)
			require.Equal(t, text, *metric.FieldName)
			require.Equal(t, round, *metric.RoundingPrecision)
			require.Equal(t, map[string][]string{text: {text}}, filterTable(metric))
		}
	})
}

func TestDeleteBillableMetric_FreesTheCode(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		in := sumMetric("storage")
		in.Filters = set([]engine.BillableMetricFilterInput{{Key: "region", Values: []string{"eu"}}})
		first := w.createMetric(t, in)
		remove := func(tx *store.Tx) error {
			metric, err := engine.DeleteBillableMetric(tx, "storage")
			if err == nil {
				requireSame(t, first.Filters, metric.Filters)
			}
			return err
		}
		w.write(t, remove)
		requireMissing(t, w.try(t, remove), "billable_metric")

		second := w.createMetric(t, sumMetric("storage"))

		require.NotEqual(t, first.ID, second.ID)
		require.Empty(t, second.Filters)
	})
}

func TestBillableMetric_Activities(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		w.createMetric(t, sumMetric("storage"))
		w.updateMetric(t, "storage", engine.BillableMetricInput{
			Name: set("Space"), Filters: set([]engine.BillableMetricFilterInput{{Key: "region", Values: []string{"us", "eu"}}}),
		})
		w.updateMetric(t, "storage", engine.BillableMetricInput{Name: set("Space")})
		w.write(t, func(tx *store.Tx) error {
			_, err := engine.DeleteBillableMetric(tx, "storage")
			return err
		})
		require.Equal(t, []activity{
			{Type: "billable_metric.created", Changes: map[string][2]string{}},
			{Type: "billable_metric.updated", Changes: map[string][2]string{
				"name":    {`"Storage"`, `"Space"`},
				"filters": {`[]`, `[{"key":"region","values":["eu","us"]}]`},
			}},
			{Type: "billable_metric.updated", Changes: map[string][2]string{}},
			{Type: "billable_metric.deleted", Changes: map[string][2]string{}},
		}, w.activities(t))
	})
}

func TestBillableMetric_RefusalLeavesNoTrace(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		in := sumMetric("storage")
		in.Filters = set([]engine.BillableMetricFilterInput{{Key: "", Values: []string{"eu"}}})
		require.Error(t, w.try(t, func(tx *store.Tx) error {
			_, err := engine.CreateBillableMetric(tx, in)
			return err
		}))
		require.Empty(t, w.activities(t))
		require.ErrorIs(t, w.try(t, func(tx *store.Tx) error {
			_, err := tx.BillableMetric("storage")
			return err
		}), store.ErrNotFound)
	})
}

func TestBillableMetric_BelongsToItsOrganization(t *testing.T) {
	t.Parallel()
	onEveryDialect(t, func(t *testing.T, w *world) {
		other := newWorld(t, w.Store, "Bolt")
		mine := w.createMetric(t, sumMetric("storage"))

		theirs := other.createMetric(t, sumMetric("storage"))

		require.NotEqual(t, mine.ID, theirs.ID)
		other.write(t, func(tx *store.Tx) error {
			_, err := engine.DeleteBillableMetric(tx, "storage")
			return err
		})
		requireSame(t, mine, w.metric(t, "storage"))
	})
}
