package render

// The columns of the totals, in millimetres.
const (
	sumWidth   = 44.0
	sumX       = margin + contentWidth - sumWidth
	sumLabelX  = margin + contentWidth - 108
	labelWidth = sumX - sumLabelX - 2
)

// sum is a row of the totals.
type sum struct {
	label, amount string
	style         style
	// ruled rows have a line above.
	ruled bool
}

// totals draws what leads from the fees to what is to be paid, on one page if
// it fits.
func (p *printer) totals() {
	rows := p.sums()
	height := 14.0
	for _, row := range rows {
		height += rowHeight(p.sumCells(row)) + 1.4
	}
	p.reserve(height)
	p.rule(margin, contentWidth, 0.35, ink)
	p.gap(2)
	for _, row := range rows {
		if row.ruled {
			p.gap(0.8)
			p.rule(sumLabelX, margin+contentWidth-sumLabelX, 0.15, rule)
			p.gap(0.8)
		}
		p.row(p.sumCells(row)...)
		p.gap(0.6)
	}
	p.due()
	p.taxNotes()
}

// sumCells are the columns of a row.
func (p *printer) sumCells(row sum) []cell {
	return []cell{
		{x: sumLabelX, width: labelWidth, lines: linesOf(p.face.wrap(row.label, labelWidth*pointsPerMillimetre, row.style), row.style)},
		{x: sumX, width: sumWidth, align: right, lines: p.face.fit(row.amount, sumWidth*pointsPerMillimetre, row.style)},
	}
}

// sums are the rows in their order.
func (p *printer) sums() []sum {
	t := p.doc.Totals
	rows := p.credits(p.words.progressiveCredit, t.Progressive)
	rows = append(rows, p.credits(p.words.coupon, t.Coupons)...)
	if len(rows) > 0 {
		fees := sum{label: p.words.subtotal, amount: p.money(t.Fees), style: bodyStyle}
		rows = append([]sum{fees}, rows...)
	}
	excluding := sum{label: p.words.excludingTaxes, amount: p.money(t.ExcludingTaxes), style: strongStyle, ruled: len(rows) > 0}
	rows = append(rows, excluding)
	for _, tax := range t.Taxes {
		label := fill(p.words.taxOn, tax.Name, p.rate(tax.Rate), p.money(tax.Base))
		rows = append(rows, sum{label: label, amount: p.money(tax.Amount), style: bodyStyle})
	}
	after := p.credits(p.words.creditNote, t.CreditNotes)
	if t.Prepaid != 0 {
		after = append(after, sum{label: p.words.prepaid, amount: p.money(-t.Prepaid), style: bodyStyle})
	}
	if len(after) > 0 {
		rows = append(rows, sum{label: p.words.includingTaxes, amount: p.money(t.IncludingTaxes), style: strongStyle, ruled: true})
	}
	rows = append(rows, after...)
	rows = append(rows, sum{label: p.words.total, amount: p.money(t.Total), style: strongStyle, ruled: true})
	for _, settled := range []Credit{{p.words.paid, t.Paid}, {p.words.offset, t.Offset}} {
		if settled.Amount != 0 {
			rows = append(rows, sum{label: settled.Name, amount: p.money(-settled.Amount), style: bodyStyle})
		}
	}
	return rows
}

// credits are rows of what is taken off.
func (p *printer) credits(label string, credits []Credit) []sum {
	rows := make([]sum, 0, len(credits))
	for _, credit := range credits {
		rows = append(rows, sum{label: fill(label, credit.Name), amount: p.money(-credit.Amount), style: bodyStyle})
	}
	return rows
}

// due draws what is to be paid, on a ground of its own.
func (p *printer) due() {
	row := p.sumCells(sum{label: p.words.totalDue, amount: p.money(p.doc.Totals.Due), style: totalStyle})
	const padding = 2.0
	row[1].width -= padding
	row[1].lines = p.face.fit(p.money(p.doc.Totals.Due), row[1].width*pointsPerMillimetre, totalStyle)
	row[0].x += padding
	height := rowHeight(row)
	p.reserve(height + 2*padding)
	p.gap(1.2)
	p.box(sumLabelX, p.y, margin+contentWidth-sumLabelX, height+2*padding, tint)
	p.gap(padding)
	p.row(row...)
	p.gap(padding)
}

// taxNotes says what is to be known of the taxes.
func (p *printer) taxNotes() {
	p.gap(4)
	for _, tax := range p.doc.Totals.Taxes {
		if p.face.clean(tax.Description) != "" {
			p.paragraph(fill(p.words.pair, tax.Name+" ("+p.rate(tax.Rate)+")", tax.Description), noteStyle)
		}
	}
}
