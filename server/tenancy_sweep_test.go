package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/server/servertest/contracts"
	"tarn/store/storetest"
)

// unowned are kinds of identifiers of which no organization has any, and why.
var unowned = map[string]string{
	"external_salesforce.id":    "a note for somebody else's system",
	"subsidiary.id":             "a note for an integration, of which there are none",
	"integration.code":          "there are no integrations",
	"integration_customer.id":   "there are no integrations",
	"applied_pricing_unit.code": "there are no pricing units",
	"status.code":               "a status of HTTP",
	"outcome.code":              "why a payment fails",
	"payment.code":              "why a payment fails",
}

// TestTenancy_SweepsEveryIdentifier sends, wherever the contracts take an identifier,
// that of another organization: in paths, queries and bodies. Nothing of the other is
// seen, and no row of it changes. What the contracts take is read from them, so a new
// identifier fails the test until the organization of testdata has something of its kind.
func TestTenancy_SweepsEveryIdentifier(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		s := servertest.New(t, url)
		story := servertest.Scenarios(t, "testdata")["organization"]
		operations, err := contracts.Operations()
		require.NoError(t, err)
		w := &sweep{operations: operations, bodies: bodiesOf(t, operations), statuses: map[int]int{}, sent: map[string]bool{}}
		w.theirs = w.tell(t, s, story, "theirs", "hidden-from-others")
		w.mine = w.tell(t, s, story, "mine", "my own")
		s.Handler().Flush()
		before := storetest.Rows(t, url, w.theirs.server.Organization.ID.String())
		w.learnHidden(before)
		w.each(contracts.InPath, func(of contracts.Operation, at contracts.Position) { w.try(t, of, at) })
		w.each(contracts.InQuery, func(of contracts.Operation, at contracts.Position) { w.try(t, of, at) })
		w.each(contracts.InBody, func(of contracts.Operation, at contracts.Position) { w.control(of, at) })
		// These come last: what is made with a name of the other can be found by it.
		w.each(contracts.InBody, func(of contracts.Operation, at contracts.Position) { w.try(t, of, at) })
		t.Logf("answers by status: %v; of %d places in bodies %d take one's own identifier", w.statuses, w.all, w.taken)
		require.Greater(t, w.taken, 110, "too many bodies are refused for something else: of %d", w.all)
		assert.Empty(t, w.unfilled, "identifiers that nothing in testdata/organization.yaml has")
		s.Handler().Flush()
		after := storetest.Rows(t, url, w.theirs.server.Organization.ID.String())
		for _, table := range slices.Sorted(maps.Keys(after)) {
			require.Equal(t, before[table], after[table], table)
		}
		require.Len(t, after, len(before))
	})
}

// each visits all positions in paths, in queries or in bodies that identify something of
// an organization's.
func (w *sweep) each(in string, visit func(contracts.Operation, contracts.Position)) {
	for _, operation := range w.operations {
		for _, position := range operation.Positions() {
			_, isUnowned := unowned[position.Kind]
			// The administration is above organizations.
			if position.In == in && !isUnowned && position.Kind != "organization.id" {
				visit(operation, position)
			}
		}
	}
}

// surveyed is an organization with the identifiers that it has.
type surveyed struct {
	server *servertest.Server
	known  contracts.Known
	// saved are those that the story names by their kind: they belong together.
	saved map[string]any
}

// sweep sends the identifiers of one organization as another.
type sweep struct {
	operations   []contracts.Operation
	bodies       map[string][]any
	theirs, mine surveyed
	// hidden are what only the other organization may see, sent what was sent of it.
	hidden, sent map[string]bool
	unfilled     []string
	// taken counts the positions in bodies at which one's own identifier is taken, of all.
	taken, all int
	statuses   map[int]int
	made       int
}

// bodiesOf are bodies of the stories, by the operations that they are sent to.
func bodiesOf(t *testing.T, operations []contracts.Operation) map[string][]any {
	t.Helper()
	bodies := map[string][]any{}
	for _, folder := range []string{"testdata", "../testdata/scenarios"} {
		stories := servertest.Scenarios(t, folder)
		for _, name := range slices.Sorted(maps.Keys(stories)) {
			for _, step := range stories[name].Steps {
				method, path, _ := strings.Cut(step.Do, " ")
				if !strings.HasPrefix(path, "/admin") {
					path = "/api/v1" + path
				}
				operation, known := contracts.Find(operations, method, path)
				if known && step.Body != nil && step.Status < http.StatusMultipleChoices {
					bodies[operation.ID] = append(bodies[operation.ID], step.Body)
				}
			}
		}
	}
	return bodies
}

// tell makes an organization by a story, and surveys it.
func (w *sweep) tell(t *testing.T, s *servertest.Server, story servertest.Scenario, mark, secret string) surveyed {
	t.Helper()
	server, saved := s.Tell(t, story, map[string]any{"mark": mark, "secret": secret})
	told := w.survey(t, server)
	told.saved = saved
	return told
}

// survey asks an organization for all that can be read, with what it has learned before,
// until it learns nothing more.
func (w *sweep) survey(t *testing.T, server *servertest.Server) surveyed {
	t.Helper()
	found := surveyed{server: server, known: contracts.Known{"organization.id": {server.Organization.ID.String()}}}
	asked := map[string]bool{}
	for again := true; again; {
		again = false
		for _, operation := range w.operations {
			if operation.Method != http.MethodGet || operation.ID == "listOrganizations" {
				continue
			}
			for _, target := range found.targets(operation) {
				if asked[target] {
					continue
				}
				asked[target], again = true, true
				if answer := sendTo(server, http.MethodGet, target, ""); answer.Code == http.StatusOK {
					found.known.Learn(operation.Listed(), answer.Body)
				}
			}
		}
	}
	return found
}

// sendTo sends a request to whichever contract its path is of.
func sendTo(server *servertest.Server, method, target, body string) *servertest.Response {
	if strings.HasPrefix(target, "/admin/") {
		return server.Admin(method, target, body)
	}
	return server.Send(method, target, body, http.Header{"Authorization": {"Bearer " + server.Key}})
}

// perKind is how many identifiers of a kind a survey follows, the first ones: requests
// make new ones each time.
const perKind = 2

// targets are the paths of an operation, for some of the identifiers that are known.
func (s surveyed) targets(operation contracts.Operation) []string {
	targets := []string{""}
	for i, segment := range strings.Split(operation.Path, "/")[1:] {
		values := []string{segment}
		if _, is := contracts.Parameter(segment); is {
			values = slices.Sorted(slices.Values(s.known[operation.KindOfSegment(i+1)]))
			values = values[:min(perKind, len(values))]
		}
		var longer []string
		for _, target := range targets {
			for _, value := range values {
				longer = append(longer, target+"/"+url.PathEscape(value))
			}
		}
		targets = longer
	}
	for i := range targets {
		targets[i] += s.required(operation)
	}
	return targets
}

// required is a query with the parameters that an operation must have.
func (s surveyed) required(operation contracts.Operation) string {
	values := url.Values{}
	for _, parameter := range operation.Parameters {
		if parameter.In == "query" && parameter.Required {
			values.Set(parameter.Name, s.one(contracts.KindOf(operation.Listed(), parameter.Name), "x"))
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// one is the identifier of a kind that the story names, or the first, or something else.
func (s surveyed) one(kind, otherwise string) string {
	if named, isNamed := s.saved[kind].(string); isNamed {
		return named
	}
	if known := s.known[kind]; len(known) > 0 {
		return known[0]
	}
	return otherwise
}

// uuids are identifiers in texts.
var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// learnHidden takes the identifiers of all rows of the other organization.
func (w *sweep) learnHidden(rows map[string][]string) {
	w.hidden = map[string]bool{}
	for _, texts := range rows {
		for _, text := range texts {
			for _, id := range uuids.FindAllString(text, -1) {
				w.hidden[id] = true
			}
		}
	}
	delete(w.hidden, "00000000-0000-0000-0000-000000000000")
}

// try sends the other's identifiers of a position's kind to an operation, in several
// bodies where stories have some.
func (w *sweep) try(t *testing.T, operation contracts.Operation, position contracts.Position) {
	t.Helper()
	values := w.theirs.known[position.Kind]
	if len(values) == 0 {
		w.unfilled = append(w.unfilled, fmt.Sprintf("%s %s: %s", operation.ID, position, position.Kind))
		return
	}
	for i, value := range values[max(0, len(values)-2):] {
		target := w.target(operation, position, value)
		for _, body := range w.bodiesFor(operation, position, value, 3-2*i) {
			answer := sendTo(w.mine.server, operation.Method, target, body)
			w.statuses[answer.Code]++
			w.sent[value] = true
			assert.Empty(t, w.seen(operation, target+body, answer), "%s %s %s\n%s", operation.Method, target, body, answer.Body)
			if position.In == contracts.InPath && mustMiss(operation, position) {
				assert.Equal(t, http.StatusNotFound, answer.Code, "%s %s (%s of the other) %s: %s", operation.Method, target, position, body, answer.Body)
			}
		}
	}
}

// control sends one's own identifier, which is to show that a body is not refused for
// something else.
func (w *sweep) control(operation contracts.Operation, position contracts.Position) {
	w.all++
	own := w.own(operation, position.Kind, "mine")
	for _, body := range w.bodiesFor(operation, position, own, 4) {
		if answer := sendTo(w.mine.server, operation.Method, w.target(operation, position, own), body); answer.Code < http.StatusMultipleChoices {
			w.taken++
			return
		}
	}
}

// mustMiss reports whether an identifier of the other in a path is answered with a 404.
func mustMiss(operation contracts.Operation, position contracts.Position) bool {
	return operation.ID != "findAllCustomerPastUsage" && // Lago: whoever does not exist has used nothing
		position.Kind != "metadata.key" // Lago: what is not there is deleted already
}

// target is a path of an operation with a query: with one's own identifiers, but for the
// position.
func (w *sweep) target(operation contracts.Operation, position contracts.Position, value string) string {
	segments := strings.Split(operation.Path, "/")
	for i, segment := range segments {
		if _, is := contracts.Parameter(segment); !is {
			continue
		}
		own := w.mine.one(operation.KindOfSegment(i), "nobody")
		if position.In == contracts.InPath && position.At == i {
			own = value
		}
		segments[i] = url.PathEscape(own)
	}
	target := strings.Join(segments, "/")
	query := url.Values{}
	for _, parameter := range operation.Parameters {
		if parameter.In == contracts.InQuery && parameter.Required {
			query.Set(parameter.Name, w.mine.one(contracts.KindOf(operation.Listed(), parameter.Name), "x"))
		}
		if parameter.In == contracts.InQuery && position.In == contracts.InQuery && parameter.Name == position.Name {
			query.Set(parameter.Name, value)
		}
	}
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	return target
}

// bodiesFor are bodies for an operation: some of the stories, and one by the contract,
// with one's own identifiers, but for the position.
func (w *sweep) bodiesFor(operation contracts.Operation, position contracts.Position, value any, most int) []string {
	if operation.Body == nil {
		return []string{""}
	}
	var sampled any
	_ = json.Unmarshal([]byte(servertest.SampleJSON(operation.Body)), &sampled) // it is JSON
	bodies := []any{sampled}
	if told := w.bodies[operation.ID]; len(told) > 0 {
		bodies = slices.Clone(told[:min(most, len(told))])
	}
	texts := make([]string, len(bodies))
	for i, body := range bodies {
		own := contracts.Rewrite(operation.Listed(), body, func(kind, told string) string { return w.own(operation, kind, told) })
		if position.In == contracts.InBody {
			own = contracts.Put(own, position.Way, value)
		}
		text, _ := json.Marshal(own) // decoded JSON
		texts[i] = regexp.MustCompile(`\$\{[a-z]*\}`).ReplaceAllString(string(text), "mine")
	}
	return texts
}

// own is one's own identifier for one of a story: a new one where something is made that
// has it.
func (w *sweep) own(operation contracts.Operation, kind, told string) string {
	of := contracts.Singular(operation.Listed())
	if operation.Method == http.MethodPost && (kind == of+".code" || kind == of+".external_id" || kind == "event.transaction_id") {
		w.made++
		return fmt.Sprintf("made-%d", w.made)
	}
	return w.mine.one(kind, told)
}

// seen lists what an answer shows of the other organization and the request did not say.
// Logs show what earlier ones have said, too.
func (w *sweep) seen(operation contracts.Operation, request string, answer *servertest.Response) []string {
	var seen []string
	for _, id := range uuids.FindAllString(string(answer.Body), -1) {
		told := strings.Contains(request, id) || strings.Contains(operation.Path, "logs") && w.sent[id]
		if w.hidden[id] && !told {
			seen = append(seen, id)
		}
	}
	if strings.Contains(string(answer.Body), "hidden-from-others") {
		seen = append(seen, "a secret")
	}
	return seen
}
