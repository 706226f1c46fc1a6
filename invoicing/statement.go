package invoicing

import (
	"time"

	"tarn/billing/period"
	"tarn/metering"
	"tarn/store"
)

// statement is what an invoice bills of one subscription.
type statement struct {
	Item

	at time.Time
	// before is the instant before which everything was billed that is billed
	// already.
	before  time.Time
	periods period.Subscription
	windows period.Windows
	history store.BillingHistory
	// trialEndsAt is zero without a trial.
	trialEndsAt time.Time
	// lines are on the invoice; standalone ones are fees without an invoice.
	lines, standalone []line
}

// statements are what a run bills, with all fees. The usage of all subscriptions
// is read together.
func (r Run) statements(tx *store.Tx) ([]statement, error) {
	customers := make([]*store.Customer, len(r.Items))
	for i := range r.Items {
		customers[i] = &r.Items[i].Subscription.Customer
	}
	if err := tx.LoadSellerTaxes(customers...); err != nil {
		return nil, err
	}
	before := r.Before
	if before.IsZero() {
		before = tx.Now()
	}
	before = before.Add(time.Microsecond) // what was billed at this very instant was billed before this run
	histories, err := tx.BillingHistories(r.subscriptionIDs(), before, r.At.AddDate(-1, 0, 0))
	if err != nil {
		return nil, err
	}
	var statements []statement
	for _, item := range r.Items {
		item.Units = r.Units
		s := newStatement(item, r.At, before, histories[item.Subscription.ID])
		if !r.Preview && item.Reason == store.ReasonPeriodic && s.history.BilledOn(s.day()) {
			continue
		}
		if s.trialEndsAt, err = TrialEndsAt(tx, *item.Subscription); err != nil {
			return nil, err
		}
		statements = append(statements, s)
	}
	return statements, r.addFees(tx, statements)
}

// newStatement is the statement of a subscription without its fees.
func newStatement(item Item, at, before time.Time, history store.BillingHistory) statement {
	s := statement{Item: item, at: at, before: before, history: history, periods: item.Subscription.Periods()}
	if s.periods.Ending != period.EndingNone {
		s.periods.PrecedingBilled = history.BilledOn(item.Subscription.Day(s.periods.TerminatedAt))
	}
	if run := history.LastRun; run != nil {
		s.periods.PreviousChargesTo = s.foreignEnd(run.ChargesTo)
		s.periods.PreviousFixedChargesTo = s.foreignEnd(run.FixedChargesTo)
	}
	s.windows = s.periods.Windows(at)
	return s
}

// foreignEnd is the end of a window that a run has billed, if it is not the end
// of a day: then the customer's zone has changed since. It is zero otherwise.
func (s *statement) foreignEnd(to *time.Time) time.Time {
	if to == nil || !to.After(s.periods.StartedAt) || period.DateOf(*to, s.periods.Zone).End(s.periods.Zone).Equal(*to) {
		return time.Time{}
	}
	return *to
}

// addFees adds the fees of statements in the order in which invoices show them.
func (r Run) addFees(tx *store.Tx, statements []statement) error {
	asked := make([]metering.Billed, len(statements))
	if !r.Units {
		for i := range statements {
			asked[i] = statements[i].billedUsage()
		}
	}
	used, err := metering.BilledUsage(tx, asked)
	if err != nil {
		return err
	}
	var known knownFees
	if !r.Units {
		if known, err = knowFees(tx, statements); err != nil {
			return err
		}
	}
	for i := range statements {
		s := &statements[i]
		if r.Units {
			err = s.addChangedUnits(tx)
		} else {
			err = s.addAllFees(tx, used[i], known)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// addAllFees adds every fee of the statement.
func (s *statement) addAllFees(tx *store.Tx, used []metering.ChargeUsage, known knownFees) error {
	s.addSubscriptionFee()
	if err := s.addUsage(used); err != nil {
		return err
	}
	if err := s.addFixedCharges(tx, known); err != nil {
		return err
	}
	s.addCommitment(known)
	return nil
}

// ended reports whether the statement closes a subscription.
func (s *statement) ended() bool { return s.Reason == store.ReasonTerminating }

// day is the day of the customer's zone that is billed.
func (s *statement) day() period.Date { return s.Subscription.Day(s.at) }

// TrialEndsAt is when the trial of a subscription ends or ended, the zero time when
// it has none. It counts from the first start under the external id: that of the row where
// no other one is kept, and now where it has none.
func TrialEndsAt(tx *store.Tx, row store.Subscription) (time.Time, error) {
	if row.Plan.TrialPeriod == nil || !row.Plan.TrialPeriod.IsPositive() {
		return time.Time{}, nil
	}
	if row.TrialEndedAt != nil {
		return *row.TrialEndedAt, nil
	}
	first, err := tx.FirstSubscriptionStart(row.CustomerID, row.ExternalID)
	if err != nil {
		return time.Time{}, err
	}
	if first == nil {
		first = row.StartedAt
	}
	if first == nil {
		now := tx.Now()
		first = &now
	}
	return period.TrialEnd(*first, *row.Plan.TrialPeriod), nil
}
