package audit_test

import (
	"testing"

	"tarn/audit"
)

// BenchmarkBody redacts a customer's creation, which every write of this kind
// pays twice: for its body and for its answer.
func BenchmarkBody(b *testing.B) {
	body := []byte(`{"customer":{"external_id":"5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba","name":"Gavin Belson","firstname":"Gavin","lastname":"Belson",` +
		`"email":"dinesh@piedpiper.test","address_line1":"5230 Penfield Ave","address_line2":null,"city":"Woodland Hills","country":"US","currency":"EUR",` +
		`"legal_name":"Coleman-Blair","legal_number":"49-008-2965","logo_url":"http://hooli.com/logo.png","net_payment_term":30,"phone":"1-171-883-3711 x245",` +
		`"metadata":[{"key":"Purchase Order","value":"123456789","display_in_invoice":true}],"billing_configuration":{"invoice_grace_period":3,"document_locale":"fr"}}}`)
	r := audit.NewRedactor(0)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		r.Body(body)
	}
}
