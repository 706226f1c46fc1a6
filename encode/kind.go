package encode

import (
	"encoding/json"
	"slices"
)

// kinds is a set of kinds of JSON values.
type kinds uint8

// The kinds. Numbers are two of them, because a schema may take those without a
// fraction only.
const (
	null kinds = 1 << iota
	boolean
	whole
	fraction
	text
	array
	object

	everything = null | boolean | whole | fraction | text | array | object
	structured = array | object
)

// named are the kinds of a schema's types.
var named = map[string]kinds{
	"null": null, "boolean": boolean, "integer": whole, "number": whole | fraction,
	"string": text, "array": array, "object": object,
}

// kindOf is the kind of a value by its first byte; numbers may be of either
// kind.
func kindOf(raw []byte) kinds {
	switch raw[0] {
	case 'n':
		return null
	case 't', 'f':
		return boolean
	case '"':
		return text
	case '[':
		return array
	case '{':
		return object
	}
	return whole | fraction
}

// kindsOf are the kinds that fit all of some schemas.
func (d *document) kindsOf(schemas []*schema) kinds {
	fit := everything
	for _, s := range schemas {
		fit &= d.kindsOfOne(s)
	}
	return fit
}

func (d *document) kindsOfOne(s *schema) kinds {
	fit := everything
	if len(s.Type) > 0 {
		fit = 0
		for _, name := range s.Type {
			fit |= named[name]
		}
	}
	if len(s.Enum) > 0 {
		var values kinds
		for _, value := range s.Enum {
			values |= kindOf(value)
		}
		fit &= values
	}
	if len(s.AnyOf) > 0 {
		var any kinds
		for _, choice := range s.AnyOf {
			any |= d.kindsOf(d.all(choice))
		}
		fit &= any
	}
	if len(s.OneOf) > 0 {
		fit &= d.kindsOfChoice(s.OneOf)
	}
	return fit
}

// kindsOfChoice are the kinds that fit just one of some schemas. Structured
// values are told apart by their members, not by their kind.
func (d *document) kindsOfChoice(choices []*schema) kinds {
	var once, twice kinds
	for _, choice := range choices {
		fit := d.kindsOf(d.all(choice))
		twice |= once & fit
		once |= fit
	}
	return once &^ (twice &^ structured)
}

// words are the texts that fit all enumerations among some schemas; nil where
// any text does.
func words(schemas []*schema) []string {
	var list []string
	found := false
	for _, s := range schemas {
		if len(s.Enum) == 0 {
			continue
		}
		var own []string
		for _, value := range s.Enum {
			var word string
			if value[0] == '"' && json.Unmarshal(value, &word) == nil {
				own = append(own, word)
			}
		}
		if found {
			own = slices.DeleteFunc(own, func(word string) bool { return !slices.Contains(list, word) })
		}
		list, found = own, true
	}
	if found && list == nil {
		list = []string{}
	}
	return list
}
