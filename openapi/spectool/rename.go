package spectool

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Renamed is a handler that was given the new name of its operation.
type Renamed struct {
	// Operation is the method and path, which have stayed.
	Operation string `json:"operation"`
	// From and To are the handler's names.
	From string `json:"from"`
	To   string `json:"to"`
	// Position is where it stands, as file and line below the root.
	Position string `json:"position"`
}

// generated is what was generated of a contract.
type generated struct {
	handlers map[string]string // their names, by "METHOD /path"
	types    map[string]bool
	members  map[string]map[string]bool // those that must be there, by type
	same     map[string]string          // types that are another one by name
	words    map[string]map[string]bool // of enumerations
}

// generatedIn reads what was generated in the repository at root.
func generatedIn(root string) (generated, error) {
	out := generated{
		handlers: map[string]string{}, types: map[string]bool{}, members: map[string]map[string]bool{},
		same: map[string]string{}, words: map[string]map[string]bool{},
	}
	report, err := Coverage(root)
	if err != nil {
		return out, err
	}
	for _, h := range report.Handlers {
		out.handlers[h.Operation.Method+" "+h.Operation.Path] = h.Method
	}
	files, err := filepath.Glob(filepath.Join(root, "gen", "*.gen.go"))
	if err != nil {
		return out, fmt.Errorf("read generated code: %w", err)
	}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return out, fmt.Errorf("read generated code: %w", err)
		}
		for _, d := range file.Decls {
			if declaration, ok := d.(*ast.GenDecl); ok {
				out.read(declaration)
			}
		}
	}
	return out, nil
}

// renaming is what other names handlers get, and the types that are named after
// them.
type renaming struct{ methods, types map[string]string }

// renamingOf finds the operations that only have another name: what was the
// handler of one is that of no other now, and the new name is new.
func renamingOf(before, after generated) renaming {
	r := renaming{methods: map[string]string{}, types: map[string]string{}}
	known := func(in generated, name string) bool {
		return slices.Contains(slices.Collect(maps.Values(in.handlers)), name)
	}
	for operation, from := range before.handlers {
		to := after.handlers[operation]
		if to == "" || from == to || known(after, from) || known(before, to) {
			continue
		}
		r.methods[from] = to
		for name := range before.types {
			rest, ok := strings.CutPrefix(name, from)
			if ok && !after.types[name] && after.types[to+rest] {
				r.types[name] = to + rest
			}
		}
	}
	return r
}

// rename gives handlers the new names of their operations: what an operation is
// called says nothing of what it does.
func (o *Outcome) rename(root string, before generated) error {
	after, err := generatedIn(root)
	if err != nil {
		return err
	}
	names := renamingOf(before, after)
	methods, err := sourceMethods(root, "server")
	if err != nil || len(names.methods) == 0 {
		return err
	}
	operations := map[string]string{}
	for operation, name := range after.handlers {
		operations[name] = operation
	}
	for _, m := range methods {
		if to := names.methods[m.name]; to != "" && m.receiver == serverType {
			o.Renamed = append(o.Renamed, Renamed{Operation: operations[to], From: m.name, To: to, Position: m.position})
		}
	}
	for i, x := range o.PutBack {
		if name, ok := strings.CutPrefix(x.Name, serverType+"."); ok && names.methods[name] != "" {
			o.PutBack[i] = x.As(serverType + "." + names.methods[name])
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "server", "*.go"))
	if err != nil {
		return fmt.Errorf("rename handlers: %w", err)
	}
	for _, path := range files {
		if err := names.rewrite(path); err != nil {
			return fmt.Errorf("rename handlers: %w", err)
		}
	}
	return nil
}

// rewrite puts the new names into a file.
func (r renaming) rewrite(path string) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	places := map[int][2]string{}
	for _, d := range file.Decls {
		r.places(d, func(pos token.Pos, from, to string) { places[set.Position(pos).Offset] = [2]string{from, to} })
	}
	if len(places) == 0 {
		return nil
	}
	text := string(source)
	for _, at := range slices.Backward(slices.Sorted(maps.Keys(places))) {
		text = text[:at] + places[at][1] + text[at+len(places[at][0]):]
	}
	formatted, err := format.Source([]byte(text))
	if err != nil {
		return err
	}
	return writeFile(path, formatted)
}

// places finds the names in a declaration: a handler's own, with the comment that
// begins with it, where one handler calls another, and the types.
func (r renaming) places(d ast.Decl, found func(pos token.Pos, from, to string)) {
	receiver := ""
	if function, ok := d.(*ast.FuncDecl); ok && receiverType(function) == serverType {
		if names := function.Recv.List[0].Names; len(names) == 1 {
			receiver = names[0].Name
		}
		name := function.Name.Name
		if to := r.methods[name]; to != "" && isHandler(function) {
			found(function.Name.Pos(), name, to)
			if function.Doc != nil && strings.HasPrefix(function.Doc.List[0].Text, "// "+name+" ") {
				found(function.Doc.Pos()+token.Pos(len("// ")), name, to)
			}
		}
	}
	ast.Inspect(d, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		name := selector.Sel.Name
		if to := r.types[name]; to != "" && of.Name == "gen" {
			found(selector.Sel.Pos(), name, to)
		}
		if to := r.methods[name]; to != "" && receiver != "" && of.Name == receiver {
			found(selector.Sel.Pos(), name, to)
		}
		return true
	})
}
