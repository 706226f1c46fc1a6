package wallets

import (
	"errors"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/prepaid"
	"tarn/fault"
	"tarn/form"
	"tarn/jobs"
	"tarn/store"
	"tarn/wallets/ledger"
)

// TopUp is what comes into a wallet at once.
type TopUp struct {
	// Paid and Granted are credits; either may be zero.
	Paid    decimal.Decimal `json:"paid"`
	Granted decimal.Decimal `json:"granted"`
	// Source is what causes it.
	Source store.TransactionSource `json:"source"`
	// IgnoreLimits lets more or less be paid than the wallet's limits say.
	IgnoreLimits bool `json:"ignore_limits"`
	// RequiresPayment says that the invoice is seen when it is paid.
	RequiresPayment     bool                      `json:"requires_payment"`
	Name                *string                   `json:"name"`
	Metadata            store.TransactionMetadata `json:"metadata"`
	Priority            int                       `json:"priority"`
	PurchaseOrderNumber *string                   `json:"purchase_order_number"`
	PaymentMethodType   string                    `json:"payment_method_type"`
	PaymentMethodID     *uuid.UUID                `json:"payment_method_id"`
	SkipCustomSections  bool                      `json:"skip_custom_sections"`
	// CustomSectionIDs are the custom sections that the transactions pick.
	CustomSectionIDs []uuid.UUID `json:"custom_section_ids,omitempty"`
}

// sectionIDs are the sections of picks.
func sectionIDs(picks []store.PickedSection) []uuid.UUID {
	ids := make([]uuid.UUID, len(picks))
	for i, pick := range picks {
		ids[i] = pick.Section.ID
	}
	return ids
}

// carryOut puts a top-up into a wallet, which must be locked. It returns Validation
// faults for credits that are worth nothing, and for what the wallet's limits or its
// balance do not allow.
func (t TopUp) carryOut(tx *store.Tx, wallet *store.Wallet) ([]store.WalletTransaction, error) {
	paid, granted, err := t.amounts(wallet)
	if err != nil {
		return nil, err
	}
	if err := t.checkRoom(tx, wallet, paid.Cents, granted.Cents); err != nil {
		return nil, err
	}
	var made []store.WalletTransaction
	if paid.Cents > 0 {
		row := t.transaction(wallet, paid)
		row.InvoiceRequiresSuccessfulPayment = t.RequiresPayment
		if err := t.pickSections(tx, &row); err != nil {
			return nil, err
		}
		if err := ledger.Purchase(tx, &row); err != nil {
			return nil, err
		}
		if err := scheduleInvoice(tx, &row); err != nil {
			return nil, err
		}
		made = append(made, row)
	}
	if granted.Cents > 0 {
		row := t.transaction(wallet, granted)
		if err := t.pickSections(tx, &row); err != nil {
			return nil, err
		}
		if err := ledger.Grant(tx, wallet, &row); err != nil {
			return nil, err
		}
		made = append(made, row)
	}
	return made, nil
}

// readSections reads which custom sections the invoice of the top-up shows.
func (t *TopUp) readSections(tx *store.Tx, in form.CustomSections) error {
	if t.SkipCustomSections, _ = in.Skip.Get(); t.SkipCustomSections {
		return nil
	}
	sections, err := tx.CustomSectionsByCode(in.Named())
	for _, section := range sections {
		t.CustomSectionIDs = append(t.CustomSectionIDs, section.ID)
	}
	return err
}

// pickSections lets a transaction pick those custom sections of the top-up that there
// still are.
func (t TopUp) pickSections(tx *store.Tx, row *store.WalletTransaction) error {
	if len(t.CustomSectionIDs) == 0 {
		return nil
	}
	sections, err := tx.CustomSectionsByID(t.CustomSectionIDs)
	if err != nil {
		return err
	}
	row.Sections, err = tx.PickSections(store.SectionOwner{Type: store.SectionsOfWalletTransaction, ID: row.ID}, nil, sections)
	return err
}

// amounts are what the credits are worth.
func (t TopUp) amounts(wallet *store.Wallet) (paid, granted prepaid.Amount, err error) {
	if paid, err = soldAmount(wallet, "paid_credits", t.Paid); err != nil {
		return paid, granted, err
	}
	if granted, err = soldAmount(wallet, "granted_credits", t.Granted); err != nil {
		return paid, granted, err
	}
	if paid.Cents == 0 || t.IgnoreLimits {
		return paid, granted, nil
	}
	switch (prepaid.Limits{Min: wallet.PaidTopUpMinAmountCents, Max: wallet.PaidTopUpMaxAmountCents}).Side(paid.Cents) {
	case prepaid.Below:
		err = fault.Invalid("paid_credits", "amount_below_minimum")
	case prepaid.Above:
		err = fault.Invalid("paid_credits", "amount_above_maximum")
	case prepaid.Within:
	}
	return paid, granted, err
}

// soldAmount is what credits are worth that come into a wallet.
func soldAmount(wallet *store.Wallet, field string, credits decimal.Decimal) (prepaid.Amount, error) {
	amount, fits := ledger.Terms(wallet).Sold(credits)
	switch {
	case !fits:
		return amount, fault.Invalid(field, "invalid_"+field, "invalid_amount")
	case credits.IsPositive() && amount.Cents == 0:
		return amount, fault.Invalid(field, "amount_rounds_to_zero")
	}
	return amount, nil
}

// checkRoom refuses what a balance could not hold once everything is paid that waits
// for its payment.
func (t TopUp) checkRoom(tx *store.Tx, wallet *store.Wallet, paid, granted int64) error {
	pending, err := tx.PendingPurchases(wallet.ID)
	if err != nil {
		return err
	}
	all := []int64{wallet.BalanceCents, paid, granted}
	for _, row := range pending {
		all = append(all, row.AmountCents)
	}
	if prepaid.Holds(all...) {
		return nil
	}
	if paid > 0 {
		return fault.Invalid("paid_credits", "invalid_paid_credits", "invalid_amount")
	}
	return fault.Invalid("granted_credits", "invalid_granted_credits", "invalid_amount")
}

// transaction is what comes in by one amount.
func (t TopUp) transaction(wallet *store.Wallet, amount prepaid.Amount) store.WalletTransaction {
	row := ledger.NewTransaction(wallet, amount)
	row.Source, row.Name, row.Metadata, row.PurchaseOrderNumber = t.Source, t.Name, t.Metadata, t.PurchaseOrderNumber
	row.Priority, row.PaymentMethodType, row.PaymentMethodID = t.Priority, t.PaymentMethodType, t.PaymentMethodID
	row.SkipInvoiceCustomSections = t.SkipCustomSections
	return row
}

// KindTopUp is the job that tops a wallet up after the answer to the request, or by a
// rule. A wallet has one waiting for each source.
const KindTopUp = "wallet.top_up"

// topUpArgs say what comes into which wallet.
type topUpArgs struct {
	walletArgs

	TopUp TopUp `json:"top_up"`
}

// walletArgs say which wallet a job is for.
type walletArgs struct {
	WalletID uuid.UUID `json:"wallet_id"`
}

// scheduleTopUp lets a top-up come at once.
func scheduleTopUp(tx *store.Tx, wallet uuid.UUID, topUp TopUp) error {
	return jobs.Enqueue(tx, jobs.Job{
		Kind: KindTopUp, At: tx.Now(), Args: topUpArgs{walletArgs: walletArgs{WalletID: wallet}, TopUp: topUp},
		UniqueKey: KindTopUp + ":" + wallet.String() + ":" + string(topUp.Source),
	})
}

// topUpDue puts a top-up into its wallet, unless that is over by now.
//
// Lago: what is outside the wallet's limits does not come, and nobody is told.
func topUpDue(tx *store.Tx, args topUpArgs) error {
	wallet, err := tx.WalletForUpdate(args.WalletID)
	if errors.Is(err, store.ErrNotFound) || err == nil && wallet.Status != store.WalletActive {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := args.TopUp.carryOut(tx, &wallet); err != nil && !fault.Is(err, fault.Validation) {
		return err
	}
	return nil
}
