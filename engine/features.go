package engine

import (
	"strings"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
)

// The limits of a feature's texts, in characters.
const (
	maxFeatureName        = 255
	maxFeatureDescription = 600
)

// FeatureInput is what a client says of a feature. On creation, what is absent
// counts as empty; on update it stays as it is.
type FeatureInput struct {
	// Code counts on creation only: it never changes.
	Code        form.Optional[string]
	Name        form.Optional[string]
	Description form.Optional[string]
	// Privileges are added to those that the feature has, or change them; null
	// counts as absent.
	Privileges form.Optional[[]PrivilegeInput]
}

// CreateFeature adds a feature with its privileges. It refuses values that
// break a rule with a Validation fault: first those of the feature itself, then
// those of the first privilege that breaks one.
func CreateFeature(tx *store.Tx, in FeatureInput) (store.Feature, error) {
	feature := store.Feature{ID: store.NewID()}
	code, _ := in.Code.Get() // absent and null are empty
	feature.Code = strings.TrimSpace(code)
	details := fault.Details{}
	if feature.Code == "" {
		details.Add("code", fault.CodeMandatory)
	} else if taken, err := tx.FeatureCodeTaken(feature.Code); err != nil {
		return feature, err
	} else if taken {
		details.Add("code", fault.CodeAlreadyExist)
	}
	if err := setFeature(tx, &feature, in, details); err != nil {
		return feature, err
	}
	if err := tx.InsertFeature(&feature); err != nil {
		return feature, form.Taken(err, "code")
	}
	if err := tx.SavePrivileges(&feature); err != nil {
		return feature, err
	}
	notify.Happened(tx, notify.FeatureCreated(feature))
	return feature, audit.Created(tx, audit.Feature(feature))
}

// UpdateFeature changes a feature under the rules of its creation. Privileges
// that are not named stay as they are. Every plan that grants the feature
// counts as updated.
func UpdateFeature(tx *store.Tx, code string, in FeatureInput) (store.Feature, error) {
	feature, err := tx.FeatureForUpdate(code)
	if err != nil {
		return feature, form.NotFound(err, "feature")
	}
	before := audit.Before(audit.Feature(feature))
	err = withGrantingPlans(tx, feature, func() error {
		if err := setFeature(tx, &feature, in, fault.Details{}); err != nil {
			return err
		}
		if err := tx.UpdateFeature(&feature); err != nil {
			return err
		}
		if err := tx.SavePrivileges(&feature); err != nil {
			return err
		}
		notify.Happened(tx, notify.FeatureUpdated(feature))
		return audit.Updated(tx, before, audit.Feature(feature))
	})
	return feature, err
}

// DeleteFeature hides a feature with its privileges, and takes it from every
// plan that grants it; its code is free again. The activity shows the feature
// as it last was.
//
// Lago: the answer shows the feature without its privileges.
func DeleteFeature(tx *store.Tx, code string) (store.Feature, error) {
	feature, err := tx.FeatureForUpdate(code)
	if err != nil {
		return feature, form.NotFound(err, "feature")
	}
	err = withGrantingPlans(tx, feature, func() error {
		if err := tx.DeleteFeature(&feature); err != nil {
			return err
		}
		notify.Happened(tx, notify.FeatureDeleted(feature))
		return audit.Deleted(tx, audit.Feature(feature))
	})
	feature.Privileges = nil
	return feature, err
}

// setFeature puts the input into the row and checks the rules; details are what
// is wrong with its code.
func setFeature(tx *store.Tx, feature *store.Feature, in FeatureInput, details fault.Details) error {
	form.AssignNullable(&feature.Name, in.Name)
	form.AssignNullable(&feature.Description, in.Description)
	form.CheckLongest(details, "code", &feature.Code, maxFeatureName)
	form.CheckLongest(details, "name", feature.Name, maxFeatureName)
	form.CheckLongest(details, "description", feature.Description, maxFeatureDescription)
	if err := details.Err(); err != nil {
		return err
	}
	return setPrivileges(tx, feature, in.Privileges)
}

// withGrantingPlans makes a change to a feature and records it as an update of
// every plan that grants the feature.
//
// Lago: a plan counts as updated even if nothing of it changed.
func withGrantingPlans(tx *store.Tx, feature store.Feature, change func() error) error {
	plans, err := tx.PlansWithFeature(feature.ID)
	if err != nil {
		return err
	}
	before := make([]audit.Snapshot, len(plans))
	for i, plan := range plans {
		before[i] = audit.Before(audit.Plan(plan))
	}
	if err := change(); err != nil {
		return err
	}
	if err := tx.ReloadEntitlements(plans); err != nil {
		return err
	}
	for i, plan := range plans {
		notify.Happened(tx, notify.PlanUpdated(plan))
		if err := audit.Updated(tx, before[i], audit.Plan(plan)); err != nil {
			return err
		}
	}
	return nil
}
