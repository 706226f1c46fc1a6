package metering

import (
	"bytes"
	"encoding/json"

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
	seen := map[[2]string]bool{}
	for i := range rows {
		reason, names := r.whyUncounted(&rows[i])
		if reason == "" || seen[[2]string{reason, rows[i].Code}] {
			continue
		}
		seen[[2]string{reason, rows[i].Code}] = true
		reasons = append(reasons, Uncounted{Format: reason, Names: names})
	}
	return reasons
}

// whyUncounted says why an event will not count; empty when it will, as far as
// its metric tells.
func (r *eventReader) whyUncounted(row *store.Event) (reason string, names []any) {
	metric, known := r.metrics[row.Code]
	switch {
	case !known:
		return "the event will not count: no billable metric has the code %s", []any{row.Code}
	case row.ExternalSubscriptionID == nil || form.Blank(*row.ExternalSubscriptionID):
		return "the event will not count: it names no external_subscription_id", nil
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
