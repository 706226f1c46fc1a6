package edge

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tarn/fault"
)

// Lago checks one record with all its rules at once, and looks records up
// before that. Our validator knows the rules of the contract only, so what it
// refuses is handed to the engine without the refused members: the engine adds
// the fields that break its own rules, or refuses for a reason that comes
// first. Nothing of that stays.

// incomplete is a body that the contract refuses and the engine may still
// judge.
type incomplete struct {
	refusal *fault.Error
	// rest is the body without the members at fault.
	rest []byte
	// removed are the names of those of them that have a value.
	removed []string
}

// Error describes the refusal.
func (i *incomplete) Error() string { return i.refusal.Error() }

// Unwrap makes an incomplete body a fault wherever nothing completes it.
func (i *incomplete) Unwrap() error { return i.refusal }

// outcome is what becomes of a body after the engine has seen the rest of it.
//
// Lago: what may not be done or does not exist is refused before any value is,
// and a few values before all others.
func (i *incomplete) outcome(engine error) error {
	f, isFault := fault.As(engine)
	if !isFault {
		return i.refusal
	}
	switch f.Kind {
	case fault.NotFound:
		if i.hides(f) {
			return i.refusal
		}
		return f
	case fault.Forbidden, fault.NotAllowed:
		return f
	case fault.Validation:
		if i.refusal.Kind != fault.Validation {
			return i.refusal
		}
		if f.First {
			return f
		}
		details := maps.Clone(i.refusal.Details)
		details.Merge(f.Details)
		return details.Err()
	default:
		return i.refusal
	}
}

// hides reports whether a record may be missing only because the member that
// names it was removed.
func (i *incomplete) hides(notFound *fault.Error) bool {
	resource := strings.TrimSuffix(strings.TrimSuffix(notFound.Code, "_not_found"), "s")
	return slices.ContainsFunc(i.removed, func(name string) bool { return strings.Contains(name, resource) })
}

// foundFirst are the operations that look the record up before they look for
// the root of the body.
var foundFirst = map[string]bool{"updateFeature": true}

// rootless is the refusal of a body without its root, for the engine to judge
// with an empty root where the record comes first.
func (op *operation) rootless(err error) error {
	refusal, isFault := fault.As(err)
	if !isFault || !foundFirst[op.ID] {
		return err
	}
	return &incomplete{refusal: refusal, rest: []byte(`{"` + op.root + `":{}}`)}
}

// without is a body without those members of its root that are at fault, or
// have a fault inside; false when one of the pointers leads elsewhere.
func (op *operation) without(body []byte, pointers [][]string) ([]byte, bool) {
	depth := 1
	if op.root != "" {
		depth = 2
	}
	for _, pointer := range pointers {
		if len(pointer) < depth || op.root != "" && pointer[0] != op.root {
			return nil, false
		}
	}
	isObject := false
	rest := rewrite(body, func(value any) any {
		var object map[string]any
		object, isObject = value.(map[string]any)
		if op.root != "" {
			object, isObject = object[op.root].(map[string]any)
		}
		for _, pointer := range pointers {
			delete(object, pointer[depth-1])
		}
		return value
	})
	return rest, isObject
}

// removed are the members with a value that without takes away.
func (op *operation) removed(value any, pointers [][]string) []string {
	depth := 1
	object, _ := value.(map[string]any)
	if op.root != "" {
		depth = 2
		object, _ = object[op.root].(map[string]any)
	}
	var names []string
	for _, pointer := range pointers {
		if name := pointer[depth-1]; object[name] != nil {
			names = append(names, name)
		}
	}
	return names
}

// rewrite changes a body that is valid JSON. Numbers keep all their digits.
func rewrite(body []byte, change func(any) any) []byte {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	_ = decoder.Decode(&value)                // of valid JSON: cannot fail
	changed, _ := json.Marshal(change(value)) // of decoded JSON: cannot fail
	return changed
}

// decoded is a body that is valid JSON as the validator wants it.
func decoded(body []byte) any {
	var value any
	_ = json.Unmarshal(body, &value) // of valid JSON: cannot fail
	return value
}
