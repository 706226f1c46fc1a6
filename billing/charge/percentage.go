package charge

// Properties of the percentage model. All but the rate are optional.
const (
	keyRate                  = "rate"                             // an amount, in percent
	keyFixedAmount           = "fixed_amount"                     // an amount per event
	keyFreeUnitsPerEvents    = "free_units_per_events"            // an integer over zero
	keyFreeUnitsPerTotal     = "free_units_per_total_aggregation" // an amount
	keyPerTransactionMinimum = "per_transaction_min_amount"       // an amount, premium
	keyPerTransactionMaximum = "per_transaction_max_amount"       // an amount, premium
)

// percentage charges a share of the units, and a fixed amount for every event.
var percentage = specification{
	members: map[string]tidy{
		keyRate: asSent, keyFixedAmount: asSent,
		keyFreeUnitsPerEvents: plainNumber, keyFreeUnitsPerTotal: asSent,
		keyPerTransactionMinimum: usableLimit, keyPerTransactionMaximum: usableLimit,
	},
	defaults: func() Properties { return Properties{keyRate: "0"} },
	validate: validatePercentage,
	price:    pricePercentage,
}

// usableLimit keeps a limit per transaction as it is. Without the premium
// features, where nothing is checked, it drops one that is no amount, so that
// it can neither be shown nor come into force later.
func usableLimit(value any, ctx Context) any {
	if _, ok := readAmount(value); !ok && !ctx.Premium {
		return nil
	}
	return value
}

func validatePercentage(p Properties, ctx Context, found *findings) {
	refuseLatest(ctx, found)
	requireAmount(p[keyRate], codeRate, found)
	allowAmount(p[keyFixedAmount], codeFixedAmount, found)
	if value := p[keyFreeUnitsPerEvents]; value != nil {
		if units, ok := readInteger(value); !ok || units <= 0 {
			found.add(codeFreeUnitsPerEvents)
		}
	}
	allowAmount(p[keyFreeUnitsPerTotal], codeFreeUnitsPerAggregation, found)
	if ctx.Premium {
		validateLimits(p, found)
	}
}

// validateLimits reports limits per transaction that are no amounts, or that
// leave no room between them.
func validateLimits(p Properties, found *findings) {
	allowAmount(p[keyPerTransactionMinimum], codeAmount, found)
	allowAmount(p[keyPerTransactionMaximum], codeAmount, found)
	minimum, hasMinimum := readAmount(p[keyPerTransactionMinimum])
	maximum, hasMaximum := readAmount(p[keyPerTransactionMaximum])
	if hasMinimum && hasMaximum && maximum.LessThan(minimum) {
		found.add(codeMaximumUnderMinimum)
	}
}

// allowAmount reports a value that is there and is no amount.
func allowAmount(value any, code string, found *findings) {
	if value != nil {
		requireAmount(value, code, found)
	}
}

// refuseLatest reports a metric that keeps the latest value only: there is no
// sum of which to charge a share.
func refuseLatest(ctx Context, found *findings) {
	if ctx.Aggregation == aggregationLatest {
		found.add(codeWrongMetric)
	}
}
