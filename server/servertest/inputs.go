package servertest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tarn/openapi/openapitest"
)

// namesOf are the names of what a request has sent, as openapitest spells them. Null is
// nothing.
func namesOf(query url.Values, body []byte) []string {
	seen := map[string]bool{}
	for name := range query {
		if base, _, spread := strings.Cut(name, "["); spread {
			name = base + "[]"
		}
		seen["?"+name] = true
	}
	var value any
	_ = json.Unmarshal(body, &value) // a body that is no JSON has no members
	noteMembers(seen, "", value)
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	return names
}

// noteMembers notes the members of a value at any depth.
func noteMembers(seen map[string]bool, at string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if member == nil {
				continue
			}
			below := name
			if at != "" {
				below = at + "." + name
			}
			seen[below] = true
			noteMembers(seen, below, member)
		}
	case []any:
		for _, entry := range value {
			noteMembers(seen, at+"[]", entry)
		}
	}
}

// excuses is where the inputs stand that need not be sent, seen from the package whose
// tests run.
const excuses = "../docs/architecture.md"

// unsent lists what clients may send by the three contracts, and no request has sent
// that was answered with success, and what one has sent though it is excused as what no
// request succeeds with. Operations that are not written are left out.
func (o *observation) unsent() ([]string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	unread, err := openapitest.Excused(excuses, "Nobody reads:")
	if err != nil {
		return nil, err
	}
	refused, err := openapitest.Excused(excuses, "No request succeeds with:")
	if err != nil {
		return nil, err
	}
	docs, err := documents()
	if err != nil {
		return nil, err
	}
	var found []string
	for _, doc := range docs {
		for _, input := range openapitest.Inputs(doc) {
			isExcused := excused(unread, input) || excused(refused, input)
			isWritten := !slices.Contains(o.answers[input.Operation], http.StatusNotImplemented)
			if isWritten && !o.sent[input] && !isExcused || o.sent[input] && slices.Contains(refused, input.String()) {
				found = append(found, input.String())
			}
		}
	}
	return found, nil
}

// excused reports whether a list of excuses names an input, or one that it is in.
func excused(list []string, input openapitest.Input) bool {
	return slices.ContainsFunc(list, func(name string) bool {
		below, isBelow := strings.CutPrefix(input.String(), name)
		return isBelow && (below == "" || below[0] == '.' || below[0] == '[')
	})
}
