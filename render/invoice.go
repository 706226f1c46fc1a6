package render

import (
	"fmt"
	"strings"
)

// Invoice makes the PDF of an invoice. The same document makes the same bytes.
// Whatever its texts, amounts and fees are, there is a file: characters that no
// font has are replaced, and a logo that cannot be read is left out. An error
// means that the library failed.
func Invoice(doc Document) ([]byte, error) {
	p := &printer{sheet: newSheet(newTypeface()), doc: doc, locale: localeOf(doc.Locale)}
	p.describe()
	p.head()
	p.parties()
	p.lead()
	p.table()
	p.totals()
	p.closing()
	p.eachPage(p.frame)
	file, err := p.bytes()
	if err != nil {
		return nil, fmt.Errorf("render the invoice: %w", err)
	}
	return file, nil
}

// printer puts a document on a sheet.
type printer struct {
	*sheet
	locale

	doc Document
}

// describe says in the file what it is.
func (p *printer) describe() {
	p.pdf.SetCreationDate(p.doc.CreatedAt.UTC())
	p.pdf.SetModificationDate(p.doc.CreatedAt.UTC())
	p.pdf.SetTitle(p.oneLine(p.title()+" "+p.doc.Number), true)
	p.pdf.SetAuthor(p.oneLine(p.doc.From.Name), true)
	p.pdf.SetLang(p.tag.String())
}

// oneLine makes a text of a single line.
func (p *printer) oneLine(text string) string {
	return strings.ReplaceAll(p.face.clean(text), "\n", " ")
}

// title says what kind of document this is.
func (p *printer) title() string {
	if p.doc.SelfBilled {
		return p.words.selfBilled
	}
	return p.words.invoice
}

// subtitle says what a document of this kind bills.
func (p *printer) subtitle() string {
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

// money writes an amount in the document's currency.
func (p *printer) money(minor int64) string { return p.locale.amount(minor, p.doc.Currency) }

// paragraph draws a text across a width, if there is one.
func (p *printer) paragraph(text string, s style) {
	if p.face.clean(text) == "" {
		return
	}
	for _, l := range linesOf(p.face.wrap(text, contentWidth*pointsPerMillimetre, s), s) {
		p.row(cell{x: margin, width: contentWidth, lines: []line{l}})
	}
}

// gap leaves room.
func (p *printer) gap(millimetres float64) { p.y += millimetres }
