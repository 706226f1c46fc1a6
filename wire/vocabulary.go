package wire

import "tarn/gen"

// KnownCurrency reports whether the billing API has a currency, by its code.
func KnownCurrency(code string) bool { return gen.Currency(code).Valid() }

// KnownTimezone reports whether the billing API has a time zone, by its name.
func KnownTimezone(name string) bool { return gen.Timezone(name).Valid() }
