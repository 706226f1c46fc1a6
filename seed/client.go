package seed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 16 << 20

// identifierTag marks a path that stands for the identifier of what is there.
const identifierTag = "!id"

// Client sends requests to a server.
type Client struct {
	// URL is the server's address, without /api/v1.
	URL string
	// Key is the API key of the organization that is to be filled.
	Key  string
	HTTP *http.Client
}

// Line says how many objects of a kind a run made, and how many it found there
// already.
type Line struct {
	Kind            string
	Made, Unchanged int
}

// Report is what a run did, in the order in which the kinds appear.
type Report []Line

// line is the line of a kind; it is added when there is none.
func (r *Report) line(kind string) *Line {
	for i := range *r {
		if (*r)[i].Kind == kind {
			return &(*r)[i]
		}
	}
	*r = append(*r, Line{Kind: kind})
	return &(*r)[len(*r)-1]
}

// Refusal is an answer of the API that is no success.
type Refusal struct {
	Method, Path string
	// Status is the HTTP status.
	Status int
	// Reason is the answer's own word for the error, otherwise HTTP's for the
	// status.
	Reason string
	// Code is the API's own code, such as validation_errors; empty when the
	// answer has none.
	Code string
	// Details are the findings of a validation, as the API sent them.
	Details json.RawMessage
}

// Error is the request, the status, the reason, and the API's code and details.
func (r *Refusal) Error() string {
	text := fmt.Sprintf("%s %s: %d %s", r.Method, r.Path, r.Status, r.Reason)
	if r.Code != "" {
		text += ": " + r.Code
	}
	if len(r.Details) > 0 {
		text += ": " + string(r.Details)
	}
	return text
}

// taken reports whether the only finding is that the code or the address is in
// use: what was to be made is there already.
func (r *Refusal) taken() bool {
	var details map[string][]string
	if r.Status != http.StatusUnprocessableEntity || json.Unmarshal(r.Details, &details) != nil || len(details) != 1 {
		return false
	}
	for field, codes := range details {
		if field != "code" && field != "webhook_url" || len(codes) != 1 || codes[0] != "value_already_exist" {
			return false
		}
	}
	return true
}

// Apply does the steps in order, and leaves out what is there already. It stops
// at the first one that fails: with a *Refusal when the API refuses it, with
// another error when there is no answer. The report holds what was done until
// then.
func (c Client) Apply(ctx context.Context, steps []Step) (Report, error) {
	var report Report
	run := applying{client: c, identifiers: map[string]string{}}
	for _, step := range steps {
		made, err := run.do(ctx, step)
		if err != nil {
			return report, fmt.Errorf("%s: %w", step.origin, err)
		}
		if line := report.line(step.kind()); made {
			line.Made++
		} else {
			line.Unchanged++
		}
	}
	return report, nil
}

// applying is one run of steps.
type applying struct {
	client Client
	// identifiers are those that were looked up, by path.
	identifiers map[string]string
}

// do does a step; false when there was nothing to do.
func (a applying) do(ctx context.Context, step Step) (made bool, err error) {
	if step.Unless != "" {
		exists, err := a.exists(ctx, step.Unless)
		if exists || err != nil {
			return false, err
		}
	}
	value, err := a.value(ctx, &step.Body)
	if err != nil {
		return false, err
	}
	body, err := json.Marshal(value)
	if err != nil {
		return false, err
	}
	_, refusal, err := a.client.send(ctx, step.Method, step.Path, body)
	switch {
	case err != nil:
		return false, err
	case refusal == nil:
		return true, nil
	case refusal.taken():
		return false, nil
	}
	return false, refusal
}

// exists reports whether there is an object at a path, or a list that is not
// empty.
func (a applying) exists(ctx context.Context, path string) (bool, error) {
	answer, refusal, err := a.client.send(ctx, http.MethodGet, path, nil)
	switch {
	case err != nil:
		return false, err
	case refusal != nil && refusal.Status == http.StatusNotFound:
		return false, nil
	case refusal != nil:
		return false, refusal
	}
	var members map[string]any
	if err := json.Unmarshal(answer, &members); err != nil {
		return false, fmt.Errorf("GET %s: %w", path, err)
	}
	for _, member := range members {
		if list, isList := member.([]any); isList && len(list) == 0 {
			return false, nil
		}
	}
	return true, nil
}

// value is what JSON makes of a node.
func (a applying) value(ctx context.Context, node *yaml.Node) (value any, err error) {
	switch {
	case node.Kind == yaml.MappingNode:
		object := make(map[string]any, len(node.Content)/2)
		for i := 0; i < len(node.Content); i += 2 {
			if object[node.Content[i].Value], err = a.value(ctx, node.Content[i+1]); err != nil {
				return nil, err
			}
		}
		return object, nil
	case node.Kind == yaml.SequenceNode:
		list := make([]any, len(node.Content))
		for i, element := range node.Content {
			if list[i], err = a.value(ctx, element); err != nil {
				return nil, err
			}
		}
		return list, nil
	case node.Tag == identifierTag:
		return a.identifier(ctx, "/"+node.Value)
	}
	err = node.Decode(&value)
	return value, err
}

// identifier is the lago_id of the object at a path.
func (a applying) identifier(ctx context.Context, path string) (string, error) {
	if id, known := a.identifiers[path]; known {
		return id, nil
	}
	answer, refusal, err := a.client.send(ctx, http.MethodGet, path, nil)
	switch {
	case err != nil:
		return "", err
	case refusal != nil:
		return "", refusal
	}
	var members map[string]struct {
		ID string `json:"lago_id"`
	}
	if err := json.Unmarshal(answer, &members); err != nil {
		return "", fmt.Errorf("GET %s: %w", path, err)
	}
	for _, object := range members {
		if object.ID != "" {
			a.identifiers[path] = object.ID
			return object.ID, nil
		}
	}
	return "", fmt.Errorf("GET %s: the answer has no lago_id", path)
}

// send sends a request and returns the answer, or the refusal when its status is
// no success.
func (c Client) send(ctx context.Context, method, path string, body []byte) ([]byte, *Refusal, error) {
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.URL, "/")+"/api/v1"+path, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.Key)
	return c.exchange(request, path, body)
}

// exchange sends a request with a body, if there is one, and returns the answer or
// the refusal. Errors name the path.
func (c Client) exchange(request *http.Request, path string, body []byte) ([]byte, *Refusal, error) {
	method := request.Method
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode/100 == 2 {
		return answer, nil, nil
	}
	return nil, refused(method, path, response.StatusCode, answer), nil
}

// refused reads an answer that is no success; it need not be the API's own.
func refused(method, path string, status int, answer []byte) *Refusal {
	refusal := &Refusal{Method: method, Path: path, Status: status, Reason: http.StatusText(status)}
	var said struct {
		Error   string          `json:"error"`
		Code    string          `json:"code"`
		Details json.RawMessage `json:"error_details"`
	}
	if json.Unmarshal(answer, &said) != nil {
		return refusal
	}
	refusal.Code, refusal.Details = said.Code, said.Details
	if said.Error != "" {
		refusal.Reason = said.Error
	}
	return refusal
}
