package edge

import (
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// operation is what the edge needs to know of one operation of a contract.
// Everything in it is derived from the document and the tables below.
type operation struct {
	ID     string
	method string
	path   string
	spec   *openapi3.Operation

	parameters []parameter
	body       *openapi3.Schema
	// root is the body's only member, which holds the object; empty where the
	// body has no such member.
	root string
	// roots are that member, or those that alternatives of the body have for it.
	roots []string
	// loose says that the body leaves values to the engine (see misnamed).
	loose bool
	// named are the resources that the path names.
	named []string
	// names are those that members of the body may have.
	names *names

	// write says that the operation runs in a transaction that may change
	// rows.
	write bool
	// exclusive says that it changes the organization's own row.
	exclusive bool
	// resource and mode are what the key must be permitted; licensed is
	// refused to organizations without premium.
	resource, mode string
	licensed       bool
	// apiLogged says that the operation belongs into the API logs.
	apiLogged bool
	// event says that the operation sends or estimates events, ingests that it
	// keeps them: its transaction may be shared.
	event   bool
	ingests bool
	// judged says that the engine alone judges the body.
	judged       bool
	endpointType string
	billedUnits  int
	bodyLimit    int64
	// notFound is the resource whose 404 answers a malformed identifier in
	// the path.
	notFound string
	// wordy says that refused filters are explained in words.
	wordy bool
}

// The limits of a body, in bytes. The second is that of operations that take a
// picture of 800 KiB in base64.
const (
	bodyLimit        = 1 << 20
	pictureBodyLimit = 2 << 20
	batchBodyLimit   = 5 << 20
)

// bodyLimits are the operations whose bodies may be larger than others.
var bodyLimits = map[string]int64{
	"createBatchEvents":   batchBodyLimit,
	"createBillingEntity": pictureBodyLimit, "updateBillingEntity": pictureBodyLimit,
}

// limitOf is how large an operation's body may be.
func limitOf(id string) int64 {
	if limit, own := bodyLimits[id]; own {
		return limit
	}
	return bodyLimit
}

// exclusive are the operations that change the organization's own row, which also
// says where its webhooks go.
var exclusive = map[string]bool{
	"updateOrganization": true, "createWebhookEndpoint": true, "updateWebhookEndpoint": true, "destroyWebhookEndpoint": true,
}

// writingReads are the reads that may have to write: the key that they show is
// made when it is first asked for.
var writingReads = map[string]bool{"fetchPublicKey": true, "fetchJsonPublicKey": true}

// operations are those of the process's documents, by kind and spec.
//
//nolint:gochecknoglobals // what is found out about documents that never change
var operations sync.Map

// operationOf is the operation of a document, which is looked at once for all
// edges of the process.
func operationOf(kind Kind, method, path string, item *openapi3.PathItem) *operation {
	type place struct {
		kind Kind
		spec *openapi3.Operation
	}
	at := place{kind, item.GetOperation(method)}
	if known, ok := operations.Load(at); ok {
		return known.(*operation) //nolint:errcheck,forcetypeassert // nothing else is in it
	}
	op := newOperation(kind, method, path, item)
	operations.Store(at, op)
	return op
}

func newOperation(kind Kind, method, path string, item *openapi3.PathItem) *operation {
	spec := item.GetOperation(method)
	op := &operation{
		ID: spec.OperationID, method: method, path: path, spec: spec,
		write:       method != http.MethodGet || writingReads[spec.OperationID],
		exclusive:   kind == BillingAPI && exclusive[spec.OperationID],
		billedUnits: 1,
		bodyLimit:   limitOf(spec.OperationID),
		wordy:       wordyFilters[spec.OperationID],
	}
	for _, ref := range append(append(openapi3.Parameters{}, item.Parameters...), spec.Parameters...) {
		op.parameters = append(op.parameters, newParameter(ref.Value))
	}
	if spec.RequestBody != nil {
		if media := spec.RequestBody.Value.Content.Get("application/json"); media != nil && media.Schema != nil {
			op.body = media.Schema.Value
			op.root = rootOf(kind, op.body)
			op.roots = rootsOf(kind, op.body)
			op.loose = leavesValues(op.body, map[*openapi3.Schema]bool{})
			op.names = namesIn(op.body, map[*openapi3.Schema]*names{})
			op.judged = op.body.Extensions["x-tarn-judge"] == "engine"
		}
	}
	op.named = pathResources(path)
	op.ingests, _ = spec.Extensions["x-tarn-ingests"].(bool)
	op.classify(kind)
	return op
}

// id is the operation's identifier, empty for none.
func (op *operation) id() string {
	if op == nil {
		return ""
	}
	return op.ID
}

// classify sets who may call the operation and how it is recorded.
func (op *operation) classify(kind Kind) {
	tag := ""
	if len(op.spec.Tags) > 0 {
		tag = op.spec.Tags[0]
	}
	op.endpointType = endpointType(op.method, op.ID, op.path)
	op.mode = "write"
	if op.method == http.MethodGet {
		op.mode = "read"
	}
	switch kind {
	case RequestLogAPI:
		op.resource, op.billedUnits, op.notFound = "billing", 0, "request_log"
	case AdminAPI:
		op.notFound = adminNotFound(op.path)
	case BillingAPI:
		op.resource = permissionResource(op.ID, op.path, tag)
		op.notFound = pathResource(op.path)
		op.licensed = tag == "api_logs" || tag == "activity_logs"
		op.event = tag == "events"
		op.apiLogged = op.write && !op.event && !op.licensed
		if op.licensed {
			op.billedUnits = 0
		}
	}
}

// rootOf is the member that holds a body's object, if the body has just one
// such member that must be there. A list is no root in the bodies of administration,
// which hold what they are about themselves.
func rootOf(kind Kind, schema *openapi3.Schema) string {
	if len(schema.Required) != 1 {
		return ""
	}
	name := schema.Required[0]
	member := schema.Properties[name]
	if member == nil || !structured(member.Value) || kind == AdminAPI && member.Value.Type.Is("array") {
		return ""
	}
	return name
}

// rootsOf are the roots that a body may have: its own, or those of its alternatives.
func rootsOf(kind Kind, schema *openapi3.Schema) []string {
	var roots []string
	for _, part := range append(openapi3.SchemaRefs{{Value: schema}}, schema.AnyOf...) {
		if root := rootOf(kind, part.Value); root != "" {
			roots = append(roots, root)
		}
	}
	return roots
}

// structured reports whether a schema describes objects or arrays.
func structured(schema *openapi3.Schema) bool {
	if schema.Type.Is("object") || schema.Type.Is("array") || schema.Type.Includes("object") || schema.Type.Includes("array") || len(schema.Properties) > 0 {
		return true
	}
	for _, group := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
		for _, ref := range group {
			if structured(ref.Value) {
				return true
			}
		}
	}
	return false
}

// wordyFilters are the lists whose refused filters Lago explains in words.
var wordyFilters = map[string]bool{
	"findAllCustomers": true, "findAllPayments": true, "findAllCustomerPayments": true, "findAllEvents": true,
}

// endpointType is one word for what an operation does.
func endpointType(method, id, path string) string {
	last := path[strings.LastIndex(path, "/")+1:]
	switch {
	case strings.HasPrefix(last, "download"):
		return "export"
	case last == "evaluate_expression" || last == "preview" || strings.Contains(last, "estimate") || strings.HasSuffix(last, "_url") || strings.HasSuffix(last, "public_key"):
		return "utility"
	case method != http.MethodGet:
		return "write"
	case strings.HasPrefix(path, "/analytics/"):
		return "report"
	case last == "current_usage" || last == "projected_usage" || last == "lifetime_usage":
		return "read"
	case !strings.HasSuffix(path, "}"), strings.HasPrefix(id, "findAll"), strings.HasPrefix(id, "list"):
		return "search"
	}
	return "read"
}
