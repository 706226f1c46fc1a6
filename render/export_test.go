package render

import (
	"reflect"

	"github.com/shopspring/decimal"

	"tarn/billing/period"
)

// What tests look at without making a file.

func Amount(tag string, minor int64, currency string) string {
	return localeOf(tag).amount(minor, currency)
}

func Price(tag string, d decimal.Decimal, currency string) string {
	return localeOf(tag).price(d, currency)
}

func Quantity(tag string, d decimal.Decimal) string { return localeOf(tag).quantity(d) }

func Rate(tag string, d decimal.Decimal) string { return localeOf(tag).rate(d) }

func Date(tag string, d period.Date) string { return localeOf(tag).date(d) }

func Days(tag string, p Period) string { return localeOf(tag).days(p) }

func Country(tag, code string) string { return localeOf(tag).country(code) }

func Clean(text string) string { return newTypeface().clean(text) }

// Words are those of a language by the names of their fields.
func Words(tag string) map[string]string {
	value, words := reflect.ValueOf(localeOf(tag).words), map[string]string{}
	for i := range value.NumField() {
		words[value.Type().Field(i).Name] = value.Field(i).String()
	}
	return words
}

// Months are the names that a language has.
func Months(tag string) []string {
	months := localeOf(tag).months
	return months[:]
}
