package usage_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"tarn/billing/usage"
)

// A charge for storage with a price of its own for events of one cloud.
func Example() {
	from := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	request := usage.Request{
		Subscription: "acme",
		Metric: usage.Metric{
			Code: "storage", Aggregation: usage.AggregationSum, Field: "gb",
			Rounding: usage.Rounding{Function: usage.RoundingCeil},
		},
		Period:    usage.Period{From: from, To: from.AddDate(0, 1, 0).Add(-time.Microsecond), Duration: 31},
		Filters:   []usage.Filter{{Values: map[string][]string{"cloud": {"aws"}}}},
		GroupKeys: []string{"region"},
	}
	aws, eu := "aws", "eu"
	fold := usage.NewFold(request)
	for day, event := range []struct {
		gb            string
		cloud, region usage.Text
	}{
		{"1.2", &aws, &eu}, {"2.3", &aws, nil}, {"4.1", nil, &eu}, {"8", nil, nil},
	} {
		value := decimal.RequireFromString(event.gb)
		fold.Add(usage.Event{
			Timestamp: from.AddDate(0, 0, day), Value: &value,
			Texts: []usage.Text{event.cloud, event.region}, // of request.Keys()
		})
	}
	for _, result := range usage.Compute(request, fold.Cells()) {
		group := "-"
		if region := result.Group["region"]; region != nil {
			group = *region
		}
		fmt.Println(result.Filter, group, result.Units, result.EventsCount)
	}
	// Output:
	// 0 - 4 2
	// -1 eu 5 1
	// -1 - 8 1
}
