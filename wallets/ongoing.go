package wallets

import (
	"errors"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/alerting"
	"tarn/audit"
	"tarn/billing/prepaid"
	"tarn/fault"
	"tarn/form"
	"tarn/invoicing"
	"tarn/jobs"
	"tarn/metering"
	"tarn/notify"
	"tarn/store"
	"tarn/wallets/ledger"
)

// actionDepleted is what happens to a wallet whose ongoing balance is used up, as
// activities name it.
const actionDepleted = "depleted_ongoing_balance"

// ongoingWorker reckons ongoing balances. What is given up is done with the next event.
func ongoingWorker() jobs.Worker {
	return jobs.Worker{
		Lock:     jobs.Locking(func(tx *store.Tx, args ledger.RefreshArgs) error { return tx.LockCustomer(args.CustomerID) }),
		Run:      refreshAlone,
		Together: &jobs.Together{Lock: invoicing.LockFreeCustomers, Run: refreshDue},
	}
}

// refreshAlone reckons the ongoing balances of one customer. Where there is more usage
// than a fee can hold, they stay as they are.
func refreshAlone(tx *store.Tx, job store.Job) error {
	err := refreshDue(tx, []store.Job{job})
	if _, refused := fault.As(err); refused {
		return nil
	}
	return err
}

// refreshDue reckons the ongoing balances of the customers of jobs together. A customer
// that is gone has no wallets.
func refreshDue(tx *store.Tx, due []store.Job) error {
	customers, err := invoicing.CustomersOf(due)
	if err != nil {
		return err
	}
	if err := tx.LockCustomers(customers); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return refreshOngoing(tx, customers)
}

// refreshOngoing reckons the ongoing balances of all active wallets of some customers:
// what they hold, less what they will have to pay of the usage that is not billed yet.
// Wallets whose ongoing balance has changed are topped up by their rules, and their
// alerts are looked at.
func refreshOngoing(tx *store.Tx, customers []uuid.UUID) error {
	rows, err := tx.ActiveWallets(customers)
	if err != nil || len(rows) == 0 {
		return err
	}
	owned := map[uuid.UUID][]*store.Wallet{}
	for i := range rows {
		owned[rows[i].CustomerID] = append(owned[rows[i].CustomerID], &rows[i])
	}
	usages, err := unpaidUsage(tx, slices.DeleteFunc(customers, func(id uuid.UUID) bool { return owned[id] == nil }))
	if err != nil {
		return err
	}
	var moved []*store.Wallet
	for i := range rows {
		if siblings := owned[rows[i].CustomerID]; siblings[0] == &rows[i] { // the first speaks for all
			changed, err := spreadUsage(tx, siblings, usages[rows[i].CustomerID])
			if err != nil {
				return err
			}
			moved = append(moved, changed...)
		}
	}
	for _, wallet := range moved {
		if err := applyThresholdRules(tx, wallet); err != nil {
			return err
		}
	}
	return alerting.LookAtWallets(tx, moved)
}

// usage is what is used and not paid yet.
type usage = prepaid.Usage[store.FeeType]

// spreadUsage lets the wallets of a customer share its usage, and returns those whose
// ongoing balance has changed.
func spreadUsage(tx *store.Tx, wallets []*store.Wallet, usages []usage) (changed []*store.Wallet, err error) {
	purses := make([]prepaid.Purse[store.FeeType], len(wallets))
	for i, wallet := range wallets {
		purses[i] = prepaid.Purse[store.FeeType]{
			Scope:    prepaid.Scope[store.FeeType]{Code: wallet.Code, Kinds: wallet.AllowedFeeTypes, Metrics: wallet.BillableMetricIDs},
			Currency: wallet.Currency, BalanceCents: wallet.BalanceCents,
			Bottomless: slices.ContainsFunc(wallet.Rules, func(rule store.RecurringTransactionRule) bool { return rule.Trigger == store.RuleThreshold }),
		}
	}
	for i, cents := range prepaid.Ongoing(purses, usages) {
		moved, err := setOngoing(tx, wallets[i], cents)
		if err != nil {
			return nil, err
		}
		if moved {
			changed = append(changed, wallets[i])
		}
	}
	return changed, nil
}

// setOngoing says how much of a wallet is used already, and reports whether that, or
// what is left, is different from before. That nothing is left any more is told once. It
// returns a Validation fault for usage that is more than an amount can be.
//
// Lago records no activity of it; tarn does, under the name of its webhook.
func setOngoing(tx *store.Tx, wallet *store.Wallet, usedCents int64) (changed bool, err error) {
	if err := form.CheckSums(usedCents); err != nil {
		return false, err
	}
	left := wallet.BalanceCents - usedCents
	depleted := left <= 0
	changed = wallet.OngoingUsageBalanceCents != usedCents || wallet.OngoingBalanceCents != left
	if !changed && wallet.DepletedOngoingBalance == depleted {
		return false, nil
	}
	terms, told := ledger.Terms(wallet), wallet.DepletedOngoingBalance
	wallet.OngoingUsageBalanceCents, wallet.CreditsOngoingUsageBalance = usedCents, terms.Of(usedCents).Credits
	wallet.OngoingBalanceCents, wallet.CreditsOngoingBalance = left, terms.Of(left).Credits
	wallet.DepletedOngoingBalance = depleted
	if err := tx.UpdateWalletOngoing(wallet); err != nil {
		return false, err
	}
	if depleted && !told {
		notify.Happened(tx, notify.WalletDepleted(*wallet))
		err = audit.Happened(tx, audit.Wallet(*wallet), actionDepleted)
	}
	return changed, err
}

// unpaidUsage is what some customers have used and will have to pay, with taxes: the
// usage of their active subscriptions and what is on drafts, less what progressive
// invoices have billed of it. What is paid in advance was billed already.
func unpaidUsage(tx *store.Tx, customers []uuid.UUID) (map[uuid.UUID][]usage, error) {
	subscriptions, err := tx.MeteredSubscriptionsOf(customers)
	if err != nil {
		return nil, err
	}
	usages, err := runningUsage(tx, subscriptions)
	if err != nil {
		return nil, err
	}
	fees, err := tx.OngoingFees(customers)
	if err != nil {
		return nil, err
	}
	for i := range fees {
		fee := &fees[i]
		if fee.InvoiceType == store.InvoiceProgressiveBilling && !billsRunning(tx, subscriptions, fee) {
			continue
		}
		usages[fee.CustomerID] = append(usages[fee.CustomerID], usageOf(tx, fee))
	}
	return usages, nil
}

// runningUsage is the usage of subscriptions in their running periods.
func runningUsage(tx *store.Tx, subscriptions []store.Subscription) (map[uuid.UUID][]usage, error) {
	asked, rows := make([]metering.Running, len(subscriptions)), make([]*store.Subscription, len(subscriptions))
	for i := range subscriptions {
		rows[i] = &subscriptions[i]
		asked[i] = metering.Running{Subscription: rows[i], Charges: slices.DeleteFunc(slices.Clone(rows[i].Plan.Charges), func(row store.Charge) bool {
			return row.PayInAdvance
		})}
	}
	if err := tx.LoadUsageTaxes(rows...); err != nil {
		return nil, err
	}
	used, err := metering.RunningUsage(tx, asked)
	if err != nil {
		return nil, err
	}
	usages := map[uuid.UUID][]usage{}
	for i, row := range rows {
		for _, one := range used[i] {
			for _, fee := range one.Fees {
				each := usage{
					Kind: store.FeeCharge, Metric: one.Charge.BillableMetricID, Currency: row.Plan.AmountCurrency,
					Target: metering.TargetWallet(tx, one.Charge.AcceptsTargetWallet, fee.GroupedBy), Cents: metering.TaxedCents(row, fee),
				}
				usages[row.CustomerID] = append(usages[row.CustomerID], each)
			}
		}
	}
	return usages, nil
}

// billsRunning reports whether a fee has billed usage of the running period of one of
// some subscriptions.
func billsRunning(tx *store.Tx, subscriptions []store.Subscription, fee *store.OngoingFee) bool {
	at := slices.IndexFunc(subscriptions, func(row store.Subscription) bool {
		return fee.SubscriptionID != nil && row.ID == *fee.SubscriptionID
	})
	if at < 0 || fee.From == nil {
		return false
	}
	period := subscriptions[at].Periods()
	window := period.Current(tx.Now()).Charges
	return !fee.From.Before(window.From) && !fee.From.After(window.To)
}

// usageOf is a fee of an invoice as wallets see it. What a progressive invoice has billed
// is no usage any more.
func usageOf(tx *store.Tx, fee *store.OngoingFee) usage {
	row := usage{
		Kind: fee.FeeType, Currency: fee.AmountCurrency, Target: metering.TargetWallet(tx, fee.AcceptsTargetWallet, fee.GroupedBy),
		Cents: decimal.NewFromInt(fee.AmountCents).Add(decimal.NewFromInt(fee.TaxesAmountCents)).Sub(fee.PreciseCouponsAmountCents),
	}
	if fee.BillableMetricID != nil {
		row.Metric = *fee.BillableMetricID
	}
	if fee.InvoiceType == store.InvoiceProgressiveBilling {
		row.Cents = row.Cents.Neg()
	}
	return row
}
