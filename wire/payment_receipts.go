package wire

import (
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// PaymentReceipt is the receipt of a payment. Where its file is, an answer says.
func PaymentReceipt(row store.PaymentReceipt) gen.PaymentReceiptObject {
	return gen.PaymentReceiptObject{
		LagoID:    row.ID,
		Number:    row.Number,
		Payment:   Payment(row.Payment),
		FileURL:   nullable.NewNullNullable[string](),
		XMLURL:    nullable.NewNullNullable[string](),
		CreatedAt: instant(row.CreatedAt),
	}
}
