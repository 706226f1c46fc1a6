package render

import "tarn/locale"

// PaymentReceipt makes the PDF of a payment's receipt, as Invoice does that of an
// invoice: the same receipt makes the same bytes, whatever stands on it.
func PaymentReceipt(receipt Receipt) ([]byte, error) {
	p := &receiptPrinter{printer: newPrinter(receipt.Paper), receipt: receipt}
	p.title, p.itemWidth = p.words.receiptTitle, plainItemWidth
	p.columns = entry{item: p.words.number, amount: p.words.invoiceTotal}
	p.describe()
	p.head("", p.facts())
	p.parties(p.words.paidBy)
	p.leadText(locale.Fill(p.words.paidOn, p.money(receipt.Paid), p.Date(receipt.PaidOn)))
	p.gap(5)
	p.table([]Group{{Fees: p.invoices()}})
	p.totals(nil, sum{label: p.words.amountPaid, amount: p.money(receipt.Paid)}, nil)
	p.closing(nil)
	return p.finish("payment receipt")
}

// receiptPrinter puts a receipt on a sheet.
type receiptPrinter struct {
	*printer

	receipt Receipt
}

// facts are what the receipt is known by, and the payment.
func (p *receiptPrinter) facts() []fact {
	return []fact{
		{p.words.receiptNumber, p.receipt.Number, strongStyle},
		{p.words.paymentDate, p.Date(p.receipt.PaidOn), bodyStyle},
		{p.words.paidThrough, p.receipt.Through, bodyStyle},
		{p.words.reference, p.receipt.Reference, bodyStyle},
	}
}

// invoices are rows of the table, which has the columns of fees.
func (p *receiptPrinter) invoices() []Fee {
	rows := make([]Fee, len(p.receipt.Invoices))
	for i, invoice := range p.receipt.Invoices {
		issued := locale.Fill(p.words.pair, p.words.issued, p.Date(invoice.IssuingDate))
		rows[i] = Fee{Name: invoice.Number, Notes: []string{issued}, Amount: invoice.Total}
	}
	return rows
}
