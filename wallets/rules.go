package wallets

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/prepaid"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
	"tarn/wallets/ledger"
)

// codeInvalidRule is the code of whatever is wrong with a recurring rule.
const codeInvalidRule = "invalid_recurring_rule"

// The words that fields of rules may hold.
var (
	ruleTriggers = []store.RuleTrigger{store.RuleInterval, store.RuleThreshold}
	ruleMethods  = []store.RuleMethod{store.RuleFixed, store.RuleTarget}
)

// newRule is a rule of a wallet as nobody has said anything of it.
func newRule(wallet uuid.UUID) store.RecurringTransactionRule {
	return store.RecurringTransactionRule{
		ID: store.NewID(), WalletID: wallet, Status: store.WalletActive, Method: store.RuleFixed,
		PaymentMethodType: store.PaymentMethodProvider, TransactionMetadata: store.TransactionMetadata{},
	}
}

// assign puts an input into a rule, new or known, and says whether the rule can be.
func (in RuleInput) assign(rule *store.RecurringTransactionRule, now time.Time) bool {
	form.AssignText(&rule.Trigger, in.Trigger)
	if in.Method.IsNull() {
		rule.Method = store.RuleFixed
	}
	if word, err := in.Method.Get(); err == nil {
		rule.Method = store.RuleMethod(word)
	}
	form.AssignOr(&rule.GrantsTargetTopUp, in.GrantsTargetTopUp, false)
	form.Assign(&rule.InvoiceRequiresSuccessfulPayment, in.InvoiceRequiresSuccessfulPayment)
	form.AssignOr(&rule.IgnorePaidTopUpLimits, in.IgnorePaidTopUpLimits, false)
	return in.assignCredits(rule) && in.assignTimes(rule, now) && in.assignTransaction(rule) && consistent(rule)
}

// assignCredits reads how much the rule tops up, and at which threshold.
func (in RuleInput) assignCredits(rule *store.RecurringTransactionRule) bool {
	if in.namesCredits() && !isCredits(in.PaidCredits) && !isCredits(in.GrantedCredits) {
		return false
	}
	for _, member := range []struct {
		sent  json.RawMessage
		field *decimal.Decimal
	}{{in.PaidCredits, &rule.PaidCredits}, {in.GrantedCredits, &rule.GrantedCredits}} {
		if member.sent != nil {
			*member.field = looseCredits(member.sent)
		}
	}
	for _, member := range []struct {
		sent  json.RawMessage
		field **decimal.Decimal
	}{{in.ThresholdCredits, &rule.ThresholdCredits}, {in.TargetOngoingBalance, &rule.TargetOngoingBalance}} {
		switch {
		case member.sent == nil:
		case isNull(member.sent):
			*member.field = nil
		case !isCredits(member.sent):
			return false
		default:
			credits := looseCredits(member.sent)
			*member.field = &credits
		}
	}
	if rule.Trigger == store.RuleInterval && rule.ThresholdCredits == nil {
		rule.ThresholdCredits = &decimal.Decimal{} // Lago stores zero
	}
	return true
}

// namesCredits reports whether an input says what is paid or given.
func (in RuleInput) namesCredits() bool {
	return in.PaidCredits != nil && !isNull(in.PaidCredits) || in.GrantedCredits != nil && !isNull(in.GrantedCredits)
}

func isNull(sent json.RawMessage) bool { return string(sent) == "null" }

// isCredits reports whether JSON is a text that says how many credits there are.
func isCredits(sent json.RawMessage) bool {
	var text *string
	if json.Unmarshal(sent, &text) != nil || text == nil {
		return false
	}
	_, ok := prepaid.ReadCredits(*text)
	return ok
}

// looseCredits reads credits from JSON as Lago's database does: numbers count, and
// what is none is zero.
func looseCredits(sent json.RawMessage) decimal.Decimal {
	text := string(sent)
	if json.Unmarshal(sent, &text) != nil {
		text = string(sent) // not quoted
	}
	credits, _ := prepaid.ReadCredits(text) // zero for what is no number
	return credits
}

// assignTimes reads when the rule tops up.
func (in RuleInput) assignTimes(rule *store.RecurringTransactionRule, now time.Time) bool {
	if in.Interval.IsSpecified() {
		rule.Interval = nil
		if word, err := in.Interval.Get(); err == nil {
			interval := store.PlanInterval(word)
			if !interval.Known() {
				return false
			}
			rule.Interval = &interval
		}
	}
	if !assignInstant(&rule.StartedAt, in.StartedAt) || !assignInstant(&rule.ExpirationAt, in.ExpirationAt) {
		return false
	}
	return !in.ExpirationAt.IsSpecified() || rule.ExpirationAt == nil || rule.ExpirationAt.After(now)
}

// assignInstant puts an instant as a client spelled it into a field; false for one
// that cannot be read. Null and a blank text are none.
func assignInstant(field **time.Time, input form.Optional[string]) bool {
	if !input.IsSpecified() {
		return true
	}
	*field = nil
	text, _ := input.Get() // null is empty
	if form.Blank(text) {
		return true
	}
	at, err := form.Instant(text)
	*field = &at
	return err == nil
}

// assignTransaction reads what the transactions of the rule bear.
func (in RuleInput) assignTransaction(rule *store.RecurringTransactionRule) bool {
	details := fault.Details{}
	if in.TransactionMetadata.IsSpecified() {
		rule.TransactionMetadata = checkPairs(details, "metadata", in.TransactionMetadata, prepaid.MaxRulePairs)
	}
	form.AssignNullable(&rule.TransactionName, form.NullIfBlank(in.TransactionName))
	form.CheckLongest(details, "transaction_name", rule.TransactionName, maxText)
	form.AssignNullable(&rule.PurchaseOrderNumber, form.FilledOrNull(in.PurchaseOrderNumber))
	form.CheckLongest(details, "purchase_order_number", rule.PurchaseOrderNumber, maxText)
	return len(details) == 0
}

// consistent reports whether what a rule says fits together.
func consistent(rule *store.RecurringTransactionRule) bool {
	isTarget, atThreshold := rule.Method == store.RuleTarget, rule.Trigger == store.RuleThreshold
	switch {
	case !slices.Contains(ruleTriggers, rule.Trigger) || !slices.Contains(ruleMethods, rule.Method):
		return false
	case rule.Trigger == store.RuleInterval && rule.Interval == nil, atThreshold && rule.ThresholdCredits == nil:
		return false
	case isTarget && rule.TargetOngoingBalance == nil, !isTarget && rule.GrantsTargetTopUp:
		return false
	}
	return !isTarget || !atThreshold || !rule.TargetOngoingBalance.LessThan(*rule.ThresholdCredits)
}

// payable reports whether the fixed amount that a rule pays is within the limits of
// its wallet, or need not be.
func payable(wallet store.Wallet, rule store.RecurringTransactionRule) bool {
	if rule.Method != store.RuleFixed || rule.IgnorePaidTopUpLimits || !rule.PaidCredits.IsPositive() {
		return true
	}
	amount, fits := ledger.Terms(&wallet).Sold(rule.PaidCredits)
	return fits && limitsOf(&wallet).Side(amount.Cents) == prepaid.Within
}

// limitsOf are the limits of a wallet.
func limitsOf(wallet *store.Wallet) prepaid.Limits {
	return prepaid.Limits{Min: wallet.PaidTopUpMinAmountCents, Max: wallet.PaidTopUpMaxAmountCents}
}
