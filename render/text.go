package render

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// style is how a text looks.
type style struct {
	// size is in points.
	size  float64
	bold  bool
	color color
}

// color is red, green and blue, from 0 to 255.
type color [3]int

// The colours of a document: of texts, of what is less important, of lines, and
// of the ground below what matters most.
var (
	ink    = color{31, 41, 55}
	muted  = color{107, 114, 128}
	rule   = color{209, 213, 219}
	tint   = color{243, 244, 246}
	danger = color{185, 28, 28}
)

// The styles of a document.
var (
	titleStyle   = style{size: 21, bold: true, color: ink}
	stampStyle   = style{size: 12, bold: true, color: danger}
	leadStyle    = style{size: 14, bold: true, color: ink}
	headingStyle = style{size: 9.5, bold: true, color: ink}
	bodyStyle    = style{size: 9, color: ink}
	strongStyle  = style{size: 9, bold: true, color: ink}
	noteStyle    = style{size: 7.8, color: muted}
	totalStyle   = style{size: 10.5, bold: true, color: ink}
)

// maxText is how many characters of one text a document shows. It is far beyond
// what anybody writes, and keeps a document from growing without end.
const maxText = 10_000

// clean makes a text printable: composed characters, one kind of space, and
// U+FFFD for what no font has. Line breaks stay.
func (t typeface) clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, string(replacement)), "\r\n", "\n")
	var b strings.Builder
	count := 0
	for _, r := range norm.NFC.String(text) {
		if count++; count > maxText {
			b.WriteRune('…')
			break
		}
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f':
			b.WriteRune('\n')
		case r == '\u2212':
			b.WriteRune('-') // The fonts have no minus.
		case r == '\u00A0' || r == '\u202F':
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteRune(' ')
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r) && !t.has(r) || unicode.IsControl(r):
			// It shows nothing of its own.
		case !t.has(r):
			b.WriteRune(replacement)
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// wrap breaks a text into lines of at most a width in points: between words, or
// within one that is too long for a line.
func (t typeface) wrap(text string, width float64, s style) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(t.clean(text), "\n") {
		lines = append(lines, t.wrapParagraph(paragraph, width, s)...)
	}
	return lines
}

func (t typeface) wrapParagraph(paragraph string, width float64, s style) []string {
	var lines []string
	line, taken, space := "", 0.0, t.width(" ", s)
	for word := range strings.FieldsFuncSeq(paragraph, func(r rune) bool { return r == ' ' }) {
		wide := t.width(word, s)
		if line != "" && taken+space+wide <= width {
			line, taken = line+" "+word, taken+space+wide
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		pieces := t.pieces(word, width, s)
		lines = append(lines, pieces[:len(pieces)-1]...)
		line = pieces[len(pieces)-1]
		taken = t.width(line, s)
	}
	return append(lines, line)
}

// pieces cuts a word into parts that fit a width; one part is never empty.
func (t typeface) pieces(word string, width float64, s style) []string {
	var pieces []string
	start, sum := 0, 0.0
	for i, r := range word {
		advance := t.glyphOf(r, s.bold).advance * s.size
		if sum+advance > width && i > start {
			pieces = append(pieces, word[start:i])
			start, sum = i, 0
		}
		sum += advance
	}
	return append(pieces, word[start:])
}

// smallest is how far a text shrinks, in parts of its size, before it is broken
// into lines.
const smallest = 0.6

// fit breaks a text that should stay on one line: it first makes it smaller.
func (t typeface) fit(text string, width float64, s style) []line {
	text = strings.ReplaceAll(t.clean(text), "\n", " ")
	if natural := t.width(text, s); natural > width {
		s.size = max(s.size*width/natural*0.995, s.size*smallest)
	}
	return linesOf(t.pieces(text, width, s), s)
}

// line is a text that fits where it is put.
type line struct {
	text  string
	style style
}

// linesOf gives texts a style.
func linesOf(texts []string, s style) []line {
	lines := make([]line, 0, len(texts))
	for _, text := range texts {
		lines = append(lines, line{text: text, style: s})
	}
	return lines
}

// height is how much room a line takes, in millimetres.
func (l line) height() float64 { return l.style.size * leading / pointsPerMillimetre }

// leading is the distance of lines in parts of their size.
const leading = 1.38
