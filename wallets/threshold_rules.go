package wallets

import (
	"time"

	"tarn/store"
)

// declinedPause is for how long a rule with a threshold asks for no payment after one
// was declined.
const declinedPause = time.Hour

// mostRefills is how often rules with a threshold top a wallet up within a minute. A rule
// that grants little against a great debt would go on for long, while a request waits
// whose clock is frozen; it goes on when the ongoing balance changes again.
//
// Lago waits two seconds between two of them.
const mostRefills = 20

// applyThresholdRules tops a wallet up, which must be locked, by its rules with a
// threshold. Whoever has written an ongoing balance that differs from the one before
// calls it. What comes in follows in work of its own.
func applyThresholdRules(tx *store.Tx, wallet *store.Wallet) error {
	for i := range wallet.Rules {
		rule := &wallet.Rules[i]
		if rule.Trigger != store.RuleThreshold {
			continue
		}
		if err := applyThresholdRule(tx, wallet, rule); err != nil {
			return err
		}
	}
	return nil
}

// applyThresholdRule tops a wallet up by one rule, if its balance has fallen so low.
//
// Lago: after a payment was declined, the rule waits for an hour, or until a purchase
// is paid.
func applyThresholdRule(tx *store.Tx, wallet *store.Wallet, rule *store.RecurringTransactionRule) error {
	state, err := stateOf(tx, wallet)
	if err != nil || !state.Low(*rule.ThresholdCredits) {
		return err
	}
	topUp := topUpOf(rule, store.TransactionByThreshold)
	topUp.Paid, topUp.Granted = refillOf(wallet, rule).AtThreshold(state, *rule.ThresholdCredits)
	if topUp.Paid.IsPositive() {
		declined, err := tx.TopUpDeclined(wallet.ID, store.TransactionByThreshold, tx.Now().Add(-declinedPause))
		if err != nil || declined {
			return err
		}
	}
	made, err := tx.CountTopUps(wallet.ID, store.TransactionByThreshold, tx.Now().Add(-time.Minute))
	if err != nil || made >= mostRefills {
		return err
	}
	return scheduleRefill(tx, wallet, topUp)
}
