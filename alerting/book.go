package alerting

import (
	"encoding/json"
	"errors"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// maxThresholds is how many thresholds an alert may have.
const maxThresholds = 20

// book makes and changes the alerts of one owner, in memory.
type book struct {
	tx     *store.Tx
	family Family
	// present are the owner's alerts, new ones included.
	present []store.Alert
	// metrics are the billable metrics that were looked for, by code; nil for
	// those that do not exist.
	metrics map[string]*store.BillableMetric
}

// open reads the alerts that a finder leads to.
func open(tx *store.Tx, find Finder) (*book, error) {
	family, err := find(tx)
	if err != nil {
		return nil, err
	}
	alerts := &book{tx: tx, family: family, metrics: map[string]*store.BillableMetric{}}
	alerts.present, err = tx.AllAlerts(family.owner)
	return alerts, err
}

// create makes an alert of an input.
func (b *book) create(in Input) (store.Alert, error) {
	row := store.Alert{ID: store.NewID(), OrganizationID: b.tx.Organization().ID, CreatedAt: b.tx.Now(), UpdatedAt: b.tx.Now()}
	b.family.owner.Own(&row)
	kind, _ := in.AlertType.Get() // absent and null are empty
	row.AlertType = store.AlertType(kind)
	kept, err := b.ruleOf(row.AlertType)
	if err != nil {
		return row, err
	}
	row.Direction = kept.direction
	b.family.begin(&row)
	if len(in.Thresholds) == 0 {
		return row, fault.Invalid("thresholds", fault.CodeMandatory)
	}
	if err := b.assign(&row, in); err != nil {
		return row, err
	}
	b.present = append(b.present, row)
	return row, nil
}

// update changes an alert as an input says. What it returns is a copy.
func (b *book) update(before store.Alert, in Input) (store.Alert, error) {
	row := before
	row.UpdatedAt = b.tx.Now()
	err := b.assign(&row, in)
	return row, err
}

// ruleOf finds the rule of a type, which must be one that the organization may
// use.
func (b *book) ruleOf(kind store.AlertType) (rule, error) {
	found, known := b.family.rule(kind)
	switch {
	case known && !found.permitted(b.tx.Organization()):
		return found, fault.Invalid("alert_type", "feature_not_available")
	case form.Blank(string(kind)):
		return found, fault.Invalid("alert_type", fault.CodeMandatory, fault.CodeInvalid)
	case !known:
		return found, fault.Invalid("alert_type", "invalid_type")
	}
	return found, nil
}

// assign puts an input into the row and checks the rules, one after the other.
func (b *book) assign(row *store.Alert, in Input) error {
	if len(in.Thresholds) > 0 {
		if err := setThresholds(row, in.Thresholds); err != nil {
			return err
		}
	}
	if err := b.setMetric(row, in.BillableMetricCode); err != nil {
		return err
	}
	form.AssignText(&row.Code, in.Code)
	form.AssignNullable(&row.Name, in.Name)
	if err := b.check(*row); err != nil {
		return err
	}
	return b.checkOthers(*row)
}

// setThresholds reads the thresholds of an input into the row. The first
// value that is none decides the fault.
func setThresholds(row *store.Alert, inputs []ThresholdInput) error {
	if len(inputs) > maxThresholds {
		return fault.Invalid("thresholds", "too_many_thresholds")
	}
	type key struct {
		value     string
		recurring bool
	}
	seen := make(map[key]bool, len(inputs))
	for _, in := range inputs {
		k := key{value: string(in.Value), recurring: in.Recurring}
		if seen[k] {
			return fault.Invalid("thresholds", "duplicate_threshold_values")
		}
		seen[k] = true
	}
	row.Thresholds = make([]store.AlertThreshold, len(inputs))
	for i, in := range inputs {
		value, code := thresholdValue(in)
		if code != "" {
			return fault.Invalid("thresholds:value", code)
		}
		row.Thresholds[i] = store.AlertThreshold{Value: value, Recurring: in.Recurring}
		form.AssignNullable(&row.Thresholds[i].Code, in.Code)
	}
	return nil
}

// thresholdValue reads the value of a threshold, which may be a number or a
// text; the code says what is wrong with it.
func thresholdValue(in ThresholdInput) (value decimal.Decimal, code string) {
	if in.Value == nil {
		return value, fault.CodeMandatory
	}
	text := string(in.Value)
	if json.Unmarshal(in.Value, &text) != nil {
		text = string(in.Value) // not quoted
	}
	value, err := decimal.NewFromString(text)
	switch {
	case err != nil || !form.Representable(value):
		return value, fault.CodeInvalid
	case in.Recurring && !value.IsPositive():
		return value, "recurring_value_is_negative"
	}
	return value, ""
}

// setMetric puts the metric of a code into the row. Absent leaves it as it is;
// null and an empty code are none.
func (b *book) setMetric(row *store.Alert, input form.Optional[string]) error {
	if !input.IsSpecified() {
		return nil
	}
	row.BillableMetric, row.BillableMetricID = nil, nil
	code, _ := input.Get() // null is empty
	if form.Blank(code) {
		return nil
	}
	metric, known := b.metrics[code]
	if !known {
		found, err := b.tx.BillableMetric(code)
		if err == nil {
			metric = &found
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		b.metrics[code] = metric
	}
	if metric == nil {
		return fault.Missing("billable_metric")
	}
	row.BillableMetric, row.BillableMetricID = metric, &metric.ID
	return nil
}

// check checks the rules of the alert itself.
func (b *book) check(row store.Alert) error {
	details := fault.Details{}
	if form.Blank(row.Code) {
		details.Add("code", fault.CodeMandatory)
	}
	kept, _ := b.family.rule(row.AlertType)
	switch {
	case kept.ofMetric && row.BillableMetricID == nil:
		details.Add("billable_metric", fault.CodeMandatory)
	case !kept.ofMetric && row.BillableMetricID != nil:
		details.Add("billable_metric", "value_must_be_blank")
	}
	return details.Err()
}

// checkOthers refuses a code that another alert of the owner has, and an alert
// that watches what another one does.
func (b *book) checkOthers(row store.Alert) error {
	watching := false
	for _, other := range b.present {
		if other.ID == row.ID {
			continue
		}
		if other.Code == row.Code {
			return fault.Invalid("code", fault.CodeAlreadyExist)
		}
		watching = watching || other.AlertType == row.AlertType && sameMetric(other.BillableMetricID, row.BillableMetricID)
	}
	if watching {
		return fault.Invalid("base", "alert_already_exists")
	}
	return nil
}

// sameMetric reports whether two metrics that may be missing are the same.
func sameMetric(a, b *uuid.UUID) bool { return a == b || a != nil && b != nil && *a == *b }

// added stores new alerts.
func (b *book) added(rows []store.Alert) error {
	if err := form.Taken(b.tx.SaveAlerts(rows), "code"); err != nil {
		return err
	}
	for _, row := range rows {
		if err := audit.Created(b.tx, b.family.subject(row)); err != nil {
			return err
		}
	}
	return b.family.changed(b.tx)
}

// remove hides alerts.
func (b *book) remove(rows []store.Alert) error {
	now := b.tx.Now()
	hidden := make([]store.Alert, len(rows))
	for i, row := range rows {
		hidden[i] = row
		hidden[i].DeletedAt = &now
	}
	if err := b.tx.SaveAlerts(hidden); err != nil {
		return err
	}
	for _, row := range rows {
		if err := audit.Deleted(b.tx, b.family.subject(row)); err != nil {
			return err
		}
	}
	return nil
}
