package server

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"tarn/fault"
	"tarn/form"
	"tarn/server/edge"
	"tarn/store"
)

// filterReader reads the filters of a list from a query and notes what is wrong
// with them.
type filterReader struct {
	query   url.Values
	details fault.Details
}

// invoiceFilter reads the filters of the lists of invoices.
func invoiceFilter(tx *store.Tx, query url.Values) (store.InvoiceFilter, error) {
	r := filterReader{query: query, details: fault.Details{}}
	filter := store.InvoiceFilter{
		Statuses:            asWords[store.InvoiceStatus](r.oneOf("status", "statuses", invoiceStatuses)),
		PaymentStatuses:     asWords[store.PaymentStatus](r.oneOf("payment_status", "payment_statuses", paymentStatuses)),
		Settlements:         asWords[store.Settlement](r.oneOf("settlements", "settlements", settlements)),
		Types:               asWords[store.InvoiceType](r.list("invoice_type")),
		PaymentOverdue:      r.yesOrNo("payment_overdue"),
		PartiallyPaid:       r.yesOrNo("partially_paid"),
		SelfBilled:          r.yesOrNo("self_billed"),
		DisputeLost:         r.yesOrNo("payment_dispute_lost"),
		AmountFrom:          r.amount("amount_from", decimal.Decimal.Ceil),
		AmountTo:            r.amount("amount_to", decimal.Decimal.Floor),
		IssuedFrom:          r.day("issuing_date_from"),
		IssuedTo:            r.day("issuing_date_to"),
		Currency:            r.given("currency"),
		PurchaseOrderNumber: r.text("purchase_order_number"),
		SearchTerm:          strings.TrimSpace(r.text("search_term")),
	}
	filter.Metadata, _ = metadataPairs(query)
	var err error
	if filter.BillingEntityIDs, err = billingEntityIDs(tx, query["billing_entity_codes[]"]); err != nil {
		return filter, err
	}
	return filter, r.details.Err()
}

// The words that filters take, in the order in which refusals name them.
var (
	invoiceStatuses = []string{"draft", "finalized", "voided", "failed", "pending"}
	paymentStatuses = []string{"pending", "succeeded", "failed"}
	settlements     = []string{"payment", "credit_note"}
)

// given is the last value of a parameter; nil when it was not sent.
func (r filterReader) given(name string) *string {
	values := r.query[name]
	if len(values) == 0 {
		return nil
	}
	return &values[len(values)-1]
}

// text is given, or empty.
func (r filterReader) text(name string) string {
	if value := r.given(name); value != nil {
		return *value
	}
	return ""
}

// list is the values of a parameter that may be sent once by its name, or as a
// list. Empty ones are left out.
func (r filterReader) list(name string) []string {
	values, isList := r.query[name+"[]"]
	if !isList {
		values = []string{r.text(name)}
	}
	return slices.DeleteFunc(slices.Clone(values), func(value string) bool { return value == "" })
}

// sent reports whether a parameter is in the query, in either form.
func (r filterReader) sent(name string) bool { return r.query.Has(name) || r.query.Has(name+"[]") }

// oneOf is list for words that the contract knows. Where the parameter was not
// sent, its other name counts.
//
// Lago: refusals are told under the first name, by index where it is a list.
func (r filterReader) oneOf(name, other string, allowed []string) []string {
	source := name
	if !r.sent(name) {
		source = other
	}
	sentence := "must be one of: " + strings.Join(allowed, ", ")
	values, isList := r.query[source+"[]"]
	if !isList {
		if value := r.text(source); value != "" && !slices.Contains(allowed, value) {
			r.details[name] = []string{sentence + " or must be an array"}
		}
		return r.list(source)
	}
	byIndex := map[string]any{}
	for i, value := range values {
		if value != "" && !slices.Contains(allowed, value) {
			byIndex[strconv.Itoa(i)] = []string{sentence}
		}
	}
	if len(byIndex) > 0 {
		r.details[name] = byIndex
	}
	return r.list(source)
}

// The words for yes and no, in small letters.
var (
	yes = []string{"1", "on", "t", "true", "y", "yes"}
	no  = []string{"0", "off", "f", "false", "n", "no"}
)

// yesOrNo reads a switch; nil when it was not sent or is empty.
func (r filterReader) yesOrNo(name string) *bool {
	word := strings.ToLower(r.text(name))
	isYes := slices.Contains(yes, word)
	switch {
	case word == "":
		return nil
	case !isYes && !slices.Contains(no, word):
		r.details[name] = []string{"must be boolean"}
		return nil
	}
	return &isYes
}

// amount reads a bound in cents, which may have a fraction, and rounds it to the
// side on which whole cents are.
//
// Lago: a text that is no number breaks the original.
func (r filterReader) amount(name string, round func(decimal.Decimal) decimal.Decimal) *int64 {
	text := r.text(name)
	if text == "" {
		return nil
	}
	number, err := decimal.NewFromString(text)
	if err != nil || !form.Representable(number) {
		r.details.Add(name, fault.CodeInvalid)
		return nil
	}
	cents := int64(1<<63 - 1)
	if whole := round(number).BigInt(); whole.IsInt64() {
		cents = whole.Int64()
	} else if whole.Sign() < 0 {
		cents = -1 << 63
	}
	return &cents
}

// day reads a day, or the day of an instant; empty when there is none, or when it
// cannot be read.
func (r filterReader) day(name string) string {
	text := r.text(name)
	if _, _, ok := edge.ParseDay(text); !ok {
		return ""
	}
	return text[:len("2006-01-02")]
}

// asWords are texts as words of the store.
func asWords[Word ~string](texts []string) []Word {
	list := make([]Word, len(texts))
	for i, text := range texts {
		list[i] = Word(text)
	}
	return list
}
