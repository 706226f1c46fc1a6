package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// historyMonths is how many months a history tells.
const historyMonths = 12

// eventsPath is where events are sent.
const eventsPath = "/events"

// History is an organization whose clock has gone through the months of a history.
type History struct {
	// ID is the organization, Key one of its API keys.
	ID, Key string
	Report  Report
}

// Tell makes an organization of its own, through the administration, whose clock
// stands at the beginning of the month a year before an instant. It does the steps
// there, sends their events again in each month, and moves the clock on month by
// month, so that there is an invoice of each. The client's key is that of the
// administration.
func (c Client) Tell(ctx context.Context, steps []Step, until time.Time) (History, error) {
	start := time.Date(until.Year(), until.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, -historyMonths, 0)
	body, err := json.Marshal(map[string]any{"name": "Example", "clock": map[string]any{"now": start}})
	if err != nil {
		return History{}, err
	}
	var made struct {
		Organization struct{ ID string }
		APIKey       string `json:"api_key"`
	}
	if err := c.administer(ctx, http.MethodPost, "", body, &made); err != nil {
		return History{}, err
	}
	told := History{ID: made.Organization.ID, Key: made.APIKey}
	teller := Client{URL: c.URL, Key: made.APIKey, HTTP: c.HTTP}
	for month := range historyMonths {
		report, err := teller.Apply(ctx, inMonth(steps, month))
		told.Report = told.Report.and(report)
		if err != nil {
			return told, err
		}
		if err := c.administer(ctx, http.MethodPut, "/"+told.ID+"/clock", []byte(`{"advance":"P1M"}`), nil); err != nil {
			return told, err
		}
	}
	return told, nil
}

// inMonth are the steps of a month: all of the first one, and the events again,
// under transactions of their own, of every other.
func inMonth(steps []Step, month int) []Step {
	if month == 0 {
		return steps
	}
	var again []Step
	for _, step := range steps {
		if step.Path == eventsPath {
			step.Unless, step.Body = "", renamed(step.Body, fmt.Sprintf("-%02d", month+1))
			again = append(again, step)
		}
	}
	return again
}

// renamed is a body with something added to each transaction_id.
func renamed(node yaml.Node, suffix string) yaml.Node {
	content := make([]*yaml.Node, len(node.Content))
	for i, child := range node.Content {
		copied := renamed(*child, suffix)
		if node.Kind == yaml.MappingNode && i%2 == 1 && node.Content[i-1].Value == "transaction_id" {
			copied.Value += suffix
		}
		content[i] = &copied
	}
	node.Content = content
	return node
}

// and is a report of two runs.
func (r Report) and(more Report) Report {
	for _, line := range more {
		sum := r.line(line.Kind)
		sum.Made, sum.Unchanged = sum.Made+line.Made, sum.Unchanged+line.Unchanged
	}
	return r
}

// administer sends a request to the administration and reads its answer. A refusal
// is a *Refusal.
func (c Client) administer(ctx context.Context, method, path string, body []byte, answer any) error {
	path = "/admin/organizations" + path
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.URL, "/")+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("X-Admin-API-Key", c.Key)
	content, refusal, err := c.exchange(request, path, body)
	switch {
	case err != nil:
		return err
	case refusal != nil:
		return refusal
	case answer == nil:
		return nil
	}
	if err := json.Unmarshal(content, answer); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}
