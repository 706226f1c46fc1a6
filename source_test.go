package tools_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is the code of the rooms that read what clients send: which function reads and
// writes which members of which types, and calls which others. Everything goes by names,
// because each package is checked by itself.
type source struct {
	server *types.Package
	// parts are the functions, package variables and types, by their full names.
	parts map[string]*part
	// methods are the methods of our types by their short names, for calls through an
	// interface.
	methods map[string][]string
}

// part is a function, a package's variable or a type.
type part struct {
	// reads and writes are members of structs, as memberName spells them.
	reads, writes map[string]bool
	// words are the texts in it, names of JSON in tags included.
	words map[string]bool
	// uses are the parts that it names; converts are pairs of types of which one becomes
	// the other.
	uses     []string
	converts [][2]string
}

// reading is what a part and all that it leads to do together.
type reading struct {
	reads, words, parts map[string]bool
	converts            map[string][]string
}

// loadSource reads and checks the code once for all tests.
//
//nolint:gochecknoglobals // the source does not change while tests run
var loadSource = sync.OnceValues(readSource)

// readSource checks every room but those that no input reaches.
func readSource() (*source, error) {
	output, err := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,GoFiles,Export", "./server").Output()
	if err != nil {
		return nil, err
	}
	type compiled struct {
		ImportPath, Dir, Export string
		GoFiles                 []string
	}
	exports, set := map[string]string{}, token.NewFileSet()
	var ours []compiled
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var p compiled
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exports[p.ImportPath] = p.Export
		if room := roomOf(p.ImportPath); room != "" && !slices.Contains([]string{"gen", "openapi", "web", "render", "encode"}, room) {
			ours = append(ours, p)
		}
	}
	s := &source{parts: map[string]*part{}, methods: map[string][]string{}}
	imports := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, p := range ours {
		if err := s.check(set, imports, p.ImportPath, p.Dir, p.GoFiles); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// check reads a package.
func (s *source) check(set *token.FileSet, imports types.Importer, path, dir string, names []string) error {
	files := make([]*ast.File, len(names))
	for i, name := range names {
		var err error
		if files[i], err = parser.ParseFile(set, filepath.Join(dir, name), nil, parser.SkipObjectResolution); err != nil {
			return err
		}
	}
	w := &walker{source: s, info: &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}}
	pkg, err := (&types.Config{Importer: imports}).Check(path, set, files, w.info)
	if err != nil {
		return err
	}
	if path == "tarn/server" {
		s.server = pkg
	}
	for _, file := range files {
		for _, declaration := range file.Decls {
			w.declaration(declaration)
		}
	}
	return nil
}

// from is what some parts and all that they lead to do.
func (s *source) from(names ...string) reading {
	r := reading{reads: map[string]bool{}, words: map[string]bool{}, parts: map[string]bool{}, converts: map[string][]string{}}
	for len(names) > 0 {
		name := names[len(names)-1]
		names = names[:len(names)-1]
		p := s.parts[name]
		if r.parts[name] {
			continue
		}
		r.parts[name] = true
		if method, ofInterface := strings.CutPrefix(name, "*."); ofInterface {
			names = append(names, s.methods[method]...)
		}
		if p == nil {
			continue
		}
		if !behind(name) {
			names = append(names, p.uses...)
		}
		for member := range p.reads {
			r.reads[member] = true
		}
		for word := range p.words {
			r.words[word] = true
		}
		for _, pair := range p.converts {
			r.converts[pair[0]] = append(r.converts[pair[0]], pair[1])
		}
	}
	return r
}

// behind reports whether a part is in a room that knows no inputs, only rows. What leads
// further from there leads everywhere.
func behind(name string) bool {
	path := strings.TrimLeft(name, "(*")
	return below(strings.TrimPrefix(path[:strings.LastIndex(path, "/")+1]+strings.SplitN(path[strings.LastIndex(path, "/")+1:], ".", 2)[0], "tarn/"), []string{"store", "audit", "wire", "notify", "jobs"})
}

// readsMember reports whether a member of a type is read, of it or of a type that it is
// converted to.
func (r reading) readsMember(owner, member string) bool {
	seen := map[string]bool{}
	for owners := []string{owner}; len(owners) > 0; {
		owner := owners[0]
		owners = owners[1:]
		if seen[owner] {
			continue
		}
		seen[owner] = true
		if r.reads[owner+"."+member] {
			return true
		}
		owners = append(owners, r.converts[owner]...)
	}
	return false
}

// walker notes what the parts of one package do.
type walker struct {
	source *source
	info   *types.Info
	part   *part
	// written are selectors that stand left of an assignment.
	written map[ast.Expr]bool
}

// begin makes the part that is looked at.
func (w *walker) begin(name string) {
	w.part = w.source.parts[name]
	if w.part == nil {
		w.part = &part{reads: map[string]bool{}, writes: map[string]bool{}, words: map[string]bool{}}
		w.source.parts[name] = w.part
	}
	w.written = map[ast.Expr]bool{}
}

// declaration notes the parts of a declaration.
func (w *walker) declaration(declaration ast.Decl) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		function := w.info.Defs[d.Name].(*types.Func) //nolint:forcetypeassert // what a function declaration defines
		w.begin(function.FullName())
		if function.Signature().Recv() != nil {
			w.source.methods[function.Name()] = append(w.source.methods[function.Name()], function.FullName())
		}
		ast.Inspect(d, w.visit)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					if object := w.info.Defs[name]; object != nil {
						w.begin(nameOf(object))
						ast.Inspect(spec, w.visit)
					}
				}
			case *ast.TypeSpec:
				object := w.info.Defs[spec.Name]
				w.begin(nameOf(object))
				ast.Inspect(spec.Type, w.visit)
				// Decoding calls the method without anybody naming it.
				w.part.uses = append(w.part.uses, "(*"+nameOf(object)+").UnmarshalJSON")
			}
		}
	}
}

// nameOf is the full name of what a package declares.
func nameOf(object types.Object) string {
	if function, isFunction := object.(*types.Func); isFunction {
		if receiver := function.Signature().Recv(); receiver != nil && types.IsInterface(receiver.Type()) {
			return "*." + function.Name()
		}
		return function.Origin().FullName()
	}
	if object.Pkg() == nil {
		return object.Name()
	}
	return object.Pkg().Path() + "." + object.Name()
}

// visit notes what one node does.
func (w *walker) visit(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.ASSIGN {
			for _, left := range n.Lhs {
				w.written[left] = true
			}
		}
	case *ast.SelectorExpr:
		w.selects(n)
	case *ast.Ident:
		w.names(n)
	case *ast.BasicLit:
		if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
			w.part.words[text] = true
			if name, _, _ := strings.Cut(reflect.StructTag(text).Get("json"), ","); name != "" {
				w.part.words[name] = true
			}
		}
	case *ast.CompositeLit:
		w.fills(n)
	case *ast.CallExpr:
		if w.info.Types[n.Fun].IsType() && len(n.Args) == 1 {
			from, to := typeName(w.info.TypeOf(n.Args[0])), typeName(w.info.TypeOf(n.Fun))
			if from != "" && to != "" {
				w.part.converts = append(w.part.converts, [2]string{from, to})
			}
		}
	}
	return true
}

// selects notes which members a selector goes through.
func (w *walker) selects(n *ast.SelectorExpr) {
	selection := w.info.Selections[n]
	if selection == nil {
		return
	}
	owner := selection.Recv()
	for i, index := range selection.Index() {
		structure, isStruct := structOf(owner)
		if !isStruct {
			return
		}
		last := i == len(selection.Index())-1
		if last && selection.Kind() != types.FieldVal {
			return
		}
		field := structure.Field(index)
		if member := typeName(owner) + "." + field.Name(); last && w.written[n] {
			w.part.writes[member] = true
		} else {
			w.part.reads[member] = true
		}
		owner = field.Type()
	}
}

// names notes a name of another part.
func (w *walker) names(n *ast.Ident) {
	switch object := w.info.Uses[n].(type) {
	case *types.Func:
		w.part.uses = append(w.part.uses, nameOf(object))
	case *types.TypeName:
		w.part.uses = append(w.part.uses, nameOf(object))
	case *types.Const:
		if object.Val().Kind() == constant.String {
			w.part.words[constant.StringVal(object.Val())] = true
		}
	case *types.Var:
		if object.Pkg() != nil && object.Parent() == object.Pkg().Scope() {
			w.part.uses = append(w.part.uses, nameOf(object))
		}
	}
}

// fills notes which members a literal fills.
func (w *walker) fills(n *ast.CompositeLit) {
	structure, isStruct := structOf(w.info.TypeOf(n))
	if !isStruct {
		return
	}
	for i, element := range n.Elts {
		name := ""
		if pair, keyed := element.(*ast.KeyValueExpr); keyed {
			name = pair.Key.(*ast.Ident).Name //nolint:forcetypeassert // the key of a struct's literal
		} else {
			name = structure.Field(i).Name()
		}
		w.part.writes[typeName(w.info.TypeOf(n))+"."+name] = true
	}
}

// structOf is the struct that a type, or what it points to, is.
func structOf(t types.Type) (*types.Struct, bool) {
	if pointer, isPointer := types.Unalias(t).(*types.Pointer); isPointer {
		t = pointer.Elem()
	}
	structure, isStruct := t.Underlying().(*types.Struct)
	return structure, isStruct
}

// typeName is the full name of a type, or of what it points to; empty for a type without
// a name.
func typeName(t types.Type) string {
	if t == nil {
		return ""
	}
	if pointer, isPointer := types.Unalias(t).(*types.Pointer); isPointer {
		t = pointer.Elem()
	}
	if named, isNamed := types.Unalias(t).(*types.Named); isNamed {
		return nameOf(named.Origin().Obj())
	}
	return ""
}

// sourceOf is the source, read once.
func sourceOf(t *testing.T) *source {
	t.Helper()
	s, err := loadSource()
	require.NoError(t, err)
	return s
}
