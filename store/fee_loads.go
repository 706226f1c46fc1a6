package store

import (
	"fmt"

	"github.com/google/uuid"

	"tarn/store/internal/session"
)

// loadFees fills in what is read with fees, in a fixed number of queries for any
// number of them.
func (tx *Tx) loadFees(fees []Fee) error {
	if len(fees) == 0 {
		return nil
	}
	index := make(map[uuid.UUID]*Fee, len(fees))
	for i := range fees {
		index[fees[i].ID] = &fees[i]
	}
	ids := rowIDs(fees, func(fee *Fee) uuid.UUID { return fee.ID })
	var taxes []FeeTax
	var raised []Fee
	err := session.Fetch(
		session.RowsOf(tx.db.Where("fee_id IN ?", ids).Order("tax_code, id"), &taxes),
		session.RowsOf(tx.db.Select("id", "true_up_parent_fee_id").Where("true_up_parent_fee_id IN ? AND deleted_at IS NULL", ids), &raised),
	)
	if err != nil {
		return fmt.Errorf("read what belongs to fees: %w", err)
	}
	for _, tax := range taxes {
		fee := index[tax.FeeID]
		fee.AppliedTaxes = append(fee.AppliedTaxes, tax)
	}
	for i := range raised {
		index[*raised[i].TrueUpParentFeeID].TrueUpFeeID = &raised[i].ID
	}
	return tx.loadFeeSubscriptions(fees)
}

// loadFeeSubscriptions fills in the client's own identifiers of the subscriptions
// of fees, and of their customers.
func (tx *Tx) loadFeeSubscriptions(fees []Fee) error {
	var ids []uuid.UUID
	for i := range fees {
		if fees[i].SubscriptionID != nil {
			ids = append(ids, *fees[i].SubscriptionID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var subscriptions []Subscription
	owners := tx.db.Model(&Subscription{}).Select("customer_id").Where("id IN ?", ids)
	var customers []Customer
	err := session.Fetch(
		session.RowsOf(tx.db.Select("id", "external_id", "customer_id").Where("id IN ?", ids), &subscriptions),
		session.RowsOf(tx.db.Select("id", "external_id").Where("id IN (?)", owners), &customers),
	)
	if err != nil {
		return fmt.Errorf("find the subscriptions of fees: %w", err)
	}
	externalIDs := make(map[uuid.UUID]*string, len(customers))
	for i := range customers {
		externalIDs[customers[i].ID] = &customers[i].ExternalID
	}
	index := make(map[uuid.UUID]*Subscription, len(subscriptions))
	for i := range subscriptions {
		index[subscriptions[i].ID] = &subscriptions[i]
	}
	for i := range fees {
		if fees[i].SubscriptionID == nil {
			continue
		}
		subscription := index[*fees[i].SubscriptionID]
		fees[i].ExternalSubscriptionID = &subscription.ExternalID
		fees[i].ExternalCustomerID = externalIDs[subscription.CustomerID]
	}
	return nil
}
