package servertest

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"tarn/notify"
	"tarn/openapi"
	"tarn/openapi/openapitest"
	"tarn/store/storetest"
)

// observed is which operations were answered how in this process.
var observed = &observation{answers: map[string][]int{}, sent: map[openapitest.Input]bool{}, told: map[string]bool{}}

// observation notes the statuses with which operations were answered, what was sent to
// them with success, and the types of the webhooks that were told.
type observation struct {
	mu      sync.Mutex
	answers map[string][]int
	sent    map[openapitest.Input]bool
	told    map[string]bool
}

func (o *observation) noteWebhook(eventType string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told[eventType] = true
}

// untold lists the types of webhooks of which none was told.
func (o *observation) untold() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.DeleteFunc(notify.Types(), func(eventType string) bool { return o.told[eventType] })
}

// note is told of every answer; see edge.Options.
func (o *observation) note(operation string, status int, query url.Values, body []byte) {
	if operation == "" {
		return
	}
	var names []string
	if status/100 == http.StatusOK/100 {
		names = namesOf(query, body)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !slices.Contains(o.answers[operation], status) {
		o.answers[operation] = append(o.answers[operation], status)
	}
	for _, name := range names {
		o.sent[openapitest.Input{Operation: operation, Name: name}] = true
	}
}

// unexercised lists the operations of the three contracts that are written and
// were not answered with both a success and a refusal.
func (o *observation) unexercised() ([]string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var missing []string
	docs, err := documents()
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		for _, item := range doc.Paths.Map() {
			for _, operation := range item.Operations() {
				if gap := o.gap(operation.OperationID); gap != "" {
					missing = append(missing, gap)
				}
			}
		}
	}
	slices.Sort(missing)
	return missing, nil
}

// documents are the three contracts.
func documents() ([]*openapi3.T, error) {
	var docs []*openapi3.T
	for _, load := range []func() (*openapi3.T, error){openapi.Lago, openapi.RequestLogs, openapi.Admin} {
		doc, err := load()
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

// gap says what is missing for an operation; empty when nothing is.
func (o *observation) gap(id string) string {
	statuses := o.answers[id]
	answered := func(class int) bool {
		return slices.ContainsFunc(statuses, func(status int) bool { return status/100 == class })
	}
	if slices.Contains(statuses, http.StatusNotImplemented) || answered(4) && answered(2) {
		return ""
	}
	return fmt.Sprintf("%s (seen: %v)", id, statuses)
}

// Main runs a package's tests and then fails if an operation that is written
// was not answered with a 2xx and with a 4xx by one of them, something that clients may
// send was in no request that succeeded, or a type of webhooks was not told. Runs of
// single tests are not judged. Tests that Run use the servers of those before them.
func Main(m interface{ Run() int }) { storetest.Main(judged{sharing{m}}) }

// sharing lets the tests of a run use each other's servers.
type sharing struct{ tests interface{ Run() int } }

// Run runs the tests and closes the servers.
func (s sharing) Run() int {
	servers.begin()
	status := s.tests.Run()
	if err := servers.end(); err != nil {
		fmt.Fprintln(os.Stderr, "servertest:", err)
		status = max(status, 1)
	}
	return status
}

// judged adds the judgement to a run.
type judged struct{ tests interface{ Run() int } }

// Run runs the tests and judges them.
func (j judged) Run() int {
	status := j.tests.Run()
	if status != 0 || partial() {
		return status
	}
	missing, err := observed.unexercised()
	if err != nil {
		fmt.Fprintln(os.Stderr, "servertest:", err)
		return 1
	}
	if len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "servertest: operations without a test of success and of refusal:\n  %s\n", strings.Join(missing, "\n  "))
		return 1
	}
	unsent, err := observed.unsent()
	if err != nil {
		fmt.Fprintln(os.Stderr, "servertest:", err)
		return 1
	}
	if len(unsent) > 0 {
		fmt.Fprintf(os.Stderr, "servertest: inputs that no successful request had, or that are excused in vain:\n  %s\n", strings.Join(unsent, "\n  "))
		return 1
	}
	if untold := observed.untold(); len(untold) > 0 {
		fmt.Fprintf(os.Stderr, "servertest: webhooks that no test has seen:\n  %s\n", strings.Join(untold, "\n  "))
		return 1
	}
	return 0
}

// partial reports whether only some of the tests were asked for. The second of two halves
// has every test, on one of the databases at least.
func partial() bool {
	if storetest.FirstHalf() {
		return true
	}
	for _, name := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return true
		}
	}
	short := flag.Lookup("test.short")
	return short != nil && short.Value.String() == "true"
}
