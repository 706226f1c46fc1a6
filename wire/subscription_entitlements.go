package wire

import (
	"encoding/json"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// SubscriptionEntitlement is a feature that a subscription has, with the values
// of its privileges: those of the plan, its own, and the ones that count.
func SubscriptionEntitlement(row store.SubscriptionEntitlement) gen.SubscriptionEntitlementObject {
	overrides := map[string]any{}
	for _, privilege := range row.Privileges {
		if privilege.OwnValue != nil {
			overrides[privilege.Privilege.Code] = EntitlementValue(*privilege.OwnValue)
		}
	}
	return gen.SubscriptionEntitlementObject{
		Code:        row.Feature.Code,
		Name:        optional(row.Feature.Name),
		Description: optional(row.Feature.Description),
		Privileges:  Each(row.Privileges, subscriptionPrivilege),
		Overrides:   overrides,
	}
}

func subscriptionPrivilege(row store.EntitledPrivilege) gen.SubscriptionEntitlementPrivilegeObject {
	object := gen.SubscriptionEntitlementPrivilegeObject{
		Code:      row.Privilege.Code,
		Name:      optional(row.Privilege.Name),
		ValueType: gen.SubscriptionEntitlementPrivilegeObjectValueType(row.Privilege.ValueType),
		Config:    gen.SubscriptionEntitlementPrivilegeObject_Config{SelectOptions: selectOptions(row.Privilege)},

		PlanValue:     optionalValue[gen.SubscriptionEntitlementPrivilegeObject_PlanValue](row.PlanValue),
		OverrideValue: optionalValue[gen.SubscriptionEntitlementPrivilegeObject_OverrideValue](row.OwnValue),
	}
	_ = object.Value.UnmarshalJSON(EntitlementValue(row.Value())) // keeps the text: cannot fail
	return object
}

// optionalValue is a value of a privilege that may be missing, as a member of
// the contract that takes several types.
func optionalValue[Union any, Member interface {
	*Union
	json.Unmarshaler
}](row *store.EntitlementValue) nullable.Nullable[Union] {
	if row == nil {
		return nullable.NewNullNullable[Union]()
	}
	var value Union
	_ = Member(&value).UnmarshalJSON(EntitlementValue(*row)) // keeps the text: cannot fail
	return nullable.NewNullableWithValue(value)
}
