package invoicing

import (
	"tarn/billing/invoice"
	"tarn/billing/period"
	"tarn/store"
)

// addCommitment adds what a period lacks of the plan's minimum commitment. In
// arrears it is the period that is billed, in advance the one before it, unless
// the subscription ends.
func (s *statement) addCommitment(tx *store.Tx) error {
	commitment := s.Subscription.Plan.MinimumCommitment
	if commitment == nil || !s.billsPeriod() {
		return nil
	}
	window, due := s.committedWindow()
	if !due {
		return nil
	}
	billed, err := tx.CountedTowardsCommitment(s.Subscription.ID, window.From, window.To, s.before)
	if err != nil {
		return err
	}
	for i := range s.lines {
		if from := s.lines[i].fee.From; from != nil && !from.Before(window.From) && !from.After(window.To) {
			billed += s.lines[i].fee.AmountCents
		}
	}
	missing := invoice.Commitment{
		AmountCents: commitment.AmountCents, BilledCents: billed,
		Days: period.Days(window.From, window.To, s.periods.Zone), Of: window.Period.Days(),
	}.TrueUp()
	if missing.Cents == 0 {
		return nil
	}
	added := s.newLine(store.FeeCommitment, commitment.Taxes)
	added.setPlan(&s.Subscription.Plan, commitment.InvoiceDisplayName)
	added.setAmount(missing)
	s.lines = append(s.lines, added)
	return nil
}

// committedWindow is the part of a period whose fees are held against the
// commitment. It reports false where none is over.
func (s *statement) committedWindow() (period.Window, bool) {
	window := s.windows.Subscription
	if s.ended() {
		return window, true
	}
	schedule, day := s.periods.Schedule, s.day()
	if !schedule.Starts(day) {
		return window, false
	}
	span := schedule.Previous(schedule.Containing(day))
	started := s.Subscription.Day(s.periods.StartedAt)
	if span.Last.Before(started) {
		return window, false
	}
	first := span.First
	if first.Before(started) {
		first = started
	}
	return period.Window{From: first.Start(s.periods.Zone), To: span.Last.End(s.periods.Zone), Period: span}, true
}
