package wire

import (
	"time"

	"github.com/google/uuid"
	openapi_types "github.com/oapi-codegen/runtime/types"

	"tarn/billing/period"
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// invoiceVersion is the version of the rules that invoices are made by.
const invoiceVersion = 4

// BareInvoice is an invoice with its own members only. Those of a progressive
// invoice are also the usage thresholds that it was made for.
//
// Lago: web_url leads to a page of its own console, which tarn does not have.
func BareInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	return gen.InvoiceObjectExtended{
		LagoID:                              kept(row.ID),
		BillingEntityCode:                   nullable.NewNullableWithValue(row.BillingEntity.Code),
		SequentialID:                        sequentialID(row.SequentialID),
		Number:                              row.Number,
		PurchaseOrderNumber:                 optional(row.PurchaseOrderNumber),
		IssuingDate:                         storedDay(row.IssuingDate),
		PaymentDueDate:                      some(storedDay(row.PaymentDueDate)),
		NetPaymentTerm:                      &row.NetPaymentTerm,
		InvoiceType:                         gen.InvoiceObjectExtendedInvoiceType(row.InvoiceType),
		Status:                              gen.InvoiceObjectExtendedStatus(row.Status),
		PaymentStatus:                       gen.InvoiceObjectExtendedPaymentStatus(row.PaymentStatus),
		PaymentDisputeLostAt:                optionalInstant(row.PaymentDisputeLostAt),
		PaymentOverdue:                      &row.PaymentOverdue,
		Currency:                            gen.Currency(row.Currency),
		FeesAmountCents:                     int(row.FeesAmountCents),
		TaxesAmountCents:                    int(row.TaxesAmountCents),
		ProgressiveBillingCreditAmountCents: int(row.ProgressiveBillingCreditAmountCents),
		CouponsAmountCents:                  int(row.CouponsAmountCents),
		CreditNotesAmountCents:              int(row.CreditNotesAmountCents),
		SubTotalExcludingTaxesAmountCents:   int(row.SubTotalExcludingTaxesAmountCents),
		SubTotalIncludingTaxesAmountCents:   int(row.SubTotalIncludingTaxesAmountCents),
		TotalAmountCents:                    int(row.TotalAmountCents),
		TotalDueAmountCents:                 some(int(row.TotalDueAmountCents())),
		TotalPaidAmountCents:                some(int(row.TotalPaidAmountCents)),
		TotalOffsettedCreditNoteAmountCents: some(int(row.OffsetAmountCents)),
		PrepaidCreditAmountCents:            int(row.PrepaidCreditAmountCents),
		PrepaidGrantedCreditAmountCents:     optionalCents(row.PrepaidGrantedCreditAmountCents),
		PrepaidPurchasedCreditAmountCents:   optionalCents(row.PrepaidPurchasedCreditAmountCents),
		FileURL:                             nullable.NewNullNullable[string](),
		XMLURL:                              nullable.NewNullNullable[string](),
		WebURL:                              nullable.NewNullNullable[string](),
		VersionNumber:                       invoiceVersion,
		SelfBilled:                          &row.SelfBilled,
		CreatedAt:                           instant(row.CreatedAt),
		UpdatedAt:                           instant(row.UpdatedAt),
		VoidedAt:                            optionalInstant(row.VoidedAt),
		AppliedUsageThresholds:              appliedThresholds(row),
	}
}

// Invoice is an invoice as its own endpoints show it: with everything that
// belongs to it.
func Invoice(row store.Invoice) gen.InvoiceObjectExtended {
	object := BareInvoice(row)
	object.Customer = some(invoiceCustomer(row.Customer))
	object.BillingPeriods = some(Each(row.BillingPeriods, billingPeriod))
	object.Subscriptions = some(Each(row.BillingPeriods, func(period store.BillingPeriod) gen.SubscriptionObject {
		return Subscription(period.Subscription)
	}))
	object.Fees = some(Each(row.Fees, InvoicedFee))
	object.Credits = some(Each(row.Credits, func(credit store.Credit) gen.CreditObject {
		return Credit(credit, row.PaymentStatus)
	}))
	object.Metadata = some(Each(row.Metadata, invoiceMetadata))
	object.AppliedTaxes = some(Each(row.AppliedTaxes, invoiceTax))
	object.ErrorDetails = some(Each(row.ErrorDetails, errorDetail))
	object.AppliedInvoiceCustomSections = invoicedSections(row)
	return object
}

// PreviewedInvoice is an invoice that nobody keeps: nothing of it has an identifier
// but what it is of.
func PreviewedInvoice(row store.Invoice) gen.InvoiceObjectExtended {
	full := Invoice(row)
	object := BareInvoice(row)
	object.Customer, object.Subscriptions, object.Fees = full.Customer, full.Subscriptions, full.Fees
	object.Credits, object.AppliedTaxes = full.Credits, full.AppliedTaxes
	return object
}

// ListedInvoice is an invoice as the lists show it.
func ListedInvoice(row store.Invoice) gen.InvoiceObject {
	object := BareInvoice(row)
	return gen.InvoiceObject{
		BillingEntityCode:                   object.BillingEntityCode,
		CouponsAmountCents:                  object.CouponsAmountCents,
		CreatedAt:                           object.CreatedAt,
		CreditNotesAmountCents:              object.CreditNotesAmountCents,
		Currency:                            object.Currency,
		FeesAmountCents:                     object.FeesAmountCents,
		FileURL:                             object.FileURL,
		InvoiceType:                         gen.InvoiceObjectInvoiceType(row.InvoiceType),
		IssuingDate:                         object.IssuingDate,
		LagoID:                              object.LagoID,
		NetPaymentTerm:                      object.NetPaymentTerm,
		Number:                              object.Number,
		PaymentDisputeLostAt:                object.PaymentDisputeLostAt,
		PaymentDueDate:                      object.PaymentDueDate,
		PaymentOverdue:                      object.PaymentOverdue,
		PaymentStatus:                       gen.InvoiceObjectPaymentStatus(row.PaymentStatus),
		PrepaidCreditAmountCents:            object.PrepaidCreditAmountCents,
		PrepaidGrantedCreditAmountCents:     object.PrepaidGrantedCreditAmountCents,
		PrepaidPurchasedCreditAmountCents:   object.PrepaidPurchasedCreditAmountCents,
		ProgressiveBillingCreditAmountCents: object.ProgressiveBillingCreditAmountCents,
		PurchaseOrderNumber:                 object.PurchaseOrderNumber,
		SelfBilled:                          object.SelfBilled,
		SequentialID:                        object.SequentialID,
		Status:                              gen.InvoiceObjectStatus(row.Status),
		SubTotalExcludingTaxesAmountCents:   object.SubTotalExcludingTaxesAmountCents,
		SubTotalIncludingTaxesAmountCents:   object.SubTotalIncludingTaxesAmountCents,
		TaxesAmountCents:                    object.TaxesAmountCents,
		TotalAmountCents:                    object.TotalAmountCents,
		TotalDueAmountCents:                 object.TotalDueAmountCents,
		TotalOffsettedCreditNoteAmountCents: object.TotalOffsettedCreditNoteAmountCents,
		TotalPaidAmountCents:                object.TotalPaidAmountCents,
		UpdatedAt:                           object.UpdatedAt,
		VersionNumber:                       object.VersionNumber,
		VoidedAt:                            object.VoidedAt,
		WebURL:                              object.WebURL,
		XMLURL:                              object.XMLURL,
		Customer:                            some(invoiceCustomer(row.Customer)),
		Metadata:                            some(Each(row.Metadata, invoiceMetadata)),
		AppliedTaxes:                        some(Each(row.AppliedTaxes, invoiceTax)),
		AppliedUsageThresholds:              object.AppliedUsageThresholds,
	}
}

// invoiceCustomer is the customer of an invoice.
func invoiceCustomer(row store.Customer) gen.CustomerObject {
	object := ListedCustomer(row)
	return gen.CustomerObject{
		AccountType:               some(gen.CustomerObjectAccountType(row.AccountType)),
		AddressLine1:              object.AddressLine1,
		AddressLine2:              object.AddressLine2,
		ApplicableTimezone:        object.ApplicableTimezone,
		BillingConfiguration:      object.BillingConfiguration,
		BillingEntityCode:         object.BillingEntityCode,
		City:                      object.City,
		Country:                   object.Country,
		CreatedAt:                 object.CreatedAt,
		Currency:                  object.Currency,
		CustomerType:              optionalWord[gen.CustomerObjectCustomerType](row.CustomerType),
		Email:                     object.Email,
		ExternalID:                object.ExternalID,
		ExternalSalesforceID:      object.ExternalSalesforceID,
		FinalizeZeroAmountInvoice: some(gen.CustomerObjectFinalizeZeroAmountInvoice(row.FinalizeZeroAmountInvoice)),
		Firstname:                 object.Firstname,
		IntegrationCustomers:      object.IntegrationCustomers,
		LagoID:                    object.LagoID,
		Lastname:                  object.Lastname,
		LegalName:                 object.LegalName,
		LegalNumber:               object.LegalNumber,
		LogoURL:                   object.LogoURL,
		Metadata:                  object.Metadata,
		Name:                      object.Name,
		NetPaymentTerm:            object.NetPaymentTerm,
		Phone:                     object.Phone,
		SequentialID:              object.SequentialID,
		ShippingAddress:           object.ShippingAddress,
		SkipInvoiceCustomSections: object.SkipInvoiceCustomSections,
		Slug:                      object.Slug,
		State:                     object.State,
		TaxIdentificationNumber:   object.TaxIdentificationNumber,
		Timezone:                  object.Timezone,
		UpdatedAt:                 object.UpdatedAt,
		URL:                       object.URL,
		Zipcode:                   object.Zipcode,
	}
}

// sequentialID is an invoice's number among those of its customer; null until
// there is one.
func sequentialID(number *int64) nullable.Nullable[int] { return optionalCents(number) }

// kept is the identifier of what is kept; null for what is only computed.
func kept(id uuid.UUID) nullable.Nullable[uuid.UUID] {
	if id == uuid.Nil {
		return nullable.NewNullNullable[uuid.UUID]()
	}
	return nullable.NewNullableWithValue(id)
}

// storedDay is a day that a row has as a text.
func storedDay(text string) openapi_types.Date {
	date, _ := period.ParseDate(text) // of a row: cannot fail
	return openapi_types.Date{Time: date.Start(time.UTC)}
}
