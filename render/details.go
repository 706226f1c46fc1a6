package render

import (
	"encoding/json"

	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/locale"
)

// countPlaces is how exactly packages are counted before the last one is filled up.
const countPlaces = 10

// details are rows that explain the amount of a fee.
func (p *printer) details(fee Fee) []entry {
	switch d := fee.Details.(type) {
	case charge.GraduatedDetails:
		return p.graduated(fee, d)
	case charge.GraduatedPercentageDetails:
		return p.graduatedPercentage(fee, d)
	case charge.VolumeDetails:
		return p.volume(fee, d)
	case charge.PackageDetails:
		return p.packaged(fee, d)
	case charge.PercentageDetails:
		return p.percentage(fee, d)
	default:
		return nil
	}
}

// graduated has a row for each range, and one for its flat amount.
func (p *printer) graduated(fee Fee, details charge.GraduatedDetails) []entry {
	var entries []entry
	for i, r := range details.Ranges {
		name := p.bounds(i == 0, r.RangeBounds)
		entries = append(entries, entry{
			item: name, units: p.Quantity(r.Units.Decimal),
			price: p.unitAmount(fee, r.PerUnitAmount.Decimal), amount: p.unitAmount(fee, r.PerUnitTotalAmount.Decimal),
		})
		entries = append(entries, p.flat(fee, locale.Fill(p.words.flatFeeOf, name), r.FlatUnitAmount.Decimal)...)
	}
	return entries
}

// graduatedPercentage has the same with a share for a price.
func (p *printer) graduatedPercentage(fee Fee, details charge.GraduatedPercentageDetails) []entry {
	var entries []entry
	for i, r := range details.Ranges {
		name := p.bounds(i == 0, r.RangeBounds)
		entries = append(entries, entry{
			item: name, units: p.Quantity(r.Units.Decimal),
			price: p.Rate(r.Rate.Decimal), amount: p.unitAmount(fee, r.PerUnitTotalAmount.Decimal),
		})
		entries = append(entries, p.flat(fee, locale.Fill(p.words.flatFeeOf, name), r.FlatUnitAmount.Decimal)...)
	}
	return entries
}

// volume has the price of all units and the flat amount of their range.
func (p *printer) volume(fee Fee, details charge.VolumeDetails) []entry {
	entries := []entry{{
		item: p.words.allUnits, units: p.Quantity(fee.Units),
		price: p.unitAmount(fee, details.PerUnitAmount.Decimal), amount: p.unitAmount(fee, details.PerUnitTotalAmount.Decimal),
	}}
	return append(entries, p.flat(fee, p.words.flatFee, details.FlatUnitAmount.Decimal)...)
}

// packaged has the units that are free and the packages that are not.
func (p *printer) packaged(fee Fee, details charge.PackageDetails) []entry {
	if details.PerPackageSize <= 0 {
		return nil
	}
	entries := p.free(fee, details.FreeUnits.Decimal)
	size := decimal.NewFromInt(details.PerPackageSize)
	count := details.PaidUnits.DivRound(size, countPlaces).Ceil()
	return append(entries, entry{
		item: locale.Fill(p.words.packages, p.Quantity(size)), units: p.Quantity(count),
		price:  p.unitAmount(fee, details.PerPackageUnitAmount.Decimal),
		amount: p.unitAmount(fee, details.PerPackageUnitAmount.Mul(count)),
	})
}

// percentage has the share of what is not free, the fixed amounts and what the
// limits of single events change.
func (p *printer) percentage(fee Fee, details charge.PercentageDetails) []entry {
	entries := p.free(fee, details.FreeUnits.Decimal)
	entries = append(entries, entry{
		item: p.words.share, units: p.Quantity(details.PaidUnits.Decimal),
		price: p.Rate(details.Rate.Decimal), amount: p.unitAmount(fee, details.PerUnitTotalAmount.Decimal),
	})
	if !details.FixedFeeTotalAmount.IsZero() {
		entries = append(entries, entry{
			item: p.words.perEvent, units: p.Quantity(decimal.NewFromInt(details.PaidEvents)),
			price: p.unitAmount(fee, details.FixedFeeUnitAmount.Decimal), amount: p.unitAmount(fee, details.FixedFeeTotalAmount.Decimal),
		})
	}
	if limits := details.MinMaxAdjustmentTotalAmount; !limits.IsZero() {
		entries = append(entries, entry{item: p.words.limits, amount: p.unitAmount(fee, limits.Decimal)})
	}
	return entries
}

// free is the row of units that cost nothing, if there are any.
func (p *printer) free(fee Fee, units decimal.Decimal) []entry {
	if !units.IsPositive() {
		return nil
	}
	nothing := p.unitAmount(fee, decimal.Zero)
	return []entry{{item: p.words.freeUnits, units: p.Quantity(units), price: nothing, amount: nothing}}
}

// flat is the row of a flat amount, if there is one.
func (p *printer) flat(fee Fee, name string, amount decimal.Decimal) []entry {
	if amount.IsZero() {
		return nil
	}
	text := p.unitAmount(fee, amount)
	return []entry{{item: name, units: "1", price: text, amount: text}}
}

// bounds names a range of units.
func (p *printer) bounds(first bool, bounds charge.RangeBounds) string {
	from := p.bound(bounds.FromValue)
	switch {
	case bounds.ToValue == nil && first:
		return p.words.allUnits
	case bounds.ToValue == nil:
		return locale.Fill(p.words.above, from)
	case first:
		return locale.Fill(p.words.firstUnits, p.bound(*bounds.ToValue))
	default:
		return locale.Fill(p.words.fromTo, from, p.bound(*bounds.ToValue))
	}
}

// bound writes the beginning or the end of a range.
func (p *printer) bound(value json.Number) string {
	d, err := decimal.NewFromString(value.String())
	if err != nil {
		return value.String()
	}
	return p.Quantity(d)
}
