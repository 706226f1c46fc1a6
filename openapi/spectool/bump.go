package spectool

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// BumpInput says what to bump and where.
type BumpInput struct {
	// Root is the repository's root.
	Root string
	// File is the published document to move to.
	File string
	// DryRun carries everything out in a copy and leaves the repository alone.
	DryRun bool
	// Progress is told, line by line, what is being done.
	Progress func(string)
}

// BumpReport says what a version brings and what the bump has done.
type BumpReport struct {
	Comparison
	Outcome
	// Changed are the files that were replaced, made or removed.
	Changed []string `json:"changed"`
	// DryRun says that nothing was.
	DryRun bool `json:"dry_run"`
}

// errStale is returned where the contract on disk is not what its parts give.
var errStale = errors.New("openapi/lago.yaml is not what upstream.yaml and the overlays give: run make generate first")

// errInterrupted is returned where the bump was told to stop.
var errInterrupted = errors.New("interrupted: nothing has changed")

// Bump moves the repository at Root to the published document File. It imports
// the facts, lays the corrections over them and generates the code, all in a
// copy. There it makes the tree build: operations without a handler get one that
// answers 501, and what no longer compiles is moved aside and named. Only when
// the copy builds, passes the vet and serves do its files replace those of the
// repository, all of them; an error means that nothing has changed.
func Bump(ctx context.Context, in BumpInput) (BumpReport, error) {
	report := BumpReport{DryRun: in.DryRun}
	if in.Progress == nil {
		in.Progress = func(string) {}
	}
	in.Progress("comparing the versions")
	root, err := filepath.Abs(in.Root)
	if err == nil {
		err = checkWhole(root)
	}
	if err != nil {
		return report, err
	}
	before, after, corrections, err := versionsOf(root, in.File)
	if err != nil {
		return report, err
	}
	if report.Comparison, err = compareVersions(before, after, corrections); err != nil {
		return report, err
	}
	err = report.carryOut(ctx, root, in)
	switch {
	case err == nil || errors.Is(err, errHalf):
		return report, err
	case ctx.Err() != nil:
		return report, errInterrupted // whatever it was at then says less
	default:
		return report, fmt.Errorf("nothing has changed: %w", err)
	}
}

// carryOut makes the new tree in a copy, and brings it into the repository.
func (r *BumpReport) carryOut(ctx context.Context, root string, in BumpInput) error {
	s, err := newStage(ctx, root)
	defer func() { s.remove() }()
	if err != nil {
		return err
	}
	r.Outcome, err = build(ctx, s.copy, in, true)
	if err != nil && len(r.tried) > 0 && ctx.Err() == nil {
		// What was put back may be at fault. It is no reason to stay on a version.
		in.Progress("once more, without what earlier bumps have moved aside: " + firstLine(err))
		aside := r.leftAside(err)
		s.remove()
		if s, err = newStage(ctx, root); err != nil {
			return err
		}
		r.Outcome, err = build(ctx, s.copy, in, false)
		r.Aside = aside
	}
	if err != nil {
		return err
	}
	return r.bringIn(ctx, s, in.DryRun)
}

// bringIn makes the changes of the copy those of the repository.
func (r *BumpReport) bringIn(ctx context.Context, s stage, dryRun bool) error {
	files, err := s.changes()
	if err != nil {
		return err
	}
	for _, f := range files {
		r.Changed = append(r.Changed, filepath.ToSlash(f.Name))
	}
	if dryRun {
		return nil
	}
	// From here on it is not interrupted any more, which takes no time.
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.swap(files, r.Published.Old, r.Published.New)
}

// bundleOf names the parts of the billing contract of a repository.
func bundleOf(root string) BundleInput {
	folder := filepath.Join(root, "openapi")
	return BundleInput{
		Upstream: filepath.Join(folder, "upstream.yaml"),
		Overlays: []string{filepath.Join(folder, "overlay.yaml"), filepath.Join(folder, "summaries.yaml")},
		YAML:     filepath.Join(folder, "lago.yaml"),
		Written:  []string{filepath.Join(folder, "requestlogs.yaml"), filepath.Join(folder, "admin.yaml")},
	}
}

// versionsOf reads the facts that a repository is on, those of the document to
// move to, and the corrections. What is served must be what they give, or the
// comparison would speak of something else.
func versionsOf(root, file string) (before, after *yaml.Node, corrections []correction, err error) {
	bundle := bundleOf(root)
	if before, err = readDocument(bundle.Upstream); err != nil {
		return nil, nil, nil, err
	}
	if after, err = readFacts(file); err != nil {
		return nil, nil, nil, err
	}
	if corrections, err = readOverlays(bundle.Overlays); err != nil {
		return nil, nil, nil, err
	}
	served, err := readDocument(bundle.YAML)
	if err != nil {
		return nil, nil, nil, err
	}
	s := newSheet(copyNode(before))
	var unused BundleReport
	for _, c := range corrections {
		s.apply(c)
	}
	if !equalNodes(unused.finish(s), served) {
		return nil, nil, nil, errStale
	}
	return before, after, corrections, nil
}
