package wire

import (
	"tarn/gen"
	"tarn/store"
)

// Feature is a feature as its endpoint shows it.
//
// Lago: features and privileges show no identifiers but their codes.
func Feature(row store.Feature) gen.FeatureObject {
	return gen.FeatureObject{
		Code:        row.Code,
		Name:        optional(row.Name),
		Description: optional(row.Description),
		Privileges:  Each(row.Privileges, privilege),
		CreatedAt:   instant(row.CreatedAt),
	}
}

func privilege(row store.Privilege) gen.FeaturePrivilegeObject {
	return gen.FeaturePrivilegeObject{
		Code:      row.Code,
		Name:      optional(row.Name),
		ValueType: gen.FeaturePrivilegeObjectValueType(row.ValueType),
		Config:    gen.FeaturePrivilegeObject_Config{SelectOptions: selectOptions(row)},
	}
}

// selectOptions are the values that a privilege chooses from; only selects have
// such a member.
func selectOptions(row store.Privilege) *[]string {
	if row.ValueType != store.PrivilegeSelect {
		return nil
	}
	return &row.Config.SelectOptions
}
