package spectool

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"
)

// IdleAction is an overlay action that changes nothing: its target selects
// nothing, usually because a new version has renamed or removed what it
// corrected, or the version already says what it would add.
type IdleAction struct {
	Correction
	// Matched tells the second case from the first.
	Matched bool
}

// String says where the action is, why it is idle and what it was for.
func (a IdleAction) String() string {
	why := "matches nothing"
	if a.Matched {
		why = "changes nothing"
	}
	return a.spell(why)
}

// Correction names an action of an overlay.
type Correction struct {
	// File is the overlay's path.
	File string `json:"file"`
	// Index counts the overlay's actions from one.
	Index int `json:"action"`
	// Target is the action's JSONPath.
	Target string `json:"target"`
	// Description is the action's own description.
	Description string `json:"description,omitempty"`
}

// String says where the action is and what it is for.
func (c Correction) String() string { return c.spell("corrects") }

// spell gives the action on a line of its own, and its description on another.
func (c Correction) spell(verb string) string {
	s := fmt.Sprintf("%s: action %d %s: %s", filepath.Base(c.File), c.Index, verb, c.Target)
	if c.Index == 0 { // not an action, but what a bundle does by itself
		s = c.File + ": " + c.Target
	}
	if c.Description != "" {
		s += "\n      " + c.Description
	}
	return s
}

// correction is an action that is ready to be applied.
type correction struct {
	Correction
	selector overlay.Queryable
	update   *yaml.Node
	remove   bool
	// move is where the targets go; see moveKey. It is empty for an action that
	// updates or removes.
	move string
}

// moveKey is our own extension of the Overlay specification, which can add and
// remove but not carry: the target goes to the place that the value names, a
// path of keys and positions from the mapping that holds it ("allOf/0/$ref").
const moveKey = "x-tarn-move"

// readOverlay parses an OpenAPI Overlay 1.0.0 file. Its targets are RFC 9535
// JSONPath expressions.
func readOverlay(path string) ([]correction, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read overlay: %w", err)
	}
	return parseOverlay(path, data)
}

// parseOverlay is readOverlay for what a file of that name holds.
func parseOverlay(path string, data []byte) ([]correction, error) {
	var o overlay.Overlay
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&o); err != nil {
		return nil, fmt.Errorf("parse overlay %s: %w", path, err)
	}
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("overlay %s: %w", path, err)
	}
	o.JSONPathVersion = "rfc9535"
	list := make([]correction, 0, len(o.Actions))
	for i, action := range o.Actions {
		selector, err := o.NewPath(action.Target, nil)
		if err != nil {
			return nil, fmt.Errorf("overlay %s: action %d: target %s: %w", path, i+1, action.Target, err)
		}
		to, _ := action.Extensions[moveKey].(string)
		list = append(list, correction{
			Correction: Correction{File: path, Index: i + 1, Target: action.Target, Description: action.Description},
			selector:   selector, update: &action.Update, remove: action.Remove, move: to,
		})
	}
	return list, nil
}

// readOverlays reads several overlays and gives their corrections in order. The
// library parses the files and resolves the targets; the merging is ours,
// because the library's keeps a replaced scalar's old type (a string that
// becomes true stays a string) and serializes the whole document twice for every
// action.
func readOverlays(paths []string) ([]correction, error) {
	var list []correction
	for _, path := range paths {
		corrections, err := readOverlay(path)
		if err != nil {
			return nil, err
		}
		list = append(list, corrections...)
	}
	return list, nil
}
