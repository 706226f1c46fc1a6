package render

import (
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tarn/billing/iso"
	"tarn/billing/period"
)

// Spaces that no line breaks at, a usual and a narrow one.
const (
	noBreak = "\u00A0"
	narrow  = "\u202F"
)

// locale is how a language writes.
type locale struct {
	tag   language.Tag
	words words
	// months are their names where a date is written in words.
	months [12]string
	// longDate has {d}, {m} and {y} for the day, the name of the month and the
	// year; shortDate has {dd} and {mm} for two digits, or {m} for the name.
	longDate, shortDate string
	// firstDay is how the first of a month is written in words, if not as 1.
	firstDay string
	// point stands before decimals, group between thousands, which are only
	// set apart in numbers of more than grouped digits.
	point, group string
	grouped      int
	// money has {s} for the symbol of a currency and {n} for the number.
	money string
	// percent stands behind a number of percent.
	percent string
}

// localeOf returns the language of a tag, English when there are no words.
func localeOf(tag string) locale {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	switch base {
	case "fr":
		return french()
	case "de":
		return german()
	case "es":
		return spanish()
	case "it":
		return italian()
	case "pt":
		return portuguese()
	default:
		return english()
	}
}

// date writes a day in words: November 30, 2026.
func (l locale) date(d period.Date) string { return l.writeDate(l.longDate, d) }

// days writes a period: Nov 1, 2026 – Nov 30, 2026.
func (l locale) days(p Period) string {
	return l.writeDate(l.shortDate, p.From) + " – " + l.writeDate(l.shortDate, p.To)
}

func (l locale) writeDate(pattern string, d period.Date) string {
	year, month, day := d.Civil()
	first := strconv.Itoa(day)
	if day == 1 && l.firstDay != "" {
		first = l.firstDay
	}
	return strings.NewReplacer(
		"{dd}", twoDigits(day), "{mm}", twoDigits(int(month)), "{d}", first, "{m}", l.months[month-time.January],
		"{mmm}", string([]rune(l.months[month-time.January])[:3]), "{y}", strconv.Itoa(year),
	).Replace(pattern)
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// number writes a decimal with as many places as it has, but at least so many.
func (l locale) number(d decimal.Decimal, places int32) string {
	whole, fraction, _ := strings.Cut(d.Abs().String(), ".")
	fraction = strings.TrimRight(fraction, "0")
	if missing := int(places) - len(fraction); missing > 0 {
		fraction += strings.Repeat("0", missing)
	}
	text := l.thousands(whole)
	if fraction != "" {
		text += l.point + fraction
	}
	if d.IsNegative() {
		text = "-" + text
	}
	return text
}

// thousands sets the groups of a whole number apart.
func (l locale) thousands(digits string) string {
	if len(digits) <= l.grouped {
		return digits
	}
	head := (len(digits)-1)%3 + 1
	var b strings.Builder
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		b.WriteString(l.group + digits[i:i+3])
	}
	return b.String()
}

// shownPlaces is how many decimal places a number shows that nobody rounded.
const shownPlaces = 10

// quantity writes a number of units.
func (l locale) quantity(d decimal.Decimal) string { return l.number(rounded(d), 0) }

// rate writes a number of percent.
func (l locale) rate(d decimal.Decimal) string { return l.number(rounded(d), 0) + l.percent }

// rounded cuts what no reader needs, unless nothing else would be left.
func rounded(d decimal.Decimal) decimal.Decimal {
	if short := d.Round(shownPlaces); !short.IsZero() {
		return short
	}
	return d
}

// amount writes minor units of a currency.
func (l locale) amount(minor int64, currency string) string {
	exponent := iso.Exponent(currency)
	return l.withSymbol(decimal.New(minor, -exponent), exponent, currency)
}

// price writes units of a currency with all the places that they have.
func (l locale) price(d decimal.Decimal, currency string) string {
	return l.withSymbol(rounded(d), iso.Exponent(currency), currency)
}

// withSymbol writes a number with the symbol of a currency.
func (l locale) withSymbol(d decimal.Decimal, places int32, currency string) string {
	symbol, known := symbols[currency]
	pattern := l.money
	if !known {
		symbol = currency
		// A code needs a space, a symbol does not.
		pattern = strings.Replace(pattern, "{s}{n}", "{s}"+noBreak+"{n}", 1)
	}
	text := strings.NewReplacer("{s}", symbol, "{n}", l.number(d.Abs(), places)).Replace(pattern)
	if d.IsNegative() {
		return "-" + text
	}
	return text
}

// symbols are those of currencies that nobody takes for another one.
var symbols = map[string]string{
	"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "BRL": "R$", "ILS": "₪", "VND": "₫",
	"NGN": "₦", "UAH": "₴", "TRY": "₺", "PHP": "₱", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "HKD": "HK$",
}

// country writes the name of a country.
func (l locale) country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(l.tag).Name(region); name != "" {
		return name
	}
	return code
}
