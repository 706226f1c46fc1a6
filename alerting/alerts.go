package alerting

import (
	"encoding/json"
	"slices"
	"strconv"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// Input is what a client says of an alert. On creation, what is absent
// counts as empty; on update it stays as it is.
type Input struct {
	// Params are the alert as it was sent. The refusal of a list repeats them.
	Params map[string]any
	// AlertType counts on creation only: it never changes.
	AlertType          form.Optional[string]
	Code               form.Optional[string]
	Name               form.Optional[string]
	BillableMetricCode form.Optional[string]
	// Thresholds are all of the alert. None counts as absent.
	Thresholds []ThresholdInput
}

// ThresholdInput is a value at which an alert tells.
type ThresholdInput struct {
	Code form.Optional[string]
	// Value is the JSON that was sent; nil for none.
	Value     json.RawMessage
	Recurring bool
}

// Finder finds what the alerts of a request belong to, locked against other changes of
// its alerts.
type Finder func(tx *store.Tx) (Family, error)

// Create adds an alert. It refuses an unknown metric with a NotFound fault, and values
// that break a rule with a Validation fault: the first rule that is broken decides.
func Create(tx *store.Tx, find Finder, in Input) (store.Alert, error) {
	alerts, err := open(tx, find)
	if err != nil {
		return store.Alert{}, err
	}
	row, err := alerts.create(in)
	if err != nil {
		return row, err
	}
	return row, alerts.added([]store.Alert{row})
}

// CreateAll adds several alerts, all or none. When some break a rule, the
// Validation fault says for each of them, by its place in the list, what was
// sent and what is wrong with it.
func CreateAll(tx *store.Tx, find Finder, inputs []Input) ([]store.Alert, error) {
	alerts, err := open(tx, find)
	if err != nil {
		return nil, err
	}
	rows, refused := make([]store.Alert, 0, len(inputs)), fault.Details{}
	for i, in := range inputs {
		row, err := alerts.create(in)
		if refusal, isFault := fault.As(err); isFault {
			refused[strconv.Itoa(i)] = map[string]any{"params": in.Params, "errors": inWords(refusal)}
			continue
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	if err := refused.Err(); err != nil {
		return nil, err
	}
	return rows, alerts.added(rows)
}

// inWords tells a refusal in one text.
func inWords(refusal *fault.Error) string {
	if len(refusal.Details) == 0 {
		return refusal.Code
	}
	details, _ := json.Marshal(refusal.Details) // of texts: cannot fail
	return "Validation errors: " + string(details)
}

// Update changes an alert under the rules of its creation. One on a wallet pays no heed
// to a metric.
func Update(tx *store.Tx, find Finder, code string, in Input) (store.Alert, error) {
	alerts, row, err := openAt(tx, find, code)
	if err != nil {
		return row, err
	}
	if row.WalletID != nil {
		in.BillableMetricCode = form.Optional[string]{}
	}
	before := audit.Before(alerts.family.subject(row))
	row, err = alerts.update(row, in)
	if err != nil {
		return row, err
	}
	if err := form.Taken(tx.SaveAlerts([]store.Alert{row}), "code"); err != nil {
		return row, err
	}
	if err := audit.Updated(tx, before, alerts.family.subject(row)); err != nil {
		return row, err
	}
	return row, alerts.family.changed(tx)
}

// Delete hides an alert; its code is free again. The answer shows it as it last was.
func Delete(tx *store.Tx, find Finder, code string) (store.Alert, error) {
	alerts, row, err := openAt(tx, find, code)
	if err != nil {
		return row, err
	}
	return row, alerts.remove([]store.Alert{row})
}

// DeleteAll hides all alerts of an owner.
func DeleteAll(tx *store.Tx, find Finder) error {
	alerts, err := open(tx, find)
	if err != nil {
		return err
	}
	return alerts.remove(alerts.present)
}

// openAt finds an alert by its code; a NotFound fault for its owner, and then for the
// alert.
func openAt(tx *store.Tx, find Finder, code string) (*book, store.Alert, error) {
	alerts, err := open(tx, find)
	if err != nil {
		return nil, store.Alert{}, err
	}
	place := slices.IndexFunc(alerts.present, func(row store.Alert) bool { return row.Code == code })
	if place < 0 {
		return nil, store.Alert{}, fault.Missing("alert")
	}
	return alerts, alerts.present[place], nil
}
