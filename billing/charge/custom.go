package charge

import (
	"encoding/json"
	"strings"

	"github.com/shopspring/decimal"
)

// keyCustomProperties are parameters of the script of a custom metric, an
// object of any members.
const keyCustomProperties = "custom_properties"

// The limits of custom properties, within what every database can keep.
const (
	// maxCustomDepth is how deep objects and lists may nest.
	maxCustomDepth = 64
	// maxCustomDigits bounds the length of a number, and its exponent both
	// ways. It leaves room for every floating-point number.
	maxCustomDigits = 1000
)

// custom charges what the script of its metric says.
var custom = specification{
	members:  map[string]tidy{keyCustomProperties: customObject},
	defaults: func() Properties { return Properties{} },
	validate: func(Properties, Context, *findings) {},
	price:    func(Properties, Usage, Options) Price { return Price{Details: NoDetails{}} },
}

// customObject returns an object that was sent as such or as a JSON text.
// Anything else becomes an object without members, and so does one that not
// every database can keep.
func customObject(value any, _ Context) any {
	if text, isText := value.(string); isText {
		parsed, err := decode(json.RawMessage(text))
		if err != nil {
			return map[string]any{}
		}
		value = parsed
	}
	object, isObject := value.(map[string]any)
	if !isObject || !storable(object, maxCustomDepth) {
		return map[string]any{}
	}
	return object
}

// storable reports whether every database can keep a JSON value: it nests no
// deeper than depth, and has no NUL character and no immense number.
func storable(value any, depth int) bool {
	switch value := value.(type) {
	case string:
		return !strings.ContainsRune(value, 0)
	case json.Number:
		return storableNumber(value.String())
	case []any:
		for _, element := range value {
			if depth == 0 || !storable(element, depth-1) {
				return false
			}
		}
	case map[string]any:
		for name, member := range value {
			if depth == 0 || !storable(name, 0) || !storable(member, depth-1) {
				return false
			}
		}
	}
	return true
}

// storableNumber reports whether the text of a JSON number is short, and the
// number no longer when it is written without an exponent.
func storableNumber(text string) bool {
	if len(text) > maxCustomDigits {
		return false
	}
	number, err := decimal.NewFromString(text)
	return err == nil && max(number.Exponent(), -number.Exponent()) <= maxCustomDigits
}
