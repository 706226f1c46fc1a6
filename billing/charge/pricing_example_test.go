package charge_test

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"tarn/billing/charge"
)

func ExamplePriceOf() {
	properties := charge.Properties{
		"amount": "5", "package_size": json.Number("1000"), "free_units": json.Number("100"),
	}
	options := charge.Options{Aggregation: "sum_agg", Currency: "EUR"}
	usage := charge.Usage{Units: decimal.RequireFromString("1101"), EventsCount: 7}

	price := charge.PriceOf(charge.ModelPackage, properties, usage, options)
	fee := charge.FeeOf(price, usage, options)
	details, _ := json.Marshal(fee.Details)
	fmt.Println(price.Amount, fee.AmountCents, charge.FormatDecimal(fee.PreciseUnitAmount))
	fmt.Println(string(details))
	// Output:
	// 10 1000 0.00999000999001
	// {"free_units":"100.0","paid_units":"1001.0","per_package_size":1000,"per_package_unit_amount":"5.0"}
}
