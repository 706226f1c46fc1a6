package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// kind is a kind of resource that the load works on.
type kind struct {
	// root is the member that holds one object, list its path and the member
	// that holds many.
	root, list string
	// handle is the member with the client's own name for the resource.
	handle string
	// update is the method that changes one, and updateInPlace says that it
	// goes to the resource's own path instead of the list's.
	update        string
	updateInPlace bool
	// resourceType is how activities name the kind.
	resourceType string
	// varying are members that some views of an object have and others lack.
	varying []string
	// body is the request for one of a handle in a version. Every version has
	// a name of its own, and some resources lie in more than one row.
	body func(handle, version string) string
}

var kinds = []kind{
	{
		root: "tax", list: "taxes", handle: "code", update: http.MethodPut, updateInPlace: true, resourceType: "Tax",
		body: func(handle, version string) string {
			return fmt.Sprintf(`{"tax":{"name":%q,"code":%q,"rate":12.5,"applied_to_organization":%t}}`,
				version, handle, len(version)%2 == 0)
		},
	},
	{
		root: "billable_metric", list: "billable_metrics", handle: "code", update: http.MethodPut, updateInPlace: true, resourceType: "BillableMetric",
		varying: []string{"active_subscriptions_count", "draft_invoices_count", "plans_count"},
		body: func(handle, version string) string {
			return fmt.Sprintf(`{"billable_metric":{"name":%q,"code":%q,"aggregation_type":"count_agg","filters":[{"key":"version","values":[%q,"any"]}]}}`,
				version, handle, version)
		},
	},
	{
		root: "customer", list: "customers", handle: "external_id", update: http.MethodPost, resourceType: "Customer",
		varying: []string{"applicable_invoice_custom_sections", "error_details"},
		body: func(handle, version string) string {
			return fmt.Sprintf(`{"customer":{"name":%q,"external_id":%q,"metadata":[{"key":%q,"value":"new","display_in_invoice":true}]}}`,
				version, handle, version)
		},
	},
}

// core is what every view of an object shows.
func (k *kind) core(object map[string]any) map[string]any {
	core := maps.Clone(object)
	for _, name := range k.varying {
		delete(core, name)
	}
	return core
}

// path names a resource by what its object says.
func (k *kind) path(object map[string]any) string {
	return fmt.Sprintf("/%s/%s", k.list, object[k.handle])
}

// resource is what a client knows of a resource that it made.
type resource struct {
	kind   *kind
	handle string
	// object is the core of the resource as an answer last showed it; nil when
	// it does not exist.
	object map[string]any
}

func (r *resource) path() string { return "/" + r.kind.list + "/" + r.handle }

// action is what a request does when it succeeds.
type action int

const (
	creates action = iota
	updates
	deletes
	isRefused
)

// request is one request of the load, and the answer if there was one.
type request struct {
	// tag names the request; it is sent as X-Request-Id.
	tag    string
	method string
	// path lies below the API's base.
	path, body string
	action     action
	target     *resource
	// version is the name that a creation or an update gives.
	version string
	// refusal is the status that a refused request expects.
	refusal int

	// id is the identifier that the server gave, empty without an answer.
	id     string
	status int
	answer map[string]any
}

// worker is a client: it sends one request after the other and remembers all
// of them. What it works on is its own, so it knows what must be there.
type worker struct {
	name      string
	random    *rand.Rand
	resources []*resource
	sent      []*request
	// pending is the request that the crash left without an answer.
	pending *request
}

// load is the work of all clients on one program until it is killed.
type load struct {
	program *program
	// enough is the number of answers after which the program is killed.
	enough   int64
	answered atomic.Int64
	killed   atomic.Bool

	mu       sync.Mutex
	failures []error
}

// run lets the workers work until the program is killed, and returns what went
// wrong before.
func (l *load) run(ctx context.Context, workers []*worker) []error {
	var working sync.WaitGroup
	for _, w := range workers {
		working.Go(func() {
			for !l.killed.Load() {
				if err := l.step(ctx, w); err != nil {
					l.fail(err)
					return
				}
			}
		})
	}
	working.Wait()
	return l.failures
}

// fail notes a failure and ends the load.
func (l *load) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures = append(l.failures, err)
	l.kill()
}

// kill ends the program without a word of warning.
func (l *load) kill() {
	if l.killed.CompareAndSwap(false, true) {
		_ = l.program.command.Process.Kill() // it lives: nobody else ends it
	}
}

// step sends one request. Whoever receives the last answer that the program is
// to give kills it, while the others wait for theirs.
func (l *load) step(ctx context.Context, w *worker) error {
	r := w.next()
	header := http.Header{"X-Request-Id": {r.tag}}
	reply, err := l.program.send(ctx, r.method, "/api/v1"+r.path, r.body, header)
	if err != nil {
		w.pending = r
		if l.killed.Load() {
			return nil
		}
		return fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	if err := w.acknowledge(r, reply); err != nil {
		return err
	}
	if l.answered.Add(1) >= l.enough {
		l.kill()
	}
	return nil
}

// acknowledge keeps what an answer says.
func (w *worker) acknowledge(r *request, reply *reply) error {
	r.id, r.status = reply.header.Get("X-Request-Id"), reply.status
	if err := json.Unmarshal(reply.body, &r.answer); err != nil {
		return fmt.Errorf("%s %s: %w: %s", r.method, r.path, err, reply.body)
	}
	expected := http.StatusOK
	if r.action == isRefused {
		expected = r.refusal
	}
	if reply.status != expected {
		return fmt.Errorf("%s %s %s: status %d, not %d: %s", r.method, r.path, r.body, reply.status, expected, reply.body)
	}
	if r.action == isRefused {
		return nil
	}
	object, _ := r.answer[r.target.kind.root].(map[string]any)
	w.happened(r, object)
	return nil
}

// happened keeps what a request has done; object is the resource that it made
// or changed.
func (w *worker) happened(r *request, object map[string]any) {
	switch r.action {
	case creates:
		w.resources = append(w.resources, r.target)
		r.target.object = r.target.kind.core(object)
	case updates:
		r.target.object = r.target.kind.core(object)
	case deletes:
		r.target.object = nil
	case isRefused:
	}
}

// next decides what to do: make, change, delete, or something that is refused.
func (w *worker) next() *request {
	r := &request{tag: fmt.Sprintf("%s-%d", w.name, len(w.sent)), version: fmt.Sprintf("%s v%d", w.name, len(w.sent))}
	w.sent = append(w.sent, r)
	existing := w.existing()
	dice := w.random.IntN(100)
	switch {
	case dice < 20:
		w.refused(r)
	case len(existing) == 0 || dice < 50:
		w.creation(r)
	case dice < 85:
		w.update(r, existing[w.random.IntN(len(existing))])
	default:
		target := existing[w.random.IntN(len(existing))]
		r.action, r.target, r.method, r.path = deletes, target, http.MethodDelete, target.path()
	}
	return r
}

func (w *worker) existing() []*resource {
	return slices.DeleteFunc(slices.Clone(w.resources), func(r *resource) bool { return r.object == nil })
}

func (w *worker) anyKind() *kind { return &kinds[w.random.IntN(len(kinds))] }

func (w *worker) creation(r *request) {
	k := w.anyKind()
	handle := strings.ReplaceAll(r.tag, "-", "_")
	r.action, r.target = creates, &resource{kind: k, handle: handle}
	r.method, r.path, r.body = http.MethodPost, "/"+k.list, k.body(handle, r.version)
}

func (w *worker) update(r *request, target *resource) {
	r.action, r.target = updates, target
	r.method, r.path, r.body = target.kind.update, "/"+target.kind.list, target.kind.body(target.handle, r.version)
	if target.kind.updateInPlace {
		r.path = target.path()
	}
}

// brokenRules turns bodies that would be accepted into ones that are not. Of
// the customer, rows are written by the time its second pair is looked at.
var brokenRules = []string{
	`"rate":12.5`, `"rate":"much"`,
	`count_agg`, `guess_agg`,
	`"metadata":[`, `"metadata":[{"key":"first","value":"pair"},{"key":"a key that is too long","value":"pair"},`,
}

// refused makes a request that must not change anything: one that breaks the
// contract, one that breaks a rule, one for something that is not there, and
// one for a path that does not exist.
func (w *worker) refused(r *request) {
	k := w.anyKind()
	r.action, r.method, r.path, r.refusal = isRefused, http.MethodPost, "/"+k.list, http.StatusUnprocessableEntity
	switch w.random.IntN(4) {
	case 0:
		r.body = fmt.Sprintf(`{%q:{"name":"nameless"}}`, k.root)
	case 1:
		r.body = strings.NewReplacer(brokenRules...).Replace(k.body("refused", r.version))
	case 2:
		r.method, r.path, r.refusal = http.MethodDelete, "/"+k.list+"/missing", http.StatusNotFound
	case 3:
		r.body, r.path, r.refusal = k.body("refused", r.version), "/"+k.list+"s", http.StatusNotFound
	}
}
