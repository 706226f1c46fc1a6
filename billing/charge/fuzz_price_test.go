package charge_test

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"

	"tarn/billing/charge"
)

// FuzzPrice looks for properties and usage that break the arithmetic: a panic,
// a negative fee, one that overflows.
func FuzzPrice(f *testing.F) {
	good := map[charge.Model]string{
		"standard":             `{"amount":"0.335"}`,
		"graduated":            tiers("graduated", "0-0.1@10+1 0.1-1@5+2 1-null@2+3"),
		"package":              `{"amount":"5","package_size":1000,"free_units":100}`,
		"percentage":           `{"rate":"1","fixed_amount":"5","free_units_per_events":3,"free_units_per_total_aggregation":"15","per_transaction_min_amount":"1"}`,
		"volume":               tiers("volume", "1-10@2+1 12-null@1+5"),
		"graduated_percentage": tiers("graduated_percentage", "0-100@5+0 101-null@1.5+0"),
		"custom":               `{}`,
		"dynamic":              `{}`,
	}
	for i, model := range charge.Models() {
		for _, consumed := range []string{"0", "10.5", "-3", "1e2147483647", "1e-2147483648", "101"} {
			f.Add(byte(i), uint16(i)*0x1111, []byte(good[model]), consumed, "1.5", int64(4))
		}
	}

	f.Fuzz(func(t *testing.T, model byte, circumstances uint16, sent []byte, consumed, full string, events int64) {
		var properties charge.Properties
		units, err := decimal.NewFromString(consumed)
		rest, restErr := decimal.NewFromString(full)
		if err != nil || restErr != nil || json.Unmarshal(sent, &properties) != nil {
			return
		}
		models, aggregations := append(charge.Models(), "tiered"), append(aggregations(), "")
		is := func(bit int) bool { return circumstances>>bit&1 != 0 }
		options := charge.Options{
			Aggregation: aggregations[int(circumstances>>8)%len(aggregations)],
			Currency:    []string{"EUR", "JPY", "KWD", "CLF"}[circumstances>>6&3],
			Prorated:    is(0), PayInAdvance: is(1), CurrentUsage: is(2), Recurring: is(3), Premium: is(4),
		}
		if is(5) {
			options.ConversionRate = rest
		}
		requirePriced(t, models[int(model)%len(models)], properties, charge.Usage{
			Units: units, FullUnits: rest, EventsCount: events, PreciseTotalAmountCents: rest,
			Values: []decimal.Decimal{units, rest, units},
			Moves:  []charge.Move{{Full: units, Prorated: rest}, {Full: rest, Prorated: units}, {Full: units.Neg(), Prorated: rest}},
		}, options)
	})
}
