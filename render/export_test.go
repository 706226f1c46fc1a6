package render

import (
	"reflect"

	"tarn/locale"
)

// What tests look at without making a file.

func Clean(text string) string { return newTypeface().clean(text) }

// Words are those of a language by the names of their fields.
func Words(tag string) map[string]string {
	value, words := reflect.ValueOf(wordsOf(locale.Of(tag))), map[string]string{}
	for i := range value.NumField() {
		words[value.Type().Field(i).Name] = value.Field(i).String()
	}
	return words
}
