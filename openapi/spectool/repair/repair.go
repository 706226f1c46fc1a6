// Package repair makes Go source compile again after the code that was
// generated for it has changed. It type-checks a module, and takes out what no
// longer fits, piece by piece and no more than needed: the member of a literal
// whose field is gone, else the whole function, until nothing is left to take
// out. Functions are kept in a folder outside the build; the source is not
// corrected otherwise, because only people know what it should say now.
package repair

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// maxRounds bounds how often the module is checked. What is taken out in one
// round breaks its users in the next, so a round is a step up the calls.
const maxRounds = 40

// errStuck is returned when what does not compile cannot be taken out.
var errStuck = errors.New("the tree cannot be made to compile")

// Options say what is repaired and how.
type Options struct {
	// Root is the module's folder.
	Root string
	// Generated are folders below it that are not to be touched.
	Generated []string
	// Strict are folders in which a member of a literal is taken out only where
	// its field is gone, and else the function as a whole: there a function can
	// be done without, and half of one is worse than none.
	Strict []string
	// Mapping are folders whose functions only make one object of another. They
	// are kept, because rules call them, and lose a statement or their body
	// before they are moved aside.
	Mapping []string
	// Refill is called after each round, to put something in the place of
	// functions that were taken out.
	Refill func() error
	// Progress is told what each round has found.
	Progress func(string)
}

// Retired is a declaration that was moved aside.
type Retired struct {
	// Name is the function's, with its receiver's type, or the declared name.
	Name string `json:"name"`
	// From is where it stood, as file and line below the root.
	From string `json:"from"`
	// To is the file that keeps it.
	To string `json:"to"`
	// Why is what the compiler said.
	Why string `json:"why"`
	// Again is true where it had been moved aside before, and does not fit yet.
	Again bool `json:"again"`
}

// LeftOut is a part of a function that was taken out.
type LeftOut struct {
	// From is where it stood, as file and line below the root.
	From string `json:"from"`
	// In is the declaration that it was a part of.
	In string `json:"in"`
	// Text is the source, shortened.
	Text string `json:"text"`
	// Why is what the compiler said.
	Why string `json:"why"`
	// Gone is true where the contract has no such member any more; else it has
	// one of another form, which is to be written anew.
	Gone bool `json:"gone"`
	// Again is true where it had been left out before, and does not fit yet.
	Again bool `json:"again"`
}

// Result says what was taken out.
type Result struct {
	Retired []Retired `json:"retired,omitempty"`
	LeftOut []LeftOut `json:"left_out,omitempty"`
	// Rounds is how often the module was checked.
	Rounds int `json:"rounds"`
}

// Run repairs the module. An error means that it does not compile; what was
// taken out by then is gone, so a copy should be repaired.
func Run(ctx context.Context, o Options) (Result, error) {
	var result Result
	externals := map[string]string{}
	previous := ""
	var before map[string]source
	for result.Rounds = 1; result.Rounds <= maxRounds; result.Rounds++ {
		if o.Refill != nil {
			if err := o.Refill(); err != nil {
				return result, err
			}
		}
		m, err := load(ctx, o.Root, externals)
		if err != nil {
			return result, err
		}
		if result.Rounds == 1 {
			if before, err = m.written(o); err != nil {
				return result, err
			}
		}
		m.check()
		if len(m.problems) == 0 {
			return result, keepTaken(o.Root, before, result)
		}
		if o.Progress != nil {
			o.Progress(fmt.Sprintf("round %d: %d problems, the first is %s", result.Rounds, len(m.problems), m.problems[0]))
		}
		if m.problemsAsText() == previous {
			return result, fmt.Errorf("%w: %s", errStuck, m.problems[0])
		}
		previous = m.problemsAsText()
		r := round{Options: o, module: m, result: &result, edits: map[string][]edit{}}
		if err := r.repair(); err != nil {
			return result, err
		}
	}
	return result, fmt.Errorf("%w in %d rounds", errStuck, maxRounds)
}

// round is one pass over what does not compile.
type round struct {
	Options
	module *module
	result *Result
	edits  map[string][]edit
}

// repair takes out what is at fault for the problems that the check has found.
func (r *round) repair() error {
	// Where a value does not fit and its member is gone too, the second says more.
	slices.SortStableFunc(r.module.problems, func(a, b problem) int {
		switch {
		case a.memberGone() == b.memberGone():
			return 0
		case a.memberGone():
			return -1
		default:
			return 1
		}
	})
	for _, p := range r.module.problems {
		if err := r.treat(p); err != nil {
			return err
		}
	}
	if len(r.edits) == 0 {
		return fmt.Errorf("%w: %s", errStuck, r.module.problems[0])
	}
	for name, edits := range r.edits {
		if err := rewrite(name, edits); err != nil {
			return err
		}
	}
	return nil
}

// written cuts every file that people have written into its declarations.
func (m *module) written(o Options) (map[string]source, error) {
	out := map[string]source{}
	r := round{Options: o}
	for path, text := range m.sources {
		if r.inFolder(path, o.Generated) {
			continue
		}
		s, err := parseSource(path, text)
		if err != nil {
			return nil, err
		}
		out[path] = s
	}
	return out, nil
}

// inFolder reports whether a file lies below one of the folders.
func (r *round) inFolder(name string, folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool {
		return strings.HasPrefix(r.relative(name), folder+"/")
	})
}

// relative is a file's name below the root.
func (r *round) relative(name string) string {
	below, err := filepath.Rel(r.Root, name)
	if err != nil {
		return name
	}
	return filepath.ToSlash(below)
}

// position spells where a node is.
func (r *round) position(pos token.Pos) string {
	at := r.module.set.Position(pos)
	return fmt.Sprintf("%s:%d", r.relative(at.Filename), at.Line)
}

// treat decides what to take out for one problem.
func (r *round) treat(p problem) error {
	if r.inFolder(p.file, r.Generated) {
		return r.ungenerated(p)
	}
	if kind, name := p.unsuitableMethod(); name != "" {
		r.retireMethod(kind, name, p)
		return nil
	}
	file := r.module.files[p.file]
	path := enclosing(file, p.pos)
	switch {
	case p.unusedImport():
		return r.dropImport(path, p)
	case p.unusedVariable():
		return r.dropVariable(path, p)
	}
	strict := r.inFolder(p.file, r.Strict) || strings.HasSuffix(p.file, "_test.go")
	if !strict || p.memberGone() {
		if part := removable(path, p); part != nil {
			r.leaveOut(part, p)
			return nil
		}
	}
	if r.inFolder(p.file, r.Mapping) && !strings.HasSuffix(p.file, "_test.go") {
		if statement := statementAround(path, p); statement != nil {
			r.leaveOut(statement, p)
			return nil
		}
		if function := bodyAround(path, p); function != nil {
			r.empty(function, p)
			return nil
		}
	}
	return r.retire(path, p)
}

// ungenerated says that the generator has given what does not compile, and where
// that lies with the contract.
func (r *round) ungenerated(p problem) error {
	message, _, _ := strings.Cut(p.message, "\n")
	if found := recursiveType.FindStringSubmatch(message); found != nil {
		return fmt.Errorf("%w: the schema of %s requires itself, which no Go type can hold: give it another form by a correction in openapi/overlay.yaml (%s)",
			errStuck, found[1], r.position(p.pos))
	}
	return fmt.Errorf("%w: generated code: %s: %s", errStuck, r.position(p.pos), message)
}

// leaveOut takes a part of a function or of a literal out.
func (r *round) leaveOut(part ast.Node, p problem) {
	from, in := r.position(part.Pos()), r.declaring(p.file, part.Pos())
	if !r.cut(p.file, part.Pos(), part.End(), true) {
		return
	}
	r.result.LeftOut = append(r.result.LeftOut, LeftOut{
		From: from, In: in, Text: shorten(r.module.source(p.file, part.Pos(), part.End())), Why: p.message, Gone: p.memberGone(),
	})
}

// declaring is the name of the declaration around a position.
func (r *round) declaring(file string, pos token.Pos) string {
	for _, d := range r.module.files[file].Decls {
		if names, _ := declared(d); d.Pos() <= pos && pos < d.End() && len(names) > 0 {
			return names[0]
		}
	}
	return "_"
}

// empty makes a function give nothing, where only its body is at fault.
func (r *round) empty(function *ast.FuncDecl, p problem) {
	body := r.module.source(p.file, function.Body.Pos(), function.Body.End())
	text, names := "{\n", []string{}
	if function.Type.Results != nil {
		for _, result := range function.Type.Results.List {
			kind := r.module.source(p.file, result.Type.Pos(), result.Type.End())
			for range max(1, len(result.Names)) {
				names = append(names, fmt.Sprintf("none%d", len(names)+1))
				text += fmt.Sprintf("var %s %s\n", names[len(names)-1], kind)
			}
		}
		text += "return " + strings.Join(names, ", ") + "\n"
	}
	at := r.module.set.Position(function.Body.Pos()).Offset
	if !r.edit(p.file, edit{from: at, to: at + len(body), text: text + "}"}) {
		return
	}
	r.result.LeftOut = append(r.result.LeftOut, LeftOut{
		From: r.position(function.Pos()), In: functionName(function), Text: "everything that " + functionName(function) + " gives", Why: p.message,
	})
}

// shorten gives source on one short line.
func shorten(source string) string {
	const most = 100
	words := []rune(strings.Join(strings.Fields(source), " "))
	if len(words) > most {
		words = append(words[:most-3], []rune("...")...)
	}
	return string(words)
}
