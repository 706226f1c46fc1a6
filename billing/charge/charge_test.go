package charge_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

// metered is the context of a charge on a sum, with the premium features.
func metered() charge.Context {
	return charge.Context{Aggregation: "sum_agg", Premium: true}
}

// filtered is the context of a filter of such a charge.
func filtered() charge.Context {
	return charge.Context{Aggregation: "sum_agg", Premium: true, Filter: true}
}

// fixed is the context of a fixed charge.
func fixed() charge.Context { return charge.Context{Premium: true} }

// normalized returns what is kept of properties that were sent as a JSON object.
func normalized(t require.TestingT, model charge.Model, sent string, ctx charge.Context) charge.Properties {
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(sent), &members))
	return charge.Normalize(model, members, ctx)
}

// validated returns the codes of properties that were sent as a JSON object.
func validated(t require.TestingT, model charge.Model, sent string, ctx charge.Context) []string {
	return charge.Validate(model, normalized(t, model, sent, ctx), ctx)
}

// parsed reads properties as they are stored.
func parsed(t require.TestingT, stored string) charge.Properties {
	var properties charge.Properties
	require.NoError(t, json.Unmarshal([]byte(stored), &properties))
	return properties
}

// written returns properties as they are stored.
func written(t require.TestingT, properties charge.Properties) string {
	data, err := json.Marshal(properties)
	require.NoError(t, err)
	return string(data)
}

// validation is a case of properties that were sent and the codes they get.
type validation struct {
	name  string
	sent  string
	codes []string
}

// check runs the cases of a model.
func check(t *testing.T, model charge.Model, ctx charge.Context, cases []validation) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.codes, validated(t, model, c.sent, ctx), c.sent)
		})
	}
}
