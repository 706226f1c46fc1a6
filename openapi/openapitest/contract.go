// Package openapitest holds answers against the billing API's contracts with two
// validators that share no code, so that what one of them overlooks or
// misreads the other sees.
package openapitest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"tarn/openapi"
)

// Contract is a document with both validators.
type Contract struct {
	name string
	// places are the answers by operation and status, webhooks the bodies of webhooks by
	// their types.
	places   map[answer]place
	webhooks map[string]place

	// forms are those of the bodies that were found valid.
	forms *forms

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

type answer struct {
	operation string
	status    int
}

// place is where an answer's schema is: for one validator the schema, for the
// other its address.
type place struct {
	schema  *openapi3.Schema
	pointer string
}

// Published is the document as it was published.
//
//nolint:gochecknoglobals // it never changes
var Published = sync.OnceValues(func() (*Contract, error) { return load("published document", openapi.Published()) })

// Served is the billing API's contract as we serve it.
//
//nolint:gochecknoglobals // it never changes
var Served = sync.OnceValues(func() (*Contract, error) { return load("contract", openapi.Served()) })

// base is the address of a document among the schemas.
const base = "https://contract.test/document"

const jsonContent = "application/json"

func load(name string, data []byte) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("load the %s: %w", name, err)
	}
	raw, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("load the %s: %w", name, err)
	}
	c := &Contract{name: name, forms: newForms(), places: map[answer]place{}, webhooks: map[string]place{}, compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(base, raw); err != nil {
		return nil, fmt.Errorf("load the %s: %w", name, err)
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			c.add(path, method, operation)
		}
	}
	for name, item := range doc.Webhooks {
		c.addWebhook(name, item)
	}
	return c, nil
}

// addWebhook notes where the body of a webhook is.
func (c *Contract) addWebhook(name string, item *openapi3.PathItem) {
	if item.Post == nil || item.Post.RequestBody == nil {
		return
	}
	media := item.Post.RequestBody.Value.Content.Get(jsonContent)
	if media == nil || media.Schema == nil || media.Schema.Value.Properties["webhook_type"] == nil {
		return
	}
	pointer := "#/webhooks/" + escaped(name) + "/post/requestBody/content/" + escaped(jsonContent) + "/schema"
	for _, eventType := range media.Schema.Value.Properties["webhook_type"].Value.Enum {
		if text, isText := eventType.(string); isText {
			c.webhooks[text] = place{schema: media.Schema.Value, pointer: pointer}
		}
	}
}

// Webhooks lists the types of webhooks that the contract has.
func (c *Contract) Webhooks() []string { return slices.Sorted(maps.Keys(c.webhooks)) }

// add notes where the answers of an operation are.
func (c *Contract) add(path, method string, operation *openapi3.Operation) {
	for key, response := range operation.Responses.Map() {
		status, err := strconv.Atoi(key)
		media := response.Value.Content.Get(jsonContent)
		if err != nil || media == nil || media.Schema == nil {
			continue
		}
		pointer := response.Ref
		if pointer == "" {
			pointer = "#/paths/" + escaped(path) + "/" + strings.ToLower(method) + "/responses/" + key
		}
		pointer += "/content/" + escaped(jsonContent) + "/schema"
		c.places[answer{operation.OperationID, status}] = place{schema: media.Schema.Value, pointer: pointer}
	}
}

// escaped is a name as a part of a JSON pointer.
func escaped(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// Operations lists the operations that have an answer with a status.
func (c *Contract) Operations(status int) []string {
	var list []string
	for one := range c.places {
		if one.status == status {
			list = append(list, one.operation)
		}
	}
	return slices.Sorted(slices.Values(list))
}

// Statuses lists the statuses with which an operation answers.
func (c *Contract) Statuses(operation string) []int {
	statuses := map[int]bool{}
	for one := range c.places {
		if one.operation == operation {
			statuses[one.status] = true
		}
	}
	return slices.Sorted(maps.Keys(statuses))
}

// Check says what is wrong with an answer. Answers that the contract does not
// have are not judged.
func (c *Contract) Check(operation string, status int, body []byte) error {
	at, known := c.places[answer{operation, status}]
	if !known {
		return nil
	}
	return c.check(at, fmt.Sprintf("%s %d", operation, status), body, openapi3.VisitAsResponse())
}

// CheckWebhook says what is wrong with the body of a webhook. Types that the contract
// does not have are not judged.
func (c *Contract) CheckWebhook(eventType string, body []byte) error {
	at, known := c.webhooks[eventType]
	if !known {
		return nil
	}
	return c.check(at, "webhook "+eventType, body, openapi3.VisitAsResponse())
}

// check holds a value, which has a name in messages, against a schema.
func (c *Contract) check(at place, name string, body []byte, direction openapi3.SchemaValidationOption) error {
	form := c.forms.key(at.pointer, body)
	if c.forms.known(form) {
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s is no JSON: %w", name, err)
	}
	if err := at.schema.VisitJSON(value, openapi3.MultiErrors(), direction, openapi3.WithStringFormatValidators(formats)); err != nil {
		return fmt.Errorf("%s breaks the %s (kin-openapi): %w", name, c.name, err)
	}
	schema, err := c.schema(at.pointer)
	if err != nil {
		return err
	}
	if err := schema.Validate(value); err != nil {
		return fmt.Errorf("%s breaks the %s (jsonschema): %w", name, c.name, err)
	}
	c.forms.remember(form)
	return nil
}

func (c *Contract) schema(pointer string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.compiled[pointer]; known != nil {
		return known, nil
	}
	schema, err := c.compiler.Compile(base + pointer)
	if err != nil {
		return nil, fmt.Errorf("compile %s of the %s: %w", pointer, c.name, err)
	}
	c.compiled[pointer] = schema
	return schema, nil
}
