package wire

import (
	"tarn/billing/prepaid"
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// WalletTransaction is a transaction of a wallet as every endpoint but its own shows
// it.
func WalletTransaction(row store.WalletTransaction) gen.WalletTransactionObject {
	object := gen.WalletTransactionObject{
		LagoID:                           row.ID,
		LagoWalletID:                     row.WalletID,
		LagoInvoiceID:                    optional(row.InvoiceID),
		LagoCreditNoteID:                 optional(row.CreditNoteID),
		LagoVoidedInvoiceID:              optional(row.VoidedInvoiceID),
		BillingEntityCode:                nullable.NewNullableWithValue(row.Wallet.BillingEntity.Code),
		Status:                           gen.WalletTransactionObjectStatus(row.Status),
		Source:                           gen.WalletTransactionObjectSource(row.Source),
		TransactionStatus:                gen.WalletTransactionObjectTransactionStatus(row.TransactionStatus),
		TransactionType:                  gen.WalletTransactionObjectTransactionType(row.TransactionType),
		Amount:                           Decimal(row.Amount),
		CreditAmount:                     Decimal(row.CreditAmount),
		RemainingAmountCents:             optionalCents(row.RemainingAmountCents),
		RemainingCreditAmount:            nullable.NewNullNullable[string](),
		Priority:                         row.Priority,
		PurchaseOrderNumber:              optional(row.PurchaseOrderNumber),
		SettledAt:                        optionalInstant(row.SettledAt),
		FailedAt:                         optionalInstant(row.FailedAt),
		CreatedAt:                        instant(row.CreatedAt),
		InvoiceRequiresSuccessfulPayment: row.InvoiceRequiresSuccessfulPayment,
		Metadata:                         Each(row.Metadata, transactionPair),
		Name:                             optional(row.Name),
		PaymentMethod:                    nullable.NewNullableWithValue(paymentMethodReference(row.PaymentMethodID, row.PaymentMethodType)),
	}
	if row.PurchaseOrderNumber == nil {
		object.PurchaseOrderNumber = optional(row.Wallet.PurchaseOrderNumber)
	}
	if left := row.RemainingAmountCents; left != nil {
		object.RemainingCreditAmount.Set(credits(row, *left))
	}
	return object
}

// ShownWalletTransaction is a transaction of a wallet as its own endpoint shows it:
// with the custom sections that it has picked.
//
// Lago: it lies under a member; the published document says otherwise, so it is there
// twice.
func ShownWalletTransaction(row store.WalletTransaction) gen.WalletTransactionFound {
	object := WalletTransaction(row)
	object.AppliedInvoiceCustomSections = appliedSections(row.Sections)
	return gen.WalletTransactionFound{
		WalletTransaction:                &object,
		LagoID:                           object.LagoID,
		LagoWalletID:                     object.LagoWalletID,
		LagoInvoiceID:                    object.LagoInvoiceID,
		LagoCreditNoteID:                 object.LagoCreditNoteID,
		LagoVoidedInvoiceID:              object.LagoVoidedInvoiceID,
		BillingEntityCode:                object.BillingEntityCode,
		Status:                           gen.WalletTransactionFoundStatus(object.Status),
		Source:                           gen.WalletTransactionFoundSource(object.Source),
		TransactionStatus:                gen.WalletTransactionFoundTransactionStatus(object.TransactionStatus),
		TransactionType:                  gen.WalletTransactionFoundTransactionType(object.TransactionType),
		Amount:                           object.Amount,
		CreditAmount:                     object.CreditAmount,
		RemainingAmountCents:             object.RemainingAmountCents,
		RemainingCreditAmount:            object.RemainingCreditAmount,
		Priority:                         object.Priority,
		PurchaseOrderNumber:              object.PurchaseOrderNumber,
		SettledAt:                        object.SettledAt,
		FailedAt:                         object.FailedAt,
		CreatedAt:                        object.CreatedAt,
		InvoiceRequiresSuccessfulPayment: object.InvoiceRequiresSuccessfulPayment,
		Metadata: Each(object.Metadata, func(pair gen.WalletTransactionObject_Metadata) gen.WalletTransactionFound_Metadata {
			return gen.WalletTransactionFound_Metadata(pair)
		}),
		Name:                         object.Name,
		PaymentMethod:                object.PaymentMethod,
		AppliedInvoiceCustomSections: object.AppliedInvoiceCustomSections,
	}
}

func transactionPair(pair store.TransactionPair) gen.WalletTransactionObject_Metadata {
	return gen.WalletTransactionObject_Metadata{Key: &pair.Key, Value: &pair.Value}
}

// credits are how many credits of a transaction's wallet an amount pays for.
func credits(row store.WalletTransaction, cents int64) string {
	return Decimal(prepaid.Terms{Rate: row.Wallet.RateAmount, Currency: row.Wallet.Currency}.Of(cents).Credits)
}

// WalletTransactionConsumption is what an outbound transaction has used of an inbound
// one.
func WalletTransactionConsumption(row store.Consumption) gen.WalletTransactionConsumptionObject {
	return gen.WalletTransactionConsumptionObject{
		LagoID: row.ID, AmountCents: int(row.AmountCents), CreditAmount: credits(row.Transaction, row.AmountCents),
		CreatedAt: instant(row.CreatedAt), WalletTransaction: WalletTransaction(row.Transaction),
	}
}

// WalletTransactionFunding is what an outbound transaction was made of.
func WalletTransactionFunding(row store.Consumption) gen.WalletTransactionFundingObject {
	return gen.WalletTransactionFundingObject(WalletTransactionConsumption(row))
}
