package wire

import (
	"tarn/gen/admin"
	"tarn/store"
)

// Organization is an organization as administration shows it, without its
// clock, which is no setting and changes by itself.
func Organization(row store.Organization) admin.Organization {
	return admin.Organization{
		ID:                   row.ID,
		Name:                 row.Name,
		Slug:                 row.Slug,
		Plan:                 admin.OrganizationPlan(row.Plan),
		AuditLogsPeriod:      optional(row.AuditLogsPeriod),
		DefaultCurrency:      row.DefaultCurrency,
		Country:              optional(row.Country),
		Timezone:             row.Timezone,
		Email:                optional(row.Email),
		DocumentNumberPrefix: row.DocumentNumberPrefix,
		Premium: admin.Premium{
			Licensed:     row.PremiumLicensed,
			Integrations: Each(row.PremiumIntegrations, func(name string) admin.PremiumIntegration { return admin.PremiumIntegration(name) }),
		},
		CreatedAt: instant(row.CreatedAt),
		UpdatedAt: instant(row.UpdatedAt),
	}
}

// APIKey is a key as administration shows it; its value is not known.
func APIKey(row store.APIKey) admin.APIKey {
	permissions := admin.Permissions{}
	for resource, modes := range row.Permissions {
		permissions[resource] = Each(modes, func(mode string) admin.PermissionMode { return admin.PermissionMode(mode) })
	}
	return admin.APIKey{
		ID:          row.ID,
		Name:        optional(row.Name),
		Prefix:      row.Prefix,
		Permissions: permissions,
		ExpiresAt:   optionalInstant(row.ExpiresAt),
		LastUsedAt:  optionalInstant(row.LastUsedAt),
		RevokedAt:   optionalInstant(row.RevokedAt),
		CreatedAt:   instant(row.CreatedAt),
	}
}
