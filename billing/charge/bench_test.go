package charge_test

import (
	"testing"

	"tarn/billing/charge"
)

// BenchmarkPriceOf prices usage and makes the fee of it.
func BenchmarkPriceOf(b *testing.B) {
	for _, c := range []struct {
		model charge.Model
		sent  string
	}{
		{"standard", `{"amount":"0.335"}`},
		{"graduated", tiers("graduated", "0-10@2+0 11-20@1+5 21-null@0.5+0")},
		{"percentage", `{"rate":"1","fixed_amount":"5","free_units_per_events":3}`},
	} {
		b.Run(string(c.model), func(b *testing.B) {
			properties, usage := accepted(b, c.model, c.sent), summed(b, "10 10 10 4.25")
			b.ReportAllocs()
			for b.Loop() {
				charge.FeeOf(charge.PriceOf(c.model, properties, usage, euros()), usage, euros())
			}
		})
	}
}
