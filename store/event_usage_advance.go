package store

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"tarn/billing/usage"
)

// risePlaces is how many decimal places the prorated units of an event have.
// The database counts them as integers of the last place.
const risePlaces = 5

// riseRow is the rise of a tuple or of a cell as the database makes it. It is
// nothing in a request that is not InAdvance.
type riseRow struct {
	Begun bool
	Falls bool
	Risen decimal.NullDecimal
	// RisenProrated are units of the last of risePlaces.
	RisenProrated decimal.NullDecimal
}

func (r riseRow) rise() usage.Rise {
	return usage.Rise{
		Begun: r.Begun, Falls: r.Falls,
		Units: r.Risen.Decimal, Prorated: r.RisenProrated.Decimal.Shift(-risePlaces),
	}
}

// addRise adds the rise of a sum over the source s. The prorated units of each
// event are rounded up, so they cannot be taken from a sum; div and mod are
// exact, which a division is not.
func (u *usageRead) addRise(add func(column string, values ...any)) {
	start, period := u.request.Start().UTC(), u.request.Period
	add("coalesce(bool_or(timestamp >= ?), FALSE) AS begun", start)
	add("coalesce(min(value) FILTER (WHERE timestamp >= ?) < 0, FALSE) AS falls", start)
	add("sum(value) FILTER (WHERE timestamp >= ?) AS risen", start)
	if u.request.Prorates() && period.Duration > 0 {
		shifted := "value * (100000 * (?::int + 1 - greatest(width_bucket(timestamp, ?::timestamptz[]), 1)))"
		days := []any{len(period.DayStarts), timeArray(period.DayStarts)}
		add("sum(div("+shifted+", ?) + (mod("+shifted+", ?) > 0)::int) FILTER (WHERE timestamp >= ?) AS risen_prorated",
			slices.Concat(days, []any{period.Duration}, days, []any{period.Duration, start})...)
	}
}

// settleAdvance sets on cells what their events of the period were charged for
// when they came. Where nothing falls, the rises say it. Where something does,
// the order of the events decides: the database follows the levels of a sum
// that is one group, which it reads in the order of its index. It would have to
// sort the events of several groups, or of items, which takes longer than to
// stream them.
func (tx *Tx) settleAdvance(request usage.Request, cells []usage.Cell, rises *usage.Rises) error {
	if rises.Fall() {
		read := newUsageRead(tx, request)
		sum := request.Metric.Aggregation == usage.AggregationSum
		if sum && len(read.keys) == 0 && !request.Prorates() {
			peak, err := read.peak()
			rises.AttachPeak(cells, peak)
			return err
		}
		advance := usage.NewAdvanceFold(request)
		err := tx.EachUsageEvent(request, nil, func(event usage.Event) bool {
			advance.Add(event)
			return true
		})
		if err != nil {
			return err
		}
		advance.Attach(cells)
	}
	rises.Attach(cells)
	return nil
}

// peak finds the peak of a sum without keys. There must be events in the period.
func (u *usageRead) peak() (usage.Peak, error) {
	u.where("e.timestamp >= ?", u.request.Start().UTC())
	query := `WITH first AS (SELECT e.value FROM events e WHERE ` + u.conditions + ` ORDER BY e.timestamp, e.id LIMIT 1),
		levels AS (SELECT row_number() OVER w AS position, sum(e.value) OVER w AS level FROM events e WHERE ` + u.conditions + `
			WINDOW w AS (ORDER BY e.timestamp, e.id ROWS UNBOUNDED PRECEDING))
		SELECT min(f.value) AS first, max(l.level) AS highest,
			(min(ARRAY[l.position, l.level]) FILTER (WHERE f.value < 0 AND l.level > f.value))[2] AS next
		FROM levels l CROSS JOIN first f`
	var row struct {
		First, Highest decimal.Decimal
		Next           decimal.NullDecimal
	}
	if err := u.tx.sql().Raw(query, slices.Concat(u.arguments, u.arguments)...).Scan(&row).Error; err != nil {
		return usage.Peak{}, fmt.Errorf("follow the levels of %q: %w", u.request.Metric.Code, err)
	}
	peak := usage.Peak{First: row.First, Highest: row.Highest}
	if row.Next.Valid {
		peak.Next = &row.Next.Decimal
	}
	return peak, nil
}
