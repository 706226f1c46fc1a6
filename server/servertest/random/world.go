package random

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"tarn/server/servertest"
)

// Request is a request that can be sent to any server: identifiers that answers have
// shown are written as ⟦number of the request.which of its identifiers⟧.
type Request struct {
	// Number says which one it is of its episode.
	Number int
	Method string
	// Target is the path with the query, Body what is sent as JSON.
	Target, Body string
	// Key says that the key in the answer is used from then on.
	Key bool
}

// String is the request on a line; see ParseRequest.
func (r Request) String() string {
	return fmt.Sprintf("%d %t %s %q %q", r.Number, r.Key, r.Method, r.Target, r.Body)
}

// ParseRequest reads what String wrote.
func ParseRequest(line string) (r Request, err error) {
	_, err = fmt.Sscanf(line, "%d %t %s %q %q", &r.Number, &r.Key, &r.Method, &r.Target, &r.Body)
	return r, err
}

// Answer is an answer in which identifiers, links and addresses are written as in
// requests, so that those of two servers can be compared.
type Answer struct {
	Status  int
	Headers string
	Body    string
}

// String is the answer as it is reported.
func (a Answer) String() string { return fmt.Sprintf("%d %s%s", a.Status, a.Headers, a.Body) }

// world is a server as an episode sees it.
type world struct {
	server *servertest.Server
	// receiver is where its webhooks go.
	receiver string
	key      string
	// names and values are what identifiers are called, and the other way round.
	names, values map[string]string
}

func newWorld(server *servertest.Server, receiver string) *world {
	return &world{server: server, receiver: receiver, names: map[string]string{}, values: map[string]string{}}
}

// placeholders stand for identifiers in requests.
var placeholders = regexp.MustCompile(`⟦[^⟧]*⟧`)

// identifiers are what differs from server to server: UUIDs, identifiers at providers and
// of requests, prefixes of numbers that are made of identifiers, keys and signatures.
var identifiers = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}` +
	`|\b[a-z]{2,4}_[0-9a-f]{32}\b|\btarn_[a-z0-9]{7,}\b|\breq_[0-9A-Za-z]{26}\b|[^\s"⟦⟧/-]{1,10}-[0-9A-F]{4}\b|\brandom-[0-9a-f]{4,}\b|[A-Za-z0-9_/+.=-]{30,}`)

// unsteady is what depends on real time: how long something took, and when a key was used
// last, which is written some time after.
var unsteady = regexp.MustCompile(`"(duration_ms|last_used_at)":[^,}]+`)

// actual is a text of a request as the server knows it.
func (w *world) actual(text string) string {
	return placeholders.ReplaceAllStringFunc(text, func(name string) string {
		if name == receiver {
			return w.receiver
		}
		if value, known := w.values[name]; known {
			return value
		}
		return nobody
	})
}

// common is a text of the answer to a request as all servers should give it.
func (w *world) common(number int, text string) string {
	text = strings.ReplaceAll(text, w.server.URL, "http://world")
	text = strings.ReplaceAll(text, w.receiver, receiver)
	text = unsteady.ReplaceAllString(text, `"$1":null`)
	seen := 0
	return identifiers.ReplaceAllStringFunc(text, func(value string) string {
		if value == nobody || longWord(value) {
			return value
		}
		seen++
		name, known := w.names[value]
		if !known {
			name = fmt.Sprintf("⟦%d.%d⟧", number, seen)
			w.names[value], w.values[name] = name, value
		}
		return name
	})
}

// longWord tells names of thirty letters from keys, which by chance may have no digit.
func longWord(value string) bool {
	return len(value) >= 30 && strings.ToLower(value) == value && !strings.ContainsAny(value, "0123456789") && !strings.HasPrefix(value, "tarn_")
}

// send sends a request, and returns its answer.
func (w *world) send(ctx context.Context, request Request) (Answer, error) {
	asked, err := http.NewRequestWithContext(ctx, request.Method, w.server.URL+w.actual(request.Target), strings.NewReader(w.actual(request.Body)))
	if err != nil {
		return Answer{}, fmt.Errorf("make the request: %w", err)
	}
	if strings.HasPrefix(request.Target, "/admin/") {
		asked.Header.Set("X-Admin-Api-Key", servertest.AdminKey)
	} else {
		asked.Header.Set("Authorization", "Bearer "+w.key)
	}
	if request.Body != "" {
		asked.Header.Set("Content-Type", "application/json")
	}
	got, err := http.DefaultTransport.RoundTrip(asked)
	if err != nil {
		return Answer{}, fmt.Errorf("send: %w", err)
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		return Answer{}, fmt.Errorf("read the answer: %w", err)
	}
	if request.Key {
		w.remember(body)
	}
	answer := Answer{Status: got.StatusCode, Headers: w.common(request.Number, headers(got.Header))}
	if got.Header.Get("Content-Type") != "application/pdf" {
		answer.Body = w.common(request.Number, ordered(body))
	}
	return answer, nil
}

// ordered is an answer with the members of its objects in order, if it is JSON. PostgreSQL
// keeps the parts of logs that are objects in an order of its own, and identifiers are
// counted as they come.
func ordered(body []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return string(body)
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return string(body)
	}
	return b.String()
}

// headers are those of an answer that say something of it.
func headers(all http.Header) string {
	all = maps.Clone(all)
	for _, name := range []string{"Date", "Content-Length", "X-Request-Id"} {
		delete(all, name)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(all[name], ", "))
	}
	return b.String()
}

// remember takes the key of an answer: that of a new organization, or a new one.
func (w *world) remember(body []byte) {
	var answer struct {
		Key json.RawMessage `json:"api_key"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return
	}
	var text string
	var object struct{ Value string }
	if json.Unmarshal(answer.Key, &text) != nil && json.Unmarshal(answer.Key, &object) == nil {
		text = object.Value
	}
	if text != "" {
		w.key = text
	}
}
