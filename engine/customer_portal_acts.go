package engine

import (
	"errors"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/payments"
	"tarn/store"
)

// PortalInvoice finds an invoice that the portal of a token shows, as lists show it. It
// refuses every other one, and a token as OpenCustomerPortal does, with a NotFound fault.
func PortalInvoice(tx *store.Tx, token string, id uuid.UUID) (store.Invoice, error) {
	portal, err := OpenCustomerPortal(tx, token)
	if err != nil {
		return store.Invoice{}, err
	}
	row, err := tx.ListedInvoiceByID(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !portal.shows(&row) {
		return row, fault.Missing("invoice")
	}
	return row, err
}

// shows reports whether an invoice is one of those in the portal.
func (p Portal) shows(row *store.Invoice) bool {
	return row.CustomerID == p.Customer.ID && (row.Status == store.InvoiceFinalized || row.Status == store.InvoiceVoided)
}

// PortalPaysFor reports whether the portal offers to pay for an invoice, which comes as
// lists show it: something is due of it, and there is a page on which that is paid.
func PortalPaysFor(row *store.Invoice) bool {
	return row.Status == store.InvoiceFinalized && !row.SelfBilled && row.PaymentDisputeLostAt == nil &&
		row.TotalDueAmountCents() > 0 && payments.HasPayingPage(row)
}

// PortalPayment makes a link to where an invoice of the portal of a token is paid; one
// without an address where the portal does not offer that any more. It refuses what
// PortalInvoice refuses in the same way, and with a Validation fault a page that the
// provider does not make now.
func PortalPayment(tx *store.Tx, token string, invoice uuid.UUID) (payments.PageLink, error) {
	row, err := PortalInvoice(tx, token, invoice)
	if err != nil || !PortalPaysFor(&row) {
		return payments.PageLink{}, err
	}
	return payments.InvoicePage(tx, row.ID)
}

// PortalCheckout makes a link to where the customer of a token leaves a way to pay; one
// without an address where there is no such page. It refuses a token as OpenCustomerPortal
// does, and with a Validation fault a page that the provider does not make now.
func PortalCheckout(tx *store.Tx, token string) (payments.PageLink, error) {
	portal, err := OpenCustomerPortal(tx, token)
	if err != nil || !payments.HasCheckoutPage(&portal.Customer) {
		return payments.PageLink{}, err
	}
	return payments.CheckoutPage(tx, portal.Customer.ExternalID)
}

// PortalFile finds the file of an invoice, or of a credit note, that the portal of a token
// shows. It refuses what the portal does not show with a NotFound fault, as it does a
// token, and returns store.ErrNotFound where the file was not made yet.
func PortalFile(tx *store.Tx, token string, kind store.DocumentKind, subject uuid.UUID) (store.Document, error) {
	if err := checkPortalFile(tx, token, kind, subject); err != nil {
		return store.Document{}, err
	}
	return fileOf(tx, kind, subject)
}

// fileOf finds the file of an invoice or a credit note with its content;
// store.ErrNotFound where it was not made yet.
func fileOf(tx *store.Tx, kind store.DocumentKind, subject uuid.UUID) (store.Document, error) {
	found, err := tx.Document(kind, subject)
	if err != nil {
		return found, err
	}
	return tx.DocumentByID(found.ID)
}

// MakePortalFile makes the file that PortalFile misses, unless somebody has made it
// meanwhile, and returns it. It refuses what PortalFile refuses.
func MakePortalFile(tx *store.Tx, token string, kind store.DocumentKind, subject uuid.UUID) (store.Document, error) {
	if err := checkPortalFile(tx, token, kind, subject); err != nil {
		return store.Document{}, err
	}
	if err := invoicing.MakeFile(tx, kind, subject); err != nil {
		return store.Document{}, err
	}
	found, err := fileOf(tx, kind, subject)
	return found, form.NotFound(err, "document")
}

// checkPortalFile refuses what has no file in the portal.
func checkPortalFile(tx *store.Tx, token string, kind store.DocumentKind, subject uuid.UUID) error {
	if kind == store.DocumentOfInvoice {
		_, err := PortalInvoice(tx, token, subject)
		return err
	}
	portal, err := OpenCustomerPortal(tx, token)
	if err != nil {
		return err
	}
	note, err := tx.CreditNote(subject)
	if err == nil && note.CustomerID != portal.Customer.ID {
		err = store.ErrNotFound
	}
	return form.NotFound(err, "credit_note")
}
