package edge

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"

	"tarn/clock"
	"tarn/fault"
)

// Validation uses the schemas of the 3.1 document with the library's own
// validator: its JSON Schema one compiles every schema anew for every request.

// uuidFormat and dateTimeFormat are checked here because the decoding into
// generated types fails on what they refuse.
type uuidFormat struct{}

func (uuidFormat) Validate(text string) error {
	if len(text) != len(uuid.Nil.String()) {
		return errors.New("not a UUID")
	}
	return uuid.Validate(text)
}

type dateTimeFormat struct{}

func (dateTimeFormat) Validate(text string) error {
	_, err := time.Parse(time.RFC3339, text)
	return err
}

type dateFormat struct{}

func (dateFormat) Validate(text string) error {
	_, err := time.Parse(time.DateOnly, text)
	return err
}

// iso8601Format is what ParseDay reads.
type iso8601Format struct{}

func (iso8601Format) Validate(text string) error {
	if _, _, ok := ParseDay(text); !ok {
		return errors.New("neither a day nor an instant")
	}
	return nil
}

// ParseDay reads a date or a date-time; one without an offset is in UTC.
func ParseDay(text string) (at time.Time, wholeDay, ok bool) {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return day, true, true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if moment, err := time.Parse(layout, text); err == nil {
			return clock.Normalize(moment), false, true
		}
	}
	return time.Time{}, false, false
}

var formats = map[string]openapi3.StringFormatValidator{
	"uuid": uuidFormat{}, "date-time": dateTimeFormat{}, "date": dateFormat{}, "iso8601": iso8601Format{},
}

// visit holds a value against a schema and returns everything that is wrong.
func visit(schema *openapi3.Schema, value any) error {
	return schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsRequest(),
		openapi3.WithStringFormatValidators(formats), openapi3.DisableSchemaErrorDetails())
}

// checkBody holds a body against the contract and returns it as the handler
// shall see it: mended where Lago's server would read it as something valid
// (see mended), and without NUL characters, which no database keeps. The error
// is an incomplete when the engine may have more to say.
func (op *operation) checkBody(body []byte, asWire bool) ([]byte, error) {
	return op.readBody(body, func(any) {}, asWire)
}

// readBody is checkBody, and shows the body to somebody else when it is decoded.
func (op *operation) readBody(body []byte, show func(any), asWire bool) ([]byte, error) {
	if op.body == nil {
		return body, nil
	}
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return nil, badRequest()
	}
	if bytes.Contains(body, []byte(`\u0000`)) {
		value = withoutNUL(value)
		body = rewrite(body, withoutNUL)
	}
	show(value)
	if op.judged {
		return body, nil
	}
	value, body, err := op.unwrap(value, body)
	if err != nil {
		return nil, err
	}
	value, body = op.names.exact(value, body)
	if err := op.checkRoot(value); err != nil {
		return nil, op.rootless(err)
	}
	if plain := op.withoutNulls(body); !bytes.Equal(plain, body) {
		body, value = plain, decoded(plain)
	}
	for range mendingRounds {
		if err = visit(op.body, value); err == nil {
			break
		}
		next, ok := op.mended(body, err, asWire)
		if listsNull(value) {
			next, ok = rewrite(body, withoutNullEntries), true
		}
		if !ok {
			break
		}
		body = next
		value = decoded(body)
	}
	var misnamed [][]string
	if !asWire {
		misnamed = op.misnamed(value)
	}
	if err == nil && len(misnamed) == 0 {
		return op.withWholeNumbers(body), nil
	}
	return nil, op.refused(value, body, err, misnamed)
}

// refused is what is wrong with a body: what the validator has found, and members that
// name records by values of the wrong type. It is an incomplete when the engine may
// have more to say.
func (op *operation) refused(value any, body []byte, broken error, misnamed [][]string) error {
	found := faults{all: fault.Details{}, typed: fault.Details{}, pointers: misnamed}
	for _, pointer := range misnamed {
		found.add(op.fieldAt(pointer), "type", codesFor(memberSchema(op.body, pointer), "type"))
	}
	if broken != nil {
		op.collect(&found, broken)
	}
	refusal, _ := fault.As(found.all.Err())
	rest, ok := op.without(body, found.pointers)
	if !ok {
		return refusal
	}
	return &incomplete{refusal: refusal, typed: found.typed, rest: rest, removed: op.removed(value, found.pointers), left: op.left(rest)}
}

// checkRoot refuses a body without its root key, or with nothing under it.
func (op *operation) checkRoot(value any) error {
	object, isObject := value.(map[string]any)
	if op.root == "" {
		if !isObject && op.body.Type.Includes(openapi3.TypeObject) {
			return badRequest()
		}
		return nil
	}
	switch root := object[op.root].(type) {
	case map[string]any:
		if len(root) > 0 && (!knownMembersOnly[op.ID] || op.knows(root)) {
			return nil
		}
	case []any:
		// An empty list is for the engine to judge: the batch of events has a
		// code of its own.
		if op.body.Properties[op.root].Value.Type.Includes(openapi3.TypeArray) {
			return nil
		}
	}
	return fault.MissingParameter(op.root)
}

// knownMembersOnly are the operations for which members that the document does
// not know count as nothing.
//
// Lago: customers and billable metrics answer 400 when no known field remains;
// other resources take any member for content.
var knownMembersOnly = map[string]bool{
	"createCustomer": true, "createBillableMetric": true, "updateBillableMetric": true,
}

// knows reports whether one of an object's members is in the document.
func (op *operation) knows(root map[string]any) bool {
	declared := declaredIn(op.body.Properties[op.root].Value)
	for name := range root {
		if declared[name] {
			return true
		}
	}
	return false
}

// declaredIn are the members that a schema declares, in all its parts.
func declaredIn(schema *openapi3.Schema) map[string]bool {
	declared := map[string]bool{}
	for name := range schema.Properties {
		declared[name] = true
	}
	for _, part := range schema.AllOf {
		maps.Copy(declared, declaredIn(part.Value))
	}
	return declared
}

// faults are what is wrong with a body.
type faults struct {
	// all are the details of the refusal, typed those of them that are about types.
	all, typed fault.Details
	// pointers are where in the body it is.
	pointers [][]string
}

// add notes the codes of a field; the first finding about it counts.
func (f *faults) add(field, kind string, codes []string) {
	if _, reported := f.all[field]; reported {
		return
	}
	f.all.Add(field, codes...)
	if kind == "type" {
		f.typed.Add(field, codes...)
	}
}

// collect turns the validator's findings into error details. A field goes by its
// path below the root key, unless the document gives it a name of its own.
func (op *operation) collect(found *faults, err error) {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		for _, each := range many {
			op.collect(found, each)
		}
		return
	}
	var finding *openapi3.SchemaError
	if !errors.As(err, &finding) {
		found.all.Add("base", fault.CodeInvalid)
		found.pointers = append(found.pointers, nil)
		return
	}
	pointer := finding.JSONPointer()
	found.add(op.fieldAt(pointer), kindOf(finding), op.codesOf(finding, pointer))
	found.pointers = append(found.pointers, pointer)
}

// fieldAt is the name under which a value of the body is reported.
func (op *operation) fieldAt(pointer []string) string {
	if schema := memberSchema(op.body, pointer); schema != nil {
		if name, isText := schema.Extensions["x-tarn-field"].(string); isText {
			return name
		}
	}
	if len(pointer) > 0 && slices.Contains(op.roots, pointer[0]) {
		pointer = pointer[1:]
	}
	if len(pointer) == 0 {
		return "base"
	}
	return strings.Join(pointer, ".")
}

// codesOf are the contract's codes for a finding: those that the document
// gives the field, or the usual ones.
func (op *operation) codesOf(finding *openapi3.SchemaError, pointer []string) []string {
	kind, schema := kindOf(finding), finding.Schema
	if kind == "missing" {
		schema = memberSchema(op.body, pointer)
	}
	// Null is no word of a vocabulary either, and may have codes of its own.
	if codes := ownCodes(schema, "null"); kind == "enum" && finding.Value == nil && len(codes) > 0 {
		return codes
	}
	return codesFor(schema, kind)
}

// codesFor are the codes that the document gives a field, or the usual ones.
func codesFor(schema *openapi3.Schema, kind string) []string {
	if codes := ownCodes(schema, kind); len(codes) > 0 {
		return codes
	}
	return usualCodes(kind)
}

// usualCodes are the codes of fields that the document says nothing about.
func usualCodes(kind string) []string {
	switch kind {
	case "missing", "null":
		return []string{fault.CodeMandatory}
	case "min", "max":
		return []string{fault.CodeOutOfRange}
	case "length_min":
		return []string{fault.CodeTooShort}
	case "length_max":
		return []string{fault.CodeTooLong}
	}
	return []string{fault.CodeInvalid}
}

// memberSchema finds the schema of a member, looking into the parts and the
// alternatives of schemas; nil when no part declares it.
func memberSchema(schema *openapi3.Schema, path []string) *openapi3.Schema {
	if schema == nil || len(path) == 0 {
		return schema
	}
	if member := schema.Properties[path[0]]; member != nil {
		return memberSchema(member.Value, path[1:])
	}
	if schema.Items != nil {
		return memberSchema(schema.Items.Value, path[1:])
	}
	if members := schema.AdditionalProperties.Schema; members != nil {
		return memberSchema(members.Value, path[1:])
	}
	for _, group := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, part := range group {
			if found := memberSchema(part.Value, path); found != nil {
				return found
			}
		}
	}
	return nil
}

// ownCodes reads x-tarn-code, in which the overlay keeps the codes of fields
// that Lago answers in a way of their own.
func ownCodes(schema *openapi3.Schema, kind string) []string {
	if schema == nil {
		return nil
	}
	table, _ := schema.Extensions["x-tarn-code"].(map[string]any)
	list, _ := table[kind].([]any)
	codes := make([]string, 0, len(list))
	for _, code := range list {
		if text, isText := code.(string); isText {
			codes = append(codes, text)
		}
	}
	return codes
}

// kindOf is what sort of rule a finding reports, in the words of x-tarn-code.
func kindOf(finding *openapi3.SchemaError) string {
	switch finding.SchemaField {
	case "required":
		return "missing"
	case "nullable":
		return "null"
	case "enum", "const":
		return "enum"
	case "format", "pattern", "anyOf": // of formats: a date or a date-time
		return "format"
	case "minimum", "exclusiveMinimum", "minItems", "minProperties":
		return "min"
	case "maximum", "exclusiveMaximum", "maxItems", "maxProperties":
		return "max"
	case "minLength":
		return "length_min"
	case "maxLength":
		return "length_max"
	case "type":
		if finding.Value == nil {
			return "null"
		}
		return "type"
	}
	return finding.SchemaField
}

// codeOfParameter is the code for a refused parameter.
func codeOfParameter(err error) string {
	var many openapi3.MultiError
	if errors.As(err, &many) && len(many) > 0 {
		err = many[0]
	}
	var finding *openapi3.SchemaError
	if errors.As(err, &finding) {
		kind := kindOf(finding)
		return append(ownCodes(finding.Schema, kind), usualCodes(kind)...)[0]
	}
	return fault.CodeInvalid
}

// listsNull reports whether a list in a decoded value has a null entry.
func listsNull(value any) bool {
	switch v := value.(type) {
	case []any:
		return slices.ContainsFunc(v, func(entry any) bool { return entry == nil || listsNull(entry) })
	case map[string]any:
		for _, member := range v {
			if listsNull(member) {
				return true
			}
		}
	}
	return false
}

// withoutNullEntries removes the null entries of all lists in a decoded value.
//
// Lago: nulls in lists are removed before anything else sees them.
func withoutNullEntries(value any) any {
	switch v := value.(type) {
	case []any:
		kept := slices.DeleteFunc(v, func(entry any) bool { return entry == nil })
		for i := range kept {
			kept[i] = withoutNullEntries(kept[i])
		}
		return kept
	case map[string]any:
		for name, member := range v {
			v[name] = withoutNullEntries(member)
		}
	}
	return value
}

// withoutNUL removes NUL characters from all texts of a decoded value.
func withoutNUL(value any) any {
	switch v := value.(type) {
	case string:
		return strings.ReplaceAll(v, "\x00", "")
	case []any:
		for i := range v {
			v[i] = withoutNUL(v[i])
		}
		return v
	case map[string]any:
		clean := make(map[string]any, len(v))
		for name, member := range v {
			clean[strings.ReplaceAll(name, "\x00", "")] = withoutNUL(member)
		}
		return clean
	}
	return value
}
