package engine

import (
	"fmt"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// partEditor makes and changes the parts of one kind of one plan, in memory.
type partEditor[Row, Input any] struct {
	planParts[Row]

	tx    *store.Tx
	plan  *store.Plan
	rules partRules[Row, Input]
	// attached says that a subscription hangs on the plan.
	attached bool
	taxes    taxSet
	// present are the plan's parts, and codes whose code is whose.
	present map[uuid.UUID]Row
	codes   map[string]uuid.UUID
}

// partRules are the rules of one kind of parts.
type partRules[Row, Input any] interface {
	// members are what inputs of every kind have in common.
	members(in *Input) partMembers
	// baseCode is the code that a part has when nobody gives it one.
	baseCode(in Input) string
	// create makes a part of an input.
	create(in Input) (Row, error)
	// update changes a part as an input says. What it returns is a copy.
	update(before Row, in Input) (Row, error)
}

// partMembers are members of an input, which can be set.
type partMembers struct {
	id, code *form.Optional[string]
	taxCodes form.Optional[[]string]
}

// newPartEditor reads what inputs of every kind refer to. The plan must be locked,
// so that its codes are known.
func newPartEditor[Row, Input any](
	tx *store.Tx, plan *store.Plan, parts planParts[Row], rules partRules[Row, Input], inputs []Input,
) (*partEditor[Row, Input], error) {
	rows := parts.of(*plan)
	editor := &partEditor[Row, Input]{
		planParts: parts, tx: tx, plan: plan, rules: rules,
		present: make(map[uuid.UUID]Row, len(rows)), codes: make(map[string]uuid.UUID, len(rows)),
	}
	for _, row := range rows {
		key := parts.key(row)
		editor.present[key.id], editor.codes[key.code] = row, key.id
	}
	var err error
	if editor.attached, err = planAttached(tx, *plan); err != nil {
		return nil, err
	}
	var codes []string
	for _, in := range inputs {
		named, _ := rules.members(&in).taxCodes.Get() // absent and null name none
		codes = append(codes, named...)
	}
	editor.taxes, err = findTaxSet(tx, codes)
	return editor, err
}

// replace makes these the plan's parts: those that name a part of the plan change
// it, others are new, and the parts that none names are deleted. The first that
// breaks a rule decides the fault. A new part without a code gets its base code,
// with a number where the plan has it already.
func (e *partEditor[Row, Input]) replace(inputs []Input) (partChanges[Row], error) {
	changes := partChanges[Row]{removed: e.unnamed(inputs)}
	place := map[uuid.UUID]int{}
	for _, in := range inputs {
		members := e.rules.members(&in)
		id := form.Identifier(*members.id)
		code, _ := members.code.Get()
		before, known := e.present[id]
		if !known {
			if form.Blank(code) {
				members.code.Set(freeCode(e.rules.baseCode(in), e.codes))
			}
			row, err := e.rules.create(in)
			if err != nil {
				return changes, err
			}
			changes.created = append(changes.created, row)
			continue
		}
		if form.Blank(code) {
			members.code.SetUnspecified()
		}
		after, err := e.rules.update(before, in)
		if err != nil {
			return changes, err
		}
		e.present[id] = after
		if i, again := place[id]; again {
			changes.changed[i].after = after
			continue
		}
		place[id] = len(changes.changed)
		changes.changed = append(changes.changed, partChange[Row]{before: before, after: after})
	}
	return changes, nil
}

// unnamed are the parts of the plan that no input names. Their codes are free
// from here on.
func (e *partEditor[Row, Input]) unnamed(inputs []Input) []Row {
	named := make(map[uuid.UUID]bool, len(inputs))
	for _, in := range inputs {
		named[form.Identifier(*e.rules.members(&in).id)] = true
	}
	var rest []Row
	for _, row := range e.of(*e.plan) {
		if key := e.key(row); !named[key.id] {
			delete(e.codes, key.code)
			rest = append(rest, row)
		}
	}
	return rest
}

// takeCode checks the code of a part and takes it.
func (e *partEditor[Row, Input]) takeCode(details fault.Details, row Row) {
	key := e.key(row)
	owner, taken := e.codes[key.code]
	form.CheckCode(details, key.code, taken && owner != key.id)
	e.codes[key.code] = key.id
}

// save writes what was changed and returns it as it is kept.
func (e *partEditor[Row, Input]) save(changes partChanges[Row], cascade bool) (partChanges[Row], error) {
	kept, err := e.planParts.save(e.tx, *e.plan, changes, cascade)
	return kept, form.Taken(err, "code")
}

// change is save for a plan that subscriptions may have: drafts follow it.
func (e *partEditor[Row, Input]) change(changes partChanges[Row], cascade bool) (partChanges[Row], error) {
	kept, err := e.planParts.change(e.tx, *e.plan, changes, cascade)
	return kept, form.Taken(err, "code")
}

// overrideParts are the changes that inputs make to parts of a subscription's own
// plan. Inputs that name none of them are ignored.
func overrideParts[Row, Input any](
	parts planParts[Row], own store.Plan, inputs []Input,
	id func(Input) form.Optional[string], override func(Row, Input) (Row, error),
) (partChanges[Row], error) {
	var changes partChanges[Row]
	for _, before := range parts.of(own) {
		after, named, key := before, false, parts.key(before)
		for _, in := range inputs {
			if !refersTo(id(in), key.id, key.parent) {
				continue
			}
			named = true
			var err error
			if after, err = override(after, in); err != nil {
				return changes, err
			}
		}
		if named {
			changes.changed = append(changes.changed, partChange[Row]{before: before, after: after})
		}
	}
	return changes, nil
}

// freeCode is a code, or the code with the least number from 2 on with which
// it is not taken.
func freeCode(base string, taken map[string]uuid.UUID) string {
	code := base
	for number := 2; ; number++ {
		if _, isTaken := taken[code]; !isTaken {
			return code
		}
		code = fmt.Sprintf("%s_%d", base, number)
	}
}
