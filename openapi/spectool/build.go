package spectool

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"tarn/openapi/spectool/repair"
)

// Outcome says what a bump has made of the contract and of the code.
type Outcome struct {
	// Bundle is what is to be looked at in the new contract.
	Bundle BundleReport `json:"bundle"`
	// Written are the handlers that answer 501 now, for operations that are new
	// or whose handler no longer fits.
	Written []Handler `json:"written,omitempty"`
	// StillPending are those that answered 501 before.
	StillPending []Handler `json:"still_pending,omitempty"`
	// Renamed are handlers whose operation has another name.
	Renamed []Renamed `json:"renamed,omitempty"`
	// PutBack is what earlier bumps have taken out and fits again.
	PutBack []repair.Returned `json:"put_back,omitempty"`
	// Aside is what could not be tried, because others have gone on with it.
	Aside []repair.Aside `json:"aside,omitempty"`
	// Repair is what was taken out so that the tree compiles.
	Repair repair.Result `json:"repair"`
	// Gaps are where answers may not be what the new version allows.
	Gaps []Gap `json:"gaps,omitempty"`
	// Implemented and Pending count the operations.
	Implemented int `json:"implemented"`
	Pending     int `json:"pending"`

	handlers []Handler         // of every operation
	tried    []repair.Returned // all that was put back, whether it fits or not
}

// build makes the tree at root one of the new version that builds and serves.
// What earlier bumps have taken out is put back first, if so wanted: what does
// not fit yet is taken out again, and so every bump tells everything.
func build(ctx context.Context, root string, in BumpInput, putBack bool) (o Outcome, err error) {
	before, err := generatedIn(root)
	if err != nil {
		return o, err
	}
	bundle := bundleOf(root)
	if err := Import(in.File, bundle.Upstream); err != nil {
		return o, err
	}
	if o.Bundle, err = Bundle(bundle); err != nil {
		return o, err
	}
	in.Progress("generating the code")
	if err := runGo(ctx, root, "generate", "./gen/..."); err != nil {
		return o, err
	}
	if putBack {
		if o.PutBack, o.Aside, err = repair.PutBack(root); err != nil {
			return o, err
		}
		o.tried = slices.Clone(o.PutBack)
	}
	if err := o.rename(root, before); err != nil {
		return o, err
	}
	if err := o.repair(ctx, root, in.Progress); err != nil {
		return o, err
	}
	in.Progress("building, vetting and starting it")
	if err := verify(ctx, root); err != nil {
		return o, err
	}
	o.Gaps, err = findGaps(ctx, root, before)
	return o, err
}

// repair makes the tree compile, and says how far its operations are.
func (o *Outcome) repair(ctx context.Context, root string, progress func(string)) (err error) {
	o.Repair, err = repair.Run(ctx, repair.Options{
		Root: root, Generated: []string{"gen"}, Strict: []string{"server"}, Mapping: []string{"wire", "audit"},
		Progress: progress,
		Refill: func() error {
			written, err := fillPending(root)
			o.Written = append(o.Written, written...)
			return err
		},
	})
	if err != nil {
		return err
	}
	o.PutBack = o.Repair.Stayed(o.PutBack)
	if err := dropPending(root, o.PutBack); err != nil {
		return err
	}
	coverage, err := Coverage(root)
	if err != nil {
		return err
	}
	o.Implemented, o.Pending, o.handlers = coverage.Count(Implemented), coverage.Count(Pending), coverage.Handlers
	for _, h := range coverage.Handlers {
		if h.State == Pending && !slices.ContainsFunc(o.Written, func(w Handler) bool { return w.Method == h.Method }) {
			o.StillPending = append(o.StillPending, h)
		}
	}
	if err := keptAside(root, o.StillPending); err != nil {
		return err
	}
	return keptAside(root, o.Written)
}

// verify leaves the last word to the compiler and to the server.
func verify(ctx context.Context, root string) error {
	for _, args := range [][]string{{"build", "./..."}, {"vet", "./..."}} {
		if err := runGo(ctx, root, args...); err != nil {
			return err
		}
	}
	coverage, err := Coverage(root)
	if err != nil {
		return err
	}
	return serves(ctx, root, coverage)
}

// runGo executes a go command in dir. If it fails, the error has its output.
func runGo(ctx context.Context, dir string, args ...string) error {
	command := goCommand(ctx, dir, args...)
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, strings.ReplaceAll(string(output), dir+string(os.PathSeparator), ""))
	}
	return nil
}

// leftAside says of everything that was put back that the tree fails with it.
func (o *Outcome) leftAside(err error) []repair.Aside {
	aside := o.Aside
	for _, x := range o.tried {
		aside = append(aside, repair.Aside{Name: x.Name, In: path.Join(repair.Folder, x.File), Why: "with what was moved aside the tree fails: " + firstLine(err)})
	}
	return aside
}

// firstLine is the first line of an error.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// gone reports whether a retired declaration is the handler of an operation that
// the version no longer has, and not of one that was given a 501.
func (o *Outcome) gone(retired repair.Retired) bool {
	name, isHandler := strings.CutPrefix(retired.Name, serverType+".")
	return isHandler && !slices.ContainsFunc(o.handlers, func(h Handler) bool { return h.Method == name })
}
