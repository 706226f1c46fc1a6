package engine

import (
	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/fault"
	"tarn/metering"
	"tarn/store"
)

// PortalPages are the pages of the lists of the portal that a customer looks at.
type PortalPages struct {
	Subscriptions, Open, Invoices, CreditNotes store.Page
}

// PortalContent is what the portal shows a customer.
type PortalContent struct {
	Portal

	// Due is what is to be paid, by currency.
	Due []PortalDue
	// Open are the invoices to be paid, those that are due first at the top.
	Open store.List[store.Invoice]
	// Collected are those of the invoices shown that a provider is collecting.
	Collected map[uuid.UUID]bool
	// Invoices are those that were issued, voided ones too, newest first.
	Invoices store.List[store.Invoice]
	// Subscriptions are those that run or are to come, and Usage what those that run have
	// used so far; one without measured usage, or with more than fees can hold, has none.
	Subscriptions store.List[store.Subscription]
	Usage         map[uuid.UUID][]metering.ChargeUsage
	// NextBill is nil where nothing will be billed, and where a customer has more
	// subscriptions than fit on a page.
	NextBill    *NextBill
	CreditNotes store.List[store.CreditNote]
	// Wallets are the active ones in the order in which they pay.
	Wallets        []store.Wallet
	PaymentMethods []store.PaymentMethod
}

// PortalDue is what a customer has to pay in one currency, in its smallest unit.
type PortalDue struct {
	Currency            string
	Invoices            int
	Cents, OverdueCents decimal.Decimal
}

// ReadPortal reads what the portal shows a customer. It refuses a token as
// OpenCustomerPortal does.
func ReadPortal(tx *store.Tx, token string, pages PortalPages) (PortalContent, error) {
	portal, err := OpenCustomerPortal(tx, token)
	if err != nil {
		return PortalContent{}, err
	}
	content := PortalContent{Portal: portal}
	for _, read := range []func(*store.Tx, PortalPages) error{content.readSubscriptions, content.readInvoices, content.readMoney} {
		if err := read(tx, pages); err != nil {
			return PortalContent{}, err
		}
	}
	return content, nil
}

// readSubscriptions reads the subscriptions of a page, what these have used, and what is
// billed next.
func (c *PortalContent) readSubscriptions(tx *store.Tx, pages PortalPages) error {
	var err error
	c.Subscriptions, err = pageOf(pages.Subscriptions, func(page store.Page) (store.List[store.Subscription], error) {
		return tx.Subscriptions(store.SubscriptionFilter{
			CustomerID: &c.Customer.ID, Statuses: []store.SubscriptionStatus{store.SubscriptionActive, store.SubscriptionPending},
		}, page)
	})
	if err != nil || len(c.Subscriptions.Rows) == 0 {
		return err
	}
	if err := c.readUsage(tx); err != nil {
		return err
	}
	if int64(len(c.Subscriptions.Rows)) == c.Subscriptions.Total { // else the next one may be of another page
		c.NextBill, err = nextBill(tx, c.Customer, c.Subscriptions.Rows)
	}
	return err
}

// readUsage prices what the subscriptions of the page that run have used.
func (c *PortalContent) readUsage(tx *store.Tx) error {
	var names []string
	for i := range c.Subscriptions.Rows {
		if row := &c.Subscriptions.Rows[i]; row.Status == store.SubscriptionActive {
			names = append(names, row.ExternalID)
		}
	}
	metered, err := tx.MeteredSubscriptions(names)
	if err != nil {
		return err
	}
	var asked []metering.Running
	for i := range metered {
		if charges := metered[i].Plan.Charges; len(charges) > 0 {
			asked = append(asked, metering.Running{Subscription: &metered[i], Charges: charges})
		}
	}
	used, err := metering.RunningUsage(tx, asked)
	if fault.Is(err, fault.Validation) {
		return nil // beyond what a fee can hold: nothing is shown rather than something wrong
	}
	if err != nil {
		return err
	}
	c.Usage = make(map[uuid.UUID][]metering.ChargeUsage, len(asked))
	for i, one := range asked {
		c.Usage[one.Subscription.ID] = used[i]
	}
	return nil
}

// readInvoices reads invoices, and what is due of them. What is not issued yet may still
// change, and is not shown.
func (c *PortalContent) readInvoices(tx *store.Tx, pages PortalPages) error {
	var err error
	c.Invoices, err = pageOf(pages.Invoices, func(page store.Page) (store.List[store.Invoice], error) {
		return tx.IssuedInvoices(c.Customer.ID, page)
	})
	if err != nil || len(c.Invoices.Rows) == 0 {
		return err
	}
	amounts, err := tx.OpenAmounts(c.Customer.ID)
	if err != nil || len(amounts) == 0 {
		return err
	}
	c.Due = dueOf(amounts)
	c.Open, err = pageOf(pages.Open, func(page store.Page) (store.List[store.Invoice], error) {
		return tx.OpenInvoices(c.Customer.ID, page)
	})
	if err != nil || c.Customer.PaymentProviderID == nil {
		return err
	}
	var ids []uuid.UUID
	for _, rows := range [][]store.Invoice{c.Open.Rows, c.Invoices.Rows} {
		for i := range rows {
			ids, rows[i].Customer = append(ids, rows[i].ID), c.Customer
		}
	}
	collected, err := tx.InvoicesUnderWay(ids)
	c.Collected = make(map[uuid.UUID]bool, len(collected))
	for _, id := range collected {
		c.Collected[id] = true
	}
	return err
}

// dueOf adds amounts up, which come by currency.
func dueOf(amounts []store.OpenAmount) []PortalDue {
	var due []PortalDue
	for _, amount := range amounts {
		if len(due) == 0 || due[len(due)-1].Currency != amount.Currency {
			due = append(due, PortalDue{Currency: amount.Currency})
		}
		sum := &due[len(due)-1]
		sum.Invoices++
		cents := decimal.NewFromInt(amount.AmountCents)
		sum.Cents = sum.Cents.Add(cents)
		if amount.PaymentOverdue {
			sum.OverdueCents = sum.OverdueCents.Add(cents)
		}
	}
	return due
}

// readMoney reads credit notes, wallets and payment methods.
func (c *PortalContent) readMoney(tx *store.Tx, pages PortalPages) error {
	var err error
	c.CreditNotes, err = pageOf(pages.CreditNotes, func(page store.Page) (store.List[store.CreditNote], error) {
		return tx.CreditNotesOf(c.Customer.ID, page)
	})
	if err != nil {
		return err
	}
	if c.Wallets, err = tx.WalletsOf(c.Customer.ID); err != nil {
		return err
	}
	c.PaymentMethods, err = tx.AllPaymentMethods(c.Customer.ID)
	return err
}

// pageOf reads a page of a list, and the last one where that is beyond it: rows may have
// gone since the link to it was shown.
func pageOf[Row any](page store.Page, read func(store.Page) (store.List[Row], error)) (store.List[Row], error) {
	list, err := read(page)
	if err == nil && len(list.Rows) == 0 && list.Total > 0 {
		page.Number = list.Pages()
		return read(page)
	}
	return list, err
}
