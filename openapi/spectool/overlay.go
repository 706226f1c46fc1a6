package spectool

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/speakeasy-api/openapi/overlay"
	"gopkg.in/yaml.v3"
)

// IdleAction is an overlay action that changes nothing: its target selects
// nothing, usually because a new version has renamed or removed what it
// corrected, or the version already says what it would add.
type IdleAction struct {
	// File is the overlay's path.
	File string
	// Index counts the overlay's actions from one.
	Index int
	// Target is the action's JSONPath.
	Target string
	// Description is the action's own description.
	Description string
	// Matched tells the second case from the first.
	Matched bool
}

// String says where the action is, why it is idle and what it was for.
func (a IdleAction) String() string {
	why := "matches nothing"
	if a.Matched {
		why = "changes nothing"
	}
	s := fmt.Sprintf("%s: action %d %s: %s", filepath.Base(a.File), a.Index, why, a.Target)
	if a.Description != "" {
		s += "\n      " + a.Description
	}
	return s
}

// readOverlay parses an OpenAPI Overlay 1.0.0 file. Its targets are RFC 9535
// JSONPath expressions.
func readOverlay(path string) (*overlay.Overlay, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read overlay: %w", err)
	}
	var o overlay.Overlay
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&o); err != nil {
		return nil, fmt.Errorf("parse overlay %s: %w", path, err)
	}
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("overlay %s: %w", path, err)
	}
	o.JSONPathVersion = "rfc9535"
	return &o, nil
}

// applyOverlay lays the overlay file at path over root, in place, and returns
// the actions that had nothing to do. The library parses the file and
// resolves the targets; the merging is ours, because the library's keeps a
// replaced scalar's old type (a string that becomes true stays a string) and
// serializes the whole document twice for every action.
func applyOverlay(root *yaml.Node, path string) ([]IdleAction, error) {
	o, err := readOverlay(path)
	if err != nil {
		return nil, err
	}
	var idle []IdleAction
	for i, action := range o.Actions {
		selector, err := o.NewPath(action.Target, nil)
		if err != nil {
			return nil, fmt.Errorf("overlay %s: action %d: target %s: %w", path, i+1, action.Target, err)
		}
		targets := selector.Query(root)
		changed := action.Remove && len(targets) > 0
		for _, target := range targets {
			if action.Remove {
				removeNode(root, target)
				continue
			}
			before := copyNode(target)
			mergeNode(target, &action.Update)
			changed = changed || !equalNodes(before, target)
		}
		if !changed {
			idle = append(idle, IdleAction{
				File: path, Index: i + 1, Target: action.Target,
				Description: action.Description, Matched: len(targets) > 0,
			})
		}
	}
	return idle, nil
}

// mergeNode lays update over target as the Overlay specification says: mappings
// are merged key by key, sequences are appended, anything else is replaced. The
// sequences that JSON Schema treats as sets do not take a value twice, so that a
// correction which a new version has made itself does no harm.
func mergeNode(target, update *yaml.Node) {
	mergeValue(target, copyNode(update), false)
}

// mergeValue is mergeNode for an update that may be used up; set says that a
// sequence is one of the sets.
func mergeValue(target, update *yaml.Node, set bool) {
	switch {
	case target.Kind == yaml.MappingNode && update.Kind == yaml.MappingNode:
		for _, e := range entries(update) {
			if old := lookup(target, e.key); old != nil {
				mergeValue(old, e.value, isSet(e.key))
			} else {
				setKey(target, e.key, e.value)
			}
		}
	case target.Kind == yaml.SequenceNode && update.Kind == yaml.SequenceNode:
		for _, item := range update.Content {
			if !set || !slices.ContainsFunc(target.Content, func(n *yaml.Node) bool { return equalNodes(n, item) }) {
				target.Content = append(target.Content, item)
			}
		}
	default:
		*target = *update
	}
}

// isSet reports whether a keyword's sequence is a set.
func isSet(key string) bool { return key == "type" || key == "enum" || key == "required" }

// removeNode takes target, which lies somewhere below n, out of its parent. It
// reports whether it found it.
func removeNode(n, target *yaml.Node) bool {
	for i, child := range n.Content {
		if child == target {
			first, last := i, i+1
			if n.Kind == yaml.MappingNode {
				first, last = i-i%2, i-i%2+2
			}
			n.Content = slices.Delete(n.Content, first, last)
			return true
		}
		if removeNode(child, target) {
			return true
		}
	}
	return false
}
