package spectool

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

// State says how far an operation is.
type State int

// The states of an operation.
const (
	// Missing: no method answers for it, so the tree does not compile.
	Missing State = iota
	// Pending: it answers 501.
	Pending
	// Implemented: it has a handler of its own.
	Implemented
)

// String is the state's name.
func (s State) String() string { return [...]string{"missing", "pending", "implemented"}[s] }

// Handler is an operation of the contract with the method that answers for it.
type Handler struct {
	// Operation is the operation.
	Operation Operation `json:"operation"`
	// Method is the Go name of its handler.
	Method string `json:"method"`
	// State says whether there is one.
	State State `json:"-"`
	// Position is where the method stands, as file and line below the root; it is
	// empty when it is missing.
	Position string `json:"-"`
	// Kept is where a handler of that name was moved aside, as file and line; empty
	// where none was.
	Kept string `json:"kept,omitempty"`
}

// Signature is the method that has to be written for an operation.
func (h Handler) Signature() string {
	return fmt.Sprintf("func (s *Server) %s(ctx context.Context, request gen.%s%s) (gen.%sResponseObject, error)",
		h.Method, h.Method, requestSuffix, h.Method)
}

// Orphan is a handler whose operation the contract no longer has.
type Orphan struct {
	// Method is its Go name.
	Method string
	// Position is where it stands, as file and line below the root.
	Position string
}

// CoverageReport says which operations of the contract the source implements, and which
// webhooks it sends.
type CoverageReport struct {
	// Handlers has one entry for each operation, ordered by tag, path and method.
	Handlers []Handler
	// Orphans are handlers without an operation.
	Orphans []Orphan
	// Webhooks are the types of webhooks, in alphabetical order.
	Webhooks []Webhook
}

// Count gives the number of operations in a state.
func (r CoverageReport) Count(state State) int {
	n := 0
	for _, h := range r.Handlers {
		if h.State == state {
			n++
		}
	}
	return n
}

// Coverage compares the operations of the billing contract with the handlers in
// the source of the repository at root. It reads openapi/lago.yaml, the
// generated interface in gen and the methods of Server and pending in server,
// as text: the tree need not compile.
func Coverage(root string) (CoverageReport, error) {
	document, err := readDocument(filepath.Join(root, "openapi", "lago.yaml"))
	if err != nil {
		return CoverageReport{}, err
	}
	names, err := generatedNames(filepath.Join(root, "gen", "server.gen.go"))
	if err != nil {
		return CoverageReport{}, err
	}
	methods, err := sourceMethods(root, "server")
	if err != nil {
		return CoverageReport{}, err
	}
	var report CoverageReport
	wanted := map[string]bool{}
	for _, op := range operations(document) {
		if op.IsWebhook() {
			continue
		}
		h := Handler{Operation: op, Method: cmp.Or(names[op.Method+" "+op.Path], exportedName(op.ID))}
		wanted[h.Method] = true
		h.State, h.Position = stateOf(h.Method, methods)
		report.Handlers = append(report.Handlers, h)
	}
	for _, m := range methods {
		if !wanted[m.name] {
			report.Orphans = append(report.Orphans, Orphan{Method: m.name, Position: m.position})
		}
	}
	slices.SortStableFunc(report.Handlers, func(a, b Handler) int {
		return strings.Compare(a.Operation.Tag, b.Operation.Tag)
	})
	report.Webhooks, err = webhooksOf(root, document)
	return report, err
}

// stateOf finds the method that answers for an operation. A handler of Server
// hides the one it inherits.
func stateOf(name string, methods []method) (State, string) {
	state, position := Missing, ""
	for _, m := range methods {
		switch {
		case m.name != name:
		case m.receiver == serverType:
			return Implemented, m.position
		default:
			state, position = Pending, m.position
		}
	}
	return state, position
}

// Print writes a table by tag with totals, and below it the operations that are
// not implemented.
func (r CoverageReport) Print(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "tag\timplemented\tpending\tmissing\ttotal\t")
	row := func(name string, c [3]int) {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t\n", name, c[Implemented], c[Pending], c[Missing], c[0]+c[1]+c[2])
	}
	var total [3]int
	counts := map[string][3]int{}
	var tags []string
	for _, h := range r.Handlers {
		tag := cmp.Or(h.Operation.Tag, "(none)")
		if _, known := counts[tag]; !known {
			tags = append(tags, tag)
		}
		c := counts[tag]
		c[h.State]++
		counts[tag] = c
		total[h.State]++
	}
	for _, tag := range tags {
		row(tag, counts[tag])
	}
	row("total", total)
	_ = table.Flush() // as with every line above, the writer's error is the caller's to notice
	r.printState(w, Missing, "Missing, so that the tree does not compile")
	r.printState(w, Pending, "Pending, answered with 501")
	r.printOrphans(w)
	r.printWebhooks(w)
}

// printState lists the operations in a state, or nothing when there are none.
func (r CoverageReport) printState(w io.Writer, state State, title string) {
	if r.Count(state) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", title)
	for _, h := range r.Handlers {
		if h.State == state {
			fmt.Fprintf(w, "  %-18s %s\n", h.Operation.Tag, h.Operation)
		}
	}
}

// printOrphans lists the handlers without an operation.
func (r CoverageReport) printOrphans(w io.Writer) {
	if len(r.Orphans) == 0 {
		return
	}
	fmt.Fprintln(w, "\nHandlers whose operation is gone:")
	for _, o := range r.Orphans {
		fmt.Fprintf(w, "  %s (%s)\n", o.Method, o.Position)
	}
}
