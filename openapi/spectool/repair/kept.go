package repair

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Folder keeps what was moved aside or has lost a part, below the root, in files
// of the names that it stood in.
const Folder = "retired"

// keptHead begins a file of that folder. Its package's name follows.
const keptHead = "//go:build " + Folder + `

// What a version of the contract took the ground from, as it was. It is not
// built. The next bump puts back what fits again; what nobody needs any more can
// be deleted here.

package %s
`

// What comes before a declaration that is kept says why it is, and in a line for
// the next bump where it goes.
const (
	saysMoved = "// Moved aside: "
	saysCut   = "// As it was before a part was left out: "
	lineMoved = "//bump:behind " // the declaration that it stood behind
	lineCut   = "//bump:now "    // the digest of what stands there now
)

// kept is a declaration in that folder.
type kept struct {
	part
	why string
	// cut says that a shorter one stands in its place, whose digest is now.
	cut bool
	now string
	// behind is the declaration that it stood behind, where it was moved aside.
	behind string
}

// keptFile is a file in that folder.
type keptFile struct {
	name    string // of the package
	imports imported
	list    []kept
}

// readKept reads a file of what was kept. Without one it is empty.
func readKept(path string) (keptFile, error) {
	s, err := readSource(path)
	if err != nil || s.text == nil {
		return keptFile{}, err
	}
	out := keptFile{name: s.name, imports: s.imports}
	end := s.imports.to
	for _, p := range s.parts {
		k := kept{part: p}
		for _, comment := range s.comments {
			if comment.from >= end && comment.to <= p.from {
				k.read(comment.text)
			}
		}
		out.list, end = append(out.list, k), p.to
	}
	return out, nil
}

// read takes what the comment before a declaration says of it.
func (k *kept) read(comment string) {
	for line := range strings.Lines(comment) {
		line = strings.TrimRight(line, "\n")
		for _, prefix := range []string{saysMoved, saysCut} {
			if why, ok := strings.CutPrefix(line, prefix); ok {
				k.why = why
			}
		}
		if behind, ok := strings.CutPrefix(line, lineMoved); ok {
			k.behind = behind
		}
		if now, ok := strings.CutPrefix(line, lineCut); ok {
			k.cut, k.now = true, now
		}
	}
}

// write writes a file of what was kept. Nothing is in no file.
func (f keptFile) write(path string) error {
	if len(f.list) == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("move aside: %w", err)
		}
		return nil
	}
	out := fmt.Appendf(nil, keptHead, f.name)
	if f.imports.text != "" {
		out = fmt.Appendf(out, "\n%s\n", f.imports.text)
	}
	for _, k := range f.list {
		says, line := saysMoved+k.why, strings.TrimRight(lineMoved+k.behind, " ")
		if k.cut {
			says, line = saysCut+k.why, lineCut+k.now
		}
		out = fmt.Appendf(out, "\n%s\n//\n%s\n\n%s\n", says, line, k.text)
	}
	if formatted, err := format.Source(out); err == nil {
		out = formatted
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // as any folder of a repository
		return fmt.Errorf("move aside: %w", err)
	}
	return replaceFile(path, out)
}

// keepTaken keeps every declaration that is gone or shorter than before, as it
// was then.
func keepTaken(root string, before map[string]source, result Result) error {
	for _, path := range slices.Sorted(maps.Keys(before)) {
		now, err := os.ReadFile(path)
		if err == nil && bytes.Equal(now, before[path].text) {
			continue
		}
		after, err := readSource(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return fmt.Errorf("move aside: %w", err)
		}
		taken := takenFrom(before[path], after, result.reasons(filepath.ToSlash(name)))
		if len(taken) == 0 {
			continue
		}
		f, err := readKept(filepath.Join(root, Folder, name))
		if err != nil {
			return err
		}
		f.name, f.list = before[path].name, append(f.list, taken...)
		f.imports = before[path].imports.with(f.imports)
		if err := f.write(filepath.Join(root, Folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// takenFrom lists the declarations of a file that are not in it any more, or
// shorter.
func takenFrom(before, after source, reasons map[string]string) []kept {
	var out []kept
	behind := ""
	for _, p := range before.parts {
		if !after.has(p) {
			k := kept{part: p, behind: behind, why: "what it needs is gone"}
			for _, name := range p.names {
				k.why = cmp.Or(reasons[name], k.why)
			}
			if now, ok := after.find(p.names); ok {
				k.cut, k.now = true, now.digest()
			}
			out = append(out, k)
		}
		behind = p.place()
	}
	return out
}

// reasons gives, by the names of declarations of a file, why they were touched
// first.
func (r Result) reasons(file string) map[string]string {
	out := map[string]string{}
	note := func(from, name, why string) {
		at, _, _ := strings.Cut(from, ":")
		if _, known := out[name]; at == file && !known {
			out[name] = strings.Join(strings.Fields(why), " ")
		}
	}
	for _, x := range r.LeftOut {
		note(x.From, x.In, x.Why)
	}
	for _, x := range r.Retired {
		note(x.From, x.Name, x.Why)
	}
	return out
}

// with gives the imports of two files together. Those of one that has all are
// taken as they are.
func (i imported) with(other imported) imported {
	missing := slices.DeleteFunc(slices.Clone(other.list), func(spec string) bool { return slices.Contains(i.list, spec) })
	switch {
	case len(missing) == 0:
		return i
	case len(i.list)+len(missing) == len(other.list):
		i.text, i.list = other.text, other.list
		return i
	}
	i.text += "\n\nimport (\n\t" + strings.Join(missing, "\n\t") + "\n)"
	i.list = slices.Concat(i.list, missing)
	return i
}
