package encode_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/compat"
	"tarn/encode"
	"tarn/gen"
	"tarn/store"
	"tarn/wire"
)

// customersPage is a page of the list of customers.
func customersPage() gen.FindAllCustomers200JSONResponse {
	now := time.Date(2026, time.January, 15, 10, 30, 0, 0, time.UTC)
	name, email, city, country, currency := "Hooli & Sons", "billing@hooli.example", "Palo Alto", "US", "USD"
	row := store.Customer{
		ID: uuid.New(), ExternalID: "customer-1", AccountType: "customer", Slug: "ACM-1234-001", SequentialID: 1, CreatedAt: now, UpdatedAt: now,
		Name: &name, LegalName: &name, Email: &email, Currency: &currency, Address: store.Address{City: &city, Country: &country},
		FinalizeZeroAmountInvoice: "inherit", BillingEntity: store.BillingEntity{Code: "acme", Timezone: "UTC"},
	}
	return gen.FindAllCustomers200JSONResponse{Customers: wire.Each(slices.Repeat([]store.Customer{row}, 20), wire.ListedCustomer)}
}

// BenchmarkAnswer encodes a page of twenty customers.
func BenchmarkAnswer(b *testing.B) {
	page := customersPage()
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := json.Marshal(page)
			require.NoError(b, err)
		}
	})
	for _, mode := range []compat.Mode{compat.Wire, compat.Document} {
		b.Run(mode.String(), func(b *testing.B) {
			b.ReportAllocs()
			var buffer []byte
			for b.Loop() {
				var err error
				buffer, err = encode.Answer(buffer[:0], mode, "findAllCustomers", 200, page)
				require.NoError(b, err)
			}
		})
	}
}
