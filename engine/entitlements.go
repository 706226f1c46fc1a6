package engine

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
)

// codeNotInOptions is the code of a value that its select does not offer.
const codeNotInOptions = "value_not_in_select_options"

// EntitlementsInput is what a client says of entitlements: the values of
// privileges, by the codes of the feature and of the privilege. A value is any
// JSON; nil is null.
type EntitlementsInput map[string]map[string]json.RawMessage

// ReplacePlanEntitlements makes the input all that a plan of the catalogue
// grants, and returns that. Of a feature that is named, privileges that are not
// named lose their values.
//
// Lago: a feature that is named without any privilege keeps its values.
//
// It refuses unknown features and privileges with a NotFound fault, and values
// that do not fit their privilege with a Validation fault.
func ReplacePlanEntitlements(tx *store.Tx, plan string, in EntitlementsInput) ([]store.Entitlement, error) {
	return changeEntitlements(tx, plan, func(row store.Plan) error {
		var unnamed []store.Entitlement
		for _, entitlement := range row.Entitlements {
			if _, named := in[entitlement.Feature.Code]; !named {
				unnamed = append(unnamed, entitlement)
			}
		}
		if err := grant(tx, row, in, true); err != nil {
			return err
		}
		return tx.DeleteEntitlements(unnamed)
	})
}

// MergePlanEntitlements adds the input to what a plan of the catalogue grants,
// and returns all of it. It refuses what ReplacePlanEntitlements does.
func MergePlanEntitlements(tx *store.Tx, plan string, in EntitlementsInput) ([]store.Entitlement, error) {
	return changeEntitlements(tx, plan, func(row store.Plan) error { return grant(tx, row, in, false) })
}

// DeletePlanEntitlement takes a feature from a plan of the catalogue. It
// returns the entitlement as it last was.
func DeletePlanEntitlement(tx *store.Tx, plan, feature string) (store.Entitlement, error) {
	var removed store.Entitlement
	_, err := changeEntitlements(tx, plan, func(row store.Plan) (err error) {
		if removed, err = EntitlementTo(row.Entitlements, feature); err != nil {
			return err
		}
		return tx.DeleteEntitlements([]store.Entitlement{removed})
	})
	return removed, err
}

// DeletePlanEntitlementPrivilege takes the value of a privilege from what a
// plan of the catalogue grants. It returns the entitlement without it.
func DeletePlanEntitlementPrivilege(tx *store.Tx, plan, feature, privilege string) (store.Entitlement, error) {
	var left store.Entitlement
	_, err := changeEntitlements(tx, plan, func(row store.Plan) (err error) {
		if left, err = EntitlementTo(row.Entitlements, feature); err != nil {
			return err
		}
		place := slices.IndexFunc(left.Values, func(value store.EntitlementValue) bool { return value.Privilege.Code == privilege })
		if place < 0 {
			return fault.Missing("privilege")
		}
		left.Values = slices.Delete(slices.Clone(left.Values), place, place+1)
		return tx.SaveEntitlements([]store.Entitlement{left})
	})
	return left, err
}

// EntitlementTo finds the entitlement to a feature by the feature's code; a
// NotFound fault when there is none.
func EntitlementTo(granted []store.Entitlement, feature string) (store.Entitlement, error) {
	for _, entitlement := range granted {
		if entitlement.Feature.Code == feature {
			return entitlement, nil
		}
	}
	return store.Entitlement{}, fault.Missing("entitlement")
}

// changeEntitlements changes what a plan of the catalogue grants, and returns
// what that is then. It is an update of the plan.
func changeEntitlements(tx *store.Tx, code string, change func(store.Plan) error) ([]store.Entitlement, error) {
	plan, err := tx.PlanForUpdate(code)
	if err != nil {
		return nil, form.NotFound(err, "plan")
	}
	before := audit.Before(audit.Plan(plan))
	if err := change(plan); err != nil {
		return nil, err
	}
	rows := []store.Plan{plan}
	if err := tx.ReloadEntitlements(rows); err != nil {
		return nil, err
	}
	notify.Happened(tx, notify.PlanUpdated(rows[0]))
	return rows[0].Entitlements, audit.Updated(tx, before, audit.Plan(rows[0]))
}

// grant gives a plan the features of the input with their values. Where it
// replaces, the values of a feature with at least one are all that it has.
func grant(tx *store.Tx, plan store.Plan, in EntitlementsInput, replace bool) error {
	features, err := entitledFeatures(tx, in)
	if err != nil {
		return err
	}
	granted := make([]store.Entitlement, 0, len(features))
	for _, feature := range features {
		values, err := entitlementValues(feature, in[feature.Code])
		if err != nil {
			return err
		}
		row, err := EntitlementTo(plan.Entitlements, feature.Code)
		if err != nil { // the plan did not grant it
			row = store.Entitlement{ID: store.NewID(), PlanID: &plan.ID, FeatureID: feature.ID, Feature: feature}
		}
		row.Values = withValues(row.Values, values, !replace || len(values) == 0)
		granted = append(granted, row)
	}
	return tx.SaveEntitlements(granted)
}

// entitledFeatures finds the features that the input names, in the order of
// their codes. A feature or a privilege that does not exist is refused with a
// NotFound fault.
func entitledFeatures(tx *store.Tx, in EntitlementsInput) ([]store.Feature, error) {
	codes := slices.Sorted(maps.Keys(in))
	features, err := tx.FeaturesByCode(codes)
	if err != nil {
		return nil, err
	}
	if len(features) < len(codes) {
		return nil, fault.Missing("feature")
	}
	slices.SortFunc(features, func(a, b store.Feature) int { return strings.Compare(a.Code, b.Code) })
	for _, feature := range features {
		known := map[string]bool{}
		for _, privilege := range feature.Privileges {
			known[privilege.Code] = true
		}
		for code := range in[feature.Code] {
			if !known[code] {
				return nil, fault.Missing("privilege")
			}
		}
	}
	return features, nil
}

// withValues are the values of an entitlement after a change: those that it is
// given, and of the others all or none.
func withValues(present, given []store.EntitlementValue, keep bool) []store.EntitlementValue {
	places := make(map[uuid.UUID]int, len(given))
	for i, value := range given {
		places[value.PrivilegeID] = i
	}
	var values []store.EntitlementValue
	for _, value := range present {
		if i, replaced := places[value.PrivilegeID]; replaced {
			given[i].CreatedAt = value.CreatedAt
		} else if keep {
			values = append(values, value)
		}
	}
	return append(values, given...)
}

// entitlementValues turns what a client says of a feature's privileges, by
// their codes, into values. It refuses the first that does not fit its
// privilege.
func entitlementValues(feature store.Feature, in map[string]json.RawMessage) ([]store.EntitlementValue, error) {
	var values []store.EntitlementValue
	for _, privilege := range feature.Privileges {
		given, named := in[privilege.Code]
		if !named {
			continue
		}
		text, err := entitlementValue(privilege, given)
		if err != nil {
			return nil, err
		}
		values = append(values, store.EntitlementValue{PrivilegeID: privilege.ID, Privilege: privilege, Value: text})
	}
	return values, nil
}

// entitlementValue reads a value of a privilege into its canonical text.
// Integers and truth values may come as texts too; integers have 64 bits.
func entitlementValue(privilege store.Privilege, given json.RawMessage) (string, error) {
	if given == nil {
		return "", fault.Invalid("privilege.value", fault.CodeMandatory)
	}
	text, fits, code := string(given), false, fault.CodeInvalid
	quoted := json.Unmarshal(given, &text) == nil
	switch privilege.ValueType {
	case store.PrivilegeInteger:
		number, err := strconv.ParseInt(text, 10, 64)
		canonical := strconv.FormatInt(number, 10)
		fits = err == nil && (!quoted || text == canonical)
		text = canonical
	case store.PrivilegeBoolean:
		fits = text == "true" || text == "false"
	case store.PrivilegeString:
		fits = quoted
	case store.PrivilegeSelect:
		fits, code = quoted && slices.Contains(privilege.Config.SelectOptions, text), codeNotInOptions
	}
	if !fits {
		return "", fault.Invalid(privilege.Code+"_privilege_value", code)
	}
	return text, nil
}
