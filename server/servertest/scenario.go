package servertest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"tarn/compat"
)

// Scenario is a story that is told through the API: requests, moves of the
// clock, and what is to be seen. One lies in a YAML file, so that a rule can be
// read and written without Go:
//
//	rule: A sum takes the numbers and leaves out the rest.
//	clock: 2024-03-01T00:00:00Z
//	steps:
//	  - do: POST /billable_metrics
//	    body: {billable_metric: {name: Storage, code: storage, aggregation_type: sum_agg, field_name: gb}}
//	    save: {metric: billable_metric.lago_id}
//	  - travel: 2024-03-10T12:00:00Z
//	  - do: POST /events
//	    body: {event: {transaction_id: a, code: storage, external_subscription_id: s, timestamp: "${unix 2024-03-05T00:00:00Z}"}}
//	    expect: {event: {timestamp: "2024-03-05T00:00:00.000Z"}}
//
// A text of the form ${name} stands for what a step saved before, ${organization} for
// the identifier of the story's organization, and ${unix INSTANT} for the instant's
// Unix seconds as a text.
type Scenario struct {
	// Rule is what the story shows, in a sentence.
	Rule string `yaml:"rule"`
	// Clock is where the organization's clock stands at first.
	Clock time.Time `yaml:"clock"`
	// Organization are members of the administration's input, besides the
	// name and the clock.
	Organization map[string]any `yaml:"organization"`
	Steps        []Step         `yaml:"steps"`
}

// Step is one thing that happens in a Scenario: a request or a move of the
// clock.
type Step struct {
	// Travel moves the organization's clock.
	Travel time.Time `yaml:"travel"`
	// Do is a request: a method, and a path below the base of the billing API, or one
	// of the administration, which begins with /admin/.
	Do string `yaml:"do"`
	// Body is sent as JSON; none is sent when it is absent.
	Body any `yaml:"body"`
	// Status is that of the answer; 200 when absent.
	Status int `yaml:"status"`
	// Expect is the part of the answer that matters: of objects the members
	// that are named, of lists every element. Numbers are compared by value.
	Expect any `yaml:"expect"`
	// Told are the webhooks since the last step that has them, in their order: types, or
	// objects of a type and the part of the body that matters.
	Told []any `yaml:"told"`
	// Save keeps parts of the answer, found by a path of names and indices
	// with dots between, under names.
	Save map[string]string `yaml:"save"`
}

// Scenarios reads the scenarios of a folder, by the name of their files without
// the ending.
func Scenarios(t testing.TB, folder string) map[string]Scenario {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "no scenarios in %s", folder)
	scenarios := make(map[string]Scenario, len(files))
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		decoder := yaml.NewDecoder(bytes.NewReader(content))
		decoder.KnownFields(true)
		var scenario Scenario
		require.NoError(t, decoder.Decode(&scenario), file)
		require.NotEmpty(t, scenario.Rule, "%s says no rule", file)
		require.False(t, scenario.Clock.IsZero(), "%s has no clock", file)
		scenarios[strings.TrimSuffix(filepath.Base(file), ".yaml")] = scenario
	}
	return scenarios
}

// Play tells a scenario to the server, in an organization of its own. It fails
// the test at the first step that goes another way.
func (s *Server) Play(t *testing.T, scenario Scenario) {
	t.Helper()
	s.Tell(t, scenario, nil)
}

// Tell is Play for a scenario with more placeholders, which have these values. It returns
// the server as the scenario's organization sees it, and all values that placeholders had
// in the end.
func (s *Server) Tell(t *testing.T, scenario Scenario, values map[string]any) (*Server, map[string]any) {
	t.Helper()
	input := maps.Clone(scenario.Organization)
	if input == nil {
		input = map[string]any{}
	}
	input["name"], input["clock"] = "Scenario", map[string]any{"now": scenario.Clock}
	body, err := json.Marshal(input)
	require.NoError(t, err)
	created := s.Admin(http.MethodPost, "/admin/organizations", string(body)).Status(t, http.StatusCreated).JSON(t)
	organization, _ := created["organization"].(map[string]any)
	id, _ := organization["id"].(string)
	key, _ := created["api_key"].(string)
	telling := &telling{server: s, organization: id, key: key, saved: map[string]any{"organization": id}}
	maps.Copy(telling.saved, values)
	for i, step := range scenario.Steps {
		title := fmt.Sprintf("step %d (%s)", i+1, step.title())
		telling.tell(t, title, step)
		if step.Told != nil {
			telling.checkTold(t, title, step.Told)
		}
	}
	own := *s
	own.Organization.ID, own.Key = uuid.MustParse(id), key
	return &own, telling.saved
}

func (step Step) title() string {
	if step.Do == "" {
		return "travel to " + step.Travel.Format(time.RFC3339)
	}
	return step.Do
}

// telling is a scenario on its way.
type telling struct {
	server       *Server
	organization string
	key          string
	saved        map[string]any
	// seen is the last webhook that was looked at.
	seen string
}

func (told *telling) tell(t *testing.T, title string, step Step) {
	t.Helper()
	if step.Do == "" {
		require.False(t, step.Travel.IsZero(), "%s neither does anything nor travels", title)
		body := fmt.Sprintf(`{"now":%q}`, step.Travel.UTC().Format(time.RFC3339Nano))
		told.server.Admin(http.MethodPut, "/admin/organizations/"+told.organization+"/clock", body).Status(t, http.StatusOK)
		return
	}
	method, path, complete := strings.Cut(told.fill(t, step.Do), " ")
	require.True(t, complete, "%s: a request is a method and a path", title)
	body := ""
	if step.Body != nil {
		text, err := json.Marshal(told.filled(t, step.Body))
		require.NoError(t, err, title)
		body = string(text)
	}
	response := told.send(method, path, body)
	status := step.Status
	if status == 0 {
		status = http.StatusOK
	}
	require.Equal(t, status, response.Code, "%s: %s", title, response.Body)
	if step.Expect == nil && step.Save == nil {
		return
	}
	answer := response.JSON(t)
	if step.Expect != nil {
		if difference := differs(told.server.Store.Compat(), told.filled(t, step.Expect), answer); difference != "" {
			require.Fail(t, "another answer than expected", "%s: %s\nanswer: %s", title, difference, response.Body)
		}
	}
	for name, path := range step.Save {
		told.saved[name] = part(t, answer, path)
	}
}

// send sends a request to the administration or, with the key of the organization, to
// the billing API.
func (told *telling) send(method, path, body string) *Response {
	if strings.HasPrefix(path, "/admin/") {
		return told.server.Admin(method, path, body)
	}
	return told.server.DoAs(told.key, method, path, body)
}

// part finds a part of an answer by its path.
func part(t *testing.T, value any, path string) any {
	t.Helper()
	for name := range strings.SplitSeq(path, ".") {
		switch container := value.(type) {
		case map[string]any:
			member, present := container[name]
			require.True(t, present, "%s: no member %q", path, name)
			value = member
		case []any:
			index, err := strconv.Atoi(name)
			require.NoError(t, err, path)
			require.Less(t, index, len(container), path)
			value = container[index]
		default:
			require.Fail(t, "no such part", path)
		}
	}
	return value
}

// Placeholder is what stands for something else in a scenario's texts.
var Placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

// fill replaces the placeholders of a text.
func (told *telling) fill(t *testing.T, text string) string {
	t.Helper()
	return Placeholder.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		if instant, isInstant := strings.CutPrefix(name, "unix "); isInstant {
			at, err := time.Parse(time.RFC3339Nano, instant)
			require.NoError(t, err)
			return decimal.New(at.UnixMicro(), -6).String()
		}
		value, known := told.saved[name]
		require.True(t, known, "nothing was saved as %q", name)
		return fmt.Sprint(value)
	})
}

// filled replaces the placeholders of all texts inside a value.
func (told *telling) filled(t *testing.T, value any) any {
	t.Helper()
	switch value := value.(type) {
	case string:
		return told.fill(t, value)
	case time.Time:
		return value.UTC().Format(time.RFC3339Nano)
	case []any:
		list := make([]any, len(value))
		for i := range value {
			list[i] = told.filled(t, value[i])
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for name, member := range value {
			object[told.fill(t, name)] = told.filled(t, member)
		}
		return object
	default:
		return value
	}
}

// differs says where an answer is not what was expected; it says nothing when
// all that was expected is there. Scenarios say what Lago's own server sends:
// answers that follow the document leave out what is null.
func differs(mode compat.Mode, want, got any) string {
	switch want := want.(type) {
	case map[string]any:
		object, isObject := got.(map[string]any)
		if !isObject {
			return fmt.Sprintf("an object was expected, not %v", got)
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			member, present := object[name]
			if !present && want[name] != nil {
				return name + " is missing"
			}
			if difference := differs(mode, want[name], member); difference != "" {
				return name + ": " + difference
			}
		}
		return ""
	case []any:
		list, isList := got.([]any)
		if !isList || len(list) != len(want) {
			return fmt.Sprintf("a list of %d was expected, not %v", len(want), got)
		}
		for i := range want {
			if difference := differs(mode, want[i], list[i]); difference != "" {
				return fmt.Sprintf("[%d]: %s", i, difference)
			}
		}
		return ""
	default:
		if !alike(want, got) && (mode == compat.Wire || !nearest(want, got)) {
			return fmt.Sprintf("%v (%T) was expected, not %v (%T)", want, want, got, got)
		}
		return ""
	}
}

// nearest reports whether a value can stand, in an answer that follows the
// document, for one of Lago's own server: anything for null, a number for a text
// of digits and the other way round, and an object that holds it.
func nearest(want, got any) bool {
	if object, isObject := got.(map[string]any); isObject {
		held, _ := object["base"].([]any)
		return want == nil || len(held) == 1 && held[0] == want
	}
	expected, err := decimal.NewFromString(fmt.Sprint(want))
	if err != nil {
		return want == nil
	}
	actual, err := decimal.NewFromString(fmt.Sprint(got))
	return err == nil && actual.Equal(expected)
}

// alike compares two values that are neither objects nor lists. A number of
// the answer is alike one that has the same value, a text just the same text.
func alike(want, got any) bool {
	number, isNumber := got.(json.Number)
	if !isNumber {
		return want == got
	}
	if _, isText := want.(string); isText {
		return false
	}
	expected, err := decimal.NewFromString(fmt.Sprint(want))
	if err != nil {
		return false
	}
	actual, err := decimal.NewFromString(number.String())
	return err == nil && actual.Equal(expected)
}
