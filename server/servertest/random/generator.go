package random

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"tarn/server/servertest"
	"tarn/server/servertest/contracts"
)

// nobody is an identifier that nothing has, receiver what stands in requests for the
// address that webhooks are sent to.
const (
	nobody   = "00000000-0000-4000-8000-000000000000"
	receiver = "⟦receiver⟧"
)

// Generator makes the requests of an episode: first those of a story or two, which fill
// the organization, then any. It learns from answers, so that about half of its requests
// succeed. Two generators with one seed and the same answers make the same requests.
type Generator struct {
	rand       *rand.Rand
	operations []contracts.Operation
	weights    []int
	stories    *stories

	learned contracts.Known
	// links are the addresses of pages and documents.
	links []string
	// organization and now are the identifier and the clock of the organization.
	organization string
	now          time.Time
	made, sent   int
	// queue are the steps that are still to be told, saved what they have kept.
	queue  []servertest.Step
	saved  map[string]string
	asked  *servertest.Step
	locked bool
}

// pick is one of several.
func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

func (g *Generator) chance(of float64) bool { return g.rand.Float64() < of }

// known is an identifier of a kind that an answer has shown, rather a new one.
func (g *Generator) known(kind string) (string, bool) {
	all := g.learned[kind]
	if len(all) == 0 || kind == "" {
		return "", false
	}
	if g.chance(0.5) {
		all = all[max(0, len(all)-3):]
	}
	return pick(g.rand, all), true
}

// Next is the next request.
func (g *Generator) Next() Request {
	g.sent++
	request := g.next()
	request.Number = g.sent
	return request
}

func (g *Generator) next() Request {
	if g.sent == 1 {
		return g.organized()
	}
	if g.locked {
		g.locked = false
		return Request{Method: http.MethodPost, Target: g.administered("/api_keys"), Body: `{}`, Key: true}
	}
	if len(g.queue) > 0 {
		step := g.queue[0]
		g.queue = g.queue[1:]
		return g.tell(step)
	}
	switch {
	case g.chance(0.04):
		return g.travel()
	case len(g.links) > 0 && g.chance(0.03):
		return g.visit()
	}
	return g.ask(g.operations[g.weighted()])
}

// organized makes the organization, as the first story wants it, and lines up what is
// told at first.
func (g *Generator) organized() Request {
	first := pick(g.rand, g.stories.all)
	input := map[string]any{}
	for name, member := range first.Organization {
		input[name] = member
	}
	g.now = first.Clock.UTC()
	input["name"], input["document_number_prefix"], input["clock"] = "Random", "RND", map[string]any{"now": first.Clock}
	if g.chance(0.5) {
		input["webhook_inbox"] = true
	}
	g.queue = slices.Clone(first.Steps)
	if g.chance(0.6) {
		for _, step := range pick(g.rand, g.stories.all).Steps {
			if step.Do != "" {
				g.queue = append(g.queue, step)
			}
		}
	}
	body, _ := json.Marshal(input) // of plain values: cannot fail
	return Request{Method: http.MethodPost, Target: "/admin/organizations", Body: string(body), Key: true}
}

func (g *Generator) administered(path string) string {
	return "/admin/organizations/" + g.organization + path
}

// tell is the request of a story's step.
func (g *Generator) tell(step servertest.Step) Request {
	g.asked = &step
	if step.Do == "" {
		body := fmt.Sprintf(`{"now":%q}`, step.Travel.UTC().Format(time.RFC3339Nano))
		return Request{Method: http.MethodPut, Target: g.administered("/clock"), Body: body}
	}
	method, path, _ := strings.Cut(step.Do, " ")
	request := Request{Method: method, Target: base(g.filled(path))}
	if step.Body != nil {
		request.Body = written(valueOf(step.Body, func(text string) string {
			if !strings.Contains(text, "${") {
				return foreign(text)
			}
			return g.filled(text)
		}))
	}
	return request
}

// filled replaces the placeholders of a story's text by what was saved.
func (g *Generator) filled(text string) string {
	return servertest.Placeholder.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		if instant, is := strings.CutPrefix(name, "unix "); is {
			if at, err := time.Parse(time.RFC3339Nano, instant); err == nil {
				return strconv.FormatInt(at.Unix(), 10)
			}
		}
		if name == "organization" {
			return g.organization
		}
		if value, known := g.saved[name]; known {
			return value
		}
		return nobody
	})
}

// travel moves the clock.
func (g *Generator) travel() Request {
	by := pick(g.rand, []string{"PT0S", "PT1H", "P1D", "P1D", "P7D", "P1M", "P1M", "P1M", "P3M", "PT5M", "P1Y"})
	return Request{Method: http.MethodPut, Target: g.administered("/clock"), Body: fmt.Sprintf(`{"advance":%q}`, by)}
}

// visit opens a link, or presses what is on its page.
func (g *Generator) visit() Request {
	link := pick(g.rand, g.links)
	switch {
	case g.chance(0.1):
		return Request{Method: http.MethodGet, Target: link + "x"}
	case g.chance(0.1):
		return Request{Method: http.MethodGet, Target: link + "/leave"}
	case g.chance(0.3):
		return Request{Method: http.MethodPost, Target: link + pick(g.rand, []string{"/pay", "/decline"})}
	}
	return Request{Method: http.MethodGet, Target: link}
}

// weighted is the index of an operation: those that make something come oftener, those
// that delete it more rarely.
func (g *Generator) weighted() int {
	at := g.rand.IntN(g.weights[len(g.weights)-1])
	return slices.IndexFunc(g.weights, func(until int) bool { return at < until })
}

func weigh(operations []contracts.Operation) []int {
	weights, sum := make([]int, len(operations)), 0
	for i, operation := range operations {
		switch {
		case operation.ID == "destroyOrganization" || operation.ID == "createOrganization":
			// The organization of an episode stays, and is the only one.
		case operation.Method == http.MethodDelete:
			sum++
		case operation.Method == http.MethodGet:
			sum += 3
		default:
			sum += 6
		}
		weights[i] = sum
	}
	return weights
}

// ask is a request to an operation.
func (g *Generator) ask(operation contracts.Operation) Request {
	request := Request{Method: operation.Method, Target: g.path(operation)}
	if query := g.query(operation); query != "" {
		request.Target += "?" + query
	}
	if operation.Body != nil || g.chance(0.01) {
		request.Body = g.body(operation)
	}
	return request
}

func (g *Generator) path(operation contracts.Operation) string {
	segments := strings.Split(operation.Path, "/")
	for i, segment := range segments {
		if _, is := contracts.Parameter(segment); is {
			segments[i] = escaped(g.segment(operation, i))
		}
	}
	return strings.Join(segments, "/")
}

func (g *Generator) segment(operation contracts.Operation, at int) string {
	kind := operation.KindOfSegment(at)
	if kind == "organization.id" && !g.chance(0.02) {
		return g.organization
	}
	if found, known := g.known(kind); known && !g.chance(0.08) {
		return found
	}
	if g.chance(0.5) {
		return nobody
	}
	if odd := plain(g.rand); odd != "" && odd != "." && odd != ".." {
		return odd
	}
	return "nobody"
}

// escaped is a text for a path or a query; what stands for other texts stays.
func escaped(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "⟦")
		b.WriteString(strings.ReplaceAll(url.QueryEscape(before), "+", "%20"))
		if !found {
			return b.String()
		}
		name, rest, _ := strings.Cut(after, "⟧")
		b.WriteString("⟦" + name + "⟧")
		text = rest
	}
}

func (g *Generator) query(operation contracts.Operation) string {
	var pairs []string
	add := func(name, value string) { pairs = append(pairs, escaped(name)+"="+escaped(value)) }
	for _, parameter := range operation.Parameters {
		if parameter.In != openapi3.ParameterInQuery || !parameter.Required && !g.chance(0.15) {
			continue
		}
		add(parameter.Name, g.argument(operation, parameter))
		if g.chance(0.1) {
			add(parameter.Name, g.argument(operation, parameter))
		}
	}
	if g.chance(0.02) {
		add(plain(g.rand), plain(g.rand))
	}
	return strings.Join(pairs, "&")
}

func (g *Generator) argument(operation contracts.Operation, parameter *openapi3.Parameter) string {
	switch {
	case parameter.Name == "q":
		// It looks into identifiers, too: parts of them differ from server to server.
		return pick(g.rand, []string{"taxes", "/api/v1/", "PLANS", "nowhere", ""})
	case g.chance(0.2):
		return plain(g.rand)
	}
	if found, known := g.known(contracts.KindOf(operation.Listed(), parameter.Name)); known {
		return found
	}
	switch {
	case parameter.Name == "page":
		return pick(g.rand, []string{"1", "1", "2", "3"})
	case parameter.Name == "per_page", parameter.Name == "limit":
		return pick(g.rand, []string{"1", "2", "5", "100"})
	case parameter.Schema == nil:
		return plain(g.rand)
	}
	schema := parameter.Schema.Value
	if items, _ := contracts.Items(schema); items != nil {
		schema = items
	}
	sampled := written(g.sample(operation.Listed(), strings.TrimSuffix(parameter.Name, "[]"), schema, 1))
	var content string
	if json.Unmarshal([]byte(sampled), &content) == nil {
		return content
	}
	return sampled
}
