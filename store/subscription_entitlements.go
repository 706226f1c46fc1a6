package store

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/google/uuid"
)

// SubscriptionEntitlement is a feature that a subscription has: from its plan,
// on terms of its own, or both.
type SubscriptionEntitlement struct {
	Feature Feature
	// Privileges are those that have a value, in the order of the feature's.
	Privileges []EntitledPrivilege
}

// EntitledPrivilege is a privilege with the value that a subscription has for
// it. At least one of the two is there.
type EntitledPrivilege struct {
	Privilege Privilege
	// PlanValue is what the plan grants.
	PlanValue *EntitlementValue
	// OwnValue is the subscription's own, which counts before the plan's.
	OwnValue *EntitlementValue
}

// Value is the value that counts.
func (p EntitledPrivilege) Value() EntitlementValue {
	if p.OwnValue != nil {
		return *p.OwnValue
	}
	return *p.PlanValue
}

// Entitlements are the features that the subscription has, in the order in
// which its plan or the subscription itself got them: those of the plan but for
// what the subscription does without, and those of its own.
func (s *Subscription) Entitlements() []SubscriptionEntitlement {
	own := make(map[uuid.UUID]Entitlement, len(s.OwnEntitlements))
	for _, row := range s.OwnEntitlements {
		own[row.FeatureID] = row
	}
	var granting []Entitlement
	planned := map[uuid.UUID]Entitlement{}
	for _, row := range s.Plan.Entitlements {
		if !s.doesWithout(row.FeatureID, nil) {
			planned[row.FeatureID] = row
			granting = append(granting, row)
		}
	}
	for _, row := range s.OwnEntitlements {
		if _, known := planned[row.FeatureID]; !known {
			granting = append(granting, row)
		}
	}
	slices.SortStableFunc(granting, func(a, b Entitlement) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), bytes.Compare(a.ID[:], b.ID[:]))
	})
	entitlements := make([]SubscriptionEntitlement, len(granting))
	for i, row := range granting {
		entitlements[i] = SubscriptionEntitlement{
			Feature: row.Feature, Privileges: s.entitledPrivileges(row.Feature, planned[row.FeatureID], own[row.FeatureID]),
		}
	}
	return entitlements
}

// entitledPrivileges joins what the plan grants of a feature with what the
// subscription has of its own.
func (s *Subscription) entitledPrivileges(feature Feature, plan, own Entitlement) []EntitledPrivilege {
	var privileges []EntitledPrivilege
	for _, privilege := range feature.Privileges {
		entitled := EntitledPrivilege{Privilege: privilege, OwnValue: own.Value(privilege.ID)}
		if !s.doesWithout(feature.ID, &privilege.ID) {
			entitled.PlanValue = plan.Value(privilege.ID)
		}
		if entitled.PlanValue != nil || entitled.OwnValue != nil {
			privileges = append(privileges, entitled)
		}
	}
	return privileges
}

// Value is the entitlement's value of a privilege; nil when it has none.
func (e Entitlement) Value(privilege uuid.UUID) *EntitlementValue {
	for i := range e.Values {
		if e.Values[i].PrivilegeID == privilege {
			return &e.Values[i]
		}
	}
	return nil
}

// doesWithout reports whether the subscription has removed a feature of its
// plan, or, where one is named, a privilege of it.
func (s *Subscription) doesWithout(feature uuid.UUID, privilege *uuid.UUID) bool {
	return slices.ContainsFunc(s.EntitlementRemovals, func(removal EntitlementRemoval) bool {
		return removal.FeatureID == feature && sameID(removal.PrivilegeID, privilege)
	})
}

// sameID reports whether two identifiers that may be missing are alike.
func sameID(a, b *uuid.UUID) bool { return a == b || a != nil && b != nil && *a == *b }

// ReloadSubscriptionEntitlements reads again what a subscription has of its own
// and what it does without, after it was changed.
func (tx *Tx) ReloadSubscriptionEntitlements(row *Subscription) error {
	return tx.loadSubscriptionEntitlements([]*Subscription{row})
}

// loadSubscriptionEntitlements fills in what subscriptions have of their own
// and what of their plans they do without.
func (tx *Tx) loadSubscriptionEntitlements(rows []*Subscription) error {
	ids := subscriptionIDs(rows)
	own, err := tx.entitlementsOf("subscription_id", ids, func(row Entitlement) uuid.UUID { return *row.SubscriptionID })
	if err != nil {
		return err
	}
	removals, err := tx.entitlementRemovals(ids)
	for _, row := range rows {
		row.OwnEntitlements, row.EntitlementRemovals = own[row.ID], removals[row.ID]
	}
	return err
}
