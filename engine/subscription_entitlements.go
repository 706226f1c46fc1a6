package engine

import (
	"slices"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/notify"
	"tarn/store"
)

// MergeSubscriptionEntitlements lets a subscription have features and values of
// privileges on terms of its own, and returns all features that it has then.
// Privileges that are not named stay as they are. A value that is the plan's
// own ends the subscription's; so do all of a feature that are just those of
// the plan. It refuses unknown features and privileges with a NotFound fault,
// and values that do not fit their privilege with a Validation fault.
func MergeSubscriptionEntitlements(tx *store.Tx, ref SubscriptionRef, in EntitlementsInput) ([]store.SubscriptionEntitlement, error) {
	return changeSubscriptionEntitlements(tx, ref, func(row store.Subscription) error {
		features, err := entitledFeatures(tx, in)
		if err != nil {
			return err
		}
		for _, feature := range features {
			values, err := entitlementValues(feature, in[feature.Code])
			if err != nil {
				return err
			}
			if err := mergeFeature(tx, row, feature, values); err != nil {
				return err
			}
		}
		return nil
	})
}

// DeleteSubscriptionEntitlement takes a feature from a subscription: what the
// subscription has of its own of it, and what its plan grants. It returns the
// feature as the subscription last had it, and all that it still has. A feature
// that the subscription does not have is refused with a NotFound fault.
func DeleteSubscriptionEntitlement(
	tx *store.Tx, ref SubscriptionRef, code string,
) (removed store.SubscriptionEntitlement, left []store.SubscriptionEntitlement, err error) {
	left, err = changeSubscriptionEntitlements(tx, ref, func(row store.Subscription) (err error) {
		if removed, err = entitledFeature(row.Entitlements(), code); err != nil {
			return err
		}
		terms := termsOf(row, removed.Feature)
		terms.own.Values, terms.kept = nil, false
		terms.removals = nil
		if terms.planned {
			terms.removals = []store.EntitlementRemoval{terms.removal(nil)}
		}
		return terms.save(tx)
	})
	return removed, left, err
}

// DeleteSubscriptionEntitlementPrivilege takes a privilege from a feature of a
// subscription. It returns the feature without it, and all that the subscription
// has. A feature or a privilege that the subscription does not have is refused
// with a NotFound fault.
func DeleteSubscriptionEntitlementPrivilege(
	tx *store.Tx, ref SubscriptionRef, code, privilege string,
) (changed store.SubscriptionEntitlement, left []store.SubscriptionEntitlement, err error) {
	left, err = changeSubscriptionEntitlements(tx, ref, func(row store.Subscription) error {
		had, err := entitledFeature(row.Entitlements(), code)
		if err != nil {
			return err
		}
		place := slices.IndexFunc(had.Privileges, func(each store.EntitledPrivilege) bool { return each.Privilege.Code == privilege })
		if place < 0 {
			return fault.Missing("privilege")
		}
		terms, id := termsOf(row, had.Feature), had.Privileges[place].Privilege.ID
		terms.forget(id)
		if terms.plan.Value(id) != nil {
			terms.removals = append(terms.removals, terms.removal(&id))
		}
		return terms.save(tx)
	})
	if err != nil {
		return changed, nil, err
	}
	changed, err = entitledFeature(left, code)
	return changed, left, err
}

// entitledFeature finds a feature that a subscription has by its code; a
// NotFound fault when there is none.
func entitledFeature(entitlements []store.SubscriptionEntitlement, code string) (store.SubscriptionEntitlement, error) {
	for _, entitlement := range entitlements {
		if entitlement.Feature.Code == code {
			return entitlement, nil
		}
	}
	return store.SubscriptionEntitlement{}, fault.Missing("feature")
}

// changeSubscriptionEntitlements changes what a subscription has, and returns
// what that is then.
func changeSubscriptionEntitlements(
	tx *store.Tx, ref SubscriptionRef, change func(store.Subscription) error,
) (left []store.SubscriptionEntitlement, err error) {
	err = overriding(tx, ref, func(row *store.Subscription) error {
		if err := change(*row); err != nil {
			return err
		}
		err := tx.ReloadSubscriptionEntitlements(row)
		left = row.Entitlements()
		notify.Happened(tx, notify.SubscriptionUpdated(*row))
		return err
	})
	return left, err
}

// mergeFeature lets a subscription have a feature with some values.
//
// Lago: a feature that was removed is there again as soon as it is named.
func mergeFeature(tx *store.Tx, row store.Subscription, feature store.Feature, values []store.EntitlementValue) error {
	terms := termsOf(row, feature)
	if terms.planned && sameValues(terms.plan.Values, values) {
		terms.own.Values, terms.removals = nil, nil
		return terms.save(tx)
	}
	terms.removals = slices.DeleteFunc(terms.removals, func(removal store.EntitlementRemoval) bool { return removal.PrivilegeID == nil })
	var different []store.EntitlementValue
	for _, value := range values {
		if granted := terms.plan.Value(value.PrivilegeID); granted != nil && granted.Value == value.Value {
			terms.forget(value.PrivilegeID)
			continue
		}
		terms.restore(value.PrivilegeID)
		different = append(different, value)
	}
	terms.own.Values = withValues(terms.own.Values, different, true)
	return terms.save(tx)
}

// sameValues reports whether two entitlements have values for the same
// privileges, and the same ones.
func sameValues(a, b []store.EntitlementValue) bool {
	texts := make(map[uuid.UUID]string, len(a))
	for _, value := range a {
		texts[value.PrivilegeID] = value.Value
	}
	return len(a) == len(b) && !slices.ContainsFunc(b, func(value store.EntitlementValue) bool {
		text, known := texts[value.PrivilegeID]
		return !known || text != value.Value
	})
}

// featureTerms are a subscription's own terms of one feature.
type featureTerms struct {
	// plan is what the plan grants, and planned says whether it does.
	plan    store.Entitlement
	planned bool
	// own is what the subscription has of its own. stored says that it has a
	// row already, kept that a feature without values keeps it.
	own          store.Entitlement
	stored, kept bool
	// removals are what the subscription does without.
	removals []store.EntitlementRemoval
}

// termsOf are the terms on which a subscription has a feature.
func termsOf(row store.Subscription, feature store.Feature) *featureTerms {
	terms := &featureTerms{own: store.Entitlement{
		ID: store.NewID(), SubscriptionID: &row.ID, FeatureID: feature.ID, Feature: feature,
	}}
	for _, granted := range row.Plan.Entitlements {
		if granted.FeatureID == feature.ID {
			terms.plan, terms.planned = granted, true
		}
	}
	for _, own := range row.OwnEntitlements {
		if own.FeatureID == feature.ID {
			terms.own, terms.stored = own, true
		}
	}
	for _, removal := range row.EntitlementRemovals {
		if removal.FeatureID == feature.ID {
			terms.removals = append(terms.removals, removal)
		}
	}
	terms.kept = !terms.planned
	return terms
}

// removal is what says that the subscription does without a privilege, or
// without the feature when there is none.
func (t *featureTerms) removal(privilege *uuid.UUID) store.EntitlementRemoval {
	return store.EntitlementRemoval{
		ID: store.NewID(), SubscriptionID: *t.own.SubscriptionID, FeatureID: t.own.FeatureID, PrivilegeID: privilege,
	}
}

// forget drops everything that the subscription has of its own of a privilege.
func (t *featureTerms) forget(privilege uuid.UUID) {
	t.own.Values = slices.DeleteFunc(slices.Clone(t.own.Values), func(value store.EntitlementValue) bool {
		return value.PrivilegeID == privilege
	})
	t.restore(privilege)
}

// restore drops the removal of a privilege.
func (t *featureTerms) restore(privilege uuid.UUID) {
	t.removals = slices.DeleteFunc(t.removals, func(removal store.EntitlementRemoval) bool {
		return removal.PrivilegeID != nil && *removal.PrivilegeID == privilege
	})
}

// save stores the terms. Of a feature that the plan grants, no values of its own
// leave no row.
func (t *featureTerms) save(tx *store.Tx) error {
	err := tx.ReplaceEntitlementRemovals(*t.own.SubscriptionID, t.own.FeatureID, t.removals)
	own := []store.Entitlement{t.own}
	switch {
	case err != nil:
		return err
	case t.kept || len(t.own.Values) > 0:
		return tx.SaveEntitlements(own)
	case t.stored:
		return tx.DeleteEntitlements(own)
	}
	return nil
}
