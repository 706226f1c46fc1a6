package charge

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
)

// Properties are the pricing parameters of a charge, a charge filter or a fixed
// charge, by name. The values are those of decoded JSON: nil, bool, string,
// json.Number, []any and map[string]any. They are not to be changed in place;
// copies share them.
//
// The zero value has no members. As JSON, Properties are what is stored; Shown
// is what clients see.
type Properties map[string]any

// Names of properties that all models have.
const (
	keyPricingGroups      = "pricing_group_keys"
	keyPresentationGroups = "presentation_group_keys"
	keyGroupedBy          = "grouped_by" // the former name of the pricing groups
)

// UnmarshalJSON reads an object and keeps the digits of its numbers. Null makes
// no members. The error is one of encoding/json.
func (p *Properties) UnmarshalJSON(data []byte) error {
	var members map[string]any
	if err := unmarshalExact(data, &members); err != nil {
		return err
	}
	*p = members
	return nil
}

// Defaults returns what absent or empty properties of a model become. For a
// model that does not exist it returns no members.
func Defaults(model Model) Properties {
	if specification, known := specifications[model]; known {
		return specification.defaults()
	}
	return Properties{}
}

// Normalize returns the properties that are kept of those that were sent.
// Members that are null, unknown or of other models are dropped, and so are
// nulls inside lists; grouped_by becomes pricing_group_keys. Nothing sent at
// all becomes the defaults, except for a filter, which has none. Values that
// break a rule stay, for Validate to report. The result is never nil.
func Normalize(model Model, sent map[string]json.RawMessage, ctx Context) Properties {
	if len(sent) == 0 && !ctx.Filter {
		return Defaults(model)
	}
	properties := Properties{}
	for name, tidied := range specifications[model].members {
		properties.keep(name, tidied, sent[name], ctx)
	}
	if Known(model) && !ctx.fixed() {
		properties.keepGroupKeys(sent, ctx)
	}
	return properties
}

// keep sets a member to the form of a sent value that is kept, if there is one.
func (p Properties) keep(name string, tidied tidy, sent json.RawMessage, ctx Context) {
	value, err := decode(sent)
	if err != nil || value == nil {
		return
	}
	if kept := tidied(value, ctx); kept != nil {
		p[name] = kept
	}
}

// Validate returns the codes of all rules that properties break, in a fixed
// order: first those of the model, then those of the group keys. A rule broken
// twice is there twice. No code means that the properties can be priced.
// Properties of a model that does not exist have no rules: ValidateCharge
// refuses the model itself.
func Validate(model Model, properties Properties, ctx Context) []string {
	specification, known := specifications[model]
	if !known {
		return nil
	}
	if ctx.fixed() && len(properties) == 0 {
		return []string{codeMandatory}
	}
	var found findings
	specification.validate(properties, ctx, &found)
	validateGroupKeys(properties, ctx, &found)
	return found
}

// Shown returns the properties as clients see them: the pricing groups, when
// there are any, appear under their former name too.
func (p Properties) Shown() Properties {
	shown := maps.Clone(p)
	if keys, _ := p[keyPricingGroups].([]any); len(keys) > 0 {
		shown[keyGroupedBy] = keys
	}
	return shown
}

// Prices returns the properties without their group keys. A change to a plan
// reaches the plans made from it where these are equal.
func (p Properties) Prices() Properties {
	prices := maps.Clone(p)
	delete(prices, keyPricingGroups)
	delete(prices, keyPresentationGroups)
	return prices
}

// WithGroupKeys returns the properties with the group keys of others in place
// of their own.
func (p Properties) WithGroupKeys(of Properties) Properties {
	result := p.Prices()
	for _, name := range []string{keyPricingGroups, keyPresentationGroups} {
		if keys, present := of[name]; present {
			if result == nil {
				result = Properties{}
			}
			result[name] = keys
		}
	}
	return result
}

// decode reads one JSON value exactly, without the nulls inside its lists. The
// absence of a value is the value null. The error is one of encoding/json.
func decode(raw json.RawMessage) (any, error) {
	if raw == nil {
		return nil, nil
	}
	var value any
	if err := unmarshalExact(raw, &value); err != nil {
		return nil, err
	}
	return withoutNulls(value), nil
}

// unmarshalExact reads one JSON value and keeps the digits of its numbers. The
// error is one of encoding/json, or says that more than one value is there.
func unmarshalExact(data []byte, target any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(target); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one JSON value")
	}
	return nil
}

// withoutNulls drops the nulls of all lists inside a value, in place.
func withoutNulls(value any) any {
	switch value := value.(type) {
	case []any:
		kept := slices.DeleteFunc(value, func(element any) bool { return element == nil })
		for i, element := range kept {
			kept[i] = withoutNulls(element)
		}
		return kept
	case map[string]any:
		for name, member := range value {
			value[name] = withoutNulls(member)
		}
	}
	return value
}
