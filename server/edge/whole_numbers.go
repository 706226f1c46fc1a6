package edge

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/shopspring/decimal"
)

// spelledOut finds bodies that may have a number with a fraction of zeros or an
// exponent. Others have nothing to respell.
var spelledOut = regexp.MustCompile(`\d(\.0|[eE])`)

// longestExponent bounds the exponents of numbers that are written out.
const longestExponent = 40

// withWholeNumbers is a body that the contract allows with its whole numbers in
// plain digits. JSON Schema takes 1999.0 and 1e3 for integers, and no type of Go
// that holds integers reads them.
func (op *operation) withWholeNumbers(body []byte) []byte {
	if !spelledOut.Match(body) {
		return body
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	_ = decoder.Decode(&value) // of valid JSON: cannot fail
	value, respelled := wholeNumbers(value, op.body)
	if !respelled {
		return body
	}
	plain, _ := json.Marshal(value) // of decoded JSON: cannot fail
	return plain
}

// wholeNumbers respells the numbers of a value for which its schema wants
// integers, and reports whether there were any.
func wholeNumbers(value any, schema *openapi3.Schema) (any, bool) {
	if schema == nil {
		return value, false
	}
	respelled := false
	switch v := value.(type) {
	case json.Number:
		if wantsInteger(schema) {
			return plainDigits(v)
		}
	case map[string]any:
		for name, member := range v {
			next, changed := wholeNumbers(member, memberSchema(schema, []string{name}))
			v[name], respelled = next, respelled || changed
		}
	case []any:
		for i := range v {
			next, changed := wholeNumbers(v[i], memberSchema(schema, []string{"0"}))
			v[i], respelled = next, respelled || changed
		}
	}
	return value, respelled
}

// wantsInteger reports whether of all numbers a schema takes whole ones only.
func wantsInteger(schema *openapi3.Schema) bool {
	return schema.Type.Includes(openapi3.TypeInteger) && !schema.Type.Includes(openapi3.TypeNumber)
}

// plainDigits writes a whole number without a fraction and an exponent.
func plainDigits(number json.Number) (plain json.Number, changed bool) {
	exact, err := decimal.NewFromString(number.String())
	if err != nil {
		return number, false
	}
	digits, exponent := exact.Coefficient().String(), int(exact.Exponent())
	zeros := len(digits) - len(strings.TrimRight(digits, "0"))
	switch {
	case exact.IsZero():
		digits = "0"
	case exponent > longestExponent || zeros < -exponent:
		return number, false
	case exponent < 0:
		digits = digits[:len(digits)+exponent]
	default:
		digits += strings.Repeat("0", exponent)
	}
	plain = json.Number(digits)
	return plain, plain != number
}
