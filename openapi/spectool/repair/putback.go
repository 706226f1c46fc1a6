package repair

import (
	"cmp"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Returned is a declaration that was put back where it had stood before a bump.
type Returned struct {
	// Name is its name.
	Name string `json:"name"`
	// File is where it stands now.
	File string `json:"file"`
	// names are all that it declares.
	names []string
}

// As is what was put back under another name, which it was given there.
func (r Returned) As(name string) Returned {
	r.Name, r.names = name, []string{name}
	return r
}

// Aside is a declaration that was not put back.
type Aside struct {
	// Name is its name.
	Name string `json:"name"`
	// In is the file that keeps it.
	In string `json:"in"`
	// Why is what is in the way.
	Why string `json:"why"`
}

// PutBack puts everything that earlier bumps have taken out back in its place,
// so that a repair has only to find out what does not fit. What somebody has
// written anew, or gone on with, is not touched, and what was kept of it stays
// aside.
func PutBack(root string) ([]Returned, []Aside, error) {
	r := returning{root: root, declared: map[string]map[string]string{}}
	err := filepath.WalkDir(filepath.Join(root, Folder), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case entry.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		name, err := filepath.Rel(filepath.Join(root, Folder), path)
		if err != nil {
			return err
		}
		return r.file(path, name)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("put back: %w", err)
	}
	return r.returned, r.aside, nil
}

// Stayed tells what has stayed of what was put back, and marks in the result what
// was taken out once more.
func (r *Result) Stayed(returned []Returned) []Returned {
	taken := map[int]bool{}
	again := func(from, name string) bool {
		at, _, _ := strings.Cut(from, ":")
		i := slices.IndexFunc(returned, func(x Returned) bool {
			return x.File == at && (x.Name == name || slices.Contains(x.names, name))
		})
		taken[i] = true
		return i >= 0
	}
	for i, x := range r.Retired {
		r.Retired[i].Again = again(x.From, x.Name)
	}
	for i, x := range r.LeftOut {
		r.LeftOut[i].Again = again(x.From, x.In)
	}
	var stayed []Returned
	for i, x := range returned {
		if !taken[i] {
			stayed = append(stayed, x)
		}
	}
	return stayed
}

// returning is what PutBack has done so far.
type returning struct {
	root     string
	returned []Returned
	aside    []Aside
	// declared has the files of what is declared, by folder and package.
	declared map[string]map[string]string
}

// file puts back what one file keeps.
func (r *returning) file(path, name string) error {
	f, err := readKept(path)
	if err != nil {
		return err
	}
	var stays []kept
	for _, k := range f.list {
		why, err := r.putBack(k, f, name)
		if err != nil {
			return err
		}
		if why != "" {
			stays = append(stays, k)
			r.aside = append(r.aside, Aside{Name: k.name(), In: filepath.ToSlash(filepath.Join(Folder, name)), Why: why})
		}
	}
	f.list = stays
	return f.write(path)
}

// putBack puts one declaration back, or says what is in the way.
func (r *returning) putBack(k kept, f keptFile, name string) (why string, err error) {
	declared, err := r.declarations(filepath.Dir(name), f.name)
	if err != nil {
		return "", err
	}
	other := ""
	for _, n := range k.names {
		if declared[n] != "" {
			other = declared[n]
		}
	}
	switch {
	case k.cut && other == "":
		return "what it was made of is gone", nil
	case k.cut:
		name = other
	case other != "":
		return other + " has another one", nil
	}
	path := filepath.Join(r.root, name)
	s, err := readSource(path)
	if err != nil {
		return "", err
	}
	if s.text == nil {
		if s, err = parseSource(path, []byte("package "+f.name+"\n")); err != nil {
			return "", err
		}
	}
	text := []byte(nil)
	if !k.cut {
		text = s.insert(k)
	} else if now, _ := s.find(k.names); now.digest() == k.now {
		text = splice(s.text, now.from, now.to, k.text)
	} else {
		return name + " was changed there since", nil
	}
	// The imports come before everything that has moved.
	text = splice(text, s.imports.from, s.imports.to, "\n\n"+s.imports.with(f.imports).text)
	formatted, err := format.Source(text)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	for _, n := range k.names {
		declared[n] = name
	}
	r.returned = append(r.returned, Returned{Name: cmp.Or(k.name(), "_"), File: filepath.ToSlash(name), names: k.names})
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // as any folder of a repository
		return "", err
	}
	return "", replaceFile(path, formatted)
}

// insert gives the text of a file with a declaration behind the one that it stood
// behind, or at the end where that one is gone.
func (s source) insert(k kept) []byte {
	at := len(s.text)
	if k.behind == "" {
		at = s.imports.to
	}
	for _, p := range s.parts {
		if slices.Contains(p.names, k.behind) || p.place() == k.behind {
			at = p.to
		}
	}
	// A comment may stand on the rest of the line.
	if rest := strings.IndexByte(string(s.text[at:]), '\n'); rest >= 0 {
		at += rest
	}
	return splice(s.text, at, at, "\n\n"+k.text+"\n")
}

// splice replaces the text between two offsets.
func splice(text []byte, from, to int, by string) []byte {
	return fmt.Appendf(nil, "%s%s%s", text[:from], by, text[to:])
}

// declarations gives the files of what a package in a folder declares.
func (r *returning) declarations(folder, name string) (map[string]string, error) {
	key := folder + " " + name
	if r.declared[key] != nil {
		return r.declared[key], nil
	}
	out := map[string]string{}
	files, err := filepath.Glob(filepath.Join(r.root, folder, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if file.Name.Name != name {
			continue
		}
		for _, d := range file.Decls {
			names, _ := declared(d)
			for _, n := range names {
				out[n] = filepath.Join(folder, filepath.Base(path))
			}
		}
	}
	r.declared[key] = out
	return out, nil
}
