package form_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

func TestCheckPaymentMethod(t *testing.T) {
	t.Parallel()
	known := uuid.New()
	methods := []store.PaymentMethod{{ID: known}}
	for name, c := range map[string]struct {
		input   form.Optional[form.PaymentMethod]
		refused bool
	}{
		"nothing said":             {absent[form.PaymentMethod](), false},
		"null":                     {null[form.PaymentMethod](), false},
		"by hand":                  {set(form.PaymentMethod{Type: set(store.PaymentMethodManual)}), false},
		"the default":              {set(form.PaymentMethod{Type: set(store.PaymentMethodProvider)}), false},
		"one of the customer's":    {set(form.PaymentMethod{Type: set(store.PaymentMethodProvider), ID: set(known)}), false},
		"one of somebody else's":   {set(form.PaymentMethod{Type: set(store.PaymentMethodProvider), ID: set(uuid.New())}), true},
		"by hand with one":         {set(form.PaymentMethod{Type: set(store.PaymentMethodManual), ID: set(known)}), true},
		"one without the type":     {set(form.PaymentMethod{ID: set(known)}), true},
		"a type that there is not": {set(form.PaymentMethod{Type: set("cash")}), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			details := fault.Details{}
			form.CheckPaymentMethod(details, methods, c.input)
			if c.refused {
				require.Equal(t, fault.Details{"payment_method": []string{"invalid_payment_method"}}, details)
			} else {
				require.Empty(t, details)
			}
		})
	}
}

func TestAssignPaymentMethod(t *testing.T) {
	t.Parallel()
	known, other := uuid.New(), uuid.New()
	for name, c := range map[string]struct {
		input form.Optional[form.PaymentMethod]
		kind  string
		id    *uuid.UUID
	}{
		"nothing said":       {absent[form.PaymentMethod](), store.PaymentMethodProvider, &known},
		"another one":        {set(form.PaymentMethod{Type: set(store.PaymentMethodProvider), ID: set(other)}), store.PaymentMethodProvider, &other},
		"the default":        {set(form.PaymentMethod{Type: set(store.PaymentMethodProvider)}), store.PaymentMethodProvider, nil},
		"by hand":            {set(form.PaymentMethod{Type: set(store.PaymentMethodManual), ID: set(other)}), store.PaymentMethodManual, nil},
		"null for the usual": {set(form.PaymentMethod{Type: null[string]()}), store.PaymentMethodProvider, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kind, id := store.PaymentMethodProvider, &known
			form.AssignPaymentMethod(&kind, &id, c.input)
			require.Equal(t, c.kind, kind)
			require.Equal(t, c.id, id)
		})
	}
}
