package spectool

// kind names a type of object of the OpenAPI specification. The meaning of a
// key depends on the kind of the object it stands in: "description" is prose in
// a schema and an ordinary name in a schema's properties.
type kind string

// The kinds of object whose keys are treated one by one.
const (
	kindDocument       kind = "document"
	kindInfo           kind = "info"
	kindServer         kind = "server"
	kindTag            kind = "tag"
	kindPathItem       kind = "path item"
	kindOperation      kind = "operation"
	kindParameter      kind = "parameter"
	kindRequestBody    kind = "request body"
	kindResponse       kind = "response"
	kindMediaType      kind = "media type"
	kindEncoding       kind = "encoding"
	kindHeader         kind = "header"
	kindComponents     kind = "components"
	kindSecurityScheme kind = "security scheme"
	kindSchema         kind = "schema"
)

// form says how a key holds its value.
type form int

const (
	formValue  form = iota // plain data, kept as it is
	formProse              // text for people: dropped by Import
	formObject             // one object of the field's kind
	formList               // a sequence of such objects
	formDict               // a mapping from names to such objects
	formNames              // a sequence of names whose order has no meaning
)

// field describes one known key of a kind.
type field struct {
	key  string
	form form
	kind kind
}

// fieldsOf returns the known keys of a kind in the order in which we write
// them. Keys that are not listed (vendor extensions and keywords newer than
// this table) are kept as plain data, after the known ones, by name.
func fieldsOf(k kind) []field { return grammar[k] }

// grammar is the table behind fieldsOf. It covers OpenAPI 3.0 to 3.2.
var grammar = map[kind][]field{
	kindDocument: {
		{key: "openapi"},
		{key: "info", form: formObject, kind: kindInfo},
		{key: "jsonSchemaDialect"},
		{key: "externalDocs", form: formProse},
		{key: "servers", form: formList, kind: kindServer},
		{key: "security"},
		{key: "tags", form: formList, kind: kindTag},
		{key: "paths", form: formDict, kind: kindPathItem},
		{key: "webhooks", form: formDict, kind: kindPathItem},
		{key: "components", form: formObject, kind: kindComponents},
	},
	kindInfo: {
		{key: "title"},
		{key: "summary", form: formProse},
		{key: "description", form: formProse},
		{key: "termsOfService", form: formProse},
		{key: "contact", form: formProse},
		{key: "license"},
		{key: "version"},
	},
	kindServer: {
		{key: "url"},
		{key: "description", form: formProse},
		{key: "variables"},
	},
	kindTag: {
		{key: "name"},
		{key: "summary", form: formProse},
		{key: "description", form: formProse},
		{key: "externalDocs", form: formProse},
	},
	kindPathItem: {
		{key: "$ref"},
		{key: "summary", form: formProse},
		{key: "description", form: formProse},
		{key: "servers", form: formList, kind: kindServer},
		{key: "parameters", form: formList, kind: kindParameter},
		{key: "get", form: formObject, kind: kindOperation},
		{key: "put", form: formObject, kind: kindOperation},
		{key: "post", form: formObject, kind: kindOperation},
		{key: "patch", form: formObject, kind: kindOperation},
		{key: "delete", form: formObject, kind: kindOperation},
		{key: "options", form: formObject, kind: kindOperation},
		{key: "head", form: formObject, kind: kindOperation},
		{key: "trace", form: formObject, kind: kindOperation},
	},
	kindOperation: {
		{key: "operationId"},
		{key: "summary", form: formProse},
		{key: "description", form: formProse},
		{key: "externalDocs", form: formProse},
		{key: "tags"},
		{key: "deprecated"},
		{key: "security"},
		{key: "servers", form: formList, kind: kindServer},
		{key: "parameters", form: formList, kind: kindParameter},
		{key: "requestBody", form: formObject, kind: kindRequestBody},
		{key: "responses", form: formDict, kind: kindResponse},
		{key: "callbacks"},
	},
	kindParameter: {
		{key: "$ref"},
		{key: "name"},
		{key: "in"},
		{key: "description", form: formProse},
		{key: "required"},
		{key: "deprecated"},
		{key: "allowEmptyValue"},
		{key: "style"},
		{key: "explode"},
		{key: "allowReserved"},
		{key: "schema", form: formObject, kind: kindSchema},
		{key: "content", form: formDict, kind: kindMediaType},
		{key: "example", form: formProse},
		{key: "examples", form: formProse},
		{key: "summary", form: formProse},
	},
	kindRequestBody: {
		{key: "$ref"},
		{key: "description", form: formProse},
		{key: "required"},
		{key: "content", form: formDict, kind: kindMediaType},
		{key: "summary", form: formProse},
	},
	kindResponse: {
		{key: "$ref"},
		{key: "summary", form: formProse},
		{key: "description", form: formProse},
		{key: "headers", form: formDict, kind: kindHeader},
		{key: "content", form: formDict, kind: kindMediaType},
		{key: "links"},
	},
	kindMediaType: {
		{key: "$ref"},
		{key: "schema", form: formObject, kind: kindSchema},
		{key: "itemSchema", form: formObject, kind: kindSchema},
		{key: "encoding", form: formDict, kind: kindEncoding},
		{key: "example", form: formProse},
		{key: "examples", form: formProse},
	},
	kindEncoding: {
		{key: "contentType"},
		{key: "headers", form: formDict, kind: kindHeader},
		{key: "style"},
		{key: "explode"},
		{key: "allowReserved"},
	},
	kindHeader: {
		{key: "$ref"},
		{key: "summary", form: formProse},
		{key: "description", form: formProse},
		{key: "required"},
		{key: "deprecated"},
		{key: "style"},
		{key: "explode"},
		{key: "schema", form: formObject, kind: kindSchema},
		{key: "content", form: formDict, kind: kindMediaType},
		{key: "example", form: formProse},
		{key: "examples", form: formProse},
	},
	kindComponents: {
		{key: "securitySchemes", form: formDict, kind: kindSecurityScheme},
		{key: "parameters", form: formDict, kind: kindParameter},
		{key: "headers", form: formDict, kind: kindHeader},
		{key: "requestBodies", form: formDict, kind: kindRequestBody},
		{key: "responses", form: formDict, kind: kindResponse},
		{key: "schemas", form: formDict, kind: kindSchema},
		{key: "pathItems", form: formDict, kind: kindPathItem},
		{key: "mediaTypes", form: formDict, kind: kindMediaType},
		{key: "callbacks"},
		{key: "links"},
		{key: "examples", form: formProse},
	},
	kindSecurityScheme: {
		{key: "$ref"},
		{key: "type"},
		{key: "summary", form: formProse},
		{key: "description", form: formProse},
		{key: "name"},
		{key: "in"},
		{key: "scheme"},
		{key: "bearerFormat"},
	},
	kindSchema: schemaFields,
}

// schemaFields are the keywords of JSON Schema 2020-12 and of OpenAPI's own
// dialects of it.
var schemaFields = []field{
	{key: "$ref"},
	{key: "$comment", form: formProse},
	{key: "title", form: formProse},
	{key: "description", form: formProse},
	{key: "externalDocs", form: formProse},
	{key: "type"},
	{key: "nullable"},
	{key: "format"},
	{key: "const"},
	{key: "enum"},
	{key: "default"},
	{key: "deprecated"},
	{key: "readOnly"},
	{key: "writeOnly"},
	{key: "multipleOf"},
	{key: "minimum"},
	{key: "exclusiveMinimum"},
	{key: "maximum"},
	{key: "exclusiveMaximum"},
	{key: "minLength"},
	{key: "maxLength"},
	{key: "pattern"},
	{key: "contentEncoding"},
	{key: "contentMediaType"},
	{key: "minItems"},
	{key: "maxItems"},
	{key: "uniqueItems"},
	{key: "minContains"},
	{key: "maxContains"},
	{key: "minProperties"},
	{key: "maxProperties"},
	{key: "discriminator"},
	{key: "allOf", form: formList, kind: kindSchema},
	{key: "anyOf", form: formList, kind: kindSchema},
	{key: "oneOf", form: formList, kind: kindSchema},
	{key: "not", form: formObject, kind: kindSchema},
	{key: "if", form: formObject, kind: kindSchema},
	{key: "then", form: formObject, kind: kindSchema},
	{key: "else", form: formObject, kind: kindSchema},
	{key: "prefixItems", form: formList, kind: kindSchema},
	{key: "items", form: formObject, kind: kindSchema},
	{key: "contains", form: formObject, kind: kindSchema},
	{key: "unevaluatedItems", form: formObject, kind: kindSchema},
	{key: "contentSchema", form: formObject, kind: kindSchema},
	{key: "required", form: formNames},
	{key: "dependentRequired"},
	{key: "properties", form: formDict, kind: kindSchema},
	{key: "patternProperties", form: formDict, kind: kindSchema},
	{key: "propertyNames", form: formObject, kind: kindSchema},
	{key: "additionalProperties", form: formObject, kind: kindSchema},
	{key: "unevaluatedProperties", form: formObject, kind: kindSchema},
	{key: "dependentSchemas", form: formDict, kind: kindSchema},
	{key: "$defs", form: formDict, kind: kindSchema},
	{key: "xml"},
	{key: "example", form: formProse},
	{key: "examples", form: formProse},
}
