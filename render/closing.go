package render

import (
	"strconv"

	"tarn/locale"
)

// closing draws the texts behind the totals: sections of the issuer's own, and the
// footer.
func (p *printer) closing(sections []Section) {
	for _, section := range sections {
		p.gap(4)
		p.reserve(line{style: headingStyle}.height() + line{style: bodyStyle}.height())
		p.paragraph(section.Title, headingStyle)
		p.paragraph(section.Text, bodyStyle)
	}
	if p.face.clean(p.paper.Footer) != "" {
		p.gap(5)
		p.paragraph(p.paper.Footer, noteStyle)
	}
}

// frame draws what stands above and below each page.
func (p *printer) frame(page, pages int) {
	if page > 1 {
		p.y = 13
		p.band(p.oneLine(p.paper.From.Name), p.title+" "+p.oneLine(p.paper.Number))
		p.gap(1.2)
		p.rule(margin, contentWidth, 0.15, rule)
	}
	p.y = pageHeight - 17
	p.rule(margin, contentWidth, 0.15, rule)
	p.gap(1.4)
	p.band(p.issuer(), locale.Fill(p.words.pageOf, strconv.Itoa(page), strconv.Itoa(pages)))
}

// band draws two texts at the sides of a page, each on one line.
func (p *printer) band(atLeft, atRight string) {
	const width = contentWidth - 60.0
	first := func(text string, width float64) []line {
		lines := p.face.fit(text, width*pointsPerMillimetre, noteStyle)
		return lines[:1]
	}
	p.bare(cell{x: margin, width: width, lines: first(atLeft, width)})
	p.bare(cell{x: margin + contentWidth - 58, width: 58, align: right, lines: first(atRight, 58)})
	p.gap(line{style: noteStyle}.height())
}

// issuer is who writes the document, in one line.
func (p *printer) issuer() string {
	from := p.paper.From
	name := from.LegalName
	if name == "" {
		name = from.Name
	}
	text := p.oneLine(name)
	for _, pair := range []Pair{{p.words.legalNumber, from.LegalNumber}, {p.words.taxNumber, from.TaxNumber}} {
		if value := p.oneLine(pair.Value); value != "" {
			text = join(" · ", text, pair.Name+" "+value)
		}
	}
	return text
}
