// Package rendertest reads what stands on the files that package render makes,
// so that tests need no other program.
package rendertest

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// TB is a test, or a trial of a property.
type TB interface {
	require.TestingT
	Helper()
}

// Piece is a text at a place of a page, in points from its lower left corner.
type Piece struct {
	X, Y float64
	Text string
}

var (
	streams = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)
	shown   = regexp.MustCompile(`(?s)BT (-?[\d.]+) (-?[\d.]+) Td \(((?:\\.|[^\\)])*)\) Tj ET`)
)

// Pages reads the texts of a file, page by page, as they stand there: by
// lines from above, each from the left.
func Pages(t TB, file []byte) [][]Piece {
	t.Helper()
	var pages [][]Piece
	for _, match := range streams.FindAllSubmatch(file, -1) {
		reader, err := zlib.NewReader(bytes.NewReader(match[1]))
		if err != nil {
			continue
		}
		content, err := io.ReadAll(reader)
		if err != nil || !bytes.Contains(content, []byte(" Td (")) {
			continue
		}
		pages = append(pages, piecesOf(t, content))
	}
	require.NotEmpty(t, pages)
	return pages
}

// piecesOf reads the texts of one page.
func piecesOf(t TB, content []byte) []Piece {
	t.Helper()
	var pieces []Piece
	for _, match := range shown.FindAllSubmatch(content, -1) {
		x, err := strconv.ParseFloat(string(match[1]), 64)
		require.NoError(t, err)
		y, err := strconv.ParseFloat(string(match[2]), 64)
		require.NoError(t, err)
		pieces = append(pieces, Piece{x, y, unescape(match[3])})
	}
	slices.SortStableFunc(pieces, func(a, b Piece) int { return cmp.Or(cmp.Compare(b.Y, a.Y), cmp.Compare(a.X, b.X)) })
	return pieces
}

// unescape reads a string of a PDF, which is UTF-16.
func unescape(raw []byte) string {
	var plain []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' {
			i++
			if raw[i] == 'r' {
				plain = append(plain, '\r')
				continue
			}
		}
		plain = append(plain, raw[i])
	}
	units := make([]uint16, 0, len(plain)/2)
	for i := 0; i+1 < len(plain); i += 2 {
		units = append(units, uint16(plain[i])<<8|uint16(plain[i+1]))
	}
	return string(utf16.Decode(units))
}

// Text writes what stands in a file: a line for each line, with bars between
// its columns.
func Text(t TB, file []byte) string {
	t.Helper()
	var b strings.Builder
	for i, page := range Pages(t, file) {
		if i > 0 {
			b.WriteString("\f\n")
		}
		for j, p := range page {
			switch {
			case j > 0 && page[j-1].Y == p.Y:
				b.WriteString(" | ")
			case j > 0:
				b.WriteString("\n")
			}
			b.WriteString(p.Text)
		}
		b.WriteString("\n")
	}
	return b.String()
}
