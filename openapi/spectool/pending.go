package spectool

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"tarn/openapi/spectool/repair"
)

// pendingFile has the handlers of the operations that are not written yet.
const pendingFile = "server/pending.go"

// fillPending gives every operation without a handler one that answers 501, and
// takes out those whose operation is gone. It returns the operations that got
// one.
func fillPending(root string) ([]Handler, error) {
	report, err := Coverage(root)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(root, filepath.FromSlash(pendingFile))
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read pending handlers: %w", err)
	}
	head, methods, err := pendingMethods(path, source)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	var written []Handler
	for _, h := range report.Handlers {
		wanted[h.Method] = true
		if h.State == Missing {
			written = append(written, h)
			methods[h.Method] = fmt.Sprintf("func (%s) %s(context.Context, gen.%[2]s%s) (gen.%[2]sResponseObject, error) {\n\treturn nil, notImplemented()\n}",
				pendingType, h.Method, requestSuffix)
		}
	}
	maps.DeleteFunc(methods, func(name, _ string) bool { return !wanted[name] })
	out := bytes.NewBuffer(head)
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		fmt.Fprintf(out, "\n%s\n", methods[name])
	}
	formatted, err := format.Source(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("write pending handlers: %w", err)
	}
	if bytes.Equal(formatted, source) {
		return written, nil
	}
	return written, writeFile(path, formatted)
}

// keptAside says, for handlers that answer 501, where the source of one of that
// name was moved aside, by this bump or an earlier one.
func keptAside(root string, written []Handler) error {
	methods, err := sourceMethods(root, repair.Folder)
	if err != nil {
		return err
	}
	for i, h := range written {
		if state, position := stateOf(h.Method, methods); state == Implemented {
			written[i].Kept = position
		}
	}
	return nil
}

// pendingMethods cuts the file of pending handlers into what comes before its
// first method, and the methods by name.
func pendingMethods(path string, source []byte) ([]byte, map[string]string, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, fmt.Errorf("read pending handlers: %w", err)
	}
	head, methods := len(source), map[string]string{}
	for _, d := range file.Decls {
		function, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		from := function.Pos()
		if function.Doc != nil {
			from = function.Doc.Pos()
		}
		first, last := set.Position(from).Offset, set.Position(function.End()).Offset
		head = min(head, first)
		methods[function.Name.Name] = string(source[first:last])
	}
	return slices.Clone(source[:head]), methods, nil
}
