package render

import "tarn/locale"

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

// totals draws the rows that lead to the last sum, on one page if they fit, and
// what is to be known of the taxes.
func (p *printer) totals(rows []sum, last sum, taxes []Tax) {
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
	p.lastSum(last)
	p.taxNotes(taxes)
}

// sumCells are the columns of a row.
func (p *printer) sumCells(row sum) []cell {
	return []cell{
		{x: sumLabelX, width: labelWidth, lines: linesOf(p.face.wrap(row.label, labelWidth*pointsPerMillimetre, row.style), row.style)},
		{x: sumX, width: sumWidth, align: right, lines: p.face.fit(row.amount, sumWidth*pointsPerMillimetre, row.style)},
	}
}

// plain is a row of the totals as most are.
func (p *printer) plain(label string, minor int64) sum {
	return sum{label: label, amount: p.money(minor), style: bodyStyle}
}

// strong is a row of the totals that adds up what stands above it.
func (p *printer) strong(label string, minor int64, ruled bool) sum {
	return sum{label: label, amount: p.money(minor), style: strongStyle, ruled: ruled}
}

// taxSums are rows of taxes.
func (p *printer) taxSums(taxes []Tax) []sum {
	rows := make([]sum, 0, len(taxes))
	for _, tax := range taxes {
		rows = append(rows, p.plain(locale.Fill(p.words.taxOn, tax.Name, p.Rate(tax.Rate), p.money(tax.Base)), tax.Amount))
	}
	return rows
}

// lastSum draws what all rows lead to, on a ground of its own.
func (p *printer) lastSum(last sum) {
	last.style = totalStyle
	row := p.sumCells(last)
	const padding = 2.0
	row[1].width -= padding
	row[1].lines = p.face.fit(last.amount, row[1].width*pointsPerMillimetre, totalStyle)
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
func (p *printer) taxNotes(taxes []Tax) {
	p.gap(4)
	for _, tax := range taxes {
		if p.face.clean(tax.Description) != "" {
			p.paragraph(locale.Fill(p.words.pair, tax.Name+" ("+p.Rate(tax.Rate)+")", tax.Description), noteStyle)
		}
	}
}
