package repair

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// listed is what "go list" says of a package.
type listed struct {
	ImportPath string
	Dir        string
	Export     string
	GoFiles    []string
	Imports    []string
	ImportMap  map[string]string
	Module     *struct {
		Main      bool
		GoVersion string
	}
}

// module is the source of one module with what does not compile in it. The
// packages are checked one after the other, and those that do not compile are
// used all the same, so one check finds nearly everything.
type module struct {
	set      *token.FileSet
	packages []listed
	files    map[string]*ast.File
	sources  map[string][]byte
	checked  map[string]*types.Package
	external types.Importer
	problems []problem
}

// problem is something that does not compile.
type problem struct {
	file    string
	pos     token.Pos
	where   string
	message string
}

// String is the problem as the compiler spells it.
func (p problem) String() string { return p.where + ": " + p.message }

// The compiler's words by which problems are told apart.
var (
	notUsedVariable  = regexp.MustCompile(`^declared and not used: `)
	notUsedImport    = regexp.MustCompile(`imported( as \w+)? and not used`)
	goneMember       = regexp.MustCompile(`^unknown field \w+ in struct literal|has no field or method \w+`)
	recursiveType    = regexp.MustCompile(`^invalid recursive type:? (\w+)`)
	unsuitableMethod = regexp.MustCompile(`\*?(\w+) does not implement (?s:.*)(?:wrong type for method|missing method) (\w+)`)
)

func (p problem) unusedVariable() bool { return notUsedVariable.MatchString(p.message) }
func (p problem) unusedImport() bool   { return notUsedImport.MatchString(p.message) }
func (p problem) memberGone() bool     { return goneMember.MatchString(p.message) }

// unsuitableMethod is the method for want of which a type no longer implements
// an interface, and the type.
func (p problem) unsuitableMethod() (kind, name string) {
	if found := unsuitableMethod.FindStringSubmatch(p.message); found != nil {
		return found[1], found[2]
	}
	return "", ""
}

// load lists the module's packages, tests included, and parses them. externals
// remembers, between two loads, where the packages of others are compiled.
func load(ctx context.Context, root string, externals map[string]string) (*module, error) {
	all, err := list(ctx, root, "-e", "-test", "-deps", "-json=ImportPath,Dir,GoFiles,Imports,ImportMap,Module", "./...")
	if err != nil {
		return nil, err
	}
	m := &module{
		set: token.NewFileSet(), files: map[string]*ast.File{}, sources: map[string][]byte{},
		checked: map[string]*types.Package{},
	}
	ours := map[string]bool{}
	for _, p := range all {
		if p.Module != nil && p.Module.Main && !strings.HasSuffix(p.ImportPath, ".test") {
			m.packages = append(m.packages, p)
			ours[p.ImportPath] = true
		}
	}
	var wanted []string
	for _, p := range m.packages {
		for _, path := range p.Imports {
			if _, known := externals[path]; !known && !ours[path] && path != "unsafe" && path != "C" && !slices.Contains(wanted, path) {
				wanted = append(wanted, path)
			}
		}
	}
	if err := compileExternals(ctx, root, wanted, externals); err != nil {
		return nil, err
	}
	m.external = importer.ForCompiler(m.set, "gc", func(path string) (io.ReadCloser, error) {
		if externals[path] == "" {
			return nil, fmt.Errorf("no package %s", path)
		}
		return os.Open(externals[path])
	})
	err = m.parse()
	return m, err
}

// compileExternals compiles packages of others and notes where.
func compileExternals(ctx context.Context, root string, paths []string, externals map[string]string) error {
	if len(paths) == 0 {
		return nil
	}
	compiled, err := list(ctx, root, append([]string{"-e", "-export", "-deps", "-json=ImportPath,Export"}, paths...)...)
	if err != nil {
		return err
	}
	for _, p := range compiled {
		externals[p.ImportPath] = p.Export
	}
	for _, path := range paths {
		if externals[path] == "" {
			externals[path] = ""
		}
	}
	return nil
}

// list executes "go list".
func list(ctx context.Context, root string, args ...string) ([]listed, error) {
	command := exec.CommandContext(ctx, "go", append([]string{"list"}, args...)...)
	command.Dir = root
	command.WaitDelay = time.Second // for what it has started, where it is ended
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, complaints.Bytes())
	}
	var out []listed
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		out = append(out, p)
	}
}

// parse reads every file of the module once.
func (m *module) parse() error {
	for _, p := range m.packages {
		for _, name := range p.GoFiles {
			path := filepath.Join(p.Dir, name)
			if m.files[path] != nil {
				continue
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return fmt.Errorf("read source: %w", err)
			}
			file, err := parser.ParseFile(m.set, path, source, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return fmt.Errorf("parse source: %w", err)
			}
			m.files[path], m.sources[path] = file, source
		}
	}
	return nil
}

// check type-checks all packages in the order of their imports.
func (m *module) check() {
	seen := map[string]bool{}
	for _, p := range m.packages {
		config := types.Config{
			Importer:    importing{m, p.ImportMap},
			FakeImportC: true,
			Error: func(err error) {
				var broken types.Error
				if !errors.As(err, &broken) {
					return
				}
				at := m.set.Position(broken.Pos)
				where := fmt.Sprintf("%s:%d:%d", at.Filename, at.Line, at.Column)
				if strings.HasPrefix(broken.Msg, "\t") {
					return // more about the one before
				}
				// A package and its variants for tests have the same files.
				if !seen[where+broken.Msg] {
					seen[where+broken.Msg] = true
					m.problems = append(m.problems, problem{file: at.Filename, pos: broken.Pos, where: where, message: broken.Msg})
				}
			},
		}
		if p.Module.GoVersion != "" {
			config.GoVersion = "go" + p.Module.GoVersion
		}
		files := make([]*ast.File, 0, len(p.GoFiles))
		for _, name := range p.GoFiles {
			files = append(files, m.files[filepath.Join(p.Dir, name)])
		}
		path, _, _ := strings.Cut(p.ImportPath, " ")
		m.checked[p.ImportPath], _ = config.Check(path, m.set, files, nil) // its errors have been noted one by one
	}
}

// problemsAsText spells all problems, by which one round is told from the next.
func (m *module) problemsAsText() string {
	var b strings.Builder
	for _, p := range m.problems {
		b.WriteString(p.file + p.message + "\n")
	}
	return b.String()
}

// importing finds what a package imports: packages of the module as they were
// checked, others as they were compiled.
type importing struct {
	module *module
	mapped map[string]string
}

// Import finds a package.
func (i importing) Import(path string) (*types.Package, error) {
	if other, ok := i.mapped[path]; ok {
		path = other
	}
	if p := i.module.checked[path]; p != nil {
		return p, nil
	}
	return i.module.external.Import(path)
}

// source is the text between two positions of a file.
func (m *module) source(file string, from, to token.Pos) string {
	return string(m.sources[file][m.set.Position(from).Offset:m.set.Position(to).Offset])
}
