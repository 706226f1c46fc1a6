package render

import (
	"strings"

	"github.com/shopspring/decimal"

	"tarn/locale"
)

// The columns of the table, in millimetres.
const (
	amountWidth = 34.0
	taxWidth    = 18.0
	priceWidth  = 31.0
	unitsWidth  = 25.0
	// The first column is wider where there are no units and prices.
	pricedItemWidth = contentWidth - amountWidth - taxWidth - priceWidth - unitsWidth - 4
	plainItemWidth  = contentWidth - amountWidth - taxWidth - 2

	unitsX  = margin + pricedItemWidth + 1
	priceX  = unitsX + unitsWidth + 1
	taxX    = priceX + priceWidth + 1
	amountX = taxX + taxWidth + 1

	// indent is how far details stand in.
	indent = 3.5
)

// entry is a row of the table: five texts.
type entry struct {
	item, units, price, tax, amount string
}

// table draws fees, group by group. Its head stands on every page.
func (p *printer) table(groups []Group) {
	p.tableHead()
	for i, group := range groups {
		p.onPage = p.tableHead
		p.group(group, i > 0)
		if len(groups) > 1 && len(group.Fees) > 1 {
			p.groupSum(group)
		}
		p.gap(1.6)
	}
	p.onPage = nil
	p.gap(3)
}

// tableHead names the columns.
func (p *printer) tableHead() {
	p.entry(p.columns, margin, noteStyle)
	p.gap(1)
	p.rule(margin, contentWidth, 0.35, ink)
	p.gap(1.6)
}

// group draws the fees of a subscription below its title.
func (p *printer) group(group Group, follows bool) {
	if follows {
		p.gap(2)
	}
	p.groupTitle(group)
	p.onPage = func() {
		p.tableHead()
		p.continuedTitle(group)
	}
	for i, fee := range group.Fees {
		p.fee(fee, i > 0)
	}
}

// groupSum draws the sum of a group below its fees.
func (p *printer) groupSum(group Group) {
	const width = contentWidth - amountWidth - 2
	p.reserve(2 + line{style: strongStyle}.height())
	p.hairline()
	p.row(
		cell{x: margin, width: width, align: right, lines: p.face.fit(p.words.groupSubtotal, width*pointsPerMillimetre, strongStyle)},
		cell{x: amountX, width: amountWidth, align: right, lines: p.face.fit(p.money(group.Subtotal), amountWidth*pointsPerMillimetre, strongStyle)},
	)
}

// groupTitle draws the heading of a group. It does not stay behind alone.
func (p *printer) groupTitle(group Group) {
	var lines []line
	const width = contentWidth * pointsPerMillimetre
	if p.face.clean(group.Title) != "" {
		lines = linesOf(p.face.wrap(group.Title, width, headingStyle), headingStyle)
	}
	if group.Period != nil {
		lines = append(lines, line{p.Days(group.Period.From, group.Period.To), noteStyle})
	}
	if len(lines) == 0 {
		return
	}
	title := cell{x: margin, width: contentWidth, lines: lines}
	p.reserve(rowHeight([]cell{title}) + 12)
	p.row(title)
	p.gap(1)
}

// continuedTitle reminds of the group on another page, in one line.
func (p *printer) continuedTitle(group Group) {
	title := p.oneLine(group.Title)
	if title == "" {
		return
	}
	lines := p.face.fit(title+" "+p.words.continued, contentWidth*pointsPerMillimetre, headingStyle)
	p.row(cell{x: margin, width: contentWidth, lines: lines[:1]})
	p.gap(1)
}

// hairline separates two fees.
func (p *printer) hairline() {
	p.gap(1)
	p.rule(margin, contentWidth, 0.15, rule)
	p.gap(1)
}

// fee draws a fee with what explains it, and a line above where it follows
// another on the page.
func (p *printer) fee(fee Fee, follows bool) {
	notes, details := p.feeNotes(fee), p.details(fee)
	page := p.pdf.PageNo()
	p.reserve(p.feeHeight(notes, details))
	if follows && p.pdf.PageNo() == page {
		p.hairline()
	}
	p.entry(entry{
		item: p.feeName(fee), units: p.Quantity(fee.Units), price: p.unitAmount(fee, fee.UnitAmount),
		tax: p.taxRates(fee.TaxRates), amount: p.money(fee.Amount),
	}, margin, bodyStyle)
	for _, note := range notes {
		p.row(p.noteCell(note))
	}
	for _, detail := range details {
		p.entry(detail, margin+indent, noteStyle)
	}
}

// feeHeight is about how much room a fee takes, and the line above it.
func (p *printer) feeHeight(notes []string, details []entry) float64 {
	sum := 2 + line{style: bodyStyle}.height()
	for _, note := range notes {
		sum += rowHeight([]cell{p.noteCell(note)})
	}
	return sum + float64(len(details))*line{style: noteStyle}.height()
}

// noteCell is a note below the name of a fee.
func (p *printer) noteCell(note string) cell {
	width := p.itemWidth
	if p.priced {
		width += unitsWidth
	}
	return cell{x: margin, width: width, lines: linesOf(p.face.wrap(note, width*pointsPerMillimetre, noteStyle), noteStyle)}
}

// entry draws a row of the table whose first text begins at a place. Numbers stay
// on one line where they can, several rates do not have to.
func (p *printer) entry(e entry, x float64, s style) {
	if !p.priced {
		e.units, e.price = "", ""
	}
	width := p.itemWidth - (x - margin)
	cells := []cell{{x: x, width: width, lines: linesOf(p.face.wrap(e.item, width*pointsPerMillimetre, s), s)}}
	for _, c := range []struct {
		text     string
		x, width float64
	}{
		{e.units, unitsX, unitsWidth},
		{e.price, priceX, priceWidth},
		{e.amount, amountX, amountWidth},
	} {
		if c.text != "" {
			cells = append(cells, cell{x: c.x, width: c.width, align: right, lines: p.face.fit(c.text, c.width*pointsPerMillimetre, s)})
		}
	}
	if e.tax != "" {
		cells = append(cells, cell{x: taxX, width: taxWidth, align: right, lines: linesOf(p.face.wrap(e.tax, taxWidth*pointsPerMillimetre, s), s)})
	}
	p.row(cells...)
}

// feeName is what a fee is called.
func (p *printer) feeName(fee Fee) string {
	named := func(otherwise string) string {
		if p.face.clean(fee.Name) != "" {
			return fee.Name
		}
		return otherwise
	}
	switch fee.Kind {
	case FeeSubscription:
		return named(p.words.subscriptionFee)
	case FeeTrueUp:
		return locale.Fill(p.words.trueUp, fee.Name)
	case FeeCommitment:
		return named(p.words.commitment)
	case FeeCredit:
		return named(p.words.prepaidCredits)
	default:
		return fee.Name
	}
}

// feeNotes stand below the name of a fee.
func (p *printer) feeNotes(fee Fee) []string {
	var notes []string
	for _, note := range fee.Notes {
		if p.face.clean(note) != "" {
			notes = append(notes, note)
		}
	}
	if fee.Period != nil {
		notes = append(notes, p.Days(fee.Period.From, fee.Period.To))
	}
	if unit := fee.PricingUnit; unit != nil {
		notes = append(notes, locale.Fill(p.words.converted, p.Measure(unit.Amount, unit.ShortName), p.Price(unit.ConversionRate, p.paper.Currency)))
	}
	return notes
}

// unitAmount writes a price in what a fee is priced in.
func (p *printer) unitAmount(fee Fee, d decimal.Decimal) string {
	if fee.PricingUnit != nil {
		return p.Measure(d, fee.PricingUnit.ShortName)
	}
	return p.Price(d, p.paper.Currency)
}

// taxRates writes all rates of a fee.
func (p *printer) taxRates(rates []decimal.Decimal) string {
	texts := make([]string, 0, len(rates))
	for _, rate := range rates {
		texts = append(texts, p.Rate(rate))
	}
	return strings.Join(texts, " + ")
}
