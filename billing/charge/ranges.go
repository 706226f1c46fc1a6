package charge

import (
	"encoding/json"

	"github.com/shopspring/decimal"
)

// Members of every range.
const (
	keyFromValue     = "from_value"      // where the range begins, in units
	keyToValue       = "to_value"        // where it ends; null for the last one
	keyFlatAmount    = "flat_amount"     // an amount for reaching the range
	keyPerUnitAmount = "per_unit_amount" // an amount per unit in the range
)

// rangedModel is what a model that prices ranges of units says about them.
type rangedModel struct {
	// key is the property that lists the ranges.
	key string
	// amounts are the members of a range that are amounts, in the order in
	// which they are looked at.
	amounts []rangeAmount
	// gap is what lies between the end of a range and the least beginning of
	// the next, in units. The greatest is one unit more.
	gap int64
	// missing and invalid are the codes of no ranges and of a range that does
	// not follow the one before.
	missing, invalid string
	// price prices usage within the limits.
	price func(ranges []priceRange, usage Usage, options Options) Price
	// project is that of a specification.
	project func(ranges []priceRange, units decimal.Decimal) decimal.Decimal
}

// rangeAmount is a member of a range and the code of its being no amount.
type rangeAmount struct{ key, code string }

// specification returns the specification of the model. Its own rule, which
// may be nil, comes before those of the ranges.
func (m rangedModel) specification(first func(Context, *findings)) specification {
	ranged := specification{
		members:  map[string]tidy{m.key: m.tidy},
		defaults: m.defaults,
		validate: func(p Properties, ctx Context, found *findings) {
			if first != nil {
				first(ctx, found)
			}
			m.validate(p, found)
		},
		price: func(p Properties, usage Usage, options Options) Price {
			return m.price(m.read(p), usage, options)
		},
	}
	if m.project != nil {
		ranged.project = func(p Properties, units decimal.Decimal) decimal.Decimal {
			return m.project(m.read(p), units)
		}
	}
	return ranged
}

// defaults is one range without end that costs nothing.
func (m rangedModel) defaults() Properties {
	free := map[string]any{keyFromValue: json.Number("0"), keyToValue: nil}
	for _, amount := range m.amounts {
		free[amount.key] = "0"
	}
	return Properties{m.key: []any{free}}
}

// tidy drops unknown members of ranges, writes bounds plainly and makes an
// absent end explicit.
func (m rangedModel) tidy(value any, ctx Context) any {
	ranges, isList := value.([]any)
	if !isList {
		return value
	}
	tidied := make([]any, len(ranges))
	for i, element := range ranges {
		tidied[i] = element
		sent, isObject := element.(map[string]any)
		if !isObject {
			continue
		}
		kept := map[string]any{keyToValue: plainNumber(sent[keyToValue], ctx)}
		if from := sent[keyFromValue]; from != nil {
			kept[keyFromValue] = plainNumber(from, ctx)
		}
		for _, amount := range m.amounts {
			if sent[amount.key] != nil {
				kept[amount.key] = sent[amount.key]
			}
		}
		tidied[i] = kept
	}
	return tidied
}

// validate reports, range by range, the members that are no amounts and then a
// range that does not follow the one before.
func (m rangedModel) validate(p Properties, found *findings) {
	ranges, _ := p[m.key].([]any)
	if len(ranges) == 0 {
		found.add(m.missing)
	}
	var start decimal.Decimal
	for i, element := range ranges {
		members, _ := element.(map[string]any)
		for _, amount := range m.amounts {
			requireAmount(members[amount.key], amount.code, found)
		}
		if !follows(members, start, i == len(ranges)-1) {
			found.add(m.invalid)
		}
		// A range that lacks its end counts as ending at zero.
		end, _ := readNumber(members[keyToValue])
		start = end.Add(decimal.NewFromInt(m.gap))
	}
}

// follows reports whether a range begins at start or one unit later, and ends
// where it should: after its beginning, or never if it is the last.
func follows(members map[string]any, start decimal.Decimal, last bool) bool {
	from, ok := readNumber(members[keyFromValue])
	if !ok || !from.Equal(start) && !from.Equal(start.Add(decimal.NewFromInt(1))) {
		return false
	}
	if last {
		return members[keyToValue] == nil
	}
	end, ok := readNumber(members[keyToValue])
	return ok && end.GreaterThan(from)
}
