package web

import "tarn/locale"

// portalWords are everything that the portal says in a language. {0} and {1} stand for
// values. The fields are exported because templates read them.
type portalWords struct {
	AmountDue, NothingDue, OpenCount, OverdueOf                 string
	NextBill, SoFar                                             string
	SubscriptionFees, UsageFees, FixedFees, CommitmentFees      string
	Coupons, AlreadyBilled, Taxes, CreditNotesUsed, PrepaidUsed string
	Total                                                       string

	Subscriptions, NoSubscriptions                      string
	Active, Pending, Since, StartsOn, EndsOn, ChangesTo string
	Weekly, Monthly, Quarterly, Semiannual, Yearly      string
	Usage, Units, Amount, UsageTotal, NoUsage           string

	OpenInvoices, Invoices, NoInvoices                             string
	IssuedOn, DueOn, LeftToPay, SelfBilled                         string
	Open, Overdue, Processing, Paid, Failed, Voided, Disputed      string
	Pay, PayInvoice, File, FileOf                                  string
	CreditNotes, NoteOf                                            string
	NoteAvailable, NoteConsumed, Refunding, Refunded, RefundFailed string
	Wallets, Credits, AfterUsage, ExpiresOn                        string
	PaymentMethods, NoPaymentMethods, AddPaymentMethod, Default    string
	AddedOn                                                        string
	Older, Newer, Unavailable, Contact, OpensUntil                 string
	NotFoundTitle, NotFound                                        string
}

// portalWordsOf returns the words of a language.
func portalWordsOf(l locale.Language) portalWords {
	switch l.Code() {
	case "fr":
		return frenchPortal()
	case "de":
		return germanPortal()
	case "es":
		return spanishPortal()
	case "it":
		return italianPortal()
	case "pt":
		return portuguesePortal()
	default:
		return englishPortal()
	}
}
