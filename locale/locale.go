package locale

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

// Language is how the people of a language write. Of returns those that there are.
type Language struct {
	tag language.Tag
	// months are their names where a date is written in words.
	months [12]string
	// longDate has {d}, {m} and {y} for the day, the name of the month and the
	// year; shortDate has {dd} and {mm} for two digits, or {mmm} for the beginning of
	// the name.
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

// Of returns the language of a tag, such as pt-BR, and English where tarn does not
// know the language.
func Of(tag string) Language {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	for _, known := range Known() {
		if known.Code() == base {
			return known
		}
	}
	return english()
}

// Known returns all languages, English first.
func Known() []Language {
	return []Language{english(), french(), german(), spanish(), italian(), portuguese()}
}

// Accepted returns the language that a browser asks for in its header Accept-Language, as
// far as there is one, and English otherwise.
func Accepted(header string) Language {
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return english()
	}
	known := Known()
	tags := make([]language.Tag, len(known))
	for i := range known {
		tags[i] = known[i].tag
	}
	_, index, _ := language.NewMatcher(tags).Match(wanted...)
	return known[index]
}

// Tag returns the name of the language for machines, such as pt-BR.
func (l Language) Tag() string { return l.tag.String() }

// Code returns the two letters of the language, without its region.
func (l Language) Code() string {
	base, _ := l.tag.Base()
	return base.String()
}

// Months returns the names of the months, January first.
func (l Language) Months() []string { return l.months[:] }

// Date writes a day in words: November 30, 2026.
func (l Language) Date(d period.Date) string { return l.writeDate(l.longDate, d) }

// Days writes a period of which both days are part: Nov 1, 2026 – Nov 30, 2026.
func (l Language) Days(from, to period.Date) string {
	return l.writeDate(l.shortDate, from) + " – " + l.writeDate(l.shortDate, to)
}

// Instant writes an instant as the clocks of its time zone show it: November 30, 2026,
// 14:05 CET. A zone without a name is written as its distance from UTC.
func (l Language) Instant(at time.Time) string {
	zone, _ := at.Zone()
	if strings.HasPrefix(zone, "+") || strings.HasPrefix(zone, "-") {
		zone = "UTC" + zone
	}
	return l.Date(period.DateOf(at, at.Location())) + ", " + at.Format("15:04") + noBreak + zone
}

func (l Language) writeDate(pattern string, d period.Date) string {
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

// Number writes a decimal with as many places as it has, but at least so many.
func (l Language) Number(d decimal.Decimal, places int32) string {
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
func (l Language) thousands(digits string) string {
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

// Quantity writes a number of units.
func (l Language) Quantity(d decimal.Decimal) string { return l.Number(rounded(d), 0) }

// Measure writes a number of units that have a name.
func (l Language) Measure(d decimal.Decimal, unit string) string {
	return l.Quantity(d) + noBreak + unit
}

// Rate writes a number of percent.
func (l Language) Rate(d decimal.Decimal) string { return l.Number(rounded(d), 0) + l.percent }

// rounded cuts what no reader needs, unless nothing else would be left.
func rounded(d decimal.Decimal) decimal.Decimal {
	if short := d.Round(shownPlaces); !short.IsZero() {
		return short
	}
	return d
}

// Amount writes minor units of a currency.
func (l Language) Amount(minor int64, currency string) string {
	return l.Sum(decimal.NewFromInt(minor), currency)
}

// Sum writes minor units of a currency, of which there may be more than an integer can
// hold.
func (l Language) Sum(minor decimal.Decimal, currency string) string {
	exponent := iso.Exponent(currency)
	return l.withSymbol(minor.Shift(-exponent), exponent, currency)
}

// Price writes units of a currency with all the places that they have.
func (l Language) Price(d decimal.Decimal, currency string) string {
	return l.withSymbol(rounded(d), iso.Exponent(currency), currency)
}

// withSymbol writes a number with the symbol of a currency.
func (l Language) withSymbol(d decimal.Decimal, places int32, currency string) string {
	symbol, known := symbols[currency]
	pattern := l.money
	if !known {
		symbol = currency
		// A code needs a space, a symbol does not.
		pattern = strings.Replace(pattern, "{s}{n}", "{s}"+noBreak+"{n}", 1)
	}
	text := strings.NewReplacer("{s}", symbol, "{n}", l.Number(d.Abs(), places)).Replace(pattern)
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

// Country writes the name of a country, which is named by its two letters of ISO 3166-1;
// a code of no country stays as it is.
func (l Language) Country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(l.tag).Name(region); name != "" {
		return name
	}
	return code
}
