package engine

import (
	"encoding/json"
	"slices"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
)

// codeDuplicated is the code of a privilege that is named twice.
const codeDuplicated = "value_is_duplicated"

// PrivilegeInput is what a client says of a privilege.
type PrivilegeInput struct {
	Code form.Optional[string]
	Name form.Optional[string]
	// ValueType is a store.PrivilegeType; absent means string.
	ValueType form.Optional[string]
	// Config is any JSON: an object with the options of a select, an empty one
	// for other types; nil where there is none.
	Config json.RawMessage
}

// DeletePrivilege hides a privilege of a feature, and removes its values from
// every plan that grants the feature. It returns the feature without it.
//
// Lago: this is an update of the feature and of those plans.
func DeletePrivilege(tx *store.Tx, code, privilege string) (store.Feature, error) {
	feature, err := tx.FeatureForUpdate(code)
	if err != nil {
		return feature, form.NotFound(err, "feature")
	}
	before := audit.Before(audit.Feature(feature))
	place := slices.IndexFunc(feature.Privileges, func(row store.Privilege) bool { return row.Code == privilege })
	if place < 0 {
		return feature, fault.Missing("privilege")
	}
	err = withGrantingPlans(tx, feature, func() error {
		if err := tx.DeletePrivilege(&feature.Privileges[place]); err != nil {
			return err
		}
		feature.Privileges = slices.Delete(feature.Privileges, place, place+1)
		notify.Happened(tx, notify.FeatureUpdated(feature))
		return audit.Updated(tx, before, audit.Feature(feature))
	})
	return feature, err
}

// setPrivileges adds the privileges of the input to a feature, or changes them.
// It refuses the first one that breaks a rule.
func setPrivileges(tx *store.Tx, feature *store.Feature, in form.Optional[[]PrivilegeInput]) error {
	inputs, _ := in.Get() // absent and null are none
	index := make(map[string]int, len(feature.Privileges))
	for i, row := range feature.Privileges {
		index[row.Code] = i
	}
	named := make(map[string]bool, len(inputs))
	for _, input := range inputs {
		code, _ := input.Code.Get() // absent and null are empty
		if named[code] {
			return fault.Invalid("privilege.code", codeDuplicated)
		}
		named[code] = true
		if i, present := index[code]; present {
			row := &feature.Privileges[i]
			row.UpdatedAt = tx.Now()
			if err := changePrivilege(row, input); err != nil {
				return err
			}
			continue
		}
		row, err := newPrivilege(code, input)
		if err != nil {
			return err
		}
		feature.Privileges = append(feature.Privileges, row)
	}
	return nil
}

// newPrivilege makes a row of the input.
func newPrivilege(code string, in PrivilegeInput) (store.Privilege, error) {
	row := store.Privilege{ID: store.NewID(), Code: code, ValueType: store.PrivilegeString}
	form.AssignNullable(&row.Name, in.Name)
	if in.ValueType.IsSpecified() {
		kind, _ := in.ValueType.Get() // null is no type
		row.ValueType = store.PrivilegeType(kind)
	}
	details := fault.Details{}
	if form.Blank(code) {
		details.Add("privilege.code", fault.CodeMandatory)
	}
	if !row.ValueType.Known() {
		details.Add("privilege.value_type", fault.CodeInvalid)
	}
	options, ok := selectOptions(in.Config)
	if wanted := row.ValueType == store.PrivilegeSelect; !ok || wanted != (len(options) > 0) {
		details.Add("privilege.config", fault.CodeInvalidFormat)
	}
	row.Config.SelectOptions = options
	return row, details.Err()
}

// changePrivilege changes a privilege that the feature has.
//
// Lago: only the name changes, and a select gets further options; it never
// loses one. A type is ignored.
func changePrivilege(row *store.Privilege, in PrivilegeInput) error {
	form.AssignNullable(&row.Name, in.Name)
	if row.ValueType != store.PrivilegeSelect {
		return nil
	}
	options, ok := selectOptions(in.Config)
	if !ok {
		return fault.Invalid("privilege.config", fault.CodeInvalidFormat)
	}
	row.Config.SelectOptions = form.Distinct(append(slices.Clip(row.Config.SelectOptions), options...))
	return nil
}

// selectOptions reads the options of a configuration: none where it is absent,
// null or empty. False means that it has not the form {"select_options":[…]}
// with at least one text, of which none is empty.
func selectOptions(config json.RawMessage) ([]string, bool) {
	if config == nil {
		return nil, true
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(config, &members); err != nil {
		return nil, false
	}
	if len(members) == 0 {
		return nil, true
	}
	var entries []*string
	if err := json.Unmarshal(members["select_options"], &entries); err != nil || len(members) > 1 {
		return nil, false
	}
	var options []string
	for _, entry := range entries {
		if entry == nil { // Lago: nulls inside lists count as nothing
			continue
		}
		if *entry == "" {
			return nil, false
		}
		options = append(options, *entry)
	}
	return form.Distinct(options), len(options) > 0
}
