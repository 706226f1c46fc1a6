package encode

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"tarn/openapi"
)

// schema is what of a schema decides how a value is written.
type schema struct {
	Ref        string                     `json:"$ref"`
	Type       oneOrMore                  `json:"type"`
	Enum       []json.RawMessage          `json:"enum"`
	Format     string                     `json:"format"`
	Pattern    string                     `json:"pattern"`
	Required   []string                   `json:"required"`
	Properties map[string]*schema         `json:"properties"`
	Additional *additional                `json:"additionalProperties"`
	Items      *schema                    `json:"items"`
	AllOf      []*schema                  `json:"allOf"`
	AnyOf      []*schema                  `json:"anyOf"`
	OneOf      []*schema                  `json:"oneOf"`
	Nearest    map[string]json.RawMessage `json:"x-tarn-nearest"`
	Under      string                     `json:"x-tarn-under"`
	LeftOut    bool                       `json:"x-tarn-left-out"`
}

// oneOrMore is a name or a list of names.
type oneOrMore []string

// UnmarshalJSON reads either form.
func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	if data[0] != '"' {
		return json.Unmarshal(data, (*[]string)(o))
	}
	*o = make(oneOrMore, 1)
	return json.Unmarshal(data, &(*o)[0])
}

// additional is what members without a property of their own must be: a
// schema, anything or nothing.
type additional struct {
	schema
	forbidden bool
}

// UnmarshalJSON reads either form.
func (a *additional) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "true":
		return nil
	case "false":
		a.forbidden = true
		return nil
	}
	return json.Unmarshal(data, &a.schema)
}

// document is what of an OpenAPI document decides how answers are written.
type document struct {
	Paths map[string]struct {
		Get, Put, Post, Patch, Delete *operation
	} `json:"paths"`
	Webhooks map[string]struct {
		Post struct {
			RequestBody response `json:"requestBody"`
		} `json:"post"`
	} `json:"webhooks"`
	Components struct {
		Schemas   map[string]*schema  `json:"schemas"`
		Responses map[string]response `json:"responses"`
	} `json:"components"`

	operations map[string]*operation
	// webhooks are the bodies of webhooks by their types.
	webhooks map[string]*schema
}

type operation struct {
	ID        string              `json:"operationId"`
	Responses map[string]response `json:"responses"`
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]struct {
		Schema *schema `json:"schema"`
	} `json:"content"`
}

// The references that the documents use.
const (
	schemaRef   = "#/components/schemas/"
	responseRef = "#/components/responses/"
)

func readDocument(data []byte) (*document, error) {
	doc := &document{operations: map[string]*operation{}, webhooks: map[string]*schema{}}
	if err := json.Unmarshal(data, doc); err != nil {
		return nil, fmt.Errorf("read a contract: %w", err)
	}
	for _, item := range doc.Paths {
		for _, op := range []*operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if op != nil {
				doc.operations[op.ID] = op
			}
		}
	}
	for _, hook := range doc.Webhooks {
		body := hook.Post.RequestBody.Content["application/json"].Schema
		if body == nil || body.Properties["webhook_type"] == nil {
			continue
		}
		for _, name := range words([]*schema{body.Properties["webhook_type"]}) {
			doc.webhooks[name] = body
		}
	}
	return doc, nil
}

// webhook is the schema of a member of a webhook's body; nil where the document has no
// such webhook.
func (d *document) webhook(eventType, member string) *schema {
	body := d.webhooks[eventType]
	if body == nil {
		return nil
	}
	return body.Properties[member]
}

// answer is the schema of an answer; nil where the document has none.
func (d *document) answer(operation string, status int) *schema {
	op := d.operations[operation]
	if op == nil {
		return nil
	}
	found := op.Responses[strconv.Itoa(status)]
	if name, isRef := strings.CutPrefix(found.Ref, responseRef); isRef {
		found = d.Components.Responses[name]
	}
	return found.Content["application/json"].Schema
}

// all resolves references and parts: a value must fit every schema of the
// result. None of them has either.
func (d *document) all(schemas ...*schema) []*schema {
	var list []*schema
	for _, s := range schemas {
		if s == nil {
			continue
		}
		if name, isRef := strings.CutPrefix(s.Ref, schemaRef); isRef {
			list = append(list, d.all(d.Components.Schemas[name])...)
		}
		list = append(list, d.all(s.AllOf...)...)
		list = append(list, s)
	}
	return list
}

// contracts reads the published document and our own.
//
//nolint:gochecknoglobals // they never change
var contracts = sync.OnceValues(func() (*comparison, error) {
	published, err := readDocument(openapi.Published())
	if err != nil {
		return nil, err
	}
	ours, err := readDocument(openapi.Served())
	if err != nil {
		return nil, err
	}
	return newComparison(published, ours), nil
})
