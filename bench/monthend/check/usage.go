package check

import (
	"slices"
	"time"
)

// usage is what the events of a window say of a metric.
type usage struct {
	units num
	// priced is what is priced of them, where that is something else.
	priced *num
	// count is how many events were counted.
	count int
	// values are what the events say, in order of time.
	values []num
}

// received is an event and when it came.
type received struct {
	Event
	subscription string
	at           time.Time
}

// usageOf counts the events of a metric, of a window whose ends belong to it.
func usageOf(metric Metric, events []received, from, to time.Time) usage {
	var u usage
	active := map[string]bool{}
	for _, event := range inOrder(events) {
		if event.Code != metric.Code || event.Timestamp.Before(from) || event.Timestamp.After(to) {
			continue
		}
		switch metric.Aggregation {
		case "count_agg":
			u.add(whole(1))
		case "sum_agg":
			u.add(parsed(event.Value))
		case "max_agg":
			value := parsed(event.Value)
			if u.count == 0 {
				u.units = value
			}
			u.units = most(u.units, value)
			u.count++
		case "unique_count_agg":
			if !active[event.Value] {
				u.add(whole(1))
			}
			active[event.Value] = true
		}
	}
	return u
}

func (u *usage) add(value num) {
	u.units = u.units.plus(value)
	u.count++
	u.values = append(u.values, value)
}

// inOrder are events by their time.
func inOrder(events []received) []received {
	sorted := slices.Clone(events)
	slices.SortStableFunc(sorted, func(a, b received) int { return a.Timestamp.Compare(b.Timestamp) })
	return sorted
}

// price is what a charge asks for usage, in units of its currency.
func (c Charge) price(u usage) num {
	switch c.Model {
	case "standard":
		if u.priced != nil {
			return u.priced.times(parsed(c.Amount))
		}
		return u.units.times(parsed(c.Amount))
	case "graduated":
		return c.graduated(u.units)
	case "volume":
		return c.volume(u.units)
	case "package":
		paid := u.units.minus(whole(int64(c.Free)))
		if paid.sign() <= 0 {
			return num{}
		}
		return whole(paid.over(whole(int64(c.Size))).ceil()).times(parsed(c.Amount))
	case "percentage":
		return c.percentage(u)
	}
	panic("no such model: " + c.Model)
}

// graduated asks for the units of each range by its own price, and what a range that is
// reached costs by itself. The first one is always reached.
func (c Charge) graduated(units num) num {
	var amount num
	for _, r := range c.Ranges {
		reached := units
		if r.To > 0 {
			reached = least(units, whole(r.To))
		}
		if r.From > 0 {
			reached = reached.minus(whole(r.From - 1))
		}
		amount = amount.plus(reached.times(parsed(r.PerUnit))).plus(parsed(r.Flat))
		if r.To == 0 || units.cmp(whole(r.To)) <= 0 {
			break
		}
	}
	return amount
}

// volume asks for all units by the price of the range that they reach.
func (c Charge) volume(units num) num {
	for _, r := range c.Ranges {
		if r.From <= units.ceil() && (r.To == 0 || units.cmp(whole(r.To)) <= 0) {
			return units.times(parsed(r.PerUnit)).plus(parsed(r.Flat))
		}
	}
	return num{}
}

// percentage asks for a part of the units and for each event. The first events are free.
func (c Charge) percentage(u usage) num {
	var free num
	for _, value := range u.values[:min(c.Free, len(u.values))] {
		free = free.plus(value)
	}
	amount := most(u.units.minus(free), num{}).percent(parsed(c.Rate))
	if u.units.sign() != 0 && c.Free < u.count {
		amount = amount.plus(whole(int64(u.count - c.Free)).times(parsed(c.Fixed)))
	}
	return amount
}

// decimals are those of a currency.
func decimals(currency string) int {
	if currency == "JPY" {
		return 0
	}
	return 2
}
