package spectool

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"tarn/openapi/spectool/repair"
)

// Gap is a place where the tree builds and serves, and yet may answer what the new
// version does not allow.
type Gap struct {
	// Subject is what the contract asks something new of.
	Subject string `json:"subject"`
	// Places are where it is made, as file and line below the root.
	Places []string `json:"places,omitempty"`
	// Why is what is missing.
	Why string `json:"why"`
}

// findGaps lists what no compiler finds: members that an answer must have now
// and nobody gives a value, words that an enumeration has lost, and differences
// between the two documents for which nobody says what is nearest.
func findGaps(ctx context.Context, root string, before generated) ([]Gap, error) {
	after, err := generatedIn(root)
	if err != nil {
		return nil, err
	}
	m := made{root: root, before: before, after: after, members: map[string]*Gap{}, words: map[string]*Gap{}}
	if err := m.walk(); err != nil {
		return nil, fmt.Errorf("look for gaps: %w", err)
	}
	var gaps []Gap
	for _, found := range []map[string]*Gap{m.members, m.words} {
		for _, key := range slices.Sorted(maps.Keys(found)) {
			gaps = append(gaps, *found[key])
		}
	}
	return append(gaps, nearestGaps(ctx, root)...), nil
}

// made collects where the source that people have written makes objects of the
// contract.
type made struct {
	root          string
	before, after generated
	members       map[string]*Gap
	words         map[string]*Gap
}

// walk reads all source but tests and what was generated.
func (m *made) walk() error {
	return filepath.WalkDir(m.root, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(m.root, path)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (slices.Contains([]string{"gen", repair.Folder}, name) || entry.Name() == "testdata"):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			m.declaration(d, func(pos token.Pos) string {
				return fmt.Sprintf("%s:%d", filepath.ToSlash(name), set.Position(pos).Line)
			})
		}
		return nil
	})
}

// declaration finds the objects and the words that a declaration makes.
func (m *made) declaration(d ast.Decl, at func(token.Pos) string) {
	assigned := map[string]bool{}
	ast.Inspect(d, func(n ast.Node) bool {
		if statement, ok := n.(*ast.AssignStmt); ok {
			for _, left := range statement.Lhs {
				if selector, ok := left.(*ast.SelectorExpr); ok {
					assigned[selector.Sel.Name] = true
				}
			}
		}
		return true
	})
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			m.literal(n, assigned, at(n.Pos()))
		case *ast.CallExpr:
			name := genName(n.Fun)
			var lost []string
			for word := range m.before.words[name] {
				if m.after.words[name] != nil && !m.after.words[name][word] {
					lost = append(lost, word)
				}
			}
			if len(lost) > 0 {
				slices.Sort(lost)
				m.note(m.words, name, at(n.Pos()), "has lost "+strings.Join(lost, ", ")+": a value that is kept already is answered as it is")
			}
		}
		return true
	})
}

// literal notes the members that an object must have now, and does not get. One
// without any is nobody's answer.
func (m *made) literal(n *ast.CompositeLit, assigned map[string]bool, at string) {
	name := genName(n.Type)
	set := maps.Clone(assigned)
	for _, entry := range n.Elts {
		if pair, ok := entry.(*ast.KeyValueExpr); ok {
			if key, ok := pair.Key.(*ast.Ident); ok {
				set[key.Name] = true
			}
		}
	}
	if name == "" || len(n.Elts) == 0 {
		return
	}
	for member := range m.after.required(name) {
		if !m.before.required(name)[member] && !set[member] {
			m.note(m.members, name+"."+member, at, "must be there now, and nobody gives it a value: it is answered empty")
		}
	}
}

func (m *made) note(in map[string]*Gap, subject, at, why string) {
	if in[subject] == nil {
		in[subject] = &Gap{Subject: "gen." + subject, Why: why}
	}
	in[subject].Places = append(in[subject].Places, at)
}

// genName is the name of a generated type that an expression is; empty for
// others.
func genName(n ast.Expr) string {
	selector, ok := n.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if of, ok := selector.X.(*ast.Ident); !ok || of.Name != "gen" {
		return ""
	}
	return selector.Sel.Name
}

// read takes what a generated declaration says of types and words.
func (g *generated) read(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			g.types[s.Name.Name] = true
			switch t := s.Type.(type) {
			case *ast.Ident:
				g.same[s.Name.Name] = t.Name
			case *ast.StructType:
				g.members[s.Name.Name] = requiredMembers(t)
			}
		case *ast.ValueSpec:
			kind, ok := s.Type.(*ast.Ident)
			if !ok || d.Tok != token.CONST || len(s.Values) != 1 {
				continue
			}
			if word, ok := s.Values[0].(*ast.BasicLit); ok {
				if g.words[kind.Name] == nil {
					g.words[kind.Name] = map[string]bool{}
				}
				g.words[kind.Name][word.Value] = true
			}
		}
	}
}

// requiredMembers are the fields that are always written and never null.
func requiredMembers(t *ast.StructType) map[string]bool {
	out := map[string]bool{}
	for _, field := range t.Fields.List {
		_, optional := field.Type.(*ast.StarExpr)
		_, nullable := field.Type.(*ast.IndexExpr)
		if optional || nullable || field.Tag == nil || strings.Contains(field.Tag.Value, ",omit") {
			continue
		}
		for _, name := range field.Names {
			out[name.Name] = true
		}
	}
	return out
}

// required gives the members that a type must have.
func (g *generated) required(name string) map[string]bool {
	if g.members[name] == nil {
		name = g.same[name]
	}
	return g.members[name]
}

// nearestTest is the test that knows where nobody says what is nearest, in the
// room of the encoders.
const (
	encoders    = "encode"
	nearestTest = "TestContracts_SayWhatIsNearest"
)

// nearestLine is what that test says of each such place.
var nearestLine = regexp.MustCompile(`nobody says what is nearest: (.*)`)

// nearestGaps asks the test of the tree, which has one if it serves two documents.
func nearestGaps(ctx context.Context, root string) []Gap {
	if _, err := os.Stat(filepath.Join(root, encoders)); err != nil {
		return nil
	}
	command := goCommand(ctx, root, "test", "-run", "^"+nearestTest+"$", "./"+encoders)
	output, err := command.CombinedOutput()
	if err == nil {
		return nil
	}
	var gaps []Gap
	for _, found := range nearestLine.FindAllStringSubmatch(string(output), -1) {
		gaps = append(gaps, Gap{Subject: found[1], Why: "our contract allows more than the published document, and no x-tarn-nearest says what stands for it"})
	}
	if len(gaps) == 0 {
		gaps = append(gaps, Gap{Subject: nearestTest + " in " + encoders, Why: "fails, and so nothing says whether answers are valid: make test tells more"})
	}
	return gaps
}
