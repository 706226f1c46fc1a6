package wire

import (
	"time"

	"github.com/google/uuid"

	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// What happens at providers and integrations happens outside, and no real one can be
// connected: webhooks that tell of it name one that stands for all.
const (
	providerName = "stripe"
	providerCode = "stripe_main"
	providerURL  = "https://checkout.stripe.com/c/pay/cs_test_a1b2c3"
	accounting   = "netsuite"
	crm          = "hubspot"
	taxProvider  = "anrock"
	providerText = `{"message":"The provider has refused the request.","error_code":"provider_refused"}`
)

// VIESCheckedCustomer is a customer whose VAT number was looked up.
type VIESCheckedCustomer struct {
	gen.CustomerObjectExtended

	VIESCheck VIESCheck `json:"vies_check"`
}

// VIESCheck is what the EU's register says of a VAT number.
type VIESCheck struct {
	Valid       bool `json:"valid"`
	ValidFormat bool `json:"valid_format"`
}

// ViesCheckedCustomer is a customer as the webhook of its VAT number's check shows it.
// The register is never asked, so the number's form is all that is known.
func ViesCheckedCustomer(row store.Customer, valid bool) VIESCheckedCustomer {
	object := WebhookCustomer(row)
	object.IntegrationCustomers = nil
	return VIESCheckedCustomer{CustomerObjectExtended: object, VIESCheck: VIESCheck{Valid: valid, ValidFormat: valid}}
}

// ProviderCustomer is a customer as the webhook shows it that tells of its making at a
// payment provider.
func ProviderCustomer(row store.Customer) gen.CustomerObjectExtended {
	object := WebhookCustomer(row)
	object.IntegrationCustomers = nil
	return object
}

// CustomerCheckoutURL tells where a customer can enter its means of payment.
func CustomerCheckoutURL(row store.Customer) gen.CustomerCheckoutURL {
	code, address := providerCode, providerURL
	return gen.CustomerCheckoutURL{
		LagoCustomerID: row.ID.String(), ExternalCustomerID: row.ExternalID, PaymentProvider: providerName,
		PaymentProviderCode: &code, CheckoutURL: &address,
	}
}

// CustomerAccountingError tells that an accounting system has refused a customer.
func CustomerAccountingError(row store.Customer) gen.CustomerIntegratrionErrorObject {
	return customerIntegrationError(row, accounting)
}

// CustomerCRMError tells that a CRM has refused a customer.
//
// Lago: its members have the names of the accounting system's.
func CustomerCRMError(row store.Customer) gen.CustomerIntegratrionErrorObject {
	return customerIntegrationError(row, crm)
}

func customerIntegrationError(row store.Customer, provider string) gen.CustomerIntegratrionErrorObject {
	object := gen.CustomerIntegratrionErrorObject{
		LagoCustomerID: row.ID, ExternalCustomerID: row.ExternalID,
		AccountingProvider:     gen.CustomerIntegratrionErrorObjectAccountingProvider(provider),
		AccountingProviderCode: provider + "_main",
	}
	_ = object.ProviderError.UnmarshalJSON([]byte(providerText)) // keeps the text: cannot fail
	return object
}

// CustomerPaymentProviderError tells that a payment provider has refused a customer.
func CustomerPaymentProviderError(row store.Customer) gen.CustomerPaymentProviderErrorObject {
	object := gen.CustomerPaymentProviderErrorObject{
		LagoCustomerID: row.ID, ExternalCustomerID: row.ExternalID,
		PaymentProvider: providerName, PaymentProviderCode: providerCode,
	}
	_ = object.ProviderError.UnmarshalJSON([]byte(providerText)) // keeps the text: cannot fail
	return object
}

// CustomerTaxProviderError tells that a tax provider has refused a customer.
func CustomerTaxProviderError(row store.Customer) gen.CustomerTaxProviderErrorObject {
	object := gen.CustomerTaxProviderErrorObject{
		LagoCustomerID: row.ID, ExternalCustomerID: row.ExternalID, TaxProvider: taxProvider, TaxProviderCode: taxProvider + "_main",
	}
	_ = object.ProviderError.UnmarshalJSON([]byte(providerText)) // keeps the text: cannot fail
	return object
}

// FeeTaxProviderError tells that a tax provider has refused a fee.
func FeeTaxProviderError(row store.Fee) gen.FeeTaxProviderErrorObject {
	object := gen.FeeTaxProviderErrorObject{
		TaxProviderCode: taxProvider + "_main", EventTransactionID: nullable.NewNullNullable[string](), LagoChargeID: optional(row.ChargeID),
	}
	_ = object.ProviderError.UnmarshalJSON([]byte(providerText)) // keeps the text: cannot fail
	return object
}

// IntegrationProviderError tells that an integration has failed.
func IntegrationProviderError(id uuid.UUID) gen.IntegrationProviderErrorObject {
	object := gen.IntegrationProviderErrorObject{LagoIntegrationID: id, Provider: accounting, ProviderCode: accounting + "_main"}
	_ = object.ProviderError.UnmarshalJSON([]byte(providerText)) // keeps the text: cannot fail
	return object
}

// PaymentProviderError tells that a payment provider could not be set up.
func PaymentProviderError(id uuid.UUID) gen.PaymentProviderErrorObject {
	action := gen.PaymentProviderErrorObjectAction("payment_provider.register_webhook")
	object := gen.PaymentProviderErrorObject{
		LagoPaymentProviderID: id, PaymentProviderCode: providerCode, PaymentProviderName: "Stripe", Source: providerName, Action: &action,
	}
	_ = object.ProviderError.UnmarshalJSON([]byte(providerText)) // keeps the text: cannot fail
	return object
}

// Foreign is something that tarn does not have.
type Foreign struct {
	LagoID    uuid.UUID `json:"lago_id"`
	CreatedAt time.Time `json:"created_at"`
}

// ForeignObject is something that came into being elsewhere.
func ForeignObject(id uuid.UUID, at time.Time) Foreign {
	return Foreign{LagoID: id, CreatedAt: instant(at)}
}
