package wire

import (
	"encoding/json"

	"tarn/gen"
	"tarn/store"
)

// PlanEntitlement is a feature that a plan grants, with the values of its
// privileges.
func PlanEntitlement(row store.Entitlement) gen.PlanEntitlementObject {
	return gen.PlanEntitlementObject{
		Code:        row.Feature.Code,
		Name:        optional(row.Feature.Name),
		Description: optional(row.Feature.Description),
		Privileges:  Each(row.Values, entitledPrivilege),
	}
}

// embeddedEntitlement is an entitlement inside its plan. The document wraps it,
// Lago's own server does not; this is both.
func embeddedEntitlement(row store.Entitlement) gen.PlanEmbeddedEntitlement {
	object := PlanEntitlement(row)
	return gen.PlanEmbeddedEntitlement{
		Code: object.Code, Name: object.Name, Description: object.Description, Privileges: object.Privileges,
		Entitlement: object,
	}
}

func entitledPrivilege(row store.EntitlementValue) gen.PlanEntitlementPrivilegeObject {
	object := gen.PlanEntitlementPrivilegeObject{
		Code:      row.Privilege.Code,
		Name:      optional(row.Privilege.Name),
		ValueType: gen.PlanEntitlementPrivilegeObjectValueType(row.Privilege.ValueType),
		Config:    gen.PlanEntitlementPrivilegeObject_Config{SelectOptions: selectOptions(row.Privilege)},
	}
	_ = object.Value.UnmarshalJSON(EntitlementValue(row)) // keeps the text: cannot fail
	return object
}

// EntitlementValue is the value of a privilege as JSON, in the privilege's type.
func EntitlementValue(row store.EntitlementValue) json.RawMessage {
	switch row.Privilege.ValueType {
	case store.PrivilegeInteger, store.PrivilegeBoolean:
		return json.RawMessage(row.Value)
	case store.PrivilegeString, store.PrivilegeSelect:
	}
	text, _ := json.Marshal(row.Value) // of a text: cannot fail
	return text
}
