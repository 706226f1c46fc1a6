package wire

import (
	"tarn/gen"
	"tarn/store"
)

// PaymentMethod is a customer's payment method as its own endpoints show it.
func PaymentMethod(row store.PaymentMethod) gen.PaymentMethodObject {
	return gen.PaymentMethodObject{
		LagoID:              row.ID,
		IsDefault:           row.IsDefault,
		PaymentProviderCode: optional(row.PaymentProviderCode),
		PaymentProviderName: optional(row.PaymentProviderName),
		PaymentProviderType: gen.PaymentMethodObjectPaymentProviderType(row.PaymentProviderType),
		ProviderMethodID:    row.ProviderMethodID,
		CreatedAt:           instant(row.CreatedAt),
	}
}
