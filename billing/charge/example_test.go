package charge_test

import (
	"encoding/json"
	"fmt"

	"tarn/billing/charge"
)

func Example() {
	sent := map[string]json.RawMessage{
		"amount":     json.RawMessage(`"0.10"`),
		"grouped_by": json.RawMessage(`["region"]`),
		"colour":     json.RawMessage(`"blue"`),
	}
	ctx := charge.Context{Aggregation: "sum_agg", Premium: true}

	properties := charge.Normalize(charge.ModelStandard, sent, ctx)
	stored, _ := json.Marshal(properties)
	shown, _ := json.Marshal(properties.Shown())
	fmt.Println(charge.Validate(charge.ModelStandard, properties, ctx))
	fmt.Println(string(stored))
	fmt.Println(string(shown))
	fmt.Println(charge.Validate(charge.ModelPackage, properties, ctx))
	// Output:
	// []
	// {"amount":"0.10","pricing_group_keys":["region"]}
	// {"amount":"0.10","grouped_by":["region"],"pricing_group_keys":["region"]}
	// [invalid_free_units invalid_package_size]
}
