package wire

import (
	"github.com/google/uuid"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// BareCreditNote is a credit note with its own members only.
func BareCreditNote(row store.CreditNote) gen.CreditNoteObject {
	return gen.CreditNoteObject{
		LagoID:                            row.ID,
		BillingEntityCode:                 row.Invoice.BillingEntity.Code,
		SequentialID:                      int(row.SequentialID),
		Number:                            row.Number,
		LagoInvoiceID:                     row.InvoiceID,
		InvoiceNumber:                     row.Invoice.Number,
		PurchaseOrderNumber:               optional(row.Invoice.PurchaseOrderNumber),
		IssuingDate:                       storedDay(row.IssuingDate),
		CreditStatus:                      nullable.NewNullableWithValue(gen.CreditNoteObjectCreditStatus(row.CreditStatus)),
		RefundStatus:                      optionalWord[gen.CreditNoteObjectRefundStatus]((*string)(row.RefundStatus)),
		Reason:                            gen.CreditNoteObjectReason(row.Reason),
		Description:                       optional(row.Description),
		Currency:                          gen.Currency(row.Currency),
		TotalAmountCents:                  int(row.TotalAmountCents),
		PreciseTotalAmountCents:           some(Decimal(row.PreciseTotalAmountCents)),
		TaxesAmountCents:                  int(row.TaxesAmountCents),
		PreciseTaxesAmountCents:           some(Decimal(row.PreciseTaxesAmountCents)),
		SubTotalExcludingTaxesAmountCents: int(row.SubTotalExcludingTaxesAmountCents),
		BalanceAmountCents:                int(row.BalanceAmountCents),
		CreditAmountCents:                 int(row.CreditAmountCents),
		RefundAmountCents:                 int(row.RefundAmountCents),
		OffsetAmountCents:                 int(row.OffsetAmountCents),
		CouponsAdjustmentAmountCents:      int(row.CouponsAdjustmentAmountCents),
		TaxesRate:                         row.TaxesRate.InexactFloat64(),
		FileURL:                           nullable.NewNullNullable[string](),
		XMLURL:                            nullable.NewNullNullable[string](),
		SelfBilled:                        &row.Invoice.SelfBilled,
		CreatedAt:                         instant(row.CreatedAt),
		UpdatedAt:                         instant(row.UpdatedAt),
		Metadata:                          keptItemMetadata(row.Metadata),
	}
}

// ListedCreditNote is a credit note as the lists show it: with everything that
// belongs to it.
func ListedCreditNote(row store.CreditNote) gen.CreditNoteObject {
	object := BareCreditNote(row)
	object.Customer = some(invoiceCustomer(row.Invoice.Customer))
	object.Items = some(Each(row.Items, creditNoteItem))
	object.AppliedTaxes = some(Each(row.AppliedTaxes, creditNoteTax))
	object.ErrorDetails = nullable.NewNullableWithValue([]gen.CreditNoteErrorDetailsObject{})
	return object
}

// CreditNote is a credit note as its own endpoints show it.
func CreditNote(row store.CreditNote) gen.CreditNoteExtendedObject {
	object := ListedCreditNote(row)
	return gen.CreditNoteExtendedObject{
		LagoID:                            object.LagoID,
		BillingEntityCode:                 object.BillingEntityCode,
		SequentialID:                      object.SequentialID,
		Number:                            object.Number,
		LagoInvoiceID:                     object.LagoInvoiceID,
		InvoiceNumber:                     object.InvoiceNumber,
		PurchaseOrderNumber:               object.PurchaseOrderNumber,
		IssuingDate:                       object.IssuingDate,
		CreditStatus:                      nullable.NewNullableWithValue(gen.CreditNoteExtendedObjectCreditStatus(row.CreditStatus)),
		RefundStatus:                      optionalWord[gen.CreditNoteExtendedObjectRefundStatus]((*string)(row.RefundStatus)),
		Reason:                            gen.CreditNoteExtendedObjectReason(row.Reason),
		Description:                       object.Description,
		Currency:                          object.Currency,
		TotalAmountCents:                  object.TotalAmountCents,
		PreciseTotalAmountCents:           object.PreciseTotalAmountCents,
		TaxesAmountCents:                  object.TaxesAmountCents,
		PreciseTaxesAmountCents:           object.PreciseTaxesAmountCents,
		SubTotalExcludingTaxesAmountCents: object.SubTotalExcludingTaxesAmountCents,
		BalanceAmountCents:                object.BalanceAmountCents,
		CreditAmountCents:                 object.CreditAmountCents,
		RefundAmountCents:                 object.RefundAmountCents,
		OffsetAmountCents:                 object.OffsetAmountCents,
		CouponsAdjustmentAmountCents:      object.CouponsAdjustmentAmountCents,
		TaxesRate:                         object.TaxesRate,
		FileURL:                           object.FileURL,
		XMLURL:                            object.XMLURL,
		SelfBilled:                        object.SelfBilled,
		CreatedAt:                         object.CreatedAt,
		UpdatedAt:                         object.UpdatedAt,
		Metadata:                          object.Metadata,
		Customer:                          object.Customer,
		Items:                             object.Items,
		AppliedTaxes:                      object.AppliedTaxes,
		ErrorDetails:                      object.ErrorDetails,
	}
}

// creditNoteItem is what a credit note gives back of a fee.
func creditNoteItem(row store.CreditNoteItem) gen.CreditNoteItemObject {
	return gen.CreditNoteItemObject{
		LagoID:             row.ID,
		AmountCents:        int(row.AmountCents),
		PreciseAmountCents: some(Decimal(row.PreciseAmountCents)),
		AmountCurrency:     gen.Currency(row.AmountCurrency),
		Fee:                InvoicedFee(row.Fee),
	}
}

// creditNoteTax is one line of a credit note's taxes.
func creditNoteTax(row store.CreditNoteTax) gen.CreditNoteAppliedTaxObject {
	return gen.CreditNoteAppliedTaxObject{
		LagoID:           kept(row.ID),
		LagoCreditNoteID: &row.CreditNoteID,
		LagoTaxID:        kept(row.TaxID),
		TaxName:          row.TaxName,
		TaxCode:          row.TaxCode,
		TaxRate:          row.TaxRate.InexactFloat64(),
		TaxDescription:   optional(row.TaxDescription),
		BaseAmountCents:  some(int(row.BaseAmountCents)),
		AmountCents:      int(row.AmountCents),
		AmountCurrency:   gen.Currency(row.AmountCurrency),
		CreatedAt:        nullable.NewNullableWithValue(instant(row.CreatedAt)),
	}
}

// CreditNoteTotals are what a credit note could give at most, in cents.
type CreditNoteTotals struct {
	Creditable, Refundable, Offsettable int64
}

// EstimatedCreditNote is a credit note that nobody makes, with what it could give.
//
// Lago: what can be taken off the invoice is not sent, though the contract has it.
func EstimatedCreditNote(row store.CreditNote, most CreditNoteTotals) gen.CreditNoteEstimated {
	return gen.CreditNoteEstimated{EstimatedCreditNote: gen.CreditNoteEstimated_EstimatedCreditNote{
		LagoInvoiceID:                       row.InvoiceID,
		InvoiceNumber:                       row.Invoice.Number,
		Currency:                            gen.Currency(row.Currency),
		TaxesAmountCents:                    int(row.TaxesAmountCents),
		PreciseTaxesAmountCents:             Decimal(row.PreciseTaxesAmountCents),
		SubTotalExcludingTaxesAmountCents:   int(row.SubTotalExcludingTaxesAmountCents),
		MaxCreditableAmountCents:            int(most.Creditable),
		MaxRefundableAmountCents:            int(most.Refundable),
		MaxOffsettableAmountCents:           int(most.Offsettable),
		CouponsAdjustmentAmountCents:        int(row.CouponsAdjustmentAmountCents),
		PreciseCouponsAdjustmentAmountCents: Decimal(row.PreciseCouponsAdjustmentAmountCents),
		TaxesRate:                           row.TaxesRate.InexactFloat64(),
		Items:                               Each(row.Items, estimatedItem),
		AppliedTaxes:                        some(Each(row.AppliedTaxes, estimatedTax)),
	}}
}

func estimatedItem(row store.CreditNoteItem) gen.CreditNoteEstimated_EstimatedCreditNote_Items {
	return gen.CreditNoteEstimated_EstimatedCreditNote_Items{AmountCents: int(row.AmountCents), LagoFeeID: kept(row.FeeID)}
}

func estimatedTax(row store.CreditNoteTax) gen.CreditNoteEstimated_EstimatedCreditNote_AppliedTaxes {
	return gen.CreditNoteEstimated_EstimatedCreditNote_AppliedTaxes{
		LagoID:           kept(uuid.Nil),
		LagoCreditNoteID: kept(uuid.Nil),
		CreatedAt:        optionalInstant(nil),
		LagoTaxID:        &row.TaxID,
		TaxName:          &row.TaxName,
		TaxCode:          &row.TaxCode,
		TaxRate:          some(row.TaxRate.InexactFloat64()),
		TaxDescription:   optional(row.TaxDescription),
		BaseAmountCents:  some(int(row.BaseAmountCents)),
		AmountCents:      some(int(row.AmountCents)),
		AmountCurrency:   some(gen.Currency(row.AmountCurrency)),
	}
}
