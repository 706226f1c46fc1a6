package invoicing

import (
	"github.com/google/uuid"

	"tarn/render"
	"tarn/store"
)

// noteDocumentOf is what stands on the file of a credit note of an invoice. The
// billing entity is that of the invoice, with its logo.
func noteDocumentOf(note store.CreditNote, row store.Invoice, entity store.BillingEntity) render.Note {
	doc := render.Note{
		Paper: paperOf(row, entity), InvoiceNumber: row.Number, Groups: feeGroups(row, creditedFees(note, row)), Totals: noteTotalsOf(note),
	}
	doc.Number, doc.CreatedAt, doc.IssuingDate = note.Number, note.CreatedAt, storedDate(note.IssuingDate)
	doc.Voided = note.CreditStatus == store.CreditVoided
	return doc
}

// creditedFees are the fees of the items of a credit note, in the order of the
// items, with what is given back of each for their amount.
func creditedFees(note store.CreditNote, row store.Invoice) []store.Fee {
	billed := make(map[uuid.UUID]store.Fee, len(row.Fees))
	for _, fee := range row.Fees {
		billed[fee.ID] = fee
	}
	fees := make([]store.Fee, len(note.Items))
	for i, item := range note.Items {
		fee, known := billed[item.FeeID]
		if !known {
			fee = item.Fee
		}
		// What explains the whole amount of the fee does not explain a part of it.
		fee.AmountCents, fee.AmountDetails = item.AmountCents, nil
		fees[i] = fee
	}
	return fees
}

// noteTotalsOf leads from the items of a credit note to what it gives back.
func noteTotalsOf(note store.CreditNote) render.NoteTotals {
	totals := render.NoteTotals{
		Coupons: note.CouponsAdjustmentAmountCents, ExcludingTaxes: note.SubTotalExcludingTaxesAmountCents, Total: note.TotalAmountCents,
		Credited: note.CreditAmountCents, Refunded: note.RefundAmountCents, Offset: note.OffsetAmountCents,
	}
	for _, item := range note.Items {
		totals.Items += item.AmountCents
	}
	for _, tax := range note.AppliedTaxes {
		totals.Taxes = append(totals.Taxes, render.Tax{
			Name: tax.TaxName, Description: trimmed(tax.TaxDescription), Rate: tax.TaxRate, Base: tax.BaseAmountCents, Amount: tax.AmountCents,
		})
	}
	return totals
}
