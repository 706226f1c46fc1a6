package repair

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"slices"
)

// edit replaces the bytes of a file from one offset to another.
type edit struct {
	from, to int
	text     string
}

// cut takes the source between two positions out, and reports whether it could:
// what was taken out in the same round already, or has been changed, waits for
// the next one. A part of a list goes with the comma behind it.
func (r *round) cut(file string, from, to token.Pos, listed bool) bool {
	source := r.module.sources[file]
	e := edit{from: r.module.set.Position(from).Offset, to: r.module.set.Position(to).Offset}
	if listed {
		if rest := bytes.TrimLeft(source[e.to:], " \t"); len(rest) > 0 && rest[0] == ',' {
			e.to = len(source) - len(rest) + 1
		}
	}
	return r.edit(file, wholeLines(source, e))
}

// wholeLines makes a cut one of whole lines where nothing else stands on them.
func wholeLines(source []byte, e edit) edit {
	first := bytes.LastIndexByte(source[:e.from], '\n') + 1
	last := bytes.IndexByte(source[e.to:], '\n')
	if last < 0 || len(bytes.TrimSpace(source[first:e.from])) > 0 || len(bytes.TrimSpace(source[e.to:e.to+last])) > 0 {
		return e
	}
	return edit{from: first, to: e.to + last + 1}
}

// edit notes a change unless it touches another one of the round.
func (r *round) edit(file string, e edit) bool {
	for _, other := range r.edits[file] {
		if e.from < other.to && other.from < e.to || e.from == other.from {
			return false
		}
	}
	r.edits[file] = append(r.edits[file], e)
	return true
}

// rewrite changes a file. One that has nothing to say any more is removed.
func rewrite(name string, edits []edit) error {
	source, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("repair: %w", err)
	}
	slices.SortFunc(edits, func(a, b edit) int { return b.from - a.from })
	for _, e := range edits {
		source = slices.Concat(source[:e.from], []byte(e.text), source[e.to:])
	}
	formatted, err := format.Source(source)
	if err != nil {
		return fmt.Errorf("repair %s: %w", name, err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, formatted, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("repair: %w", err)
	}
	if onlyImports(file) {
		if err := os.Remove(name); err != nil {
			return fmt.Errorf("repair: %w", err)
		}
		return nil
	}
	return replaceFile(name, formatted)
}

// onlyImports reports whether a file declares nothing and says nothing.
func onlyImports(file *ast.File) bool {
	return len(file.Comments) == 0 && !slices.ContainsFunc(file.Decls, func(d ast.Decl) bool {
		general, ok := d.(*ast.GenDecl)
		return !ok || general.Tok != token.IMPORT
	})
}

// replaceFile writes a file with the permissions it has.
func replaceFile(name string, data []byte) error {
	if err := os.WriteFile(name, data, 0o644); err != nil { //nolint:gosec // source is for everybody
		return fmt.Errorf("repair: %w", err)
	}
	return nil
}
