package wallets

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
	"tarn/wallets/ledger"
)

// Update changes a wallet. It refuses, in Lago's order and each alone: a wallet that
// is over; an expiration that is not ahead; rules that cannot be; limitations and a
// payment method that do not exist; an unknown billing entity with a NotFound fault;
// active rules that pay amounts outside the limits; and what is wrong with the wallet.
//
// Lago takes away the metrics of a wallet whose update does not name them; tarn keeps
// them.
func Update(tx *store.Tx, wallet Finder, in Input) (store.Wallet, error) {
	row, err := wallet.lock(tx)
	if err != nil {
		return row, err
	}
	if err := refuseOver(row); err != nil {
		return row, err
	}
	before := audit.Before(audit.Wallet(row))
	u := update{change: change{tx: tx, row: row}, in: in}
	for _, step := range []func() error{u.readAlone, u.saveRules, u.checkWallet, u.save} {
		if err := step(); err != nil {
			return u.row, err
		}
	}
	notify.Happened(tx, notify.WalletUpdated(u.row))
	return u.row, audit.Updated(tx, before, audit.Wallet(u.row))
}

// update is a change of a wallet under way.
type update struct {
	change

	in Input
	// rule is the one that the wallet shall have; nil for none.
	rule *store.RecurringTransactionRule
	// rulesGiven says that the input tells which rules there are.
	rulesGiven bool
}

// readAlone reads what can be judged before the wallet, one thing after the other.
func (u *update) readAlone() error {
	if !u.setExpiration(u.in.ExpirationAt) {
		return first(fault.Invalid("expiration_at", "invalid_date"))
	}
	if err := u.readRules(); err != nil {
		return first(err)
	}
	known, err := u.setLimitations(u.in.Limitations)
	switch {
	case err != nil:
		return err
	case !known.feeTypes:
		return first(fault.Invalid("allowed_fee_types", "invalid_fee_types"))
	case !known.metrics:
		return first(fault.Invalid("billable_metrics", "invalid_identifier"))
	}
	methods, err := u.paymentMethods(u.in.PaymentMethod)
	if err != nil {
		return err
	}
	details := fault.Details{}
	form.CheckPaymentMethod(details, methods, u.in.PaymentMethod)
	form.AssignPaymentMethod(&u.row.PaymentMethodType, &u.row.PaymentMethodID, u.in.PaymentMethod)
	if err := details.Err(); err != nil {
		return first(err)
	}
	return u.setBillingEntity(u.in.BillingEntityCode)
}

// readRules reads the rule that the wallet shall have. One that the wallet has is
// changed by what was sent, everything else makes a new one.
func (u *update) readRules() error {
	inputs, given := u.rules(u.in.Rules)
	u.rulesGiven = given
	switch {
	case !given || len(inputs) == 0:
		return nil
	case len(inputs) > 1:
		return fault.Invalid("recurring_transaction_rules", "invalid_number_of_recurring_rules")
	}
	rule, err := u.ruleOf(form.Identifier(inputs[0].ID))
	if err != nil {
		return err
	}
	if !inputs[0].assign(&rule, u.tx.Now()) {
		return fault.Invalid("recurring_transaction_rules", codeInvalidRule)
	}
	methods, err := u.paymentMethods(inputs[0].PaymentMethod)
	if err != nil {
		return err
	}
	details := fault.Details{}
	form.CheckPaymentMethod(details, methods, inputs[0].PaymentMethod)
	form.AssignPaymentMethod(&rule.PaymentMethodType, &rule.PaymentMethodID, inputs[0].PaymentMethod)
	u.rule = &rule
	return details.Err()
}

// ruleOf is the active rule of the wallet that has an identifier, or a new one.
func (u *update) ruleOf(id uuid.UUID) (store.RecurringTransactionRule, error) {
	rule, err := u.tx.RuleForUpdate(id)
	if err != nil && !gone(err) {
		return rule, err
	}
	if err == nil && rule.WalletID == u.row.ID && rule.Status == store.WalletActive {
		return rule, nil
	}
	rule = newRule(u.row.ID)
	rule.InvoiceRequiresSuccessfulPayment = u.row.InvoiceRequiresSuccessfulPayment
	form.Assign(&rule.InvoiceRequiresSuccessfulPayment, u.in.InvoiceRequiresSuccessfulPayment)
	return rule, nil
}

// saveRules stores the rule and ends every other one.
func (u *update) saveRules() error {
	if !u.rulesGiven {
		return nil
	}
	u.row.Rules = nil
	var kept []uuid.UUID
	if u.rule != nil {
		if err := u.saveRule(u.rule, u.in.Rules.MustGet()[0].CustomSections); err != nil {
			return err
		}
		u.row.Rules, kept = []store.RecurringTransactionRule{*u.rule}, []uuid.UUID{u.rule.ID}
	}
	return u.tx.TerminateRules([]uuid.UUID{u.row.ID}, kept)
}

// checkWallet puts everything else into the row. Rules that would pay amounts outside
// the limits are refused before what is wrong with the wallet.
func (u *update) checkWallet() error {
	details := fault.Details{}
	u.assign(details, u.in)
	for _, rule := range u.row.Rules {
		if !payable(u.row, rule) {
			return first(fault.Invalid("recurring_transaction_rules", codeInvalidRule))
		}
	}
	if code, err := u.in.Code.Get(); err == nil {
		u.row.Code = code
		taken, err := u.tx.WalletCodeTaken(u.row.CustomerID, code, u.row.ID)
		if err != nil {
			return err
		}
		form.CheckCode(details, code, taken)
	}
	return details.Err()
}

// save stores the wallet and plans what follows.
func (u *update) save() error {
	if err := u.pickSections(u.in.CustomSections); err != nil {
		return err
	}
	if err := u.tx.UpdateWallet(&u.row); err != nil {
		return form.Taken(err, "code")
	}
	if err := u.saveMetrics(); err != nil {
		return err
	}
	if err := schedule(u.tx, u.row); err != nil {
		return err
	}
	return ledger.BalanceMoved(u.tx, u.row.CustomerID)
}

// ChangeMetadata changes the metadata of a wallet that is not over, and returns what
// it is then. It is an update of the wallet.
func ChangeMetadata(tx *store.Tx, wallet Finder, change form.ItemMetadataChange) (store.ItemMetadata, error) {
	row, err := wallet.lock(tx)
	if err == nil {
		err = refuseOver(row)
	}
	if err != nil {
		return nil, err
	}
	notify.Happened(tx, notify.WalletUpdated(row))
	return changeMetadata(tx, row, change)
}

// RemoveMetadataKey takes one key away, of a wallet that is over too.
//
// Lago: no webhook tells of it.
func RemoveMetadataKey(tx *store.Tx, wallet Finder, key string) (store.ItemMetadata, error) {
	row, err := wallet.lock(tx)
	if err != nil {
		return nil, err
	}
	return changeMetadata(tx, row, form.RemoveItemMetadataKey(key))
}

func changeMetadata(tx *store.Tx, row store.Wallet, change form.ItemMetadataChange) (store.ItemMetadata, error) {
	before := audit.Before(audit.Wallet(row))
	var err error
	if row.Metadata, err = change(row.Metadata); err != nil {
		return nil, err
	}
	if err := tx.UpdateWallet(&row); err != nil {
		return nil, err
	}
	return row.Metadata, audit.Updated(tx, before, audit.Wallet(row))
}
