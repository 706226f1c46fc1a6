package wallets

import (
	"time"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/jobs"
	"tarn/notify"
	"tarn/store"
	"tarn/wallets/ledger"
)

// The jobs that end what is past its expiration: a wallet, and a recurring rule.
const (
	KindExpireWallet = "wallet.expire"
	KindExpireRule   = "wallet_rule.expire"
)

// When wallets and rules end.
//
// Lago: until that minute they count, although their time is over.
var (
	walletExpiryRhythm = jobs.Rhythm{Every: time.Hour, After: 45 * time.Minute}
	ruleExpiryRhythm   = jobs.Rhythm{Every: time.Hour, After: 50 * time.Minute}
)

// ruleArgs say which rule of which wallet a job is for.
type ruleArgs struct {
	walletArgs

	RuleID uuid.UUID `json:"rule_id"`
}

// running finds the wallet and the rule of a job, locked; no rule where it, or the
// wallet, is over or gone by now.
func (a ruleArgs) running(tx *store.Tx) (store.Wallet, *store.RecurringTransactionRule, error) {
	wallet, err := tx.WalletForUpdate(a.WalletID)
	if gone(err) {
		return wallet, nil, nil
	}
	if err != nil || wallet.Status != store.WalletActive {
		return wallet, nil, err
	}
	for i := range wallet.Rules {
		if wallet.Rules[i].ID == a.RuleID {
			return wallet, &wallet.Rules[i], nil
		}
	}
	return wallet, nil, nil
}

// schedule plans everything that lies ahead of an active wallet and its rules:
// their ends, and the days of the rules.
func schedule(tx *store.Tx, wallet store.Wallet) error {
	if wallet.Status != store.WalletActive {
		return nil
	}
	if at := wallet.ExpirationAt; at != nil {
		due := jobs.Job{
			Kind: KindExpireWallet, At: walletExpiryRhythm.Later(*at, tx.Now()), Args: walletArgs{WalletID: wallet.ID},
			UniqueKey: KindExpireWallet + ":" + wallet.ID.String(),
		}
		if err := jobs.Reschedule(tx, due); err != nil {
			return err
		}
	}
	for i := range wallet.Rules {
		if err := scheduleRule(tx, &wallet, &wallet.Rules[i]); err != nil {
			return err
		}
	}
	return nil
}

// scheduleRule plans what lies ahead of a rule.
func scheduleRule(tx *store.Tx, wallet *store.Wallet, rule *store.RecurringTransactionRule) error {
	if at := rule.ExpirationAt; at != nil {
		due := jobs.Job{
			Kind: KindExpireRule, At: ruleExpiryRhythm.Later(*at, tx.Now()), Args: ruleArgs{walletArgs: walletArgs{WalletID: wallet.ID}, RuleID: rule.ID},
			UniqueKey: KindExpireRule + ":" + rule.ID.String(),
		}
		if err := jobs.Reschedule(tx, due); err != nil {
			return err
		}
	}
	return scheduleRecurring(tx, wallet, rule, tx.Now())
}

// expireWallet ends a wallet, if its time is still over.
func expireWallet(tx *store.Tx, args walletArgs) error {
	row, err := tx.WalletForUpdate(args.WalletID)
	if gone(err) {
		return nil
	}
	if err != nil || row.ExpirationAt == nil || row.ExpirationAt.After(tx.Now()) {
		return err
	}
	return terminate(tx, &row)
}

// expireRule ends a rule, if its time is still over. It is shown no more since then.
func expireRule(tx *store.Tx, args ruleArgs) error {
	wallet, err := tx.WalletForUpdate(args.WalletID)
	if err != nil {
		return ignoreGone(err)
	}
	rule, err := tx.RuleForUpdate(args.RuleID)
	if err != nil {
		return ignoreGone(err)
	}
	now := tx.Now()
	if rule.Status != store.WalletActive || rule.ExpirationAt == nil || rule.ExpirationAt.After(now) {
		return nil
	}
	rule.Status, rule.TerminatedAt = store.WalletTerminated, &now
	if err := tx.SaveRule(&rule); err != nil {
		return err
	}
	return ledger.UsageMoved(tx, wallet.CustomerID)
}

// ignoreGone is an error, unless it says that a row is not there.
func ignoreGone(err error) error {
	if gone(err) {
		return nil
	}
	return err
}

// Terminate ends a wallet; one that is over stays as it is. Its balance stays.
//
// Lago records no activity of it; tarn does, since the wallet changes.
func Terminate(tx *store.Tx, wallet Finder) (store.Wallet, error) {
	row, err := wallet.lock(tx)
	if err != nil {
		return row, err
	}
	err = terminate(tx, &row)
	return row, err
}

// TerminateOf ends the wallets of a customer, which must be locked.
func TerminateOf(tx *store.Tx, customer uuid.UUID) error {
	rows, err := tx.ActiveWallets([]uuid.UUID{customer})
	if err != nil {
		return err
	}
	for i := range rows {
		if err := terminate(tx, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func terminate(tx *store.Tx, row *store.Wallet) error {
	if row.Status != store.WalletActive {
		return nil
	}
	now := tx.Now()
	row.Status, row.TerminatedAt, row.Rules = store.WalletTerminated, &now, nil
	if err := tx.UpdateWallet(row); err != nil {
		return err
	}
	if err := tx.TerminateRules([]uuid.UUID{row.ID}, nil); err != nil {
		return err
	}
	if err := ledger.UsageMoved(tx, row.CustomerID); err != nil {
		return err
	}
	notify.Happened(tx, notify.WalletTerminated(*row))
	return audit.Happened(tx, audit.Wallet(*row), "terminated")
}

// Reschedule finds the times of the rules of a customer's wallets anew, after the
// zone of its days has changed. The customer must be locked.
func Reschedule(tx *store.Tx, customer uuid.UUID) error {
	rows, err := tx.ActiveWallets([]uuid.UUID{customer})
	if err != nil {
		return err
	}
	for i := range rows {
		if err := schedule(tx, rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// clockWorkers do what lies ahead of wallets and their rules.
func clockWorkers() jobs.Workers {
	ofRule := func(args ruleArgs) walletArgs { return args.walletArgs }
	return jobs.Workers{
		KindExpireWallet:   ofWallet(expireWallet, func(args walletArgs) walletArgs { return args }),
		KindExpireRule:     ofWallet(expireRule, ofRule),
		KindTopUpRecurring: ofWallet(topUpRecurring, ofRule),
	}
}
