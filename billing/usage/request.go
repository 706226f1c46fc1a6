package usage

import (
	"cmp"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Aggregation says how the events of a billable metric become units, by the
// contract's name.
type Aggregation string

// The aggregations.
const (
	AggregationCount       Aggregation = "count_agg"
	AggregationSum         Aggregation = "sum_agg"
	AggregationMax         Aggregation = "max_agg"
	AggregationLatest      Aggregation = "latest_agg"
	AggregationUniqueCount Aggregation = "unique_count_agg"
	AggregationWeightedSum Aggregation = "weighted_sum_agg"
)

// Aggregations returns all aggregations.
func Aggregations() []Aggregation {
	return []Aggregation{
		AggregationCount, AggregationSum, AggregationMax,
		AggregationLatest, AggregationUniqueCount, AggregationWeightedSum,
	}
}

// Numeric reports whether only events count whose property is a number.
func (a Aggregation) Numeric() bool {
	switch a {
	case AggregationSum, AggregationMax, AggregationLatest, AggregationWeightedSum:
		return true
	default:
		return false
	}
}

// Metric is what a billable metric says about its units.
type Metric struct {
	// Code is what events of the metric carry.
	Code        string
	Aggregation Aggregation
	// Field is the property that is aggregated; a count needs none.
	Field string
	// Recurring says that units are carried from period to period.
	Recurring bool
	// Rounding is applied to the units of each group. Its zero value rounds
	// nothing, as is right for the fee of a single event.
	Rounding Rounding
}

// Period is the time that usage is computed for.
type Period struct {
	// From and To are the charge's boundaries, both inclusive. The
	// milliseconds of From are rounded down before it is compared.
	From, To time.Time
	// Duration is charges_duration: the days of the whole period, also when
	// the subscription began in its midst.
	Duration int
	// DayStarts are the first instants of the customer's calendar days, in
	// order, from the day that has From to the day that has To. A day that the
	// customer's zone skipped is there too, with the instant of the next one.
	// Only prorated usage reads them.
	DayStarts []time.Time
	// Upgraded says that the subscription ends with an upgrade: the units
	// that were carried into the period then count for one day less.
	Upgraded bool
}

// floor is From with its milliseconds rounded down.
func (p Period) floor() time.Time { return p.From.Truncate(time.Millisecond) }

// Request says what to read of a subscription for one charge.
type Request struct {
	// Subscription is the external identifier.
	Subscription string
	Metric       Metric
	Period       Period
	// Prorated says that units count for the days that they are in use. It is
	// for recurring sums and unique counts; others ignore it.
	Prorated bool
	// PayInAdvance asks for the units that the events of the period were
	// charged for when they came. It is for sums and unique counts;
	// others ignore it.
	PayInAdvance bool
	// Precise asks for the sums of precise_total_amount_cents, for the dynamic
	// charge model. It is for sums; others ignore it.
	Precise bool
	// Filters are those of the charge, in the order of outputs.
	Filters []Filter
	// GroupKeys are the pricing group keys of the charge itself.
	GroupKeys []string
	// PresentationKeys split each group for display only.
	PresentationKeys []string
	// Only keeps the events whose properties have one of the texts, for every
	// key. Such a key groups nothing.
	Only map[string][]string
	// Until ends the usage at one event, which is the last one that counts.
	// Nil leaves the end to the period.
	Until *Place
	// LevelSince is from when on earlier events make up the level that a
	// recurring weighted sum begins with: the start of the subscription, or the
	// zero Time for all events there ever were.
	LevelSince time.Time
}

// Since is the first instant whose events count. It reports false when there
// is none, and all events up to the end count.
func (r Request) Since() (time.Time, bool) {
	switch {
	case !r.Metric.Recurring:
		return r.Period.floor(), true
	case r.Metric.Aggregation == AggregationSum || r.Metric.Aggregation == AggregationUniqueCount:
		return time.Time{}, false
	case r.Metric.Aggregation == AggregationWeightedSum:
		return r.LevelSince, !r.LevelSince.IsZero()
	default:
		return r.Period.floor(), true
	}
}

// Start is the instant from which on events are those of the period; earlier
// ones are carried into it.
func (r Request) Start() time.Time { return r.Period.floor() }

// IsPrecise reports whether the request is for sums of
// precise_total_amount_cents.
func (r Request) IsPrecise() bool { return r.Precise && r.Metric.Aggregation == AggregationSum }

// Prorates reports whether the request is for prorated units.
func (r Request) Prorates() bool {
	return r.Prorated && r.Metric.Recurring &&
		(r.Metric.Aggregation == AggregationSum || r.Metric.Aggregation == AggregationUniqueCount)
}

// InAdvance reports whether the request is for what events were charged for
// when they came. A count is never charged for more than it shows.
func (r Request) InAdvance() bool {
	return r.PayInAdvance && (r.Metric.Aggregation == AggregationSum || r.Metric.Aggregation == AggregationUniqueCount)
}

// Takes reports whether an event is within the bounds of the request: its time
// and, where the aggregation needs one, its number.
func (r Request) Takes(event Event) bool {
	if since, bounded := r.Since(); bounded && event.Timestamp.Before(since) {
		return false
	}
	if event.Timestamp.After(r.Period.To) || r.Until != nil && event.Place().Compare(*r.Until) > 0 {
		return false
	}
	return !r.Metric.Aggregation.Numeric() || event.Value != nil
}

// Key is a property whose text decides where an event counts.
type Key struct {
	Name string
	// Texts are all that matter when the key only filters: any other is the
	// same as none. Nil when every text matters.
	Texts []string
}

// Keys are the properties that decide where an event counts, sorted by name:
// those of the filters, of all groups and of the presentation.
func (r Request) Keys() []Key {
	keys := r.FilterKeys()
	for _, name := range r.GroupingKeys() {
		index := slices.IndexFunc(keys, func(key Key) bool { return key.Name == name })
		if index < 0 {
			keys = append(keys, Key{Name: name})
		} else {
			keys[index].Texts = nil
		}
	}
	slices.SortFunc(keys, Key.compare)
	return keys
}

// FilterKeys are the properties that the filters look at, sorted by name, with
// the texts that some filter takes.
func (r Request) FilterKeys() []Key {
	texts := map[string][]string{}
	for _, filter := range r.Filters {
		for name, values := range filter.Values {
			texts[name] = append(texts[name], values...)
		}
	}
	keys := make([]Key, 0, len(texts))
	for name, values := range texts {
		slices.Sort(values)
		keys = append(keys, Key{Name: name, Texts: slices.Compact(values)})
	}
	slices.SortFunc(keys, Key.compare)
	return keys
}

func (k Key) compare(other Key) int { return cmp.Compare(k.Name, other.Name) }

// GroupingKeys are the keys of all groups and of the presentation, each once.
func (r Request) GroupingKeys() []string {
	names := slices.Concat(r.GroupKeys, r.PresentationKeys)
	for _, filter := range r.Filters {
		names = append(names, filter.GroupKeys...)
	}
	return r.grouping(names)
}

// PresentationGrouping are the presentation keys that split groups, each once.
func (r Request) PresentationGrouping() []string { return r.grouping(r.PresentationKeys) }

// grouping returns those of the keys that group: each once, and none that Only
// holds to given texts.
func (r Request) grouping(names []string) []string {
	var kept []string
	for _, name := range names {
		if _, held := r.Only[name]; !held && !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

// seconds is the duration of the whole period, by days of 24 hours.
func (p Period) seconds() decimal.Decimal {
	return decimal.NewFromInt(int64(p.Duration)).Mul(decimal.NewFromInt(secondsPerDay))
}

// secondsPerDay are the seconds of a day without a change of the clock.
const secondsPerDay = 24 * 60 * 60
