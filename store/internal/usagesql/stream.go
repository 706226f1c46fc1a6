package usagesql

import (
	"fmt"
	"strings"
	"time"

	"tarn/billing/usage"
	"tarn/store/internal/named"
)

// Stream are the events of one metric and one subscription that any of some
// requests needs.
type Stream struct {
	Subscription string
	Code         string
	// Since is the first instant; nil when there is none.
	Since *time.Time
	// To is the last instant.
	To time.Time
	// Numeric says that only events with a number are needed.
	Numeric bool
	// Precise and Properties say that these columns are needed.
	Precise    bool
	Properties bool
}

// StreamOf are the events that a request needs, read without conditions on
// properties.
func StreamOf(request usage.Request) Stream {
	stream := Stream{
		Subscription: request.Subscription, Code: request.Metric.Code, To: request.Period.To.UTC(),
		Numeric: request.Metric.Aggregation.Numeric(), Precise: request.IsPrecise(),
		Properties: len(request.Keys()) > 0 || len(request.Only) > 0 || request.Metric.Aggregation == usage.AggregationUniqueCount,
	}
	if since, bounded := request.Since(); bounded {
		since = since.UTC()
		stream.Since = &since
	}
	return stream
}

// Merge is the stream for what both need. They must be of the same metric and
// subscription.
func (s Stream) Merge(other Stream) Stream {
	if s.Since == nil || other.Since != nil && other.Since.After(*s.Since) {
		other.Since = s.Since
	}
	if s.To.After(other.To) {
		other.To = s.To
	}
	other.Numeric = s.Numeric && other.Numeric
	other.Precise = s.Precise || other.Precise
	other.Properties = s.Properties || other.Properties
	return other
}

// SQLiteStreams reads the events of streams, one stream after the other and each
// in the order of its events: the index of the stream, timestamp, id, value,
// precise amount and properties. The index events_usage has the events of each in
// this order, so nothing is sorted.
func SQLiteStreams(streams []Stream) named.Statement {
	w := newWriter()
	parts := make([]string, len(streams))
	for i, stream := range streams {
		precise, properties := "NULL", "NULL"
		if stream.Precise {
			precise = "e.precise_total_amount_cents"
		}
		if stream.Properties {
			properties = "e.properties"
		}
		conditions := []string{
			"{tenant:e}", "e.external_subscription_id = " + w.mark("subscription", stream.Subscription),
			"e.code = " + w.mark("code", stream.Code), "e.deleted_at IS NULL",
		}
		if stream.Since != nil {
			conditions = append(conditions, "e.timestamp >= "+w.mark("since", *stream.Since))
		}
		conditions = append(conditions, "e.timestamp <= "+w.mark("to", stream.To))
		if stream.Numeric {
			conditions = append(conditions, "e.value IS NOT NULL")
		}
		parts[i] = fmt.Sprintf("SELECT %d, e.timestamp, e.id, e.value, %s, %s FROM events e WHERE %s",
			i, precise, properties, strings.Join(conditions, " AND "))
	}
	return w.statement(strings.Join(parts, " UNION ALL ") + " ORDER BY 1, 2, 3")
}
