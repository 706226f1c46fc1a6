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
	// places are the answers by operation and status.
	places map[answer]place

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
	c := &Contract{name: name, places: map[answer]place{}, compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	if err := c.compiler.AddResource(base, raw); err != nil {
		return nil, fmt.Errorf("load the %s: %w", name, err)
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			c.add(path, method, operation)
		}
	}
	return c, nil
}

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
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s %d is no JSON: %w", operation, status, err)
	}
	if err := at.schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse()); err != nil {
		return fmt.Errorf("%s %d breaks the %s (kin-openapi): %w", operation, status, c.name, err)
	}
	schema, err := c.schema(at.pointer)
	if err != nil {
		return err
	}
	if err := schema.Validate(value); err != nil {
		return fmt.Errorf("%s %d breaks the %s (jsonschema): %w", operation, status, c.name, err)
	}
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
