package edge

import (
	"bytes"
	"encoding/json"
	"regexp"

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
		if schema.Type.Includes(openapi3.TypeInteger) && !schema.Type.Includes(openapi3.TypeNumber) {
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

// plainDigits writes a whole number without a fraction and an exponent.
func plainDigits(number json.Number) (any, bool) {
	exact, err := decimal.NewFromString(number.String())
	if err != nil || exact.Exponent() > longestExponent || exact.Exponent() < -longestExponent || !exact.IsInteger() {
		return number, false
	}
	plain := json.Number(exact.BigInt().String())
	return plain, plain != number
}
