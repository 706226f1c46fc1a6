package charge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/billing/charge"
)

func TestPriceOf_Graduated(t *testing.T) {
	t.Parallel()
	checkWorked(t, "graduated", tiers("graduated", "0-10@2+0 11-20@1+5 21-null@0.5+0"), euros(), []worked{
		{"0", "0", 0},
		{"10", "20", 2000},
		{"10.5", "25.5", 2550},
		{"11", "26", 2600},
		{"20", "35", 3500},
		{"25.25", "37.625", 3763},
	})
	checkWorked(t, "graduated", tiers("graduated", "0-10@1+100 11-null@0.5+50"), euros(), []worked{
		{"0", "100", 10000},
		{"3", "103", 10300},
		{"10", "110", 11000},
		{"11", "160.5", 16050},
	})
	checkWorked(t, "graduated", tiers("graduated", "0-10@10+2 11-20@5+3 21-null@5+3"), euros(), []worked{
		{"12", "115", 11500},
		{"21", "163", 16300},
	})
	price := charge.PriceOf("graduated", accepted(t, "graduated", tiers("graduated", "0-10@10+2 11-20@5+3 21-null@5+3")), units(t, "12"), euros())
	requireAmount(t, "9.583333333333333", price.UnitAmount.Round(15))
}

func TestPriceOf_GraduatedAdjacentRanges(t *testing.T) {
	t.Parallel()
	checkWorked(t, "graduated", tiers("graduated", "0-0.1@10+0 0.1-1@5+0 1-null@2+0"), euros(), []worked{
		{"0.05", "0.5", 50},
		{"0.5", "3", 300},
		{"1", "5.5", 550},
		{"2.25", "8", 800},
	})
	// One range that is not adjacent makes all of them count their beginning.
	checkWorked(t, "graduated", tiers("graduated", "0-10@1+0 10-20@1+0 21-null@1+0"), euros(), []worked{{"20", "21", 2100}})
	// Ranges from 1 on: the first unit costs like any other ...
	checkWorked(t, "graduated", tiers("graduated", "1-10@1+7 11-null@2+0"), euros(), []worked{
		{"0", "7", 700},
		{"1", "8", 800},
		{"11", "19", 1900},
	})
	// ... but is not counted when they are adjacent.
	checkWorked(t, "graduated", tiers("graduated", "1-10@1+7 10-null@2+0"), euros(), []worked{
		{"0", "7", 700},
		{"0.5", "7", 700},
		{"1", "7", 700},
		{"2", "8", 800},
		{"11", "18", 1800},
	})
}

func TestPriceOf_GraduatedDetails(t *testing.T) {
	t.Parallel()
	properties := accepted(t, "graduated", tiers("graduated", "0-10@2+1 11-20@1+5 21-null@0.5+0"))
	first := `{"from_value":0,"to_value":10,"flat_unit_amount":"1.0","per_unit_amount":"2.0","units":"10.0",` +
		`"per_unit_total_amount":"20.0","total_with_flat_amount":"21.0"}`
	cases := []struct{ units, ranges string }{
		{"0", `{"from_value":0,"to_value":10,"flat_unit_amount":"1.0","per_unit_amount":"0.0","units":"0.0",` +
			`"per_unit_total_amount":"0.0","total_with_flat_amount":"1.0"}`},
		{"10", first},
		{"10.5", first + `,{"from_value":11,"to_value":20,"flat_unit_amount":"5.0","per_unit_amount":"1.0","units":"0.5",` +
			`"per_unit_total_amount":"0.5","total_with_flat_amount":"5.5"}`},
		{"22", first + `,{"from_value":11,"to_value":20,"flat_unit_amount":"5.0","per_unit_amount":"1.0","units":"10.0",` +
			`"per_unit_total_amount":"10.0","total_with_flat_amount":"15.0"},` +
			`{"from_value":21,"to_value":null,"flat_unit_amount":"0.0","per_unit_amount":"0.5","units":"2.0",` +
			`"per_unit_total_amount":"1.0","total_with_flat_amount":"1.0"}`},
	}
	for _, c := range cases {
		price := charge.PriceOf("graduated", properties, units(t, c.units), euros())
		require.Equal(t, `{"graduated_ranges":[`+c.ranges+`]}`, encode(t, price.Details), c.units)
	}
}

func TestPriceOf_GraduatedPercentage(t *testing.T) {
	t.Parallel()
	sent := tiers("graduated_percentage", "0-100@5+0 101-1000@2+10 1001-null@1.5+0")
	checkWorked(t, "graduated_percentage", sent, euros(), []worked{
		{"0", "0", 0},
		{"50", "2.5", 250},
		{"100", "5", 500},
		{"100.4", "15.008", 1501},
		{"150", "16", 1600},
		{"2500", "55.5", 5550},
	})
	// Without units, the first flat amount is due.
	checkWorked(t, "graduated_percentage", tiers("graduated_percentage", "0-null@5+3"), euros(), []worked{{"0", "3", 300}})
	checkWorked(t, "graduated_percentage", tiers("graduated_percentage", "1-null@5+3"), euros(), []worked{{"0", "3", 300}, {"1", "3.05", 305}})
	// Adjacent ranges count a unit twice.
	checkWorked(t, "graduated_percentage", tiers("graduated_percentage", "0-100@10+0 100-null@10+0"), euros(), []worked{{"200", "20.1", 2010}})

	price := charge.PriceOf("graduated_percentage", accepted(t, "graduated_percentage", sent), units(t, "150"), euros())
	require.Equal(t, `{"graduated_percentage_ranges":[`+
		`{"from_value":0,"to_value":100,"flat_unit_amount":"0.0","rate":"5.0","units":"100.0","per_unit_total_amount":"5.0","total_with_flat_amount":"5.0"},`+
		`{"from_value":101,"to_value":1000,"flat_unit_amount":"10.0","rate":"2.0","units":"50.0","per_unit_total_amount":"1.0","total_with_flat_amount":"11.0"}]}`,
		encode(t, price.Details))
}

// moves reads "2:1.4 5:2.5": the change of the units, and how much of it counts
// in the period.
func moves(t require.TestingT, list string) []charge.Move {
	var all []charge.Move
	for _, move := range strings.Fields(list) {
		full, prorated, _ := strings.Cut(move, ":")
		all = append(all, charge.Move{Full: number(t, full), Prorated: number(t, prorated)})
	}
	return all
}

// walked is the usage of a prorated charge with moves.
func walked(t require.TestingT, list string) charge.Usage {
	usage := charge.Usage{Moves: moves(t, list)}
	for _, move := range usage.Moves {
		usage.Units, usage.FullUnits = usage.Units.Add(move.Prorated), usage.FullUnits.Add(move.Full)
	}
	return usage
}

// The moves of a September with 30 days and of the October after it.
func TestPriceOf_ProratedGraduated(t *testing.T) {
	t.Parallel()
	options := euros()
	options.Prorated = true
	properties := accepted(t, "graduated", tiers("graduated", "0-5@10+100 6-15@5+50 16-null@2+0"))
	september := []string{"2:1.4", "5:2.5", "-6:-2.2", "10:2", "4:0.6666666666666667", "60:2"}
	until := func(n int) string { return strings.Join(september[:n], " ") }
	cases := []struct {
		name, moves, amount string
		cents               int64
	}{
		{"nothing", "", "100", 10000},
		{"+2 on the 10th", until(1), "114.00", 11400},
		{"+5 on the 16th", until(2), "184.00", 18400},
		{"-6 on the 20th", until(3), "165.67", 16567},
		{"+10 on the 25th", until(4), "179.67", 17967},
		{"+4 on the 26th", until(5), "183.00", 18300},
		{"+60 on the 30th", until(6), "187.00", 18700},
		{"October untouched", "75:75", "370.00", 37000},
		{"+20 on 17 October", "75:75 20:9.67742", "389.35", 38935},
		// The highest level decides about the flat amounts.
		{"up and down on one day", "16:16 -16:-15", "156.375", 15638},
		{"prorated to nothing", "16:16 -16:-16", "100", 10000},
		{"the last of it taken away", "2:2 -3:-1", "0", 0},
		// Below zero, what varies is nothing. Negative units make no fee at all.
		{"more given back than was charged", "6:1 -5:-3", "150", 0},
		// Of a unique count: additions that count nothing, removals that do
		// not go below zero and those that do.
		{"an addition after the period", "1:0 1:1", "110", 11000},
		{"removals count nothing", "1:0.5 1:1 -1:0 1:0.25", "117.5", 11750},
		{"a removal of nothing", "-1:0 1:1", "110", 11000},
		{"no change", "0:1 1:1", "110", 11000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			usage := walked(t, c.moves)
			price := charge.PriceOf("graduated", properties, usage, options)
			if rounded := number(t, c.amount); rounded.Exponent() >= -2 {
				requireAmount(t, c.amount, price.Amount.Round(2))
			} else {
				requireAmount(t, c.amount, price.Amount.Round(6))
			}
			require.Equal(t, c.cents, charge.FeeOf(price, usage, options).AmountCents)
			require.Equal(t, `{}`, encode(t, price.Details))
		})
	}
	usage := walked(t, until(2))
	price := charge.PriceOf("graduated", properties, usage, options)
	requireAmount(t, "26.285714285714286", price.UnitAmount.Round(15))
	requireAmount(t, "7", charge.FeeOf(price, usage, options).Units)
}
