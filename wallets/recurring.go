package wallets

import (
	"time"

	"tarn/billing/period"
	"tarn/billing/prepaid"
	"tarn/jobs"
	"tarn/store"
	"tarn/wallets/ledger"
)

// KindTopUpRecurring is the job that tops a wallet up by a rule on its days. Each
// rule with an interval has one waiting.
const KindTopUpRecurring = "wallet_rule.top_up"

// recurringRhythm is when rules with an interval top up: on the hour of a due day
// that comes first, and on later ones if nothing came in meanwhile.
var recurringRhythm = jobs.Rhythm{Every: time.Hour, After: 55 * time.Minute}

// recurrence is on which days a rule tops up its wallet.
func recurrence(wallet *store.Wallet, rule *store.RecurringTransactionRule) prepaid.Recurrence {
	days := prepaid.Recurrence{
		Interval: period.Interval(*rule.Interval), Anchor: wallet.CreatedAt, CreatedAt: wallet.CreatedAt, Zone: wallet.Customer.Location(),
	}
	if rule.StartedAt != nil {
		days.Anchor = *rule.StartedAt
	}
	return days
}

// nextTopUp is the first tick after an instant at which a rule tops up.
func nextTopUp(days prepaid.Recurrence, after time.Time) time.Time {
	tick := recurringRhythm.Later(days.Anchor, after)
	today := period.DateOf(tick, days.Zone)
	if next := days.Next(today); next != today {
		return recurringRhythm.From(next.Start(days.Zone))
	}
	return tick
}

// scheduleRecurring lets a rule with an interval top up at its next tick after an
// instant.
func scheduleRecurring(tx *store.Tx, wallet *store.Wallet, rule *store.RecurringTransactionRule, after time.Time) error {
	if rule.Trigger != store.RuleInterval || wallet.Status != store.WalletActive {
		return nil
	}
	return jobs.Reschedule(tx, jobs.Job{
		Kind: KindTopUpRecurring, At: nextTopUp(recurrence(wallet, rule), after), Args: ruleArgs{walletArgs: walletArgs{WalletID: wallet.ID}, RuleID: rule.ID},
		UniqueKey: KindTopUpRecurring + ":" + rule.ID.String(),
	})
}

// topUpRecurring tops a wallet up by a rule, if it is still one of its days and the
// wallet was not topped up by an interval on it, and lets the rule wait for the next
// one.
func topUpRecurring(tx *store.Tx, args ruleArgs) error {
	wallet, rule, err := args.running(tx)
	if err != nil || rule == nil || rule.Trigger != store.RuleInterval {
		return err
	}
	days := recurrence(&wallet, rule)
	today := period.DateOf(tx.Now(), days.Zone)
	if !days.DueOn(today) || days.Anchor.After(tx.Now()) {
		return scheduleRecurring(tx, &wallet, rule, tx.Now())
	}
	done, err := tx.ToppedUpSince(wallet.ID, store.TransactionByInterval, today.Start(days.Zone))
	if err != nil {
		return err
	}
	if !done {
		state, err := stateOf(tx, &wallet)
		if err != nil {
			return err
		}
		paid, granted := refillOf(&wallet, rule).AtInterval(state)
		topUp := topUpOf(rule, store.TransactionByInterval)
		topUp.Paid, topUp.Granted = paid, granted
		if err := scheduleRefill(tx, &wallet, topUp); err != nil {
			return err
		}
	}
	return scheduleRecurring(tx, &wallet, rule, today.End(days.Zone))
}

// refillOf is how much a rule tops up. A target knows no limits once it is reckoned.
func refillOf(wallet *store.Wallet, rule *store.RecurringTransactionRule) prepaid.Refill {
	refill := prepaid.Refill{
		Paid: rule.PaidCredits, Granted: rule.GrantedCredits, GrantsTarget: rule.GrantsTargetTopUp,
		Limits: limitsOf(wallet), IgnoreLimits: rule.IgnorePaidTopUpLimits, Terms: ledger.Terms(wallet),
	}
	if rule.Method == store.RuleTarget {
		refill.Target = rule.TargetOngoingBalance
	}
	return refill
}

// stateOf is what rules look at of a wallet.
func stateOf(tx *store.Tx, wallet *store.Wallet) (prepaid.State, error) {
	pending, err := tx.PendingPurchases(wallet.ID)
	state := prepaid.State{Ongoing: wallet.CreditsOngoingBalance}
	for i := range pending {
		state.Pending = state.Pending.Add(pending[i].CreditAmount)
	}
	return state, err
}

// topUpOf is a top-up by a rule, without its amounts.
func topUpOf(rule *store.RecurringTransactionRule, source store.TransactionSource) TopUp {
	return TopUp{
		Source: source, IgnoreLimits: rule.IgnorePaidTopUpLimits || rule.Method == store.RuleTarget,
		RequiresPayment: rule.InvoiceRequiresSuccessfulPayment, Name: rule.TransactionName, Metadata: rule.TransactionMetadata,
		Priority: ledger.DefaultPriority, PurchaseOrderNumber: rule.PurchaseOrderNumber,
		PaymentMethodType: rule.PaymentMethodType, PaymentMethodID: rule.PaymentMethodID,
		SkipCustomSections: rule.SkipInvoiceCustomSections, CustomSectionIDs: sectionIDs(rule.Sections),
	}
}

// scheduleRefill lets a top-up come at once, if there is anything in it.
func scheduleRefill(tx *store.Tx, wallet *store.Wallet, topUp TopUp) error {
	if topUp.Paid.IsZero() && topUp.Granted.IsZero() {
		return nil
	}
	return scheduleTopUp(tx, wallet.ID, topUp)
}
