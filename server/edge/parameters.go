package edge

import (
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"tarn/fault"
	"tarn/store"
)

// parameter is a declared parameter of an operation.
type parameter struct {
	name     string
	in       string
	schema   *openapi3.Schema
	required bool
	array    bool
	// object parameters are spread over the query: name[key]=value.
	object bool
	// lists says that the members of an object are lists of texts.
	lists bool
	// lenient parameters are never refused: what does not fit is read as the
	// default.
	lenient bool
}

func newParameter(p *openapi3.Parameter) parameter {
	schema := openapi3.NewSchema()
	if p.Schema != nil {
		schema = p.Schema.Value
	}
	lenient, _ := p.Extensions["x-tarn-lenient"].(bool)
	lists, _ := p.Extensions["x-tarn-lists"].(bool)
	return parameter{
		lists: lists,
		name:  p.Name, in: p.In, schema: schema, required: p.Required,
		array: schema.Type.Includes(openapi3.TypeArray), object: schema.Type.Includes(openapi3.TypeObject), lenient: lenient,
	}
}

// label is the parameter's name in error details.
func (p parameter) label() string { return strings.TrimSuffix(p.name, "[]") }

// checkParameters holds the path and the query against the contract. It
// rewrites lenient parameters in the query to what they mean. A malformed
// identifier in the path is a record that does not exist.
func (op *operation) checkParameters(path func(string) string, query url.Values) error {
	for _, values := range query {
		for i := range values {
			values[i] = Clean(values[i])
		}
	}
	details := fault.Details{}
	for _, p := range op.parameters {
		switch p.in {
		case openapi3.ParameterInPath:
			value := path(p.name)
			if value == "" || value != Clean(value) || p.check([]string{value}) != nil {
				return fault.Missing(op.notFound)
			}
		case openapi3.ParameterInQuery:
			values, present := query[p.name]
			switch {
			case p.lenient:
				normalizePaging(query, p.name)
			case p.object:
				if p.lists {
					settleLists(query, p.name)
				}
				op.report(details, p, p.checkMembers(query))
			case !present && p.required:
				details.Add(p.label(), fault.CodeMandatory)
			case present:
				op.report(details, p, p.check(values))
				p.settle(query, values)
			}
		}
	}
	return details.Err()
}

// report notes what is wrong with a parameter.
func (op *operation) report(details fault.Details, p parameter, refused *refusal) {
	switch {
	case refused == nil:
	case op.wordy && len(refused.allowed) > 0:
		// Lago: these lists explain a refused filter in words, by index where
		// the filter is a list.
		words := []string{"must be one of: " + strings.Join(refused.allowed, ", ")}
		if !p.array {
			details[p.label()] = words
			return
		}
		byIndex := map[string]any{}
		for _, index := range refused.indexes {
			byIndex[strconv.Itoa(index)] = words
		}
		details[p.label()] = byIndex
	default:
		details.Add(p.label(), refused.code)
	}
}

// refusal is why a parameter does not fit.
type refusal struct {
	// indexes are the places of the values at fault.
	indexes []int
	code    string
	allowed []string
}

// check holds the parameter's texts against its schema.
func (p parameter) check(values []string) *refusal {
	schema := p.schema
	if p.array {
		schema = schema.Items.Value
	} else if len(values) > 1 {
		values = values[len(values)-1:]
	}
	var refused *refusal
	for i, text := range values {
		code := ""
		if err := fits(schema, text); err != nil {
			code = codeOfParameter(err)
		} else if leavesIntegers(schema, text) {
			code = fault.CodeOutOfRange
		}
		if code == "" {
			continue
		}
		if refused == nil {
			refused = &refusal{code: code, allowed: allowedWords(schema)}
		}
		refused.indexes = append(refused.indexes, i)
	}
	return refused
}

// leavesIntegers reports whether a text is a whole number that no integer of 64 bits holds,
// where its schema takes nothing else.
func leavesIntegers(schema *openapi3.Schema, text string) bool {
	_, err := strconv.ParseInt(wholeNumber(schema, text), 10, 64)
	return errors.Is(err, strconv.ErrRange) && wantsInteger(schema) && !schema.Type.Includes(openapi3.TypeString)
}

// settle leaves the last value of a parameter that is no list, and writes whole numbers
// in plain digits. The generated code refuses what is sent twice.
//
// Lago: of several values for one name the last one counts.
func (p parameter) settle(query url.Values, values []string) {
	schema := p.schema
	if p.array {
		schema = schema.Items.Value
	} else {
		values = values[len(values)-1:]
	}
	for i := range values {
		values[i] = wholeNumber(schema, values[i])
	}
	query[p.name] = values
}

// wholeNumber is a text that is a whole number in plain digits, if its schema wants one.
func wholeNumber(schema *openapi3.Schema, text string) string {
	if wantsInteger(schema) && isNumber(text) {
		plain, _ := plainDigits(json.Number(text))
		return string(plain)
	}
	return text
}

// checkMembers holds a parameter that is spread over the query against its
// schema.
func (p parameter) checkMembers(query url.Values) *refusal {
	members := map[string]any{}
	for name, values := range query {
		key, isMember := strings.CutPrefix(name, p.name+"[")
		if isMember && strings.HasSuffix(key, "]") && len(values) > 0 {
			members[strings.TrimSuffix(key, "]")] = values[len(values)-1]
		}
	}
	if err := visit(p.schema, members); len(members) > 0 && err != nil {
		return &refusal{code: codeOfParameter(err)}
	}
	return nil
}

// fits reports whether a text is a value of the schema, read as any of the
// types that the schema knows. This is also right for an anyOf of types,
// which the library's own decoding of queries refuses.
func fits(schema *openapi3.Schema, text string) error {
	var err error
	for _, candidate := range readings(text) {
		if err = visit(schema, candidate); err == nil {
			return nil
		}
	}
	return err
}

// readings are the values that a text may stand for, plainest last, so that
// its error is the one that is told.
func readings(text string) []any {
	candidates := make([]any, 0, 3)
	if number := json.Number(text); isNumber(text) {
		if value, err := number.Float64(); err == nil {
			candidates = append(candidates, value)
		}
	}
	if text == "true" || text == "false" {
		candidates = append(candidates, text == "true")
	}
	return append(candidates, text)
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, "0123456789.-+eE") == "" && json.Valid([]byte(text))
}

// allowedWords are the words of an enumeration.
func allowedWords(schema *openapi3.Schema) []string {
	if schema.Type.Is(openapi3.TypeBoolean) {
		return []string{"true", "false"}
	}
	var words []string
	for _, value := range schema.Enum {
		if word, isText := value.(string); isText {
			words = append(words, word)
		}
	}
	return words
}

// The pages of the original when per_page is present and not a number.
const oddPageSize = 25

// beyondLists is larger than any list, and leaves room for adding to it.
const beyondLists = 1 << 62

// normalizePaging rewrites page and per_page as Lago reads them.
//
// Lago: a page that is not a positive number is page 1; a per_page that is not
// a number, or negative, is 25; 0 breaks the original, and means the default
// here.
func normalizePaging(query url.Values, name string) {
	values, present := query[name]
	if !present {
		return
	}
	text := strings.TrimSpace(values[len(values)-1])
	if isNumber(text) {
		plain, _ := plainDigits(json.Number(text))
		text = string(plain)
	}
	number, err := strconv.Atoi(text)
	if err != nil && strings.Trim(text, "0123456789") == "" && text != "" {
		number, err = beyondLists, nil
	}
	switch {
	case name == "page" && (err != nil || number < 1):
		number = 1
	case name == "per_page" && (err != nil || number < 0):
		number = oddPageSize
	case name == "per_page" && number == 0:
		number = store.DefaultPageSize
	}
	query.Set(name, strconv.Itoa(min(number, beyondLists)))
}
