package render

import (
	_ "embed"
	"encoding/binary"
	"sort"
)

// The fonts; fonts/README.md says where they come from.
var (
	//go:embed fonts/NotoSans-Regular.ttf
	notoRegular []byte
	//go:embed fonts/NotoSans-Bold.ttf
	notoBold []byte
	//go:embed fonts/DroidSansFallback.ttf
	droidFallback []byte
)

// replacement stands for a character that no font has.
const replacement = '\uFFFD'

// face is a TrueType font: which characters it has and how wide they are. It
// reads the tables where they lie, so that making one costs next to nothing.
type face struct {
	family, style string
	data          []byte

	// unitsPerEm is the size that advances refer to.
	unitsPerEm int
	// advances is the table "hmtx", of which advanceCount entries have a width.
	advances     []byte
	advanceCount int
	// characters is the subtable of "cmap" in format 4, with so many segments.
	characters []byte
	segments   int
}

// newFace reads the directory of a font. The fonts are part of the program, so
// one that cannot be read is a mistake in it, which any test finds.
func newFace(family, style string, data []byte) *face {
	f := &face{family: family, style: style, data: data}
	head, hhea := f.table("head"), f.table("hhea")
	f.unitsPerEm = u16(head, 18)
	f.advances, f.advanceCount = f.table("hmtx"), u16(hhea, 34)
	cmap := f.table("cmap")
	for i := range u16(cmap, 2) {
		subtable := cmap[int(binary.BigEndian.Uint32(cmap[4+8*i+4:])):]
		if u16(subtable, 0) == 4 {
			f.characters, f.segments = subtable, u16(subtable, 6)/2
		}
	}
	return f
}

// table returns a table of the font.
func (f *face) table(tag string) []byte {
	for i := range u16(f.data, 4) {
		record := f.data[12+16*i:]
		if string(record[:4]) == tag {
			return f.data[binary.BigEndian.Uint32(record[8:]):]
		}
	}
	return nil
}

// u16 reads a big-endian number.
func u16(data []byte, offset int) int { return int(binary.BigEndian.Uint16(data[offset:])) }

// glyph returns the number of a character's picture, 0 when there is none.
func (f *face) glyph(r rune) int {
	if r > 0xFFFF {
		return 0
	}
	char, n := int(r), f.segments
	ends, starts := 14, 16+2*n
	deltas, offsets := starts+2*n, starts+4*n
	i := sort.Search(n, func(i int) bool { return u16(f.characters, ends+2*i) >= char })
	if i == n || u16(f.characters, starts+2*i) > char {
		return 0
	}
	delta, offset := u16(f.characters, deltas+2*i), u16(f.characters, offsets+2*i)
	if offset == 0 {
		return (char + delta) & 0xFFFF
	}
	glyph := u16(f.characters, offsets+2*i+offset+2*(char-u16(f.characters, starts+2*i)))
	if glyph == 0 {
		return 0
	}
	return (glyph + delta) & 0xFFFF
}

// advance returns how wide a character is, in parts of the font's size.
func (f *face) advance(r rune) float64 {
	glyph := min(f.glyph(r), f.advanceCount-1)
	return float64(u16(f.advances, 4*glyph)) / float64(f.unitsPerEm)
}

// typeface finds the font for each character. It belongs to one document, and
// remembers what it has found.
type typeface struct {
	regular, bold, fallback *face
	// known are the glyphs of characters, thin and bold ones.
	known [2]map[rune]glyph
}

// glyph is a character in the font that has it.
type glyph struct {
	// face is nil when no font has the character.
	face    *face
	advance float64
}

func newTypeface() typeface {
	return typeface{
		regular:  newFace("noto", "", notoRegular),
		bold:     newFace("noto", "B", notoBold),
		fallback: newFace("droid", "", droidFallback),
		known:    [2]map[rune]glyph{{}, {}},
	}
}

// glyphOf finds a character.
func (t typeface) glyphOf(r rune, bold bool) glyph {
	first, known := t.regular, t.known[0]
	if bold {
		first, known = t.bold, t.known[1]
	}
	if found, seen := known[r]; seen {
		return found
	}
	var found glyph
	for _, f := range []*face{first, t.fallback} {
		if found.face == nil && f.glyph(r) != 0 {
			found = glyph{face: f, advance: f.advance(r)}
		}
	}
	known[r] = found
	return found
}

// has reports whether a character can be shown.
func (t typeface) has(r rune) bool {
	return t.glyphOf(r, false).face != nil && t.glyphOf(r, true).face != nil
}

// run is a piece of a text in one font.
type run struct {
	face *face
	text string
}

// runs cuts a clean text into pieces of one font.
func (t typeface) runs(text string, bold bool) []run {
	var runs []run
	start, current := 0, (*face)(nil)
	for i, r := range text {
		f := t.glyphOf(r, bold).face
		if f != current && i > start {
			runs = append(runs, run{current, text[start:i]})
			start = i
		}
		current = f
	}
	if start < len(text) {
		runs = append(runs, run{current, text[start:]})
	}
	return runs
}

// width returns how wide a clean text is, in points.
func (t typeface) width(text string, s style) float64 {
	sum := 0.0
	for _, r := range text {
		sum += t.glyphOf(r, s.bold).advance
	}
	return sum * s.size
}
