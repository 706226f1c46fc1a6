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
	// typed are those of the refusal's details that are about values of a type that
	// nobody can read.
	typed fault.Details
	// rest is the body without the members at fault.
	rest []byte
	// removed are the names that lead to those of them that have a value, left are
	// those of what still names records: members of the rest, and the path.
	removed, left []string
}

// Error describes the refusal.
func (i *incomplete) Error() string { return i.refusal.Error() }

// Unwrap makes an incomplete body a fault wherever nothing completes it.
func (i *incomplete) Unwrap() error { return i.refusal }

// outcome is what becomes of a body after the engine has seen the rest of it.
//
// Lago: what may not be done or does not exist is refused before any value is,
// and a few values before all others. A value of the wrong type, which Lago does not
// have, is always told: what the engine says may come of its not being there.
func (i *incomplete) outcome(engine error) error {
	f, isFault := fault.As(engine)
	if !isFault {
		return i.refusal
	}
	switch f.Kind {
	case fault.NotFound:
		if i.hides(f.Code) {
			return i.refusal
		}
		return f
	case fault.Forbidden, fault.NotAllowed:
		return f
	case fault.Validation:
		return i.withDetails(f)
	default:
		return i.refusal
	}
}

// withDetails is the refusal with what the engine found besides, but for records that
// were named by what it has not seen.
func (i *incomplete) withDetails(f *fault.Error) error {
	if i.refusal.Kind != fault.Validation {
		return i.refusal
	}
	found := maps.Clone(f.Details)
	maps.DeleteFunc(found, func(_ string, value any) bool {
		codes, isList := value.([]string)
		return isList && slices.ContainsFunc(codes, i.hides)
	})
	if f.First && len(i.typed) == 0 && len(found) == len(f.Details) {
		return f
	}
	details := maps.Clone(i.refusal.Details)
	if f.First && len(found) > 0 {
		details = maps.Clone(i.typed)
	}
	details.Merge(found)
	return details.Err()
}

// hides reports whether a record may be missing only because the member that
// names it was removed: one that has its name, or one that does not say what it
// names, where nothing else could have named the record.
func (i *incomplete) hides(code string) bool {
	resource, isMissing := strings.CutSuffix(code, "_not_found")
	if !isMissing {
		return false
	}
	resource = strings.TrimSuffix(resource, "s")
	tells := func(name string) bool { return strings.Contains(name, resource) }
	return slices.ContainsFunc(i.removed, tells) ||
		slices.ContainsFunc(i.removed, namesRecord) && !slices.ContainsFunc(i.left, tells)
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

// depth is how deep in a body the members of its object are.
func (op *operation) depth() int {
	if op.root != "" {
		return 2
	}
	return 1
}

// without is a body without those members of its root that are at fault, or
// have a fault inside; false when one of the pointers leads elsewhere.
func (op *operation) without(body []byte, pointers [][]string) ([]byte, bool) {
	depth := op.depth()
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

// removed are the names that lead to the values that without takes away.
func (op *operation) removed(value any, pointers [][]string) []string {
	object, _ := value.(map[string]any)
	if op.root != "" {
		object, _ = object[op.root].(map[string]any)
	}
	var names []string
	for _, pointer := range pointers {
		if below := pointer[op.depth()-1:]; object[below[0]] != nil {
			names = append(names, below...)
		}
	}
	return names
}

// left are the names of what names records beside what was removed.
func (op *operation) left(rest []byte) []string {
	return op.membersIn(decoded(rest), nil, op.named)
}

// membersIn adds the names of all members of a value to others; those of free
// content name nothing.
func (op *operation) membersIn(value any, pointer, found []string) []string {
	if op.takesWhole(pointer) {
		return found
	}
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			found = op.membersIn(member, append(slices.Clip(pointer), name), append(slices.Clip(found), name))
		}
	case []any:
		for _, entry := range v {
			found = op.membersIn(entry, append(slices.Clip(pointer), "0"), found)
		}
	}
	return found
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
