package usage

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Filter is a charge filter: it takes the events whose properties have certain
// texts, and prices them on its own.
type Filter struct {
	ID uuid.UUID
	// CreatedAt decides, before ID, which of two filters with the same values
	// is older.
	CreatedAt time.Time
	// Values are the texts that the filter takes, by property. They are
	// spelled out: what stands for all values of the metric's filter has been
	// replaced by these.
	Values map[string][]string
	// GroupKeys are the pricing group keys of the filter itself.
	GroupKeys []string
}

// Matches reports whether an event has, for every key of the filter, one of
// its texts. text returns the event's text of a property.
func (f Filter) Matches(text func(key string) Text) bool {
	for key, values := range f.Values {
		if found := text(key); found == nil || !slices.Contains(values, *found) {
			return false
		}
	}
	return true
}

// older reports whether the filter is older than another.
func (f Filter) older(other Filter) bool {
	return cmp.Or(f.CreatedAt.Compare(other.CreatedAt), bytes.Compare(f.ID[:], other.ID[:])) < 0
}

// Bucket is where the events of one filter count, or those of none.
type Bucket struct {
	// Filter is the filter's index in Request.Filters, or -1 for the default
	// bucket.
	Filter int
	// GroupKeys are the keys that divide the bucket into groups.
	GroupKeys []string
	// except are the indexes of the filters whose events do not count here.
	except []int
}

// IsDefault reports whether the bucket is for the events that no filter takes.
func (b Bucket) IsDefault() bool { return b.Filter < 0 }

// Buckets are those of the filters, in their order, and then the default one.
//
// An event counts in the bucket of every filter that matches it, except where
// another filter goes first: one that also has further keys, one with the same
// keys that takes only a part of the values, and of two with the same values
// the older. The default bucket takes the events that no filter matches.
//
// Lago: where neither of two filters goes first, an event that both match counts
// in both: they have the same keys and share a part of their values, or each
// has a key that the other lacks.
func (r Request) Buckets() []Bucket {
	return r.buckets(func(i, j int) bool { return r.Filters[i].yieldsTo(r.Filters[j]) })
}

// AdvanceBuckets are the same buckets as events of charges paid in advance are
// put into: each event into one. Of the filters that match it, that is the one
// with most keys, and of those the first.
func (r Request) AdvanceBuckets() []Bucket {
	return r.buckets(func(i, j int) bool {
		fewer := cmp.Compare(len(r.Filters[j].Values), len(r.Filters[i].Values))
		return cmp.Or(fewer, cmp.Compare(i, j)) > 0
	})
}

// buckets makes the buckets. yields reports whether the filter with the first
// index does not count what the one with the second index matches.
func (r Request) buckets(yields func(i, j int) bool) []Bucket {
	buckets := make([]Bucket, 0, len(r.Filters)+1)
	rest := Bucket{Filter: -1, GroupKeys: r.grouping(r.GroupKeys)}
	for i, filter := range r.Filters {
		bucket := Bucket{Filter: i, GroupKeys: r.grouping(filter.GroupKeys)}
		for j := range r.Filters {
			if i != j && yields(i, j) {
				bucket.except = append(bucket.except, j)
			}
		}
		buckets = append(buckets, bucket)
		rest.except = append(rest.except, i)
	}
	return append(buckets, rest)
}

// yieldsTo reports whether events that another filter matches do not count for
// this one.
func (f Filter) yieldsTo(other Filter) bool {
	partOf, equal := len(f.Values) == len(other.Values), true
	for key, values := range f.Values {
		theirs, shared := other.Values[key]
		if !shared || !slices.ContainsFunc(theirs, func(value string) bool { return slices.Contains(values, value) }) {
			return false
		}
		partOf = partOf && within(theirs, values)
		equal = equal && within(values, theirs)
	}
	if len(other.Values) > len(f.Values) {
		return true
	}
	return partOf && (!equal || other.older(f))
}

// within reports whether all of some values are among others.
func within(values, others []string) bool {
	return !slices.ContainsFunc(values, func(value string) bool { return !slices.Contains(others, value) })
}

// takes reports whether a bucket takes an event, given which filters match it.
func (b Bucket) takes(matches []bool) bool {
	if !b.IsDefault() && !matches[b.Filter] {
		return false
	}
	return !slices.ContainsFunc(b.except, func(filter int) bool { return matches[filter] })
}
