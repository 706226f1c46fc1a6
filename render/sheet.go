package render

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"
)

// The measures of a page, in millimetres: A4.
const (
	pageWidth, pageHeight = 210.0, 297.0
	margin                = 18.0
	contentWidth          = pageWidth - 2*margin
	// firstTop is where the first page begins, top where the others do.
	firstTop, top = 16.0, 27.0
	bottom        = pageHeight - 20.5

	pointsPerMillimetre = 72 / 25.4
)

// sheet is the paper: it knows where the next thing goes and begins a new page
// when this one is full.
type sheet struct {
	pdf  *fpdf.Fpdf
	face typeface
	// y is where the next thing goes.
	y float64
	// onPage draws what a new page begins with, such as the head of a table.
	onPage func()
	// loaded are the fonts that the file has; font is the one selected.
	loaded map[*face]bool
	font   *face
	size   float64
}

// newSheet begins the first page.
func newSheet(fonts typeface) *sheet {
	pdf := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: pageWidth, Ht: pageHeight}})
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(margin, firstTop, margin)
	pdf.SetCatalogSort(true)
	pdf.AddPage()
	return &sheet{pdf: pdf, face: fonts, y: firstTop, loaded: map[*face]bool{}}
}

// page begins a new page.
func (s *sheet) page() {
	s.pdf.AddPage()
	s.y, s.font = top, nil
	if s.onPage != nil {
		s.onPage()
	}
}

// reserve begins a new page unless this one has room for a height. What does
// not fit any page is left to be broken.
func (s *sheet) reserve(height float64) {
	if s.y+height > bottom && height <= bottom-top-15 {
		s.page()
	}
}

// align says at which side of its column a text stands.
type align int

const (
	left align = iota
	right
)

// cell is a column of a row: lines at a place.
type cell struct {
	x, width float64
	align    align
	lines    []line
}

// rowHeight is how much room cells beside each other take.
func rowHeight(cells []cell) float64 {
	sum := 0.0
	for i, more := 0, true; more; i++ {
		height := lineHeight(cells, i)
		sum, more = sum+height, height > 0
	}
	return sum
}

// lineHeight is the height of the i-th lines of cells, 0 when there are none.
func lineHeight(cells []cell, i int) float64 {
	height := 0.0
	for _, c := range cells {
		if i < len(c.lines) {
			height = max(height, c.lines[i].height())
		}
	}
	return height
}

// row draws cells beside each other, on one page if they fit there.
func (s *sheet) row(cells ...cell) {
	s.reserve(rowHeight(cells))
	for i := 0; ; i++ {
		height := lineHeight(cells, i)
		if height == 0 {
			return
		}
		if s.y+height > bottom {
			s.page()
		}
		for _, c := range cells {
			if i < len(c.lines) {
				s.write(c, c.lines[i], s.y+height)
			}
		}
		s.y += height
	}
}

// bare draws a cell of one line where the next thing goes, outside the room of
// what is on the page.
func (s *sheet) bare(c cell) { s.write(c, c.lines[0], s.y+c.lines[0].height()) }

// write draws a line of a cell above a height.
func (s *sheet) write(c cell, l line, below float64) {
	x := c.x
	if c.align == right {
		x += c.width - s.face.width(l.text, l.style)/pointsPerMillimetre
	}
	baseline := below - l.height()*0.27
	s.pdf.SetTextColor(l.style.color[0], l.style.color[1], l.style.color[2])
	for _, r := range s.face.runs(l.text, l.style.bold) {
		s.selectFont(r.face, l.style.size)
		s.pdf.Text(x, baseline, r.text)
		x += s.face.width(r.text, l.style) / pointsPerMillimetre
	}
}

// selectFont selects a font, and embeds it when it is the first time.
func (s *sheet) selectFont(f *face, size float64) {
	if !s.loaded[f] {
		// The library writes into the bytes that it is given.
		s.pdf.AddUTF8FontFromBytes(f.family, f.style, bytes.Clone(f.data))
		s.loaded[f] = true
	}
	if s.font != f || s.size != size {
		s.pdf.SetFont(f.family, f.style, size)
		s.font, s.size = f, size
	}
}

// rule draws a horizontal line where the next thing goes.
func (s *sheet) rule(x, width, thickness float64, c color) {
	s.pdf.SetDrawColor(c[0], c[1], c[2])
	s.pdf.SetLineWidth(thickness)
	s.pdf.Line(x, s.y, x+width, s.y)
}

// box fills a rectangle.
func (s *sheet) box(x, y, width, height float64, c color) {
	s.pdf.SetFillColor(c[0], c[1], c[2])
	s.pdf.Rect(x, y, width, height, "F")
}

// eachPage draws on every page that there is.
func (s *sheet) eachPage(draw func(page, pages int)) {
	pages := s.pdf.PageCount()
	for page := 1; page <= pages; page++ {
		s.pdf.SetPage(page)
		s.font = nil
		draw(page, pages)
	}
}

// bytes returns the file.
func (s *sheet) bytes() ([]byte, error) {
	var file bytes.Buffer
	if err := s.pdf.Output(&file); err != nil {
		return nil, fmt.Errorf("write the file: %w", err)
	}
	return file.Bytes(), nil
}
