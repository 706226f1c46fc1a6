package invoicing

import (
	"cmp"
	"strings"
	"time"

	"github.com/google/uuid"

	"tarn/billing/period"
	"tarn/render"
	"tarn/store"
)

// documentOf is what stands on the file of an invoice. The billing entity is that
// of the invoice, with its logo; now is the instant of one that does not know when
// it became final.
func documentOf(row store.Invoice, entity store.BillingEntity, now time.Time) render.Document {
	doc := render.Document{
		Paper: paperOf(row, entity), Kind: documentKind(row.InvoiceType), Groups: feeGroups(row, row.Fees), Totals: totalsOf(row),
	}
	doc.CreatedAt = now
	if row.FinalizedAt != nil {
		doc.CreatedAt = *row.FinalizedAt
	}
	if row.PaymentDueDate != "" {
		due := storedDate(row.PaymentDueDate)
		doc.DueDate = &due
	}
	for _, section := range row.AppliedSections {
		doc.Sections = append(doc.Sections, render.Section{
			Title: cmp.Or(trimmed(section.DisplayName), section.Name), Text: trimmed(section.Details),
		})
	}
	if n := len(row.AppliedThresholds); n > 0 {
		doc.Threshold = &row.AppliedThresholds[n-1].AmountCents
	}
	return doc
}

// paperOf is what the file of an invoice, and those of its credit notes, have in
// common: the number and the day are those of the invoice. The time of its making
// is left to the caller.
func paperOf(row store.Invoice, entity store.BillingEntity) render.Paper {
	paper := render.Paper{
		SelfBilled: row.SelfBilled, Number: row.Number, IssuingDate: storedDate(row.IssuingDate), Currency: row.Currency,
		Locale: cmp.Or(trimmed(row.Customer.DocumentLocale), entity.DocumentLocale),
		From:   sellerOf(entity), To: buyerOf(row.Customer), PurchaseOrderNumber: trimmed(row.PurchaseOrderNumber),
		Footer: trimmed(entity.InvoiceFooter),
	}
	if row.SelfBilled {
		// The customer is who delivered.
		paper.From, paper.To = paper.To, paper.From
	}
	if entity.Logo != nil {
		paper.Logo = &render.Logo{ContentType: entity.Logo.ContentType, Content: entity.Logo.Content}
	}
	return paper
}

// documentKind is what an invoice of a type bills.
func documentKind(of store.InvoiceType) render.Kind {
	switch of {
	case store.InvoiceProgressiveBilling:
		return render.KindProgressive
	case store.InvoiceCredit:
		return render.KindCredit
	case store.InvoiceAdvanceCharges:
		return render.KindAdvance
	default:
		return render.KindPlain
	}
}

// sellerOf is a billing entity on a document.
func sellerOf(entity store.BillingEntity) render.Party {
	return render.Party{
		Name: entity.Name, LegalName: trimmed(entity.LegalName), LegalNumber: trimmed(entity.LegalNumber),
		TaxNumber: trimmed(entity.TaxIdentificationNumber), Address: addressOf(entity.Address),
		Email: trimmed(entity.Email), Phone: trimmed(entity.Phone),
	}
}

// buyerOf is a customer on a document, with the metadata that belongs there.
func buyerOf(customer store.Customer) render.Party {
	party := render.Party{
		Name: customer.DisplayName(), LegalName: trimmed(customer.LegalName), LegalNumber: trimmed(customer.LegalNumber),
		TaxNumber: trimmed(customer.TaxIdentificationNumber), Address: addressOf(customer.Address),
		Email: trimmed(customer.Email), Phone: trimmed(customer.Phone),
	}
	for _, pair := range customer.Metadata {
		if pair.DisplayInInvoice {
			party.Details = append(party.Details, render.Pair{Name: pair.Key, Value: pair.Value})
		}
	}
	return party
}

func addressOf(address store.Address) render.Address {
	return render.Address{
		Line1: trimmed(address.AddressLine1), Line2: trimmed(address.AddressLine2), Zipcode: trimmed(address.Zipcode),
		City: trimmed(address.City), State: trimmed(address.State), Country: trimmed(address.Country),
	}
}

// totalsOf leads from the fees of an invoice to what is due.
func totalsOf(row store.Invoice) render.Totals {
	totals := render.Totals{
		Fees: row.FeesAmountCents, ExcludingTaxes: row.SubTotalExcludingTaxesAmountCents, IncludingTaxes: row.SubTotalIncludingTaxesAmountCents,
		Prepaid: row.PrepaidCreditAmountCents, Total: row.TotalAmountCents, Paid: row.TotalPaidAmountCents,
		Offset: row.OffsetAmountCents, Due: row.TotalDueAmountCents(),
	}
	for _, credit := range row.Credits {
		switch credit.Kind {
		case store.CreditOfCoupon:
			totals.Coupons = append(totals.Coupons, render.Credit{Name: credit.Name, Amount: credit.AmountCents})
		case store.CreditOfInvoice:
			totals.Progressive = append(totals.Progressive, render.Credit{Name: credit.Code, Amount: credit.AmountCents})
		case store.CreditOfCreditNote:
			totals.CreditNotes = append(totals.CreditNotes, render.Credit{Name: credit.Code, Amount: credit.AmountCents})
		}
	}
	for _, tax := range row.AppliedTaxes {
		totals.Taxes = append(totals.Taxes, render.Tax{
			Name: tax.TaxName, Description: trimmed(tax.TaxDescription), Rate: tax.TaxRate, Base: tax.FeesAmountCents, Amount: tax.AmountCents,
		})
	}
	return totals
}

// feeGroups are fees of an invoice by subscription, in the order in which the
// invoice shows these, and then those of none.
func feeGroups(row store.Invoice, left []store.Fee) []render.Group {
	location := row.Customer.Location()
	var groups []render.Group
	for i := range row.BillingPeriods {
		of := &row.BillingPeriods[i]
		var own []store.Fee
		own, left = feesOf(left, of.SubscriptionID)
		if len(own) > 0 {
			groups = append(groups, feeGroup(of.Subscription.DisplayName(), periodOf(&of.SubscriptionFrom, &of.SubscriptionTo, location), own, location))
		}
	}
	if len(left) > 0 {
		groups = append(groups, feeGroup("", nil, left, location))
	}
	return groups
}

// feesOf parts the fees of a subscription from others.
func feesOf(fees []store.Fee, subscription uuid.UUID) (own, others []store.Fee) {
	for _, fee := range fees {
		if fee.SubscriptionID != nil && *fee.SubscriptionID == subscription {
			own = append(own, fee)
		} else {
			others = append(others, fee)
		}
	}
	return own, others
}

// periodOf are the days of two instants, both included; nil when one is missing.
func periodOf(from, to *time.Time, location *time.Location) *render.Period {
	if from == nil || to == nil {
		return nil
	}
	return &render.Period{From: period.DateOf(*from, location), To: period.DateOf(*to, location)}
}

// storedDate is a day that a row has as a text.
func storedDate(stored string) period.Date {
	date, _ := period.ParseDate(stored) // of a row: cannot fail
	return date
}

// trimmed is a text that a row may lack.
func trimmed(of *string) string {
	if of == nil {
		return ""
	}
	return strings.TrimSpace(*of)
}
