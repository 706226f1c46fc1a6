package charge_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

func TestProject(t *testing.T) {
	t.Parallel()
	graduatedTable := tiers("graduated", "0-10@2+0 11-20@1+5 21-null@0.5+0")
	cases := []struct {
		name     string
		model    charge.Model
		sent     string
		values   string
		days, of int
		units    string
		amount   string
		cents    int64
	}{
		{"four events on 3 July", "graduated", tiers("graduated", "0-null@0.01+0.01"), "1 1 1 1", 3, 31, "41.33", "0.4233", 42},
		{"a third of a month", "graduated", graduatedTable, "25", 10, 30, "75", "62.5", 6250},
		{"the end of a range", "graduated", graduatedTable, "5", 15, 30, "10", "20", 2000},
		{"a range begins", "graduated", graduatedTable, "5.25", 15, 30, "10.5", "25.5", 2550},
		{"no units have no flat amount", "graduated", tiers("graduated", "0-null@1+100"), "", 10, 30, "0", "0", 0},
		{"adjacent ranges", "graduated", tiers("graduated", "0-10@2+1 10-null@1+5"), "10", 10, 30, "30", "46", 4600},
		{"standard", "standard", `{"amount":"0.335"}`, "1", 1, 3, "3", "1.005", 101},
		{"packages", "package", `{"amount":"5","package_size":10,"free_units":10}`, "10", 10, 30, "30", "10", 1000},
		{"no packages", "package", `{"amount":"5","package_size":10,"free_units":0}`, "", 10, 30, "0", "0", 0},
		{"volume", "volume", tiers("volume", "0-10@2+1 11-null@1+5"), "10", 10, 30, "30", "35", 3500},
		{"no volume", "volume", tiers("volume", "0-10@2+1 11-null@1+5"), "", 10, 30, "0", "0", 0},
		{"a volume outside of the ranges", "volume", tiers("volume", "0-10@2+1 12-null@1+5"), "5.5", 15, 30, "11", "0", 0},
		{"percentage", "percentage", `{"rate":"1","fixed_amount":"5","free_units_per_events":3}`, "10 10 10 10", 10, 30, "120", "15.30", 1530},
		{"graduated percentage", "graduated_percentage", tiers("graduated_percentage", "0-null@5+3"), "20", 10, 30, "60", "12", 1200},
		{"graduated percentage without units", "graduated_percentage", tiers("graduated_percentage", "0-null@5+3"), "", 10, 30, "0", "9", 900},
		{"before the period", "standard", `{"amount":"1"}`, "5", 0, 30, "0", "0", 0},
		{"a period without days", "standard", `{"amount":"1"}`, "5", 1, 0, "0", "0", 0},
		{"at the end", "standard", `{"amount":"1"}`, "5", 30, 30, "5", "5", 500},
		{"after the end", "standard", `{"amount":"1"}`, "5.005", 31, 30, "5.01", "5.01", 501},
		{"negative units", "graduated", tiers("graduated", "0-null@1+100"), "-5", 10, 30, "0", "0", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			usage := summed(t, c.values)
			projected := charge.Project(c.model, accepted(t, c.model, c.sent), usage, charge.Elapsed{Days: c.days, Of: c.of}, euros())
			requireAmount(t, c.units, projected.Units)
			requireAmount(t, c.amount, projected.Price.Amount.Round(30))
			require.Equal(t, c.cents, charge.FeeOf(projected.Price, projected.Usage(), euros()).AmountCents)
		})
	}
}

func TestProject_Dynamic(t *testing.T) {
	t.Parallel()
	usage := charge.Usage{Units: ones(2), EventsCount: 1, PreciseTotalAmountCents: number(t, "1000")}
	projected := charge.Project("dynamic", nil, usage, charge.Elapsed{Days: 3, Of: 31}, euros())
	requireAmount(t, "20.67", projected.Units)
	require.Equal(t, int64(10333), charge.FeeOf(projected.Price, projected.Usage(), euros()).AmountCents)

	usage.PreciseTotalAmountCents = ones(-1000)
	projected = charge.Project("dynamic", nil, usage, charge.Elapsed{Days: 3, Of: 31}, euros())
	requireAmount(t, "0", projected.Units)
}

// A recurring metric keeps what it has, and so does its amount.
func TestProject_Recurring(t *testing.T) {
	t.Parallel()
	options := euros()
	options.Recurring, options.Prorated, options.CurrentUsage = true, true, true
	usage := charge.Usage{Units: number(t, "8.27587"), FullUnits: ones(10), EventsCount: 1}
	projected := charge.Project("standard", accepted(t, "standard", `{"amount":"29"}`), usage, charge.Elapsed{Days: 3, Of: 31}, options)
	requireAmount(t, "10", projected.Units)
	fee := charge.FeeOf(projected.Price, projected.Usage(), options)
	require.Equal(t, int64(24000), fee.AmountCents)
	requireAmount(t, "10", fee.Units)
	requireAmount(t, "1.234", charge.ProjectUnits(number(t, "1.234"), charge.Elapsed{Days: 3, Of: 31}, options))
}

// Pricing units are converted: the fee is in the currency.
func TestProject_PricingUnits(t *testing.T) {
	t.Parallel()
	options := euros()
	options.ConversionRate = number(t, "0.5")
	projected := charge.Project("standard", accepted(t, "standard", `{"amount":"1.235"}`), units(t, "1"), charge.Elapsed{Days: 1, Of: 3}, options)
	fee := charge.FeeOf(projected.Price, projected.Usage(), options)
	require.Equal(t, int64(186), fee.AmountCents)
	require.Equal(t, int64(371), fee.PricingUnit.AmountCents)
}

func TestProjectUnits(t *testing.T) {
	t.Parallel()
	third := charge.Elapsed{Days: 3, Of: 31}
	requireAmount(t, "41.33", charge.ProjectUnits(ones(4), third, euros()))
	requireAmount(t, "41", charge.ProjectUnits(ones(4), third, charge.Options{Currency: "JPY"}))
	requireAmount(t, "41.333", charge.ProjectUnits(ones(4), third, charge.Options{Currency: "KWD"}))
	requireAmount(t, "0", charge.ProjectUnits(ones(-4), third, euros()))
	requireAmount(t, "0", charge.ProjectUnits(ones(4), charge.Elapsed{Of: 31}, euros()))
}

func TestInstantEstimate(t *testing.T) {
	t.Parallel()
	limited := `{"rate":"1","fixed_amount":"1","per_transaction_min_amount":"2","per_transaction_max_amount":"12","free_units_per_events":9}`
	cases := []struct {
		name               string
		model              charge.Model
		sent, units        string
		shown              string
		cents              int64
		precise, unitCents string
	}{
		{"a share", "percentage", `{"rate":"0.1"}`, "400", "400", 40, "40", "0.1"},
		{"a price", "standard", `{"amount":"0.335"}`, "3", "3", 101, "100.5", "33.666666666666667"},
		{"no units", "standard", `{"amount":"5"}`, "0", "0", 0, "0", "0"},
		{"no units, a fixed amount", "percentage", `{"rate":"1","fixed_amount":"1"}`, "0", "0", 100, "100", "0"},
		{"at least", "percentage", limited, "10", "10", 200, "200", "20"},
		{"between", "percentage", limited, "200", "200", 300, "300", "1.5"},
		{"at most", "percentage", limited, "5000", "5000", 1200, "1200", "0.24"},
		{"negative units", "percentage", limited, "-5", "0", 0, "0", "0"},
		{"negative units of a price", "standard", `{"amount":"5"}`, "-5", "0", 0, "0", "0"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			options := charge.Options{Aggregation: "sum_agg", Currency: "EUR"} // limits need no premium here
			estimate, ok := charge.InstantEstimate(c.model, accepted(t, c.model, c.sent), number(t, c.units), options)
			require.True(t, ok)
			requireAmount(t, c.shown, estimate.Units)
			require.Equal(t, c.cents, estimate.AmountCents)
			requireAmount(t, c.precise, estimate.PreciseAmountCents)
			requireAmount(t, c.unitCents, estimate.UnitAmountCents)
		})
	}
	for _, model := range []charge.Model{"graduated", "package", "volume", "graduated_percentage", "custom", "dynamic", ""} {
		_, ok := charge.InstantEstimate(model, charge.Defaults(model), ones(1), euros())
		require.False(t, ok, model)
	}
}
