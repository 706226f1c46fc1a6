package repair

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// enclosing lists the nodes of a file around a position, from the file to the
// innermost.
func enclosing(file *ast.File, pos token.Pos) []ast.Node {
	var path []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || n.End() <= pos {
			return false
		}
		path = append(path, n)
		return true
	})
	return path
}

// removable is the smallest part around a problem that can be taken out without
// changing what the rest means: an entry of a literal, an assignment to a member
// that is gone, a field of a type. It is nil where there is none.
func removable(path []ast.Node, p problem) ast.Node {
	for i, n := range slices.Backward(path) {
		if i == 0 {
			return nil
		}
		switch outer := path[i-1].(type) {
		case *ast.CompositeLit:
			if entry, ok := n.(ast.Expr); ok && slices.Contains(outer.Elts, entry) {
				return n
			}
		case *ast.AssignStmt:
			if p.memberGone() && len(outer.Lhs) == 1 && outer.Lhs[0] == n && inBlock(path[:i-1]) {
				return outer
			}
		case *ast.FieldList:
			if i >= 2 && isStruct(path[i-2]) {
				return n
			}
		case *ast.FuncDecl:
			return nil
		}
	}
	return nil
}

// inBlock reports whether the innermost node holds a list of statements.
func inBlock(path []ast.Node) bool {
	switch path[len(path)-1].(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return true
	default:
		return false
	}
}

func isStruct(n ast.Node) bool { _, ok := n.(*ast.StructType); return ok }

// retire moves the declaration around a problem aside.
func (r *round) retire(path []ast.Node, p problem) error {
	if len(path) < 2 {
		return fmt.Errorf("%w: %s", errStuck, p)
	}
	switch declaration := path[1].(type) {
	case *ast.FuncDecl:
		r.retireDeclaration(p, functionName(declaration), declaration, declaration.Doc)
		return nil
	case *ast.GenDecl:
		if len(path) > 2 && declaration.Lparen.IsValid() {
			if spec, ok := path[2].(ast.Spec); ok && len(declaration.Specs) > 1 {
				r.retireSpec(p, spec)
				return nil
			}
		}
		r.retireDeclaration(p, specName(declaration.Specs[0]), declaration, declaration.Doc)
		return nil
	}
	return fmt.Errorf("%w: %s", errStuck, p)
}

// retireDeclaration moves a declaration aside with the comment above it.
func (r *round) retireDeclaration(p problem, name string, n ast.Node, doc *ast.CommentGroup) {
	from := n.Pos()
	if doc != nil {
		from = doc.Pos()
	}
	if r.cut(p.file, from, n.End(), false) {
		r.noteRetired(p, name, n.Pos())
	}
}

// retireSpec moves one of the names of a declaration in parentheses aside.
func (r *round) retireSpec(p problem, spec ast.Spec) {
	from := spec.Pos()
	if doc := specDoc(spec); doc != nil {
		from = doc.Pos()
	}
	if r.cut(p.file, from, spec.End(), false) {
		r.noteRetired(p, specName(spec), spec.Pos())
	}
}

// noteRetired notes that a declaration was taken out. It is kept when all is done,
// as it was before any of it was.
func (r *round) noteRetired(p problem, name string, pos token.Pos) {
	to := Folder + "/" + r.relative(p.file)
	r.result.Retired = append(r.result.Retired, Retired{Name: name, From: r.position(pos), To: to, Why: p.message})
}

// retireMethod moves a method aside, because its type no longer implements an
// interface with it. Where it is missing, refilling will give one.
func (r *round) retireMethod(kind, name string, p problem) {
	for path, file := range r.module.files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, d := range file.Decls {
			if function, ok := d.(*ast.FuncDecl); ok && functionName(function) == kind+"."+name {
				r.retireDeclaration(problem{file: path, message: p.message}, kind+"."+name, function, function.Doc)
			}
		}
	}
}

// statementAround is the innermost statement, if it only gives something a name,
// and what uses the name goes with it in the next round, or does something with a
// member that is gone.
func statementAround(path []ast.Node, p problem) ast.Node {
	for i, n := range slices.Backward(path) {
		statement, ok := n.(ast.Stmt)
		if !ok {
			continue
		}
		switch statement.(type) {
		case *ast.AssignStmt, *ast.DeclStmt:
		case *ast.ExprStmt:
			if !p.memberGone() {
				return nil
			}
		default:
			return nil
		}
		if inBlock(path[:i]) {
			return statement
		}
		return nil
	}
	return nil
}

// bodyAround is the function in whose body a problem is.
func bodyAround(path []ast.Node, p problem) *ast.FuncDecl {
	if len(path) < 2 {
		return nil
	}
	function, ok := path[1].(*ast.FuncDecl)
	if !ok || function.Body == nil || p.pos < function.Body.Pos() {
		return nil
	}
	return function
}

// functionName is a function's name with the type that it belongs to.
func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) != 1 {
		return f.Name.Name
	}
	receiver := f.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}
	if name, ok := receiver.(*ast.Ident); ok {
		return name.Name + "." + f.Name.Name
	}
	return f.Name.Name
}

// specName is the first name of a declaration.
func specName(spec ast.Spec) string {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return s.Name.Name
	case *ast.ValueSpec:
		return s.Names[0].Name
	}
	return "import"
}

// specDoc is the comment above a declared name.
func specDoc(spec ast.Spec) *ast.CommentGroup {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		return s.Doc
	case *ast.ValueSpec:
		return s.Doc
	}
	return nil
}

// dropImport takes out an import that nothing uses any more.
func (r *round) dropImport(path []ast.Node, p problem) error {
	for _, n := range slices.Backward(path) {
		if spec, ok := n.(*ast.ImportSpec); ok {
			declaration, _ := path[1].(*ast.GenDecl)
			if declaration != nil && !declaration.Lparen.IsValid() {
				r.cut(p.file, declaration.Pos(), declaration.End(), false)
				return nil
			}
			r.cut(p.file, spec.Pos(), spec.End(), false)
			return nil
		}
	}
	return fmt.Errorf("%w: %s", errStuck, p)
}

// dropVariable takes out a variable that nothing uses any more: with its
// statement where that sets nothing else, and else by the blank name.
func (r *round) dropVariable(path []ast.Node, p problem) error {
	for i, n := range slices.Backward(path) {
		switch s := n.(type) {
		case *ast.AssignStmt:
			if len(s.Lhs) == 1 && inBlock(path[:i]) {
				r.leaveOut(s, p)
				return nil
			}
			r.blank(s, p)
			return nil
		case *ast.DeclStmt:
			r.leaveOut(s, p)
			return nil
		case *ast.RangeStmt:
			r.edit(p.file, r.replacing(p.pos, "_"))
			return nil
		case *ast.BlockStmt, *ast.FuncDecl:
			return r.retire(path, p)
		}
	}
	return r.retire(path, p)
}

// blank gives the unused variable of an assignment the blank name. An assignment
// that defines nothing any more is a plain one.
func (r *round) blank(s *ast.AssignStmt, p problem) {
	defines := false
	for _, left := range s.Lhs {
		name, ok := left.(*ast.Ident)
		defines = defines || !ok || name.Name != "_" && name.Pos() != p.pos
	}
	r.edit(p.file, r.replacing(p.pos, "_"))
	if !defines {
		at := r.module.set.Position(s.TokPos).Offset
		r.edit(p.file, edit{from: at, to: at + len(":="), text: "="})
	}
}

// replacing replaces the name at a position.
func (r *round) replacing(pos token.Pos, text string) edit {
	from, length := r.module.set.Position(pos), 0
	source := r.module.sources[from.Filename][from.Offset:]
	for length < len(source) && (source[length] == '_' || source[length] >= '0' && source[length] <= '9' || source[length]|0x20 >= 'a' && source[length]|0x20 <= 'z') {
		length++
	}
	return edit{from: from.Offset, to: from.Offset + length, text: text}
}
