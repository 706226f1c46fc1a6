package server_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store"
)

// issue adds a finalized invoice of 10.00 EUR to a customer of the first
// organization. change may give it other values, and whatever belongs to an
// invoice.
func issue(t *testing.T, s *servertest.Server, customer string, change func(tx *store.Tx, row *store.Invoice)) string {
	t.Helper()
	row := store.Invoice{
		ID: store.NewID(), InvoiceType: store.InvoiceOneOff, Status: store.InvoiceFinalized, PaymentStatus: store.PaymentPending,
		Number: "ACM-001", Currency: "EUR", IssuingDate: "2026-01-15", PaymentDueDate: "2026-01-15", ExpectedFinalizationDate: "2026-01-15",
		FeesAmountCents: 1000, SubTotalExcludingTaxesAmountCents: 1000, SubTotalIncludingTaxesAmountCents: 1000, TotalAmountCents: 1000,
	}
	withinOrganization(t, s, func(tx *store.Tx) error {
		owner, err := tx.Customer(customer)
		require.NoError(t, err)
		row.CustomerID, row.BillingEntityID, row.BilledAt = owner.ID, owner.BillingEntityID, tx.Now()
		if change != nil {
			change(tx, &row)
		}
		return insertWhole(tx, &row)
	})
	return row.ID.String()
}

// insertWhole adds an invoice with everything that the row has.
func insertWhole(tx *store.Tx, row *store.Invoice) error {
	for i := range row.BillingPeriods {
		row.BillingPeriods[i].ID, row.BillingPeriods[i].InvoiceID = store.NewID(), row.ID
	}
	for i := range row.Fees {
		row.Fees[i].InvoiceID = &row.ID
	}
	for i := range row.Credits {
		row.Credits[i].ID, row.Credits[i].InvoiceID = store.NewID(), row.ID
	}
	for i := range row.AppliedTaxes {
		row.AppliedTaxes[i].ID, row.AppliedTaxes[i].InvoiceID = store.NewID(), row.ID
	}
	for i := range row.ErrorDetails {
		row.ErrorDetails[i].ID, row.ErrorDetails[i].InvoiceID = store.NewID(), row.ID
	}
	for i := range row.AppliedThresholds {
		row.AppliedThresholds[i].ID, row.AppliedThresholds[i].InvoiceID = store.NewID(), row.ID
	}
	err := errors.Join(tx.InsertInvoice(row), tx.InsertBillingPeriods(row.BillingPeriods), tx.InsertFees(row.Fees),
		tx.InsertCredits(row.Credits), tx.InsertInvoiceTaxes(row.AppliedTaxes), tx.InsertInvoiceErrorDetails(row.ErrorDetails),
		tx.InsertInvoiceUsageThresholds(row.AppliedThresholds))
	if row.OffsetAmountCents > 0 {
		err = errors.Join(err, tx.InsertInvoiceSettlements([]store.InvoiceSettlement{{
			ID: store.NewID(), InvoiceID: row.ID, Kind: store.SettlementCreditNote, AmountCents: row.OffsetAmountCents, AmountCurrency: row.Currency,
		}}))
	}
	for i := range row.Metadata {
		row.Metadata[i].ID, row.Metadata[i].InvoiceID = store.NewID(), row.ID
		err = errors.Join(err, tx.InsertInvoiceMetadata(&row.Metadata[i]))
	}
	return err
}

// feeOf is a fee of 10.00 EUR for a customer, not kept yet.
func feeOf(customer uuid.UUID, kind store.FeeType) store.Fee {
	return store.Fee{
		ID: store.NewID(), CustomerID: customer, FeeType: kind, ItemID: store.NewID(), ItemCode: "item", ItemName: "Item",
		Units: decimal.NewFromInt(2), AmountCents: 1000, PreciseAmountCents: decimal.NewFromInt(1000), AmountCurrency: "EUR",
		UnitAmountCents: 500, PreciseUnitAmount: decimal.NewFromInt(5), Invoiceable: true, PaymentStatus: store.PaymentPending,
	}
}

// addFee adds a fee that is on no invoice, of a customer of the first
// organization.
func addFee(t *testing.T, s *servertest.Server, customer string, change func(tx *store.Tx, row *store.Fee)) string {
	t.Helper()
	var row store.Fee
	withinOrganization(t, s, func(tx *store.Tx) error {
		owner, err := tx.Customer(customer)
		require.NoError(t, err)
		row = feeOf(owner.ID, store.FeeCharge)
		if change != nil {
			change(tx, &row)
		}
		return tx.InsertFees([]store.Fee{row})
	})
	return row.ID.String()
}
