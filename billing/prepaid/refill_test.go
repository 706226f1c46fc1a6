package prepaid_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"

	"tarn/billing/prepaid"
)

// TestRefill_AtThreshold: the tables of sections 2.7 and 10.6, and what bounds
// them.
func TestRefill_AtThreshold(t *testing.T) {
	t.Parallel()
	least, most := int64(5000), int64(15000)
	target := func(credits string) *decimal.Decimal { number := dec(credits); return &number }
	for name, row := range map[string]struct {
		refill             prepaid.Refill
		threshold, ongoing string
		pending            string
		paid, granted      string
	}{
		"a gap below the amount":            {refill: prepaid.Refill{Paid: dec("50")}, threshold: "100", ongoing: "60", paid: "50", granted: "0"},
		"a gap of the amount":               {refill: prepaid.Refill{Paid: dec("50")}, threshold: "100", ongoing: "50", paid: "100", granted: "0"},
		"a gap above the amount":            {refill: prepaid.Refill{Paid: dec("50")}, threshold: "100", ongoing: "40", paid: "100", granted: "0"},
		"a balance below zero":              {refill: prepaid.Refill{Paid: dec("50")}, threshold: "100", ongoing: "-120", paid: "250", granted: "0"},
		"a fraction below zero":             {refill: prepaid.Refill{Paid: dec("50")}, threshold: "10", ongoing: "-429.8", paid: "450", granted: "0"},
		"what is given narrows the gap":     {refill: prepaid.Refill{Paid: dec("10"), Granted: dec("3")}, threshold: "6", ongoing: "5.5", paid: "10", granted: "3"},
		"what is pending narrows the gap":   {refill: prepaid.Refill{Paid: dec("50")}, threshold: "100", ongoing: "-120", pending: "200", paid: "50", granted: "0"},
		"only given":                        {refill: prepaid.Refill{Granted: dec("3")}, threshold: "100", ongoing: "0", paid: "0", granted: "3"},
		"no more than the limit":            {refill: prepaid.Refill{Paid: dec("50"), Limits: prepaid.Limits{Max: &most}}, threshold: "100", ongoing: "-120", paid: "150", granted: "0"},
		"more than a limit that is ignored": {refill: prepaid.Refill{Paid: dec("50"), Limits: prepaid.Limits{Max: &most}, IgnoreLimits: true}, threshold: "100", ongoing: "-120", paid: "250", granted: "0"},
		"to a target, at least the limit":   {refill: prepaid.Refill{Target: target("10"), Limits: prepaid.Limits{Min: &least}}, threshold: "5", ongoing: "4", paid: "50", granted: "0"},
		"to a target, the limit ignored":    {refill: prepaid.Refill{Target: target("10"), Limits: prepaid.Limits{Min: &least}, IgnoreLimits: true}, threshold: "5", ongoing: "4", paid: "6", granted: "0"},
		"to a target, above the limits":     {refill: prepaid.Refill{Target: target("200"), Limits: prepaid.Limits{Min: &least, Max: &most}}, threshold: "5", ongoing: "4", paid: "196", granted: "0"},
		"to a target, given": {
			refill: prepaid.Refill{Target: target("10"), GrantsTarget: true, Limits: prepaid.Limits{Min: &least}}, threshold: "5", ongoing: "4", paid: "0", granted: "6",
		},
		"a target that is reached": {refill: prepaid.Refill{Target: target("10")}, threshold: "20", ongoing: "10", paid: "0", granted: "0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row.refill.Terms = euros("1")
			state := prepaid.State{Ongoing: dec(row.ongoing)}
			if row.pending != "" {
				state.Pending = dec(row.pending)
			}
			paid, granted := row.refill.AtThreshold(state, dec(row.threshold))
			assert.Equal(t, row.paid, paid.String())
			assert.Equal(t, row.granted, granted.String())
		})
	}
}

func TestRefill_AtInterval(t *testing.T) {
	t.Parallel()
	paid, granted := prepaid.Refill{Paid: dec("10"), Granted: dec("3")}.AtInterval(prepaid.State{Ongoing: dec("-100")})
	assert.Equal(t, []string{"10", "3"}, []string{paid.String(), granted.String()})
	target := dec("10")
	paid, granted = prepaid.Refill{Target: &target}.AtInterval(prepaid.State{Ongoing: dec("-1.5")})
	assert.Equal(t, []string{"11.5", "0"}, []string{paid.String(), granted.String()})
}

func TestState_Low(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		ongoing, pending string
		low              bool
	}{
		"below":                   {"9", "0", true},
		"at the threshold":        {"10", "0", true},
		"above":                   {"10.00001", "0", false},
		"pending, and still low":  {"5", "5", true},
		"pending, and not so low": {"5", "6", false},
	} {
		state := prepaid.State{Ongoing: dec(row.ongoing), Pending: dec(row.pending)}
		assert.Equal(t, row.low, state.Low(dec("10")), name)
	}
}
