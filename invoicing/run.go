package invoicing

import (
	"time"

	"github.com/google/uuid"

	"tarn/billing/invoice"
	"tarn/store"
)

// Item is a subscription that a run bills.
type Item struct {
	Subscription *store.Subscription
	Reason       store.InvoicingReason
	// SkipUsage leaves out the usage: a trial that ends bills none.
	SkipUsage bool
	// SkipFixedCharges leaves out the fixed charges in arrears.
	SkipFixedCharges bool
	// Units says that other units of fixed charges are billed, as Run.Units does.
	Units bool
	// Unstarted says that the subscription has not started and is looked at as if
	// it had: its fixed charges have the units with which it will start.
	Unstarted bool
	// Successor is what took the subscription's place, and Predecessor what it
	// took the place of, where the same run bills both sides of a change.
	Successor, Predecessor *store.Subscription
}

// Run is an occasion on which subscriptions are billed, of one customer or of several.
type Run struct {
	// At is the instant that is billed.
	At    time.Time
	Items []Item
	// Before is when what the run bills was billed first, if it is billed again;
	// zero is now.
	Before time.Time
	// Units says that other units of fixed charges are billed, which count from
	// the instant of the run on. No subscription shares its invoice then.
	Units bool
	// Preview says that nothing of the run is kept: it also bills a day that was
	// billed before.
	Preview bool
}

// Bill makes the invoices of a run: one for all subscriptions that may share it,
// none where there is nothing that a starting subscription owes. The customers must
// be locked.
func Bill(tx *store.Tx, run Run) error {
	statements, err := run.statements(tx)
	if err != nil {
		return err
	}
	for _, wave := range waves(run.groups(statements)) {
		if err := billGroups(tx, run.At, wave); err != nil {
			return err
		}
	}
	return nil
}

// waves are groups one after the other, in each of which no two are of one customer:
// the second draws on what the first has left.
func waves(groups [][]statement) [][][]statement {
	var made [][][]statement
	count := map[uuid.UUID]int{}
	for _, group := range groups {
		customer := group[0].Subscription.CustomerID
		if count[customer] == len(made) {
			made = append(made, nil)
		}
		made[count[customer]] = append(made[count[customer]], group)
		count[customer]++
	}
	return made
}

// billGroups makes the one invoice of each group of subscriptions that share it. The
// groups are of different customers.
func billGroups(tx *store.Tx, at time.Time, groups [][]statement) error {
	var bills, final []*bill
	for _, group := range groups {
		if err := keepStandalone(tx, group); err != nil {
			return err
		}
		if err := regroup(tx, at, group); err != nil {
			return err
		}
		if !owed(group) {
			continue
		}
		b := newBill(tx, at, group)
		bills = append(bills, b)
		if b.invoice.Status != store.InvoiceDraft {
			final = append(final, b)
		}
	}
	if err := reckon(tx, bills, final); err != nil {
		return err
	}
	return keepAll(tx, bills, actionCreated)
}

// reckon computes invoices of different customers, of which those that are no drafts
// draw on what their customers have.
func reckon(tx *store.Tx, bills, final []*bill) error {
	if err := findSources(tx, final); err != nil {
		return err
	}
	for _, b := range bills {
		if err := b.findProgressive(); err != nil {
			return err
		}
		if err := b.compute(); err != nil {
			return err
		}
	}
	for _, b := range final {
		if err := b.creditExcess(); err != nil {
			return err
		}
	}
	return nil
}

// owed reports whether statements need an invoice. What starts and what is paid
// in advance needs one only for its fees; a period and an end always do.
func owed(group []statement) bool {
	for i := range group {
		switch group[i].Reason {
		case store.ReasonPeriodic, store.ReasonTerminating:
			return true
		default:
			if len(group[i].lines) > 0 {
				return true
			}
		}
	}
	return false
}

// groups are the statements that share invoices.
func (r Run) groups(statements []statement) [][]statement {
	shares := make([]invoice.Share, len(statements))
	for i := range statements {
		shares[i] = shareOf(statements[i].Subscription)
		if r.Units {
			shares[i].Alone = statements[i].Subscription.ID
		}
	}
	indexes := invoice.Groups(shares)
	grouped := make([][]statement, len(indexes))
	for i, members := range indexes {
		for _, at := range members {
			grouped[i] = append(grouped[i], statements[at])
		}
	}
	return grouped
}

// ShareInvoice reports whether two subscriptions that are billed together are on one
// invoice.
func ShareInvoice(a, b *store.Subscription) bool { return shareOf(a) == shareOf(b) }

// shareOf says with which others a subscription may be on one invoice.
func shareOf(sub *store.Subscription) invoice.Share {
	share := invoice.Share{
		Customer: sub.CustomerID, BillingEntity: sub.BillingEntity.ID, Currency: sub.Plan.AmountCurrency, Payment: sub.PaymentMethodType,
	}
	if sub.PaymentMethodType != store.PaymentMethodManual && sub.PaymentMethodID != nil {
		share.Payment = sub.PaymentMethodID.String()
	}
	if sub.PurchaseOrderNumber != nil {
		share.PurchaseOrderNumber = *sub.PurchaseOrderNumber
	}
	if !sub.ConsolidateInvoice {
		share.Alone = sub.ID
	}
	return share
}

// subscriptionIDs are those of the subscriptions that are billed.
func (r Run) subscriptionIDs() []uuid.UUID {
	ids := make([]uuid.UUID, len(r.Items))
	for i, item := range r.Items {
		ids[i] = item.Subscription.ID
	}
	return ids
}
