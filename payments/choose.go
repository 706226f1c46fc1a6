package payments

import (
	"errors"

	"github.com/google/uuid"

	"tarn/store"
)

// Choice refers to how something is paid: by hand, by one of the customer's payment
// methods, or, where it names none, by whatever comes next in the order of choices.
type Choice struct {
	// Type is provider or manual; empty says nothing.
	Type string
	ID   *uuid.UUID
}

// choose finds the payment method by which a customer pays: the first choice that is by
// hand ends the search without one, the first that names a payment method of the customer
// wins, and where none does it is the default. It is nil where there is none.
func choose(tx *store.Tx, customer uuid.UUID, choices ...Choice) (*store.PaymentMethod, error) {
	methods, err := tx.AllPaymentMethods(customer)
	if err != nil {
		return nil, err
	}
	find := func(fits func(*store.PaymentMethod) bool) *store.PaymentMethod {
		for i := range methods {
			if fits(&methods[i]) {
				return &methods[i]
			}
		}
		return nil
	}
	for _, choice := range choices {
		if choice.Type == store.PaymentMethodManual {
			return nil, nil
		}
		if choice.ID == nil {
			continue
		}
		if method := find(func(row *store.PaymentMethod) bool { return row.ID == *choice.ID }); method != nil {
			return method, nil
		}
	}
	return find(func(row *store.PaymentMethod) bool { return row.IsDefault }), nil
}

// choicesOf are the choices that were made for an invoice, in their order: those of a
// purchase are the transaction's, of the rule that made it, and the wallet's; those of
// all others the subscriptions'. An invoice has subscriptions of one choice only.
func choicesOf(tx *store.Tx, row *store.Invoice) ([]Choice, error) {
	if row.InvoiceType == store.InvoiceCredit {
		return choicesOfPurchase(tx, row.ID)
	}
	var choices []Choice
	for _, period := range row.BillingPeriods {
		choices = append(choices, Choice{Type: period.Subscription.PaymentMethodType, ID: period.Subscription.PaymentMethodID})
	}
	return choices, nil
}

func choicesOfPurchase(tx *store.Tx, invoice uuid.UUID) ([]Choice, error) {
	purchase, err := tx.PurchaseForUpdate(invoice)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	choices := []Choice{{Type: purchase.PaymentMethodType, ID: purchase.PaymentMethodID}}
	if purchase.Source != store.TransactionManual {
		for _, rule := range purchase.Wallet.Rules {
			choices = append(choices, Choice{Type: rule.PaymentMethodType, ID: rule.PaymentMethodID})
		}
	}
	return append(choices, Choice{Type: purchase.Wallet.PaymentMethodType, ID: purchase.Wallet.PaymentMethodID}), nil
}
