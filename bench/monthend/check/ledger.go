package check

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Entry is a line of the ledger: what a client has done, and the organization's time at
// which it was done. One of the members is set.
type Entry struct {
	At       time.Time `json:"at"`
	Settings *Settings `json:"settings,omitempty"`
	Tax      *Tax      `json:"tax,omitempty"`
	Metric   *Metric   `json:"metric,omitempty"`
	Plan     *Plan     `json:"plan,omitempty"`
	Coupon   *Coupon   `json:"coupon,omitempty"`
	AddOn    *AddOn    `json:"add_on,omitempty"`
	Entity   *Entity   `json:"entity,omitempty"`
	Customer *Customer `json:"customer,omitempty"`
	Action   *Action   `json:"action,omitempty"`
	Request  *Request  `json:"request,omitempty"`
}

// Settings are what holds for the whole run.
type Settings struct {
	// Prefix begins the numbers of invoices.
	Prefix string `json:"prefix"`
	// End is where the clock has stopped.
	End time.Time `json:"end"`
}

// Tax is a tax.
type Tax struct {
	Code string `json:"code"`
	Rate string `json:"rate"`
	// Default says that it is the billing entity's.
	Default bool `json:"default,omitempty"`
}

// Entity is a billing entity beside the default one. It numbers its invoices by itself.
type Entity struct {
	Code   string   `json:"code"`
	Prefix string   `json:"prefix"`
	Taxes  []string `json:"taxes,omitempty"`
}

// Metric is a billable metric. It counts events, or reads the property "value".
type Metric struct {
	Code        string `json:"code"`
	Aggregation string `json:"aggregation"`
	// Recurring says that what was summed up is carried into each period.
	Recurring bool `json:"recurring,omitempty"`
}

// Plan is a plan.
type Plan struct {
	Code      string   `json:"code"`
	Currency  string   `json:"currency"`
	Interval  string   `json:"interval"`
	Amount    int64    `json:"amount"`
	InAdvance bool     `json:"in_advance,omitempty"`
	Taxes     []string `json:"taxes,omitempty"`
	Charges   []Charge `json:"charges,omitempty"`
	// Commitment is the least that a period costs, in cents; 0 is none.
	Commitment int64   `json:"commitment,omitempty"`
	Fixed      []Fixed `json:"fixed,omitempty"`
	// Thresholds are amounts of usage, in cents, at which it is billed.
	Thresholds []int64 `json:"thresholds,omitempty"`
	// Trial is how many days cost nothing for the subscription itself.
	Trial int `json:"trial,omitempty"`
}

// Fixed is a fixed charge: units of an add-on.
type Fixed struct {
	AddOn     string `json:"add_on"`
	Units     int64  `json:"units"`
	Amount    string `json:"amount"`
	InAdvance bool   `json:"in_advance,omitempty"`
	Prorated  bool   `json:"prorated,omitempty"`
}

// Charge is what a plan asks for usage.
type Charge struct {
	Metric string `json:"metric"`
	Model  string `json:"model"`
	// Amount is what a unit costs, or a package.
	Amount string `json:"amount,omitempty"`
	Size   int    `json:"size,omitempty"`
	// Free are units of packages, or events of percentages.
	Free   int      `json:"free,omitempty"`
	Rate   string   `json:"rate,omitempty"`
	Fixed  string   `json:"fixed,omitempty"`
	Ranges []Range  `json:"ranges,omitempty"`
	Taxes  []string `json:"taxes,omitempty"`
	// Minimum is the least that the charge costs in a period, in cents.
	Minimum int64 `json:"minimum,omitempty"`
	// InAdvance says that each event is billed when it comes.
	InAdvance bool `json:"in_advance,omitempty"`
	// Filters have prices of their own for regions that they name, one of them at most
	// for each region.
	Filters []Filter `json:"filters,omitempty"`
	// Prorated says that what a recurring metric adds up counts from its day on.
	Prorated bool `json:"prorated,omitempty"`
	// Grouped says that each region is priced by itself.
	Grouped bool `json:"grouped,omitempty"`
}

// Filter is the price of some regions.
type Filter struct {
	Regions []string `json:"regions"`
	Charge  Charge   `json:"charge"`
}

// Range is a step of graduated and volume charges.
type Range struct {
	From int64 `json:"from"`
	// To is the last unit of the range; 0 where it has no end.
	To      int64  `json:"to,omitempty"`
	PerUnit string `json:"per_unit"`
	Flat    string `json:"flat"`
}

// Coupon is a coupon: an amount in cents of a currency, or a rate.
type Coupon struct {
	Code     string `json:"code"`
	Amount   int64  `json:"amount,omitempty"`
	Currency string `json:"currency,omitempty"`
	Rate     string `json:"rate,omitempty"`
	// Frequency is "once", "recurring" or "forever"; Duration belongs to "recurring".
	Frequency string `json:"frequency"`
	Duration  int    `json:"duration,omitempty"`
	// Plans or Metrics limit the coupon, if there are any.
	Plans   []string `json:"plans,omitempty"`
	Metrics []string `json:"metrics,omitempty"`
}

// AddOn is what single invoices and fixed charges ask for.
type AddOn struct {
	Code   string `json:"code"`
	Amount int64  `json:"amount"`
}

// Customer is a customer.
type Customer struct {
	ID       string   `json:"id"`
	Zone     string   `json:"zone"`
	Currency string   `json:"currency"`
	Grace    int      `json:"grace,omitempty"`
	Term     int      `json:"term,omitempty"`
	Taxes    []string `json:"taxes,omitempty"`
	// SkipsZero says that invoices of nothing are not shown.
	SkipsZero bool `json:"skips_zero,omitempty"`
	// Entity is the billing entity, if it is not the default one.
	Entity string `json:"entity,omitempty"`
	// Outcomes are what the provider will answer, the last one again and again: "succeed",
	// "decline", "pending", which a Settle ends, or "error", upon which it is asked again.
	// A customer without any has no provider.
	Outcomes []string `json:"outcomes,omitempty"`
}

// What a client can do.
const (
	Subscribe = "subscribe"
	Change    = "change"
	Terminate = "terminate"
	Use       = "use"
	Apply     = "apply"
	Open      = "open"
	TopUp     = "top_up"
	Pay       = "pay"
	Retry     = "retry"
	Void      = "void"
	Credit    = "credit"
	Watch     = "watch"
	Bill      = "bill"
	Settle    = "settle"
)

// Action is something that happens to a customer.
type Action struct {
	Do       string `json:"do"`
	Customer string `json:"customer"`
	// Subscription is an external identifier: of Subscribe, Change, Terminate, Use and
	// Watch.
	Subscription string `json:"subscription,omitempty"`
	// Plan is what Subscribe and Change ask for.
	Plan          string `json:"plan,omitempty"`
	ByAnniversary bool   `json:"by_anniversary,omitempty"`
	// StartsAt is a start in the future, EndsAt an end that Subscribe knows already.
	StartsAt time.Time `json:"starts_at,omitzero"`
	EndsAt   time.Time `json:"ends_at,omitzero"`
	// CreditNote is what Terminate says of unused days: "", "skip" or "refund".
	CreditNote string `json:"credit_note,omitempty"`
	// Events are those of Use.
	Events []Event `json:"events,omitempty"`
	// Coupon is that of Apply.
	Coupon string `json:"coupon,omitempty"`
	// Wallet is the code of the wallet of Open and TopUp.
	Wallet *Wallet `json:"wallet,omitempty"`
	// Paid and Granted are the credits that come in.
	Paid    string `json:"paid,omitempty"`
	Granted string `json:"granted,omitempty"`
	// Invoice is the number within the customer's of what Pay, Retry, Settle, Void and
	// Credit are about; Amount, in cents, is what Pay pays.
	Invoice int   `json:"invoice,omitempty"`
	Amount  int64 `json:"amount,omitempty"`
	// Succeeds says what Settle is about.
	Succeeds bool `json:"succeeds,omitempty"`
	// Noted says that Void gives a credit note of Amount, and voids one of the rest.
	Noted bool `json:"noted,omitempty"`
	// Refund says that Credit gives money back instead of a balance.
	Refund bool `json:"refund,omitempty"`
	// Credits are what Credit takes of an invoice's fees.
	Credits []CreditItem `json:"credits,omitempty"`
	// AddOns are those of a Bill, by their codes; Units how many of each.
	AddOns []string `json:"add_ons,omitempty"`
	Units  int64    `json:"units,omitempty"`
	// Thresholds are those of Watch, in cents of current usage.
	Thresholds []string `json:"thresholds,omitempty"`
}

// Wallet is what Open makes; TopUp names its code alone.
type Wallet struct {
	Code string `json:"code"`
	// Monthly are the credits that are granted each month, from the next one on.
	Monthly  string `json:"monthly,omitempty"`
	Rate     string `json:"rate,omitempty"`
	Priority int    `json:"priority,omitempty"`
	// FeeTypes limit the wallet, if there are any.
	FeeTypes []string `json:"fee_types,omitempty"`
}

// CreditItem is what a credit note takes of a fee, which is named by its item.
type CreditItem struct {
	Subscription string `json:"subscription,omitempty"`
	Type         string `json:"type"`
	Code         string `json:"code"`
	Amount       int64  `json:"amount"`
}

// Event is something that a subscription used.
type Event struct {
	Transaction string    `json:"transaction"`
	Code        string    `json:"code"`
	Timestamp   time.Time `json:"timestamp"`
	Value       string    `json:"value"`
	Region      string    `json:"region"`
}

// Request is a write that was sent, and what is known of its answer.
type Request struct {
	// ID is the identifier of the request in its answer; empty where the process died
	// before it answered, though the write was found done.
	ID     string `json:"id,omitempty"`
	Method string `json:"method"`
	Path   string `json:"path"`
	// Answer is the digest of the answer's canonical JSON.
	Answer string `json:"answer,omitempty"`
}

// Ledger is everything that was done, in order.
type Ledger struct {
	Settings  Settings
	Taxes     map[string]Tax
	Defaults  []string
	Metrics   map[string]Metric
	Plans     map[string]*Plan
	Coupons   map[string]Coupon
	AddOns    map[string]AddOn
	Entities  map[string]Entity
	Customers []Customer
	// Actions are those of each customer.
	Actions  map[string][]Dated
	Requests []Request
}

// Dated is an action and its time.
type Dated struct {
	At time.Time
	Action
}

// ReadLedger reads a ledger, one entry a line.
func ReadLedger(r io.Reader) (*Ledger, error) {
	l := &Ledger{
		Taxes: map[string]Tax{}, Metrics: map[string]Metric{}, Plans: map[string]*Plan{},
		Coupons: map[string]Coupon{}, AddOns: map[string]AddOn{}, Entities: map[string]Entity{}, Actions: map[string][]Dated{},
	}
	lines := json.NewDecoder(bufio.NewReader(r))
	for {
		var entry Entry
		if err := lines.Decode(&entry); errors.Is(err, io.EOF) {
			return l, nil
		} else if err != nil {
			return nil, fmt.Errorf("read the ledger: %w", err)
		}
		l.add(entry)
	}
}

// add takes an entry.
func (l *Ledger) add(entry Entry) {
	switch {
	case entry.Settings != nil:
		l.Settings = *entry.Settings
	case entry.Tax != nil:
		l.Taxes[entry.Tax.Code] = *entry.Tax
		if entry.Tax.Default {
			l.Defaults = append(l.Defaults, entry.Tax.Code)
		}
	case entry.Metric != nil:
		l.Metrics[entry.Metric.Code] = *entry.Metric
	case entry.Plan != nil:
		l.Plans[entry.Plan.Code] = entry.Plan
	case entry.Coupon != nil:
		l.Coupons[entry.Coupon.Code] = *entry.Coupon
	case entry.Entity != nil:
		l.Entities[entry.Entity.Code] = *entry.Entity
	case entry.AddOn != nil:
		l.AddOns[entry.AddOn.Code] = *entry.AddOn
	case entry.Customer != nil:
		l.Customers = append(l.Customers, *entry.Customer)
	case entry.Action != nil:
		l.Actions[entry.Action.Customer] = append(l.Actions[entry.Action.Customer], Dated{entry.At, *entry.Action})
	case entry.Request != nil:
		l.Requests = append(l.Requests, *entry.Request)
	}
}
