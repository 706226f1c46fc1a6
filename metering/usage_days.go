package metering

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/money"
	"tarn/billing/period"
	"tarn/billing/usage"
	"tarn/store"
)

// UsageOfDay is what was counted of a day, and what is counted of it now.
type UsageOfDay struct {
	Before, Now store.UsageDay
	Metric      store.BillableMetric
}

// CountUsageDays counts anew what events have added to the usage of marked metrics,
// for the subscriptions that a filter finds, day by day from the first marked one on.
// It returns the days of which something else is counted now.
//
// What a day adds is the price of its billing period with all events until its end,
// less that price without its own events. So a day's units have the prices that they
// reach, the days of a period add up to what is billed of it, and a day without events
// adds nothing. What was counted of earlier days stays as it is: where prices have
// changed since, the first day that is counted anew bears the difference.
//
// Units that are carried into a period are no usage of it. While there is more than fees
// can hold, days add nothing; the next day with less of it bears all that they brought.
func CountUsageDays(tx *store.Tx, marks []store.MarkedUsage, filter store.UsageFilter) ([]UsageOfDay, error) {
	names := make([]string, len(marks))
	for i, mark := range marks {
		names[i] = mark.ExternalSubscriptionID
	}
	rows, err := tx.UsingSubscriptions(slices.Compact(names), filter)
	if err != nil {
		return nil, err
	}
	of := map[string][]*store.Subscription{}
	for _, row := range rows {
		of[row.ExternalID] = append(of[row.ExternalID], row)
	}
	var spans []*usageSpan
	for _, mark := range marks {
		for _, row := range of[mark.ExternalSubscriptionID] {
			some, err := spansOf(tx, row, mark)
			if err != nil {
				return nil, err
			}
			spans = append(spans, some...)
		}
	}
	if len(spans) == 0 {
		return nil, nil
	}
	stored, err := storedDays(tx, spans)
	if err != nil {
		return nil, err
	}
	if err := countLevels(tx, spans); err != nil {
		return nil, err
	}
	var changed []UsageOfDay
	for _, span := range spans {
		changed = append(changed, span.changes(stored)...)
	}
	return changed, nil
}

// usageSpan is a stretch of days, within one billing period, of one metric of a
// subscription.
type usageSpan struct {
	sub     *store.Subscription
	metric  store.BillableMetric
	charges []store.Charge
	window  period.Window
	// begins is the first day of the window; first and last are the days to count.
	begins, first, last period.Date
	// parts are what is counted for the levels, that of each charge for one level after
	// the other.
	parts []pricedPart
	// levels are the sums over the charges with all events until the end of each day.
	// Where units are carried from period to period, those before the window come first.
	levels []usageLevel
}

// usageLevel is what something comes to.
type usageLevel struct {
	units decimal.Decimal
	cents int64
	// beyond says that it is more than fees can hold. No invoice bills that.
	beyond bool
}

// with adds fees to a level. What there is no use of costs nothing here, though some
// prices begin with an amount for that.
func (l usageLevel) with(fees []PricedFee) usageLevel {
	for _, fee := range fees {
		if fee.EventsCount > 0 || !fee.Units.IsZero() {
			l.units, l.cents = l.units.Add(fee.Units), money.Add(l.cents, fee.AmountCents)
		}
		l.beyond = l.beyond || fee.Beyond()
	}
	l.beyond = l.beyond || money.Beyond(l.cents)
	return l
}

// or is another level where there is more than fees can hold.
func (l usageLevel) or(other usageLevel) usageLevel {
	if l.beyond {
		return other
	}
	return l
}

// carries reports whether units are carried into the window of the span.
func (s *usageSpan) carries() bool { return s.metric.Recurring }

// spansOf are the stretches that a mark touches in the life of a subscription: the
// periods of the marked days, and where units are carried on, all later ones.
func spansOf(tx *store.Tx, row *store.Subscription, mark store.MarkedUsage) ([]*usageSpan, error) {
	charges := slices.DeleteFunc(slices.Clone(row.Plan.Charges), func(each store.Charge) bool { return each.BillableMetric.Code != mark.Code })
	if len(charges) == 0 {
		return nil, nil
	}
	first, err := period.ParseDate(mark.First)
	if err != nil {
		return nil, err
	}
	last, err := period.ParseDate(mark.Last)
	if err != nil {
		return nil, err
	}
	metric := charges[0].BillableMetric
	from, to := first.Start(time.UTC), last.End(time.UTC)
	if metric.Recurring {
		to = latest(to, tx.Now())
	}
	if row.TerminatedAt != nil && row.TerminatedAt.Before(to) {
		to = *row.TerminatedAt
	}
	from = latest(from, *row.StartedAt)
	var spans []*usageSpan
	periods := row.Periods()
	for at := from; !at.After(to); {
		window := periods.Current(at).Charges
		span := &usageSpan{
			sub: row, metric: metric, charges: charges, window: window,
			begins: row.Day(window.From), first: row.Day(latest(at, window.From)), last: row.Day(slices.MinFunc([]time.Time{window.To, latest(to, tx.Now())}, time.Time.Compare)),
		}
		spans = append(spans, span)
		if !window.To.After(at) {
			break // nothing comes after the last window
		}
		at = window.To.Add(time.Microsecond)
	}
	return spans, nil
}

// latest is the last of some instants.
func latest(of ...time.Time) time.Time { return slices.MaxFunc(of, time.Time.Compare) }

// usageOwner is a metric of a subscription.
type usageOwner struct{ subscription, metric uuid.UUID }

func (s *usageSpan) owner() usageOwner { return usageOwner{s.sub.ID, s.metric.ID} }

// storedDays reads what was counted before of the periods of spans.
func storedDays(tx *store.Tx, spans []*usageSpan) (map[usageOwner]map[string]store.UsageDay, error) {
	from := spans[0].begins
	subscriptions, metrics := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, span := range spans {
		if span.begins.Before(from) {
			from = span.begins
		}
		subscriptions[span.sub.ID], metrics[span.metric.ID] = true, true
	}
	rows, err := tx.UsageDays(slices.Collect(maps.Keys(subscriptions)), slices.Collect(maps.Keys(metrics)), from.String())
	if err != nil {
		return nil, err
	}
	stored := map[usageOwner]map[string]store.UsageDay{}
	for _, row := range rows {
		owner := usageOwner{row.SubscriptionID, row.BillableMetricID}
		if stored[owner] == nil {
			stored[owner] = map[string]store.UsageDay{}
		}
		stored[owner][row.Day] = row
	}
	return stored, nil
}

// countLevels counts the levels of spans. The events of all are counted together.
func countLevels(tx *store.Tx, spans []*usageSpan) error {
	var requests []usage.Request
	for _, span := range spans {
		span.ask(tx)
		for _, part := range span.parts {
			requests = append(requests, part.request)
		}
	}
	counted, err := tx.UsageCells(requests...)
	if err != nil {
		return err
	}
	for _, span := range spans {
		if err := span.take(counted[:len(span.parts)]); err != nil {
			return err
		}
		counted = counted[len(span.parts):]
	}
	return nil
}

// ask makes the parts of the levels.
func (s *usageSpan) ask(tx *store.Tx) {
	for _, until := range s.ends() {
		pricing := usagePricing{tx: tx, sub: s.sub, window: s.window, options: usageOptions{Current: true}}
		for _, part := range pricing.parts(s.charges) {
			part.request.Until = &until
			s.parts = append(s.parts, part)
		}
	}
}

// take makes the levels of what was counted for the parts.
func (s *usageSpan) take(counted [][]usage.Cell) error {
	var level usageLevel
	for i, part := range s.parts {
		fees, err := part.pricing.fees(part.charge, part.filters, part.request, counted[i])
		if err != nil {
			return err
		}
		level = level.with(fees)
		if (i+1)%len(s.charges) == 0 { // that was the last charge
			s.levels = append(s.levels, level)
			level = usageLevel{}
		}
	}
	return nil
}

// ends are the last places of the days of the span, after the one before its window
// where units are carried into it.
func (s *usageSpan) ends() []usage.Place {
	var places []usage.Place
	if s.carries() {
		places = append(places, usage.Place{Timestamp: s.window.From.Add(-time.Microsecond), ID: uuid.Max})
	}
	for day := s.first; !day.After(s.last); day = day.AddDays(1) {
		places = append(places, usage.Place{Timestamp: day.End(s.sub.Location()), ID: uuid.Max})
	}
	return places
}

// changes are the days of the span of which something else was counted before.
func (s *usageSpan) changes(stored map[usageOwner]map[string]store.UsageDay) []UsageOfDay {
	known, levels := stored[s.owner()], s.levels
	var level usageLevel
	if s.carries() {
		level, levels = levels[0].or(level), levels[1:]
	}
	for day := s.begins; day.Before(s.first); day = day.AddDays(1) {
		level.units = level.units.Add(known[day.String()].Units)
		level.cents = money.Add(level.cents, known[day.String()].AmountCents)
	}
	var changed []UsageOfDay
	for i, reached := range levels {
		reached = reached.or(level)
		now := store.UsageDay{
			SubscriptionID: s.sub.ID, BillableMetricID: s.metric.ID, Day: s.first.AddDays(i).String(), Currency: s.sub.Plan.AmountCurrency,
			Units: reached.units.Sub(level.units), AmountCents: money.Add(reached.cents, -level.cents),
		}
		before := known[now.Day]
		if !before.Units.Equal(now.Units) || before.AmountCents != now.AmountCents {
			changed = append(changed, UsageOfDay{Before: before, Now: now, Metric: s.metric})
		}
		level = reached
	}
	return changed
}

// KeepUsageDays counts marked metrics anew and keeps what has changed.
func KeepUsageDays(tx *store.Tx, marks []store.MarkedUsage) error {
	changed, err := CountUsageDays(tx, marks, store.UsageFilter{})
	if err != nil || len(changed) == 0 {
		return err
	}
	rows := make([]store.UsageDay, len(changed))
	for i, day := range changed {
		rows[i] = day.Now
	}
	return tx.SaveUsageDays(rows)
}

// UsageSums adds up the usage of days that a filter finds: what was counted of them,
// and what is marked since.
func UsageSums(tx *store.Tx, filter store.UsageFilter) ([]store.UsageSum, error) {
	sums, err := tx.UsageSums(filter)
	if err != nil {
		return nil, err
	}
	marks, err := tx.UsageMarks()
	if err != nil {
		return nil, err
	}
	marks = slices.DeleteFunc(marks, func(mark store.MarkedUsage) bool {
		return filter.BillableMetricCode != "" && mark.Code != filter.BillableMetricCode ||
			filter.ExternalSubscriptionID != "" && mark.ExternalSubscriptionID != filter.ExternalSubscriptionID
	})
	changed, err := CountUsageDays(tx, marks, filter)
	if err != nil {
		return nil, err
	}
	for _, day := range changed {
		if day.Now.Day < filter.From || filter.To != "" && day.Now.Day > filter.To || filter.Recurring != nil && *filter.Recurring != day.Metric.Recurring {
			continue
		}
		day.Before.Units, day.Before.AmountCents = day.Before.Units.Neg(), -day.Before.AmountCents
		for _, part := range []store.UsageDay{day.Before, day.Now} {
			if part.Currency != "" && (filter.Currency == "" || filter.Currency == part.Currency) {
				sums = append(sums, store.UsageSum{
					Day: day.Now.Day, Code: day.Metric.Code, Currency: part.Currency, Units: part.Units, AmountCents: decimal.NewFromInt(part.AmountCents),
				})
			}
		}
	}
	return sums, nil
}
