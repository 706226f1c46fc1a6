package wire

import (
	"tarn/gen/admin"
	"tarn/store"
)

// Organization is an organization as administration shows it, without its clock, which
// is no setting and changes by itself, and without the key that signs its webhooks.
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
		WebhookInbox:           optional(row.WebhookInbox),
		DocumentedWebhooksOnly: row.DocumentedWebhooksOnly,
		CreatedAt:              instant(row.CreatedAt),
		UpdatedAt:              instant(row.UpdatedAt),
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

// PaymentProvider is a connection to a payment provider as administration shows it.
func PaymentProvider(row store.PaymentProvider) admin.PaymentProvider {
	return admin.PaymentProvider{
		ID:        row.ID,
		Type:      admin.PaymentProviderType(row.Type),
		Code:      row.Code,
		Name:      row.Name,
		CreatedAt: instant(row.CreatedAt),
	}
}

// SimulatedPaymentMethod is a payment method as administration shows it, with what the
// simulated provider knows of it.
func SimulatedPaymentMethod(row store.PaymentMethod, simulated store.SimulatedMethod) admin.SimulatedPaymentMethod {
	return admin.SimulatedPaymentMethod{
		ID:                  row.ID,
		IsDefault:           row.IsDefault,
		PaymentProviderType: admin.PaymentProviderType(row.PaymentProviderType),
		PaymentProviderCode: optional(row.PaymentProviderCode),
		PaymentProviderName: optional(row.PaymentProviderName),
		ProviderMethodID:    row.ProviderMethodID,
		Outcomes:            Each(simulated.Outcomes, simulatedOutcome),
		Played:              simulated.Played,
		CreatedAt:           instant(row.CreatedAt),
	}
}

func simulatedOutcome(row store.SimulatedOutcome) admin.SimulatedOutcome {
	return admin.SimulatedOutcome{Result: admin.SimulatedOutcomeResult(row.Result), Code: row.Code, Message: row.Message}
}

// AdminPayment is a payment as administration shows it.
func AdminPayment(row store.Payment) admin.AdminPayment {
	object := admin.AdminPayment{
		ID:                  row.ID,
		ExternalCustomerID:  row.Customer.ExternalID,
		Type:                admin.AdminPaymentType(row.Type),
		AmountCents:         row.AmountCents,
		AmountCurrency:      row.AmountCurrency,
		Status:              row.Status,
		PaymentStatus:       admin.AdminPaymentPaymentStatus(row.PaymentStatus),
		PaymentProviderCode: optional(row.PaymentProviderCode),
		PaymentMethodID:     optional(row.PaymentMethodID),
		ProviderPaymentID:   optional(row.ProviderPaymentID),
		ErrorCode:           optional(row.ErrorCode),
		ErrorMessage:        optional(row.ErrorMessage),
		CreatedAt:           instant(row.CreatedAt),
	}
	if row.InvoiceID != nil {
		object.PayableID, object.PayableType = *row.InvoiceID, admin.AdminPaymentPayableTypeInvoice
	} else {
		object.PayableID, object.PayableType = *row.PaymentRequestID, admin.AdminPaymentPayableTypePaymentRequest
	}
	return object
}
