package render

import (
	"fmt"
	"strings"

	"tarn/locale"
)

// printer puts a document on a sheet. What differs between the kinds of documents
// is handed to its methods.
type printer struct {
	*sheet
	locale.Language

	words words
	paper Paper
	// title says what kind of document it is.
	title string
	// columns are the names of the columns of the table.
	columns entry
	// itemWidth is how wide the first column of the table is, in millimetres.
	itemWidth float64
	// priced says that the table has columns of units and prices.
	priced bool
}

// newPrinter begins a document.
func newPrinter(paper Paper) *printer {
	language := locale.Of(paper.Locale)
	p := &printer{sheet: newSheet(newTypeface()), Language: language, words: wordsOf(language), paper: paper}
	p.columns = entry{p.words.item, p.words.units, p.words.unitPrice, p.words.tax, p.words.amount}
	return p
}

// finish draws what stands on each page, and returns the file. what names the
// document in errors.
func (p *printer) finish(what string) ([]byte, error) {
	p.eachPage(p.frame)
	file, err := p.bytes()
	if err != nil {
		return nil, fmt.Errorf("render the %s: %w", what, err)
	}
	return file, nil
}

// describe says in the file what it is.
func (p *printer) describe() {
	p.pdf.SetCreationDate(p.paper.CreatedAt.UTC())
	p.pdf.SetModificationDate(p.paper.CreatedAt.UTC())
	p.pdf.SetTitle(p.oneLine(p.title+" "+p.paper.Number), true)
	p.pdf.SetAuthor(p.oneLine(p.paper.From.Name), true)
	p.pdf.SetLang(p.Tag())
}

// oneLine makes a text of a single line.
func (p *printer) oneLine(text string) string {
	return strings.ReplaceAll(p.face.clean(text), "\n", " ")
}

// money writes an amount in the document's currency.
func (p *printer) money(minor int64) string { return p.Amount(minor, p.paper.Currency) }

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
