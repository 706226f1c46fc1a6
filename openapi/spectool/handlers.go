package spectool

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

// Names in the generated and in the server's code.
const (
	interfaceName = "StrictServerInterface" // what the generator wants implemented
	serverType    = "Server"                // has the handlers
	pendingType   = "pending"               // is embedded in it and answers for the rest
	requestSuffix = "RequestObject"         // ends the name of a handler's input type
)

// routeComment finds the operation in the comment of a generated method.
var routeComment = regexp.MustCompile(`\(([A-Z]+) (/\S*)\)`)

// method is a handler found in the source.
type method struct {
	name     string
	receiver string
	position string // file and line, relative to the root
}

// generatedNames reads, from the generated strict-server interface, the Go name
// of every operation by "METHOD /path". Where the file is missing, it is empty:
// in the middle of a bump there may be nothing generated yet.
func generatedNames(path string) (map[string]string, error) {
	names := map[string]string{}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if errors.Is(err, fs.ErrNotExist) {
		return names, nil
	}
	if file == nil {
		return nil, fmt.Errorf("read generated code: %w", err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != interfaceName {
			return true
		}
		if list, ok := spec.Type.(*ast.InterfaceType); ok {
			for _, m := range list.Methods.List {
				if route := routeComment.FindStringSubmatch(m.Doc.Text()); route != nil && len(m.Names) == 1 {
					names[route[1]+" "+route[2]] = m.Names[0].Name
				}
			}
		}
		return false
	})
	return names, nil
}

// exportedName guesses the generator's name of an operation that is not in the
// generated code yet: the operation id with a capital.
func exportedName(operationID string) string {
	runes := []rune(operationID)
	if len(runes) > 0 {
		runes[0] = unicode.ToUpper(runes[0])
	}
	return string(runes)
}

// sourceMethods lists the handlers in the Go files below dir: methods of the
// two types whose second parameter is some RequestObject. Files that do not
// parse are read as far as possible, and tests are left out.
func sourceMethods(root, dir string) ([]method, error) {
	var list []method
	err := filepath.WalkDir(filepath.Join(root, dir), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if file == nil {
			return err
		}
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || !isHandler(function) {
				continue
			}
			at := set.Position(function.Pos())
			name, err := filepath.Rel(root, at.Filename)
			if err != nil {
				return err
			}
			list = append(list, method{
				name: function.Name.Name, receiver: receiverType(function),
				position: fmt.Sprintf("%s:%d", filepath.ToSlash(name), at.Line),
			})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read handlers: %w", err)
	}
	return list, nil
}

// receiverType is the name of the type that a method belongs to, or "".
func receiverType(function *ast.FuncDecl) string {
	if function.Recv == nil || len(function.Recv.List) != 1 {
		return ""
	}
	expression := function.Recv.List[0].Type
	if pointer, ok := expression.(*ast.StarExpr); ok {
		expression = pointer.X
	}
	if name, ok := expression.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

// isHandler reports whether a function has the form of a strict-server handler
// and belongs to one of the two types.
func isHandler(function *ast.FuncDecl) bool {
	if receiver := receiverType(function); receiver != serverType && receiver != pendingType {
		return false
	}
	var types []ast.Expr
	for _, parameter := range function.Type.Params.List {
		for range max(1, len(parameter.Names)) {
			types = append(types, parameter.Type)
		}
	}
	if len(types) != 2 {
		return false
	}
	switch input := types[1].(type) {
	case *ast.SelectorExpr:
		return strings.HasSuffix(input.Sel.Name, requestSuffix)
	case *ast.Ident:
		return strings.HasSuffix(input.Name, requestSuffix)
	default:
		return false
	}
}
