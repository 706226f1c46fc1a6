package repair

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
)

// part is a declaration of a file with the comment above it.
type part struct {
	// names are what it declares; a method's has its type before it. Blank names
	// are left out.
	names []string
	text  string
	// from and to are its offsets.
	from, to int
}

// name is the first of the names, or none.
func (p part) name() string {
	if len(p.names) == 0 {
		return ""
	}
	return p.names[0]
}

// place is what the declaration behind it remembers it by.
func (p part) place() string {
	if name := p.name(); name != "" {
		return name
	}
	return p.digest()
}

// digest tells one wording of a declaration from another.
func (p part) digest() string {
	sum := sha256.Sum256([]byte(p.text))
	return hex.EncodeToString(sum[:8])
}

// source is a file cut into its declarations.
type source struct {
	text    []byte
	name    string // of its package
	parts   []part
	imports imported
	// comments are those of the file, with their offsets.
	comments []part
}

// imported is what a file imports: the text of it, and each import.
type imported struct {
	text string
	list []string
	// from and to are its offsets; without imports, where they would be.
	from, to int
}

// readSource reads a file. Without one it has no text.
func readSource(path string) (source, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return source{}, nil
	}
	if err != nil {
		return source{}, fmt.Errorf("read source: %w", err)
	}
	return parseSource(path, text)
}

// parseSource cuts source into its declarations, in the form that gofmt gives it.
func parseSource(path string, text []byte) (source, error) {
	if formatted, err := format.Source(text); err == nil {
		text = formatted
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, fmt.Errorf("parse source: %w", err)
	}
	offset := func(pos token.Pos) int { return set.Position(pos).Offset }
	end := offset(file.Name.End())
	s := source{text: text, name: file.Name.Name, imports: imported{from: end, to: end}}
	for _, group := range file.Comments {
		from, to := offset(group.Pos()), offset(group.End())
		s.comments = append(s.comments, part{text: string(text[from:to]), from: from, to: to})
	}
	for _, d := range file.Decls {
		names, doc := declared(d)
		from, to := offset(d.Pos()), offset(d.End())
		if general, ok := d.(*ast.GenDecl); ok && general.Tok == token.IMPORT {
			if len(s.imports.list) == 0 {
				s.imports.from = from
			}
			s.imports.to = to
			for _, spec := range general.Specs {
				s.imports.list = append(s.imports.list, string(text[offset(spec.Pos()):offset(spec.End())]))
			}
			continue
		}
		if doc != nil {
			from = offset(doc.Pos())
		}
		s.parts = append(s.parts, part{names: names, text: string(text[from:to]), from: from, to: to})
	}
	s.imports.text = string(text[s.imports.from:s.imports.to])
	return s, nil
}

// declared lists what a declaration declares, and gives the comment above it.
func declared(d ast.Decl) ([]string, *ast.CommentGroup) {
	if function, ok := d.(*ast.FuncDecl); ok {
		return []string{functionName(function)}, function.Doc
	}
	general, ok := d.(*ast.GenDecl)
	if !ok {
		return nil, nil
	}
	var names []string
	for _, spec := range general.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			names = append(names, s.Name.Name)
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.Name != "_" {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names, general.Doc
}

// find gives the declaration that declares one of the names.
func (s source) find(names []string) (part, bool) {
	for _, p := range s.parts {
		if slices.ContainsFunc(p.names, func(name string) bool { return slices.Contains(names, name) }) {
			return p, true
		}
	}
	return part{}, false
}

// has reports whether a declaration stands there word by word.
func (s source) has(p part) bool {
	return slices.ContainsFunc(s.parts, func(other part) bool { return other.text == p.text })
}
