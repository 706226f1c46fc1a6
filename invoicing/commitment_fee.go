package invoicing

import (
	"tarn/billing/invoice"
	"tarn/billing/money"
	"tarn/billing/period"
	"tarn/store"
)

// addCommitment adds what a period lacks of the plan's minimum commitment. In
// arrears it is the period that is billed, in advance the one before it, unless
// the subscription ends.
func (s *statement) addCommitment(known knownFees) {
	within, counts := s.committedTime()
	if !counts {
		return
	}
	commitment := s.Subscription.Plan.MinimumCommitment
	window, _ := s.committedWindow()
	billed := money.Cents(known.committed[within][s.Subscription.ID])
	for i := range s.lines {
		if from := s.lines[i].fee.From; from != nil && !from.Before(window.From) && !from.After(window.To) {
			billed = money.Add(billed, s.lines[i].fee.AmountCents)
		}
	}
	missing := invoice.Commitment{
		AmountCents: commitment.AmountCents, BilledCents: billed,
		Days: period.Days(window.From, window.To, s.periods.Zone), Of: window.Period.Days(),
	}.TrueUp()
	if missing.Cents == 0 {
		return
	}
	added := s.newLine(store.FeeCommitment, commitment.Taxes)
	added.setPlan(&s.Subscription.Plan, commitment.InvoiceDisplayName)
	added.setAmount(missing)
	s.lines = append(s.lines, added)
}

// committedTime is the time whose fees are held against the plan's commitment. It
// reports false where there is none to be billed.
func (s *statement) committedTime() (committedTime, bool) {
	if s.Subscription.Plan.MinimumCommitment == nil || !s.billsPeriod() {
		return committedTime{}, false
	}
	window, due := s.committedWindow()
	return committedTime{from: window.From.UTC(), to: window.To.UTC()}, due
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
