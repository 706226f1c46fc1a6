package render

import "tarn/locale"

// CreditNote makes the PDF of a credit note, as Invoice does that of an invoice:
// the same note makes the same bytes, whatever stands on it.
func CreditNote(note Note) ([]byte, error) {
	p := &notePrinter{printer: newPrinter(note.Paper), note: note}
	p.title, p.itemWidth = p.words.noteTitle, plainItemWidth
	if note.SelfBilled {
		p.title = p.words.selfBilledNoteTitle
	}
	p.describe()
	p.head("", p.facts())
	p.parties(p.words.noteTo)
	p.leadText(locale.Fill(p.words.givenBack, p.money(note.Totals.Total), p.Date(note.IssuingDate)))
	p.gap(5)
	p.table(note.Groups)
	p.totals(p.sums(), sum{label: p.words.totalGivenBack, amount: p.money(note.Totals.Total)}, note.Totals.Taxes)
	p.closing(nil)
	return p.finish("credit note")
}

// notePrinter puts a credit note on a sheet.
type notePrinter struct {
	*printer

	note Note
}

// facts are what the credit note is known by, and of which invoice it is.
func (p *notePrinter) facts() []fact {
	return []fact{
		{p.words.noteNumber, p.note.Number, strongStyle},
		{p.words.number, p.note.InvoiceNumber, bodyStyle},
		{p.words.issued, p.Date(p.note.IssuingDate), bodyStyle},
		{p.words.purchaseOrder, p.note.PurchaseOrderNumber, bodyStyle},
	}
}

// sums are the rows of the totals in their order: what makes the total, and what
// becomes of it.
func (p *notePrinter) sums() []sum {
	t := p.note.Totals
	var rows []sum
	if t.Coupons != 0 {
		rows = append(rows, p.plain(p.words.subtotal, t.Items), p.plain(p.words.couponShare, -t.Coupons))
	}
	rows = append(rows, p.strong(p.words.excludingTaxes, t.ExcludingTaxes, len(rows) > 0))
	rows = append(rows, p.taxSums(t.Taxes)...)
	rows = append(rows, p.strong(p.words.total, t.Total, true))
	for _, part := range []Credit{
		{p.words.toBalance, t.Credited}, {p.words.refunded, t.Refunded}, {p.words.offsetNote, t.Offset},
	} {
		if part.Amount != 0 {
			rows = append(rows, p.plain(part.Name, part.Amount))
		}
	}
	return rows
}
