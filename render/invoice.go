package render

import "tarn/locale"

// Invoice makes the PDF of an invoice. The same document makes the same bytes.
// Whatever its texts, amounts and fees are, there is a file: characters that no
// font has are replaced, and a logo that cannot be read is left out. An error
// means that the library failed.
func Invoice(doc Document) ([]byte, error) {
	p := &invoicePrinter{printer: newPrinter(doc.Paper), doc: doc}
	p.title, p.itemWidth, p.priced = p.words.invoice, pricedItemWidth, true
	if doc.SelfBilled {
		p.title = p.words.selfBilled
	}
	p.describe()
	p.head(p.subtitle(), p.facts())
	p.parties(p.words.to)
	p.lead()
	p.table(doc.Groups)
	p.totals(p.sums(), sum{label: p.words.totalDue, amount: p.money(doc.Totals.Due)}, doc.Totals.Taxes)
	if doc.SelfBilled {
		p.gap(3)
		p.paragraph(p.words.selfBilledNote, bodyStyle)
	}
	p.closing(doc.Sections)
	return p.finish("invoice")
}

// invoicePrinter puts an invoice on a sheet.
type invoicePrinter struct {
	*printer

	doc Document
}

// subtitle says what an invoice of this kind bills.
func (p *invoicePrinter) subtitle() string {
	switch p.doc.Kind {
	case KindProgressive:
		return p.words.progressive
	case KindCredit:
		return p.words.credit
	case KindAdvance:
		return p.words.advance
	default:
		return ""
	}
}

// facts are what the invoice is known by.
func (p *invoicePrinter) facts() []fact {
	facts := []fact{{p.words.number, p.doc.Number, strongStyle}, {p.words.issued, p.Date(p.doc.IssuingDate), bodyStyle}}
	if p.doc.DueDate != nil {
		facts = append(facts, fact{p.words.due, p.Date(*p.doc.DueDate), bodyStyle})
	}
	return append(facts, fact{p.words.purchaseOrder, p.doc.PurchaseOrderNumber, bodyStyle})
}

// lead says in large letters what is to be paid until when.
func (p *invoicePrinter) lead() {
	text := locale.Fill(p.words.amountDue, p.money(p.doc.Totals.Due))
	if p.doc.DueDate != nil && p.doc.Totals.Due != 0 {
		text = locale.Fill(p.words.dueOn, p.money(p.doc.Totals.Due), p.Date(*p.doc.DueDate))
	}
	p.leadText(text)
	if p.doc.Threshold != nil {
		p.paragraph(locale.Fill(p.words.reached, p.money(*p.doc.Threshold)), bodyStyle)
	}
	p.gap(5)
}

// sums are the rows of the totals in their order.
func (p *invoicePrinter) sums() []sum {
	t := p.doc.Totals
	rows := p.credits(p.words.progressiveCredit, t.Progressive)
	rows = append(rows, p.credits(p.words.coupon, t.Coupons)...)
	if len(rows) > 0 {
		rows = append([]sum{p.plain(p.words.subtotal, t.Fees)}, rows...)
	}
	rows = append(rows, p.strong(p.words.excludingTaxes, t.ExcludingTaxes, len(rows) > 0))
	rows = append(rows, p.taxSums(t.Taxes)...)
	after := p.credits(p.words.creditNote, t.CreditNotes)
	if t.Prepaid != 0 {
		after = append(after, p.plain(p.words.prepaid, -t.Prepaid))
	}
	if len(after) > 0 {
		rows = append(rows, p.strong(p.words.includingTaxes, t.IncludingTaxes, true))
	}
	rows = append(rows, after...)
	rows = append(rows, p.strong(p.words.total, t.Total, true))
	for _, settled := range []Credit{{p.words.paid, t.Paid}, {p.words.offset, t.Offset}} {
		if settled.Amount != 0 {
			rows = append(rows, p.plain(settled.Name, -settled.Amount))
		}
	}
	return rows
}

// credits are rows of what is taken off.
func (p *invoicePrinter) credits(label string, credits []Credit) []sum {
	rows := make([]sum, 0, len(credits))
	for _, credit := range credits {
		rows = append(rows, p.plain(locale.Fill(label, credit.Name), -credit.Amount))
	}
	return rows
}
