package payments

import (
	"github.com/google/uuid"

	"tarn/form"
	"tarn/store"
)

// This file is the pages themselves, as a payment provider would have them. A link is a
// credential: whoever has it can pay, or refuse to, each of them once.

// PageState is how far a page has come.
type PageState int

// The states of pages.
const (
	// PageOpen waits for the customer.
	PageOpen PageState = iota
	// PageBusy waits for the provider, who is collecting the invoice.
	PageBusy
	// PageDone has what it wanted: the invoice is paid, or there is a way to pay.
	PageDone
	// PageOver wants nothing any more: nobody owes the invoice, or the customer is linked
	// to no provider.
	PageOver
)

// Page is what a link opens.
type Page struct {
	Customer store.Customer
	// Invoice is what is to be paid; nil where a way to pay is left.
	Invoice *store.Invoice
	State   PageState
	// Declined says that the customer has refused.
	Declined bool
	// Link says until when the page opens.
	Link store.Link
}

// Press is what a customer does on a page.
type Press string

// What can be done on a page.
const (
	PressPay     Press = "pay"
	PressDecline Press = "decline"
)

// OpenPage finds what a token opens. A token that opens nothing, and one whose customer is
// gone, is refused with a NotFound fault that does not tell why.
func OpenPage(tx *store.Tx, purpose store.LinkPurpose, token string) (Page, error) {
	return openPage(tx, purpose, token, tx.InvoiceByID, tx.CustomerByID)
}

// PressOnPage does what a customer has pressed on a page, if the page waits for that and
// its link has not done it before. It refuses as OpenPage does. What a payment comes to
// is known when the job is done that makes it.
func PressOnPage(tx *store.Tx, purpose store.LinkPurpose, token string, press Press) error {
	page, err := openPage(tx, purpose, token, tx.InvoiceForUpdate, func(id uuid.UUID) (store.Customer, error) {
		if err := tx.LockCustomer(id); err != nil {
			return store.Customer{}, err
		}
		return tx.CustomerByID(id)
	})
	if err != nil || page.State != PageOpen {
		return err
	}
	first, err := tx.UseLink(token, page.Link, string(press))
	if err != nil || !first {
		return err
	}
	if page.Invoice == nil {
		if press == PressDecline {
			return nil
		}
		_, err := AddMethod(tx, page.Customer.ExternalID, MethodInput{Outcomes: []store.SimulatedOutcome{{Result: resultSucceed}}})
		return err
	}
	outcome := store.SimulatedOutcome{Result: resultSucceed}
	if press == PressDecline {
		outcome.Result = resultDecline
	}
	_, err = Collect(tx, Payable{
		Customer: &page.Invoice.Customer, InvoiceID: &page.Invoice.ID,
		AmountCents: page.Invoice.TotalDueAmountCents(), Currency: page.Invoice.Currency, Outcome: &outcome,
	})
	return err
}

// openPage finds what a token opens, by the functions that read an invoice and a customer.
func openPage(
	tx *store.Tx, purpose store.LinkPurpose, token string,
	invoice func(uuid.UUID) (store.Invoice, error), customer func(uuid.UUID) (store.Customer, error),
) (page Page, err error) {
	if page.Link, err = tx.OpenLink(purpose, token); err != nil {
		return page, form.NotFound(err, "page")
	}
	if purpose == store.LinkToPay {
		row, err := invoice(page.Link.Subject)
		if err != nil {
			return page, form.NotFound(err, "page")
		}
		page.Invoice, page.Customer = &row, row.Customer
	} else if page.Customer, err = customer(page.Link.Subject); err != nil {
		return page, form.NotFound(err, "page")
	}
	if page.Declined, err = tx.LinkUsed(token, string(PressDecline)); err != nil {
		return page, err
	}
	page.State, err = page.stateOf(tx, token)
	return page, err
}

// stateOf is how far a page has come.
func (p *Page) stateOf(tx *store.Tx, token string) (PageState, error) {
	linked := p.Customer.PaymentProviderID != nil && p.Customer.ProviderCustomerID != nil
	if p.Invoice == nil {
		added, err := tx.LinkUsed(token, string(PressPay))
		switch {
		case added:
			return PageDone, err
		case !linked:
			return PageOver, err
		}
		return PageOpen, err
	}
	switch {
	case owedStill(p.Invoice) && p.Invoice.TotalDueAmountCents() > 0:
	case p.Invoice.PaymentStatus == store.PaymentSucceeded && p.Invoice.Status != store.InvoiceVoided:
		return PageDone, nil
	default:
		return PageOver, nil
	}
	busy, err := tx.InvoiceUnderWay(p.Invoice.ID)
	switch {
	case err != nil || busy:
		return PageBusy, err
	case !linked:
		return PageOver, nil
	}
	return PageOpen, nil
}
