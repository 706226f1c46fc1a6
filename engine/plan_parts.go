package engine

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"tarn/invoicing"
	"tarn/store"
)

// planParts says what one kind of parts of a plan is: its charges, or its fixed
// charges. What happens to both in the same way is written once, for a kind.
type planParts[Row any] struct {
	// of are the parts of a plan, and key is what they have in common.
	of  func(store.Plan) []Row
	key func(Row) partKey
	// store and hide write parts and delete them.
	store, hide func(*store.Tx, []Row) error
	// copied is a new part of another plan, like the one that it is copied from.
	copied func(parent Row, plan uuid.UUID) Row
	// followed is a copy that was changed as its original was; false where the
	// copy does not follow.
	followed func(own Row, change partChange[Row], now time.Time) (Row, bool)
	// written is called for each plan with what was written of it.
	written func(*store.Tx, store.Plan, partChanges[Row]) error
}

// partKey is what finds a part of a plan.
type partKey struct {
	id uuid.UUID
	// parent is the part of the catalogue's plan that this one was copied from.
	parent *uuid.UUID
	code   string
}

// partChange is a part of a plan as it was and as it will be.
type partChange[Row any] struct{ before, after Row }

// partChanges are what a request does to the parts of a plan.
type partChanges[Row any] struct {
	created []Row
	changed []partChange[Row]
	removed []Row
}

// changedPart is the change of a single part.
func changedPart[Row any](before, after Row) partChanges[Row] {
	return partChanges[Row]{changed: []partChange[Row]{{before: before, after: after}}}
}

// save writes changes to the parts of a plan and returns them as they are kept.
// With cascade the plans that override the plan follow.
func (p planParts[Row]) save(tx *store.Tx, plan store.Plan, changes partChanges[Row], cascade bool) (partChanges[Row], error) {
	kept, err := p.write(tx, plan, changes)
	if err == nil && cascade {
		err = p.cascade(tx, plan, kept)
	}
	return kept, err
}

// change is save for a plan that subscriptions may have: drafts follow it.
func (p planParts[Row]) change(tx *store.Tx, plan store.Plan, changes partChanges[Row], cascade bool) (partChanges[Row], error) {
	kept, err := p.save(tx, plan, changes, cascade)
	if err != nil {
		return kept, err
	}
	return kept, invoicing.DraftsChanged(tx, store.DraftsFor{Plan: &plan.ID})
}

// write writes changes to the parts of one plan and returns them as they are
// kept.
func (p planParts[Row]) write(tx *store.Tx, plan store.Plan, changes partChanges[Row]) (partChanges[Row], error) {
	kept := partChanges[Row]{
		created: slices.Clone(changes.created), changed: slices.Clone(changes.changed), removed: changes.removed,
	}
	if err := p.hide(tx, kept.removed); err != nil {
		return kept, err
	}
	changed := make([]Row, len(kept.changed))
	for i, change := range kept.changed {
		changed[i] = change.after
	}
	if err := p.store(tx, changed); err != nil {
		return kept, err
	}
	for i, row := range changed {
		kept.changed[i].after = row
	}
	if err := p.store(tx, kept.created); err != nil {
		return kept, err
	}
	return kept, p.written(tx, plan, kept)
}

// cascade lets the plans that override a plan follow changes to its parts. What
// did not change does not reach them. A plan whose subscription is over neither
// gets nor loses parts.
//
// Lago: the plans follow later, in the background. Here they have followed
// before the answer.
func (p planParts[Row]) cascade(tx *store.Tx, plan store.Plan, changes partChanges[Row]) error {
	children, err := tx.ChildPlans(plan)
	if err != nil {
		return err
	}
	used, err := tx.PlansInUse(children)
	if err != nil {
		return err
	}
	for _, child := range children {
		reaching := changes
		if !used[child.ID] {
			reaching.created, reaching.removed = nil, nil
		}
		if _, err := p.write(tx, child, p.following(child, reaching, tx.Now())); err != nil {
			return err
		}
	}
	return nil
}

// following are the changes by which a plan that overrides another one follows
// changes to the parts of that one.
func (p planParts[Row]) following(child store.Plan, changes partChanges[Row], now time.Time) partChanges[Row] {
	copies := map[uuid.UUID]Row{}
	for _, row := range p.of(child) {
		if parent := p.key(row).parent; parent != nil {
			copies[*parent] = row
		}
	}
	var own partChanges[Row]
	for _, parent := range changes.removed {
		if row, exists := copies[p.key(parent).id]; exists {
			own.removed = append(own.removed, row)
		}
	}
	for _, change := range changes.changed {
		row, exists := copies[p.key(change.after).id]
		if !exists {
			continue
		}
		if after, follows := p.followed(row, change, now); follows {
			own.changed = append(own.changed, partChange[Row]{before: row, after: after})
		}
	}
	for _, parent := range changes.created {
		own.created = append(own.created, p.copied(parent, child.ID))
	}
	return own
}
