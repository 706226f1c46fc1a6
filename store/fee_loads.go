package store

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tarn/store/internal/session"
)

// loadFees fills in what is read with fees, in a fixed number of queries for any
// number of them.
func (tx *Tx) loadFees(fees []Fee) error {
	if len(fees) == 0 {
		return nil
	}
	ids := rowIDs(fees, func(fee *Fee) uuid.UUID { return fee.ID })
	var taxes []FeeTax
	var raising []Fee
	err := session.Fetch(
		session.RowsOf(tx.db.Where("fee_id IN ?", ids).Order("tax_code, id"), &taxes),
		session.RowsOf(tx.db.Select("id", "true_up_parent_fee_id").Where("true_up_parent_fee_id IN ? AND deleted_at IS NULL", ids), &raising),
	)
	if err != nil {
		return fmt.Errorf("read what belongs to fees: %w", err)
	}
	joinFees(fees, taxes, raising)
	return tx.nameFees(fees, nil)
}

// loadInvoicedFees is loadFees for all fees of some invoices, of which the
// subscriptions of their billing periods are known.
func (tx *Tx) loadInvoicedFees(fees []Fee, known []Subscription) error {
	var taxes []FeeTax
	err := inBatches(fees, func(part []Fee) error {
		var rows []FeeTax
		ids := rowIDs(part, func(fee *Fee) uuid.UUID { return fee.ID })
		if err := tx.db.Where("fee_id IN ?", ids).Order("tax_code, id").Find(&rows).Error; err != nil {
			return fmt.Errorf("find the taxes of fees: %w", err)
		}
		taxes = append(taxes, rows...)
		return nil
	})
	if err != nil {
		return err
	}
	joinFees(fees, taxes, fees)
	return tx.nameFees(fees, known)
}

// joinFees puts taxes into their fees, and the fees that raise others beside
// these.
func joinFees(fees []Fee, taxes []FeeTax, raising []Fee) {
	index := make(map[uuid.UUID]*Fee, len(fees))
	for i := range fees {
		index[fees[i].ID] = &fees[i]
	}
	for _, tax := range taxes {
		fee := index[tax.FeeID]
		fee.AppliedTaxes = append(fee.AppliedTaxes, tax)
	}
	for i := range raising {
		if raising[i].TrueUpParentFeeID == nil {
			continue
		}
		if raised := index[*raising[i].TrueUpParentFeeID]; raised != nil {
			id := raising[i].ID
			raised.TrueUpFeeID = &id
		}
	}
}

// nameFees fills in the client's own identifiers of the subscriptions of fees,
// and of their customers. Subscriptions that are known, with their customers, are
// not read again.
func (tx *Tx) nameFees(fees []Fee, known []Subscription) error {
	index := make(map[uuid.UUID]*Subscription, len(known))
	for i := range known {
		index[known[i].ID] = &known[i]
	}
	var missing []uuid.UUID
	for i := range fees {
		if id := fees[i].SubscriptionID; id != nil && index[*id] == nil && !slices.Contains(missing, *id) {
			missing = append(missing, *id)
		}
	}
	others, err := tx.namesOfSubscriptions(missing)
	if err != nil {
		return err
	}
	for i := range others {
		index[others[i].ID] = &others[i]
	}
	for i := range fees {
		if fees[i].SubscriptionID != nil {
			subscription := index[*fees[i].SubscriptionID]
			fees[i].ExternalSubscriptionID = &subscription.ExternalID
			fees[i].ExternalCustomerID = &subscription.Customer.ExternalID
		}
	}
	return nil
}

// namesOfSubscriptions reads the client's own identifiers of subscriptions and of
// their customers, and nothing else of them.
func (tx *Tx) namesOfSubscriptions(ids []uuid.UUID) ([]Subscription, error) {
	var found []Subscription
	err := inBatches(ids, func(part []uuid.UUID) error {
		var subscriptions []Subscription
		var customers []Customer
		owners := tx.db.Model(&Subscription{}).Select("customer_id").Where("id IN ?", part)
		err := session.Fetch(
			session.RowsOf(tx.db.Select("id", "external_id", "customer_id").Where("id IN ?", part), &subscriptions),
			session.RowsOf(tx.db.Select("id", "external_id").Where("id IN (?)", owners), &customers),
		)
		if err != nil {
			return fmt.Errorf("find the subscriptions of fees: %w", err)
		}
		names := make(map[uuid.UUID]Customer, len(customers))
		for _, customer := range customers {
			names[customer.ID] = customer
		}
		for i := range subscriptions {
			subscriptions[i].Customer = names[subscriptions[i].CustomerID]
		}
		found = append(found, subscriptions...)
		return nil
	})
	return found, err
}
