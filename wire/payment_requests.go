package wire

import (
	"tarn/gen"
	"tarn/store"
)

// PaymentRequest is a payment request as its own endpoints show it.
func PaymentRequest(row store.PaymentRequest) gen.PaymentRequestObject {
	return gen.PaymentRequestObject{
		LagoID:         row.ID,
		AmountCents:    int(row.AmountCents),
		AmountCurrency: gen.Currency(row.AmountCurrency),
		Email:          optional(row.Email),
		PaymentStatus:  gen.PaymentRequestObjectPaymentStatus(row.PaymentStatus),
		Customer:       baseCustomer(row.Customer),
		Invoices:       Each(row.Invoices, baseInvoice),
		CreatedAt:      instant(row.CreatedAt),
	}
}

// PaymentRequestFound is a payment request both bare, as the document has it, and in
// its name, as Lago's server sends it.
func PaymentRequestFound(row store.PaymentRequest) gen.PaymentRequestFound {
	object := PaymentRequest(row)
	return gen.PaymentRequestFound{
		LagoID:         object.LagoID,
		AmountCents:    object.AmountCents,
		AmountCurrency: object.AmountCurrency,
		Email:          object.Email,
		PaymentStatus:  gen.PaymentRequestFoundPaymentStatus(object.PaymentStatus),
		Customer:       object.Customer,
		Invoices:       object.Invoices,
		CreatedAt:      object.CreatedAt,
		PaymentRequest: &object,
	}
}

// baseCustomer is a customer without what others attach to it.
func baseCustomer(row store.Customer) gen.CustomerBaseObject {
	object := ListedCustomer(row)
	return gen.CustomerBaseObject{
		AccountType:               some(gen.CustomerBaseObjectAccountType(row.AccountType)),
		AddressLine1:              object.AddressLine1,
		AddressLine2:              object.AddressLine2,
		ApplicableTimezone:        object.ApplicableTimezone,
		BillingConfiguration:      object.BillingConfiguration,
		BillingEntityCode:         object.BillingEntityCode,
		City:                      object.City,
		Country:                   object.Country,
		CreatedAt:                 object.CreatedAt,
		Currency:                  object.Currency,
		CustomerType:              optionalWord[gen.CustomerBaseObjectCustomerType](row.CustomerType),
		Email:                     object.Email,
		ExternalID:                object.ExternalID,
		ExternalSalesforceID:      object.ExternalSalesforceID,
		FinalizeZeroAmountInvoice: some(gen.CustomerBaseObjectFinalizeZeroAmountInvoice(row.FinalizeZeroAmountInvoice)),
		Firstname:                 object.Firstname,
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

// baseInvoice is an invoice with its own members only, as payment requests show it.
func baseInvoice(row store.Invoice) gen.InvoiceBaseObject {
	object := BareInvoice(row)
	return gen.InvoiceBaseObject{
		BillingEntityCode:                   object.BillingEntityCode,
		CouponsAmountCents:                  object.CouponsAmountCents,
		CreatedAt:                           object.CreatedAt,
		CreditNotesAmountCents:              object.CreditNotesAmountCents,
		Currency:                            object.Currency,
		FeesAmountCents:                     object.FeesAmountCents,
		FileURL:                             object.FileURL,
		InvoiceType:                         gen.InvoiceBaseObjectInvoiceType(row.InvoiceType),
		IssuingDate:                         object.IssuingDate,
		LagoID:                              object.LagoID,
		NetPaymentTerm:                      object.NetPaymentTerm,
		Number:                              object.Number,
		PaymentDisputeLostAt:                object.PaymentDisputeLostAt,
		PaymentDueDate:                      object.PaymentDueDate,
		PaymentOverdue:                      object.PaymentOverdue,
		PaymentStatus:                       gen.InvoiceBaseObjectPaymentStatus(row.PaymentStatus),
		PrepaidCreditAmountCents:            object.PrepaidCreditAmountCents,
		PrepaidGrantedCreditAmountCents:     object.PrepaidGrantedCreditAmountCents,
		PrepaidPurchasedCreditAmountCents:   object.PrepaidPurchasedCreditAmountCents,
		ProgressiveBillingCreditAmountCents: object.ProgressiveBillingCreditAmountCents,
		PurchaseOrderNumber:                 object.PurchaseOrderNumber,
		SelfBilled:                          object.SelfBilled,
		SequentialID:                        object.SequentialID,
		Status:                              gen.InvoiceBaseObjectStatus(row.Status),
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
	}
}
