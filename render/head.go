package render

import (
	"strings"

	"tarn/locale"
)

// The columns of what stands above the table.
const (
	halfWidth = contentWidth/2 - 4
	halfX     = margin + contentWidth/2 + 4
	// factLabel is how wide the names of facts are.
	factLabel = 42.0
	factWidth = 120.0 - factLabel
)

// fact is a name with its value, and how the value is written.
type fact struct {
	name, value string
	style       style
}

// head draws the title with a line below it, the logo, and what the document is
// known by.
func (p *printer) head(subtitle string, facts []fact) {
	beginning := p.y
	titleWidth := contentWidth - logoWidth - 6
	lines := linesOf(p.face.wrap(p.title, titleWidth*pointsPerMillimetre, titleStyle), titleStyle)
	if subtitle != "" {
		lines = append(lines, line{subtitle, headingStyle})
	}
	if p.paper.Voided {
		lines = append(lines, line{p.words.voided, stampStyle})
	}
	p.row(cell{x: margin, width: titleWidth, lines: lines})
	if height := p.drawLogo(beginning + 1); height == 0 {
		p.issuerName(beginning + 1.5)
	} else {
		p.y = max(p.y, beginning+height+1)
	}
	p.gap(4)
	for _, each := range facts {
		p.fact(each)
	}
	p.gap(7)
}

// issuerName stands where the logo would.
func (p *printer) issuerName(y float64) {
	name := p.face.fit(p.paper.From.Name, logoWidth*pointsPerMillimetre, leadStyle)
	after := p.y
	p.y = y
	p.row(cell{x: margin + contentWidth - logoWidth, width: logoWidth, align: right, lines: name[:min(len(name), 2)]})
	p.y = max(p.y, after)
}

// fact draws a name with its value, if it has one.
func (p *printer) fact(f fact) {
	if p.face.clean(f.value) == "" {
		return
	}
	s := f.style
	label := style{size: s.size, color: muted}
	p.row(
		cell{x: margin, width: factLabel, lines: p.face.fit(f.name, factLabel*pointsPerMillimetre, label)},
		cell{x: margin + factLabel, width: factWidth, lines: linesOf(p.face.wrap(f.value, factWidth*pointsPerMillimetre, s), s)},
	)
}

// parties draws seller and buyer beside each other. The buyer has a role that
// differs between documents.
func (p *printer) parties(to string) {
	p.row(
		cell{x: margin, width: halfWidth, lines: p.partyLines(p.words.from, p.paper.From)},
		cell{x: halfX, width: halfWidth, lines: p.partyLines(to, p.paper.To)},
	)
	p.gap(8)
}

// partyLines are what is said of somebody.
func (p *printer) partyLines(role string, party Party) []line {
	var lines []line
	add := func(text string, s style) {
		if p.face.clean(text) != "" {
			lines = append(lines, linesOf(p.face.wrap(text, halfWidth*pointsPerMillimetre, s), s)...)
		}
	}
	add(role, noteStyle)
	name := party.Name
	if party.LegalName != "" {
		name = party.LegalName
	}
	add(name, headingStyle)
	if party.Name != name {
		add(party.Name, bodyStyle)
	}
	for _, text := range p.addressLines(party.Address) {
		add(text, bodyStyle)
	}
	add(party.Email, bodyStyle)
	add(party.Phone, bodyStyle)
	for _, pair := range append([]Pair{{p.words.legalNumber, party.LegalNumber}, {p.words.taxNumber, party.TaxNumber}}, party.Details...) {
		if pair.Value != "" {
			add(locale.Fill(p.words.pair, pair.Name, pair.Value), bodyStyle)
		}
	}
	return lines
}

// addressLines are those of an envelope. Where people write so, the code stands
// behind the city.
func (p *printer) addressLines(a Address) []string {
	place, region := join(" ", a.Zipcode, a.City), a.State
	switch a.Country {
	case "US", "CA", "AU", "GB", "IE", "IN":
		place, region = join(", ", a.City, join(" ", a.State, a.Zipcode)), ""
	}
	lines := []string{a.Line1, a.Line2, place, region}
	if a.Country != "" {
		lines = append(lines, p.Country(a.Country))
	}
	return lines
}

// join puts texts together that are not empty.
func join(separator string, texts ...string) string {
	var filled []string
	for _, text := range texts {
		if text != "" {
			filled = append(filled, text)
		}
	}
	return strings.Join(filled, separator)
}

// leadText says in large letters what the document is about, unless it does not
// count.
func (p *printer) leadText(text string) {
	if !p.paper.Voided {
		p.row(cell{x: margin, width: contentWidth, lines: p.face.fit(text, contentWidth*pointsPerMillimetre, leadStyle)})
	}
}
