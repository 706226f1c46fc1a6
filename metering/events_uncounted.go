package metering

import (
	"bytes"
	"encoding/json"
	"fmt"

	"tarn/form"
	"tarn/store"
)

// Uncounted is why an event will not count.
type Uncounted struct {
	// Format is a sentence with a place for each of the names.
	Format string
	// Names are those of the client: codes and fields, no values.
	Names []any
}

// uncounted says why events will not count, each reason once, of what was read
// for keeping them.
func (r *eventReader) uncounted(rows []store.Event) []Uncounted {
	var reasons []Uncounted
	seen := map[string]bool{}
	for i := range rows {
		reason, names := r.whyUncounted(&rows[i])
		if reason == "" {
			continue
		}
		told := fmt.Sprintf(reason, names...)
		if seen[told] {
			continue
		}
		seen[told] = true
		reasons = append(reasons, Uncounted{Format: reason, Names: names})
	}
	return reasons
}

// strangeOf are the external identifiers that no subscription has, as far as they
// were asked for together with these metrics.
func strangeOf(metrics map[string]store.EventMetric) (map[string]bool, error) {
	strange := map[string]bool{}
	for _, metric := range metrics {
		if metric.Strange == "" {
			break
		}
		var names []string
		if err := json.Unmarshal([]byte(metric.Strange), &names); err != nil {
			return nil, fmt.Errorf("read which subscriptions are unknown: %w", err)
		}
		for _, name := range names {
			strange[name] = true
		}
		break // all have the same
	}
	return strange, nil
}

// whyUncounted says why an event will not count; empty when it will, as far as
// its metric and the existence of its subscription tell.
func (r *eventReader) whyUncounted(row *store.Event) (reason string, names []any) {
	metric, known := r.metrics[row.Code]
	switch {
	case !known:
		return "the event will not count: no billable metric has the code %s", []any{row.Code}
	case row.ExternalSubscriptionID == nil || form.Blank(*row.ExternalSubscriptionID):
		return "the event will not count: it names no external_subscription_id", nil
	case r.strange[*row.ExternalSubscriptionID]:
		return "the event will not count: no subscription has the external_id %s", []any{*row.ExternalSubscriptionID}
	case metric.counts || row.Value != nil:
		return "", nil
	case !hasProperty(row, metric.field):
		return "the event will not count: the billable metric %s needs the property %s", []any{row.Code, metric.field}
	case metric.numeric:
		return "the event will not count: the billable metric %s needs a number in the property %s", []any{row.Code, metric.field}
	}
	return "", nil
}

// hasProperty reports whether an event has a property that is not null.
func hasProperty(row *store.Event, name string) bool {
	var properties map[string]json.RawMessage
	if json.Unmarshal([]byte(row.Properties), &properties) != nil {
		return false
	}
	value, present := properties[name]
	return present && !bytes.Equal(value, []byte("null"))
}
