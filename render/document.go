package render

import (
	"time"

	"github.com/shopspring/decimal"

	"tarn/billing/charge"
	"tarn/billing/period"
)

// Kind is what an invoice bills. It decides the line below the title.
type Kind int

// The kinds of invoices.
const (
	// KindPlain is for subscriptions and one-off sales, which need no words.
	KindPlain Kind = iota
	// KindProgressive bills usage that reached a threshold.
	KindProgressive
	// KindCredit sells prepaid credits.
	KindCredit
	// KindAdvance collects fees that were paid before.
	KindAdvance
)

// Paper is what every document has. Texts may be empty, which leaves them out;
// they may have any characters and any length. Amounts of documents are in minor
// units of the currency.
type Paper struct {
	// SelfBilled marks a document that the buyer writes for the seller; Voided
	// one that does not count any more.
	SelfBilled bool
	Voided     bool

	Number string
	// CreatedAt is the instant that the file says it was made at. A file made
	// later of the same document has the same.
	CreatedAt   time.Time
	IssuingDate period.Date
	// PurchaseOrderNumber is the buyer's.
	PurchaseOrderNumber string
	// Currency is an ISO 4217 code.
	Currency string
	// Locale is the BCP 47 tag of a language, such as "pt-BR". English stands
	// for languages that render has no words for.
	Locale string

	From, To Party
	// Logo is the issuer's; nil for none.
	Logo *Logo
	// Footer is the last text of the issuer's own.
	Footer string
}

// Document is everything that stands on an invoice.
type Document struct {
	Paper

	Kind    Kind
	DueDate *period.Date
	// Threshold is the usage that made a progressive invoice due.
	Threshold *int64
	Groups    []Group
	Totals    Totals
	// Sections are texts of the issuer's own, before the footer.
	Sections []Section
}

// Note is everything that stands on a credit note.
type Note struct {
	Paper

	// InvoiceNumber is that of the invoice of which something is given back.
	InvoiceNumber string
	// Groups have the fees of which something is given back, with the amounts
	// that are; their units and prices are not shown.
	Groups []Group
	Totals NoteTotals
}

// Receipt is everything that stands on the receipt of a payment.
type Receipt struct {
	Paper

	// PaidOn is the day of the payment.
	PaidOn period.Date
	// Through is who collected the payment, such as "Stripe", and Reference what the
	// buyer or the seller calls it.
	Through, Reference string
	// Invoices were paid, in whole or in part.
	Invoices []PaidInvoice
	// Paid is what was paid of them in all.
	Paid int64
}

// PaidInvoice is an invoice that was paid.
type PaidInvoice struct {
	Number      string
	IssuingDate period.Date
	Total       int64
}

// Party is who sells or who buys.
type Party struct {
	Name string
	// LegalName is shown when it differs from the name.
	LegalName   string
	LegalNumber string
	TaxNumber   string
	Address     Address
	Email       string
	Phone       string
	// Details are shown as they are, below everything else.
	Details []Pair
}

// Address is a postal address. The country is an ISO 3166-1 alpha-2 code.
type Address struct {
	Line1, Line2, Zipcode, City, State, Country string
}

// Pair is a name with a value.
type Pair struct{ Name, Value string }

// Logo is a picture. Those that are neither PNG nor JPEG, or that cannot be
// read, are left out.
type Logo struct {
	// ContentType is the picture's media type.
	ContentType string
	Content     []byte
}

// Group are fees that belong together: those of one subscription. A group
// without a title has no heading.
type Group struct {
	Title  string
	Period *Period
	Fees   []Fee
	// Subtotal is the sum of its fees, shown where there are several groups.
	Subtotal int64
}

// Period is from a day to a day, both included.
type Period struct{ From, To period.Date }

// FeeKind says which words go with the name of a fee.
type FeeKind int

// The kinds of fees.
const (
	// FeePlain has the name it is given.
	FeePlain FeeKind = iota
	// FeeSubscription is what a plan costs; it needs no name.
	FeeSubscription
	// FeeTrueUp makes usage up to its minimum; its name is that of the charge.
	FeeTrueUp
	// FeeCommitment makes fees up to the minimum of a plan; it needs no name.
	FeeCommitment
	// FeeCredit are prepaid credits; it needs no name.
	FeeCredit
)

// Fee is a line of the table.
type Fee struct {
	Kind FeeKind
	Name string
	// Notes stand below the name: a description, a filter, the values of a
	// group.
	Notes  []string
	Period *Period

	Units decimal.Decimal
	// UnitAmount is the amount per unit in units of the currency, or in pricing
	// units where there are some.
	UnitAmount decimal.Decimal
	Amount     int64
	// TaxRates are in percent.
	TaxRates []decimal.Decimal
	// Details explain the amount; nil does not. They are in units of the
	// currency, or in pricing units where there are some.
	Details     charge.Details
	PricingUnit *PricingUnit
}

// PricingUnit is what prices of a fee are in before they are converted.
type PricingUnit struct {
	ShortName string
	// Amount is in pricing units.
	Amount decimal.Decimal
	// ConversionRate is what one is worth in units of the currency.
	ConversionRate decimal.Decimal
}

// Totals lead from the fees to what is to be paid. Lines that are zero are left
// out where nobody misses them. Credits are positive; the document shows them
// with a minus.
type Totals struct {
	Fees int64
	// Progressive is what invoices in between have billed, Coupons what
	// coupons take off.
	Progressive    []Credit
	Coupons        []Credit
	ExcludingTaxes int64
	Taxes          []Tax
	IncludingTaxes int64
	CreditNotes    []Credit
	// Prepaid is paid from wallets.
	Prepaid int64
	Total   int64
	Paid    int64
	// Offset is settled by credit notes that came later.
	Offset int64
	Due    int64
}

// NoteTotals lead from the items of a credit note to what is given back. Lines
// that are zero are left out where nobody misses them.
type NoteTotals struct {
	Items int64
	// Coupons is what coupons and invoices in between had taken off the items,
	// which is not given back.
	Coupons        int64
	ExcludingTaxes int64
	Taxes          []Tax
	Total          int64
	// Credited is kept for later invoices, Refunded is paid back, and Offset is
	// taken off what is due of the invoice.
	Credited, Refunded, Offset int64
}

// Credit is an amount that is taken off, with the name of what takes it off.
type Credit struct {
	Name   string
	Amount int64
}

// Tax is the line of one tax.
type Tax struct {
	Name string
	// Description explains the tax, such as why there is none.
	Description string
	// Rate is in percent.
	Rate   decimal.Decimal
	Base   int64
	Amount int64
}

// Section is a text with a heading.
type Section struct{ Title, Text string }
