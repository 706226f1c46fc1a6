package spectool

import (
	"bytes"
	"errors"
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
	var written []Handler
	err = editPending(root, func(methods map[string]string) {
		wanted := map[string]bool{}
		for _, h := range report.Handlers {
			wanted[h.Method] = true
			if h.State == Missing {
				written = append(written, h)
				methods[h.Method] = fmt.Sprintf("func (%s) %s(context.Context, gen.%[2]s%s) (gen.%[2]sResponseObject, error) {\n\treturn nil, notImplemented()\n}",
					pendingType, h.Method, requestSuffix)
			}
		}
		maps.DeleteFunc(methods, func(name, _ string) bool { return !wanted[name] })
	})
	return written, err
}

// dropPending takes out what answered 501 for handlers that were put back.
func dropPending(root string, back []repair.Returned) error {
	if len(back) == 0 {
		return nil
	}
	return editPending(root, func(methods map[string]string) {
		for _, x := range back {
			if name, ok := strings.CutPrefix(x.Name, serverType+"."); ok {
				delete(methods, name)
			}
		}
	})
}

// editPending changes the methods of the file of pending handlers, by name.
func editPending(root string, edit func(methods map[string]string)) error {
	path := filepath.Join(root, filepath.FromSlash(pendingFile))
	source, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read pending handlers: %w", err)
	}
	head, methods, err := pendingMethods(path, source)
	if err != nil {
		return err
	}
	edit(methods)
	out := bytes.NewBuffer(head.opening)
	if len(methods) > 0 {
		module, err := modulePath(root)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "\n\nimport (\n\t\"context\"\n\n\t%q\n)\n", module+"/gen")
	}
	out.Write(head.rest)
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		fmt.Fprintf(out, "\n%s\n", methods[name])
	}
	formatted, err := format.Source(out.Bytes())
	if err != nil {
		return fmt.Errorf("write pending handlers: %w", err)
	}
	if bytes.Equal(formatted, source) {
		return nil
	}
	return writeFile(path, formatted)
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

// modulePath is the name of the module that a repository has.
func modulePath(root string) (string, error) {
	source, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("read the module's name: %w", err)
	}
	for line := range strings.Lines(string(source)) {
		if name, found := strings.CutPrefix(line, "module "); found {
			return strings.TrimSpace(name), nil
		}
	}
	return "", errors.New("go.mod names no module")
}

// pendingHead is what comes before the first pending handler: up to the package's
// name, and behind the imports, which are there only with handlers.
type pendingHead struct{ opening, rest []byte }

// pendingMethods cuts the file of pending handlers into what comes before its
// first method, and the methods by name.
func pendingMethods(path string, source []byte) (pendingHead, map[string]string, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return pendingHead{}, nil, fmt.Errorf("read pending handlers: %w", err)
	}
	opening := set.Position(file.Name.End()).Offset
	rest, end, methods := opening, len(source), map[string]string{}
	for _, d := range file.Decls {
		if imports, ok := d.(*ast.GenDecl); ok && imports.Tok == token.IMPORT {
			rest = set.Position(imports.End()).Offset
		}
		function, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		from := function.Pos()
		if function.Doc != nil {
			from = function.Doc.Pos()
		}
		first, last := set.Position(from).Offset, set.Position(function.End()).Offset
		end = min(end, first)
		methods[function.Name.Name] = string(source[first:last])
	}
	return pendingHead{opening: slices.Clone(source[:opening]), rest: slices.Clone(source[rest:end])}, methods, nil
}
