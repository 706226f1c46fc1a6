package charge

import (
	"encoding/json"
	"slices"
	"strings"
)

// Members of a presentation group key.
const (
	keyValue            = "value"              // the name of an event property
	keyOptions          = "options"            // an object, optional
	keyDisplayInInvoice = "display_in_invoice" // a boolean, its only member
)

// maxPresentationGroups is how many presentation group keys a charge may have.
const maxPresentationGroups = 2

// keepGroupKeys sets the group keys of all models. The former name of the
// pricing groups counts only where the present one was not sent.
func (p Properties) keepGroupKeys(sent map[string]json.RawMessage, ctx Context) {
	p.keep(keyPricingGroups, withoutEmpty, sent[keyGroupedBy], ctx)
	if pricing, err := decode(sent[keyPricingGroups]); err == nil && pricing != nil {
		delete(p, keyPricingGroups)
		p.keep(keyPricingGroups, withoutEmpty, sent[keyPricingGroups], ctx)
	}
	// Lago: a filter splits its units for display as its charge does, and what
	// it says itself about that is dropped.
	if !ctx.Filter {
		p.keep(keyPresentationGroups, tidyPresentationGroups, sent[keyPresentationGroups], ctx)
	}
}

// withoutEmpty drops the empty texts of a list, and the list if nothing is left.
func withoutEmpty(value any, _ Context) any {
	list, isList := value.([]any)
	if !isList {
		return value
	}
	list = slices.DeleteFunc(list, func(element any) bool { return element == "" })
	if len(list) == 0 {
		return nil
	}
	return list
}

// tidyPresentationGroups drops options that are null, and a list of no keys.
func tidyPresentationGroups(value any, _ Context) any {
	list, isList := value.([]any)
	if !isList {
		return value
	}
	if len(list) == 0 {
		return nil
	}
	for _, element := range list {
		object, _ := element.(map[string]any)
		if object[keyOptions] == nil {
			delete(object, keyOptions)
		}
	}
	return list
}

// validateGroupKeys reports group keys of a wrong shape. Of presentation keys
// of the right shape it reports too many of them, and those that are there
// twice.
func validateGroupKeys(p Properties, ctx Context, found *findings) {
	if keys := p[keyPricingGroups]; keys != nil && !areNames(keys) {
		found.add(codeInvalidType)
	}
	keys := p[keyPresentationGroups]
	if keys == nil || ctx.Filter {
		return
	}
	names, ok := presentationNames(keys)
	if !ok {
		found.add(codeInvalidType)
		return
	}
	if len(names) > maxPresentationGroups {
		found.add(codeTooManyKeys)
	}
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) < len(names) {
		found.add(codeDuplicated)
	}
}

// areNames reports whether a value is a list of names.
func areNames(value any) bool {
	list, isList := value.([]any)
	return isList && !slices.ContainsFunc(list, func(element any) bool { return !isName(element) })
}

// isName reports whether a value is a text that can name an event property. One
// with a NUL character cannot: no event has such a property.
func isName(value any) bool {
	text, isText := value.(string)
	return isText && strings.TrimSpace(text) != "" && storable(text, 0)
}

// presentationNames returns the event properties that a list of presentation
// group keys names, and whether it has the shape of such a list.
func presentationNames(value any) ([]string, bool) {
	list, isList := value.([]any)
	names := make([]string, 0, len(list))
	for _, element := range list {
		object, _ := element.(map[string]any)
		members := 1
		if options, present := object[keyOptions]; present {
			members++
			if !areOptions(options) {
				return nil, false
			}
		}
		if !isName(object[keyValue]) || len(object) != members {
			return nil, false
		}
		name, _ := object[keyValue].(string)
		names = append(names, name)
	}
	return names, isList
}

// areOptions reports whether a value is an object with a boolean
// display_in_invoice and nothing else.
func areOptions(value any) bool {
	object, _ := value.(map[string]any)
	_, isBoolean := object[keyDisplayInInvoice].(bool)
	return isBoolean && len(object) == 1
}

// PricingGroupKeys returns the event properties by which units are priced apart.
func (p Properties) PricingGroupKeys() []string {
	list, _ := p[keyPricingGroups].([]any)
	var names []string
	for _, element := range list {
		if name, isText := element.(string); isText {
			names = append(names, name)
		}
	}
	return names
}

// PresentationGroupKeys returns the event properties by which units are split
// for display.
func (p Properties) PresentationGroupKeys() []string {
	names, _ := presentationNames(p[keyPresentationGroups])
	return names
}
