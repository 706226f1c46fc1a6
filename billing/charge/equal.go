package charge

import "encoding/json"

// Equal reports whether two sets of properties are the same. Amounts and
// numbers are compared by their value: "1.0" equals "1.00". Group keys and the
// texts of custom properties are compared as they are.
func Equal(a, b Properties) bool {
	if len(a) != len(b) {
		return false
	}
	for name, value := range a {
		other, present := b[name]
		if !present || !equalValues(value, other, holdsAmounts(name)) {
			return false
		}
	}
	return true
}

// holdsAmounts reports whether the texts in a property are amounts.
func holdsAmounts(name string) bool {
	switch name {
	case keyPricingGroups, keyPresentationGroups, keyCustomProperties:
		return false
	default:
		return true
	}
}

// equalValues compares two JSON values; amounts says that texts are numbers.
func equalValues(a, b any, amounts bool) bool {
	switch a := a.(type) {
	case string:
		b, isText := b.(string)
		return isText && (a == b || amounts && equalNumbers(a, b))
	case json.Number:
		b, isNumber := b.(json.Number)
		return isNumber && (a == b || equalNumbers(a.String(), b.String()))
	case []any:
		b, isList := b.([]any)
		if !isList || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !equalValues(a[i], b[i], amounts) {
				return false
			}
		}
		return true
	case map[string]any:
		b, isObject := b.(map[string]any)
		return isObject && equalObjects(a, b, amounts)
	default: // null and the booleans
		return a == b
	}
}

// equalObjects compares two JSON objects.
func equalObjects(a, b map[string]any, amounts bool) bool {
	if len(a) != len(b) {
		return false
	}
	for name, value := range a {
		other, present := b[name]
		if !present || !equalValues(value, other, amounts) {
			return false
		}
	}
	return true
}

// equalNumbers reports whether two texts are the same number.
func equalNumbers(a, b string) bool {
	left, ok := parseNumber(a)
	if !ok {
		return false
	}
	right, ok := parseNumber(b)
	return ok && left.Equal(right)
}
