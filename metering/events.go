package metering

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// mostEvents is how many events one request may bring.
const mostEvents = 100

// Ingestion is the events of one request, which are kept together or not at
// all.
type Ingestion struct {
	// Request is the request that brings the events.
	Request uuid.UUID
	// Events are in the order in which the client sent them.
	Events []EventInput
	// Batch says that the client sent a list: refusals name the index of an
	// event, as a text, and hold all that is wrong. Otherwise there is just
	// one event, and the refusal names its fields.
	Batch bool
}

// Ingested is what became of an Ingestion: its events as they are kept, or why
// none of them is.
type Ingested struct {
	Events []store.Event
	// Refusal is a fault; nil when the events are kept.
	Refusal error
	// Uncounted says why events will not count, although they are kept.
	Uncounted []Uncounted
	// Charged are those of the events that may have to be billed at once, Watched
	// those that may let a subscription reach a usage threshold, and Followed those that
	// alerts or wallets may have to hear of.
	Charged, Watched, Followed []store.Event
	// Unplanned says that nothing waits yet that counts usage by days.
	Unplanned bool
}

// IngestEvents keeps the events of several requests, in the order of the
// requests. The outcomes are in that order too; a refused request keeps nothing
// and hinders no other.
//
// Each event is read in the order of the contract: timestamp, expression of the
// metric, fields that must be there; then its transaction must be free in its
// subscription. Neither the metric nor the subscription need exist.
//
// What events set off (fees in advance, progressive invoices, alerts, ongoing balances)
// is for the caller to start, with the events that an outcome names.
func IngestEvents(tx *store.Tx, requests []Ingestion) ([]Ingested, error) {
	codes, subscriptions := namesOf(requests, EventInput.code), namesOf(requests, EventInput.subscription)
	metrics, err := tx.MetricsOfEvents(codes, subscriptions)
	if err != nil {
		return nil, err
	}
	reader := eventReader{tx: tx, metrics: newEventMetrics(metrics)}
	if reader.strange, err = strangeOf(metrics); err != nil {
		return nil, err
	}
	outcomes := make([]Ingested, len(requests))
	for i, request := range requests {
		outcomes[i].Events, outcomes[i].Refusal = reader.readAll(request)
		if outcomes[i].Refusal == nil {
			outcomes[i].Uncounted = reader.uncounted(outcomes[i].Events)
		}
		if outcomes[i].Refusal != nil || !request.Batch {
			continue
		}
		if outcomes[i].Refusal, err = repeated(tx, outcomes[i].Events); err != nil {
			return nil, err
		}
	}
	if err := keepEvents(tx, requests, outcomes); err != nil {
		return nil, err
	}
	var used []store.NewUsage
	for i := range outcomes {
		used = append(used, reader.follow(&outcomes[i])...)
	}
	return outcomes, tx.MarkUsage(used)
}

// follow says what the events of a request set off, and which usage they are of.
func (r *eventReader) follow(outcome *Ingested) (used []store.NewUsage) {
	if outcome.Refusal != nil {
		return nil
	}
	for i := range outcome.Events {
		row := &outcome.Events[i]
		metric, known := r.metrics[row.Code]
		if known && row.ExternalSubscriptionID != nil {
			used = append(used, store.NewUsage{
				ExternalSubscriptionID: *row.ExternalSubscriptionID, Code: row.Code, BillableMetricID: metric.id,
				Day: row.Timestamp.UTC().Format(time.DateOnly), Counting: metric.counting,
			})
			outcome.Unplanned = outcome.Unplanned || metric.counting == nil
		}
		if !metric.charged && !metric.watched && !metric.followed {
			continue
		}
		if reason, _ := r.whyUncounted(row); reason != "" {
			continue
		}
		if metric.charged {
			outcome.Charged = append(outcome.Charged, *row)
		}
		if metric.watched {
			outcome.Watched = append(outcome.Watched, *row)
		}
		if metric.followed {
			outcome.Followed = append(outcome.Followed, *row)
		}
	}
	return used
}

// namesOf are the names that the events of all requests have of one kind, each once.
func namesOf(requests []Ingestion, nameOf func(EventInput) string) []string {
	var names []string
	seen := map[string]bool{}
	for _, request := range requests {
		for _, input := range request.Events {
			if name := nameOf(input); !form.Blank(name) && !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return names
}

// readAll reads the events of a request.
//
// Lago: an expression that has no value for an event of a batch is told in a
// sentence instead of codes, unless the event lacks a field too.
func (r *eventReader) readAll(request Ingestion) ([]store.Event, error) {
	if !request.Batch {
		row, err := r.read(request.Events[0], request.Request)
		return []store.Event{row}, err.single()
	}
	switch {
	case len(request.Events) == 0:
		return nil, fault.Invalid("events", "no_events")
	case len(request.Events) > mostEvents:
		return nil, fault.Invalid("events", "too_many_events")
	}
	details := fault.Details{}
	rows := make([]store.Event, len(request.Events))
	for i, input := range request.Events {
		var refusal eventRefusal
		rows[i], refusal = r.read(input, request.Request)
		if finding := refusal.entry(); finding != nil {
			details[strconv.Itoa(i)] = finding
		}
	}
	return rows, details.Err()
}

// repeated refuses a batch in which a transaction is there twice: the later of
// the two events, and those whose transactions are taken besides.
//
// Lago: within a batch the subscription makes no difference.
func repeated(tx *store.Tx, rows []store.Event) (refusal, err error) {
	details := fault.Details{}
	seen := make(map[string]bool, len(rows))
	for i, row := range rows {
		if seen[row.TransactionID] {
			details[strconv.Itoa(i)] = taken()
		}
		seen[row.TransactionID] = true
	}
	if len(details) == 0 {
		return nil, nil
	}
	present, err := tx.TakenTransactions(rows)
	for i, row := range rows {
		if present[row.ID] {
			details[strconv.Itoa(i)] = taken()
		}
	}
	return details.Err(), err
}

// taken is what is wrong with an event whose transaction is taken.
func taken() fault.Details {
	return fault.Details{"transaction_id": []string{fault.CodeAlreadyExist}}
}

// eventKey is what no two events may have in common. Without a subscription
// an event has none.
type eventKey struct{ subscription, transaction string }

func keyOf(row store.Event) (eventKey, bool) {
	if row.ExternalSubscriptionID == nil {
		return eventKey{}, false
	}
	return eventKey{subscription: *row.ExternalSubscriptionID, transaction: row.TransactionID}, true
}

// keepEvents adds the events of all requests that are not refused yet, and
// refuses those of which an event is there already. Requests with the same
// event are taken one after the other, so that the first one to succeed has it.
func keepEvents(tx *store.Tx, requests []Ingestion, outcomes []Ingested) error {
	var waiting []int
	for i := range outcomes {
		if outcomes[i].Refusal == nil {
			waiting = append(waiting, i)
		}
	}
	for len(waiting) > 0 {
		var round []int
		round, waiting = apart(outcomes, waiting)
		if err := keepRound(tx, requests, outcomes, round); err != nil {
			return err
		}
	}
	return nil
}

// apart takes from the waiting requests those that have no event in common, in
// their order. A request also waits for those before it that wait.
func apart(outcomes []Ingested, waiting []int) (round, rest []int) {
	seen := map[eventKey]bool{}
	for _, i := range waiting {
		clash := false
		for _, row := range outcomes[i].Events {
			key, unique := keyOf(row)
			clash = clash || unique && seen[key]
		}
		for _, row := range outcomes[i].Events {
			if key, unique := keyOf(row); unique {
				seen[key] = true
			}
		}
		if clash {
			rest = append(rest, i)
		} else {
			round = append(round, i)
		}
	}
	return round, rest
}

// keepRound adds the events of requests that have none in common.
func keepRound(tx *store.Tx, requests []Ingestion, outcomes []Ingested, round []int) error {
	var rows []*store.Event
	for _, i := range round {
		for n := range outcomes[i].Events {
			rows = append(rows, &outcomes[i].Events[n])
		}
	}
	present, err := tx.InsertEvents(rows)
	if err != nil || len(present) == 0 {
		return err
	}
	var takenBack []*store.Event
	for _, i := range round {
		outcome := &outcomes[i]
		outcome.Refusal = notAdded(requests[i], outcome.Events, present)
		if outcome.Refusal == nil {
			continue
		}
		for n := range outcome.Events {
			if row := &outcome.Events[n]; !present[row.ID] {
				takenBack = append(takenBack, row)
			}
		}
	}
	return tx.RemoveEvents(takenBack)
}

// notAdded refuses a request of which some events were not added.
func notAdded(request Ingestion, rows []store.Event, present map[uuid.UUID]bool) error {
	details := fault.Details{}
	for i, row := range rows {
		switch {
		case !present[row.ID]:
		case !request.Batch:
			return taken().Err()
		default:
			details[strconv.Itoa(i)] = taken()
		}
	}
	return details.Err()
}
