package web

import "tarn/locale"

// PortalPage is what the portal shows a customer. Its texts are shown as they are: the
// caller has put dates and amounts into the words of the language. Addresses lead on
// from that of the page; an empty one is not offered.
type PortalPage struct {
	Language locale.Language
	// Seller and Customer are the names of both sides.
	Seller   string
	Customer string
	// Email and Phone are where the seller answers questions; empty for nowhere.
	Email, Phone string
	// ExpiresAt is until when the link opens the page.
	ExpiresAt string
	// Unavailable says that what the customer has pressed cannot be done now.
	Unavailable bool

	// Due are the amounts that are to be paid, one of each currency.
	Due []PortalDue
	// Bill is what will be billed next; nil where nothing is known of it.
	Bill          *PortalBill
	Subscriptions PortalList[PortalSubscription]
	// Open are the invoices that are to be paid, those that are due first at the top.
	Open        PortalList[PortalInvoice]
	Invoices    PortalList[PortalInvoice]
	CreditNotes PortalList[PortalCreditNote]
	Wallets     []PortalWallet
	// Pays says that the customer pays through a provider.
	Pays           bool
	PaymentMethods []PortalPaymentMethod
	// AddPaymentMethod is where a form adds one.
	AddPaymentMethod string
}

// PortalList is one page of a list, and where those before and after it are.
type PortalList[Row any] struct {
	Rows           []Row
	Previous, Next string
}

// PortalDue is what is to be paid in one currency.
type PortalDue struct {
	Amount string
	// Overdue is the part that should have been paid already; empty for none.
	Overdue string
	// Count is how many invoices it is of.
	Count string
}

// PortalBill is an estimate of an invoice that will be made.
type PortalBill struct {
	// On is the day for which it bills.
	On    string
	Total string
	// Lines lead to the total.
	Lines []PortalBillLine
}

// PortalBillLine is one kind of what is on an invoice that will be made.
type PortalBillLine struct {
	Kind   PortalBillKind
	Amount string
}

// PortalBillKind is what a line of an invoice is of.
type PortalBillKind int

// The kinds of lines, in their order.
const (
	BillSubscriptions PortalBillKind = iota
	BillUsage
	BillFixed
	BillCommitment
	BillAlreadyBilled
	BillCoupons
	BillTaxes
	BillCreditNotes
	BillPrepaid
)

// BillLine names a kind of lines.
func (w portalWords) BillLine(kind PortalBillKind) string {
	return [...]string{
		w.SubscriptionFees, w.UsageFees, w.FixedFees, w.CommitmentFees, w.AlreadyBilled, w.Coupons, w.Taxes, w.CreditNotesUsed, w.PrepaidUsed,
	}[kind]
}

// PortalSubscription is a subscription that runs or is to come.
type PortalSubscription struct {
	Name string
	// Plan is the plan's name where the subscription has one of its own.
	Plan string
	// Pending says that it has not started yet.
	Pending bool
	// StartedOn is the day on which it started, or will; EndsOn the one on which it
	// ends; empty for none.
	StartedOn, EndsOn string
	// Price is what a period costs without usage.
	Price  string
	Period PortalPeriod
	// NextPlan is the plan to which it changes on a day.
	NextPlan, NextPlanOn string
	// Days are those of the running period.
	Days string
	// Usage is what was used in it; Metered says that anything is measured.
	Usage      []PortalUsage
	UsageTotal string
	Metered    bool
}

// PortalPeriod is how long a period is.
type PortalPeriod int

// The lengths of periods.
const (
	PortalWeekly PortalPeriod = iota
	PortalMonthly
	PortalQuarterly
	PortalSemiannual
	PortalYearly
)

// Price says what a period costs.
func (w portalWords) Price(s PortalSubscription) string {
	return locale.Fill([...]string{w.Weekly, w.Monthly, w.Quarterly, w.Semiannual, w.Yearly}[s.Period], s.Price)
}

// PortalUsage is what was used of one thing.
type PortalUsage struct {
	Name string
	// Detail says of which part; empty for the whole.
	Detail string
	Units  string
	Amount string
}

// PortalInvoice is one line of the invoices.
type PortalInvoice struct {
	Number          string
	IssuedOn, DueOn string
	Status          PortalInvoiceStatus
	SelfBilled      bool
	Total           string
	// Left is what is left to pay of an invoice of which a part is paid.
	Left string
	// File is where its PDF is.
	File string
	// Pay is where a form leads to its payment, and Due what that is of.
	Pay, Due string
}

// PortalInvoiceStatus is what has become of an invoice.
type PortalInvoiceStatus int

// The statuses of invoices in the portal.
const (
	PortalInvoiceOpen PortalInvoiceStatus = iota
	PortalInvoiceOverdue
	PortalInvoiceProcessing
	PortalInvoicePaid
	PortalInvoiceFailed
	PortalInvoiceVoided
	PortalInvoiceDisputed
)

// InvoiceStatus names what has become of an invoice.
func (w portalWords) InvoiceStatus(status PortalInvoiceStatus) string {
	return [...]string{w.Open, w.Overdue, w.Processing, w.Paid, w.Failed, w.Voided, w.Disputed}[status]
}

// Tone is how a status looks: good, bad, waiting or plain.
func (s PortalInvoiceStatus) Tone() string {
	return [...]string{toneWaiting, toneBad, toneWaiting, toneGood, toneBad, tonePlain, toneBad}[s]
}

// The tones in which statuses are shown.
const (
	toneGood    = "good"
	toneBad     = "bad"
	toneWaiting = "waiting"
	tonePlain   = "plain"
)

// PortalCreditNote is one line of the credit notes.
type PortalCreditNote struct {
	Number   string
	Invoice  string
	IssuedOn string
	Total    string
	Status   PortalNoteStatus
	// Left is what can still be used.
	Left string
	// File is where its PDF is.
	File string
}

// PortalNoteStatus is what has become of a credit note.
type PortalNoteStatus int

// The statuses of credit notes in the portal.
const (
	PortalNoteAvailable PortalNoteStatus = iota
	PortalNoteConsumed
	PortalNoteRefunding
	PortalNoteRefunded
	PortalNoteRefundFailed
	PortalNoteVoided
)

// NoteStatus names what has become of a credit note.
func (w portalWords) NoteStatus(note PortalCreditNote) string {
	return locale.Fill([...]string{w.NoteAvailable, w.NoteConsumed, w.Refunding, w.Refunded, w.RefundFailed, w.Voided}[note.Status], note.Left)
}

// Tone is how a status looks.
func (s PortalNoteStatus) Tone() string {
	return [...]string{toneGood, tonePlain, toneWaiting, toneGood, toneBad, tonePlain}[s]
}

// PortalWallet is a wallet of prepaid credits.
type PortalWallet struct {
	Name    string
	Balance string
	Credits string
	// Ongoing is the balance less what is used and not billed yet; empty where that
	// is the same.
	Ongoing   string
	ExpiresOn string
}

// PortalPaymentMethod is a way in which the customer pays.
type PortalPaymentMethod struct {
	Name    string
	Default bool
	AddedOn string
}
