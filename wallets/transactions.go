package wallets

import (
	"encoding/json"
	"errors"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/billing/prepaid"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
	"tarn/wallets/ledger"
)

// maxText is how many characters a name or an order's number has at most.
const maxText = 255

// TransactionInput asks for credits to come into a wallet, or to go out of it. All
// three at once are three transactions.
type TransactionInput struct {
	WalletID uuid.UUID
	// PaidCredits, GrantedCredits and VoidedCredits are digits with an optional
	// decimal part.
	PaidCredits, GrantedCredits, VoidedCredits form.Optional[string]
	// InvoiceRequiresSuccessfulPayment is the wallet's where it is absent.
	InvoiceRequiresSuccessfulPayment form.Optional[bool]
	IgnorePaidTopUpLimits            bool
	Name                             form.Optional[string]
	// Metadata is a list of pairs as JSON; absent and null are none.
	Metadata            form.Optional[json.RawMessage]
	Priority            form.Optional[int]
	PurchaseOrderNumber form.Optional[string]
	PaymentMethod       form.Optional[form.PaymentMethod]
	CustomSections      form.CustomSections
	// VoidedTransactionID is the one of which credits are voided.
	VoidedTransactionID form.Optional[uuid.UUID]
}

// CreateTransactions tops a wallet up and voids credits of it, in this order: what is
// paid waits for its payment, what is granted is there at once. It returns Validation
// faults: for a wallet that does not exist or is over, for amounts that cannot be or
// are outside the wallet's limits, and for what the wallet does not hold. Then nothing
// happens.
func CreateTransactions(tx *store.Tx, in TransactionInput) ([]store.WalletTransaction, error) {
	wallet, err := tx.WalletForUpdate(in.WalletID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.Invalid("wallet_id", "wallet_not_found")
	}
	if err != nil {
		return nil, err
	}
	if wallet.Status != store.WalletActive {
		return nil, fault.Invalid("wallet_id", "wallet_is_terminated")
	}
	asked, err := readTransactions(tx, &wallet, in)
	if err != nil {
		return nil, err
	}
	made, err := asked.topUp.carryOut(tx, &wallet)
	if err != nil {
		return nil, err
	}
	voided, err := asked.void(tx, &wallet)
	return append(made, voided...), err
}

// transactions are what an input asks for.
type transactions struct {
	topUp TopUp
	// voided is how many credits go out; nil for all of the named fund.
	voided *decimal.Decimal
	// fund is the one of which they are taken; nil for any.
	fund *store.WalletTransaction
}

// readTransactions reads an input. It reports everything that is wrong with it by
// itself at once.
func readTransactions(tx *store.Tx, wallet *store.Wallet, in TransactionInput) (transactions, error) {
	details := fault.Details{}
	asked := transactions{topUp: TopUp{
		Source: store.TransactionManual, IgnoreLimits: in.IgnorePaidTopUpLimits,
		Paid: checkCredits(details, "paid_credits", in.PaidCredits), Granted: checkCredits(details, "granted_credits", in.GrantedCredits),
		RequiresPayment: wallet.InvoiceRequiresSuccessfulPayment, PaymentMethodType: store.PaymentMethodProvider, Priority: ledger.DefaultPriority,
	}}
	form.Assign(&asked.topUp.RequiresPayment, in.InvoiceRequiresSuccessfulPayment)
	form.AssignNullable(&asked.topUp.Name, form.NullIfBlank(in.Name))
	if asked.topUp.Name != nil && len([]rune(*asked.topUp.Name)) > maxText {
		details.Add("name", "too_long")
	}
	form.AssignNullable(&asked.topUp.PurchaseOrderNumber, form.FilledOrNull(in.PurchaseOrderNumber))
	form.CheckLongest(details, "purchase_order_number", asked.topUp.PurchaseOrderNumber, maxText)
	form.Assign(&asked.topUp.Priority, in.Priority)
	checkPriority(details, "priority", asked.topUp.Priority)
	asked.topUp.Metadata = checkPairs(details, "metadata", in.Metadata, prepaid.MaxTransactionPairs)
	if form.Given(in.VoidedCredits) {
		voided := checkCredits(details, "voided_credits", in.VoidedCredits)
		if asked.voided = &voided; voided.GreaterThan(wallet.CreditsBalance) {
			details.Add("voided_credits", "insufficient_credits")
		}
	}
	if err := asked.topUp.readSections(tx, in.CustomSections); err != nil {
		return asked, err
	}
	if err := asked.findFund(tx, details, wallet, in.VoidedTransactionID); err != nil {
		return asked, err
	}
	if err := asked.readPaymentMethod(tx, details, wallet, in.PaymentMethod); err != nil {
		return asked, err
	}
	return asked, details.Err()
}

// checkCredits reads how many credits a member of an input names; absent and null are
// none.
func checkCredits(details fault.Details, field string, input form.Optional[string]) decimal.Decimal {
	text, err := input.Get()
	if err != nil {
		return decimal.Zero
	}
	credits, ok := prepaid.ReadCredits(text)
	if !ok {
		details.Add(field, "invalid_"+field, "invalid_amount")
	}
	return credits
}

// checkPairs reads pairs that transactions bear; absent and null are none.
func checkPairs(details fault.Details, field string, input form.Optional[json.RawMessage], most int) store.TransactionMetadata {
	document, err := input.Get()
	if err != nil {
		return store.TransactionMetadata{}
	}
	pairs, wrong := prepaid.ReadPairs(document, most)
	if wrong != "" {
		details.Add(field, string(wrong))
	}
	metadata := make(store.TransactionMetadata, len(pairs))
	for i, pair := range pairs {
		metadata[i] = store.TransactionPair{Key: pair.Key, Value: pair.Value}
	}
	return metadata
}

// findFund finds the transaction of which credits are to be voided.
func (t *transactions) findFund(tx *store.Tx, details fault.Details, wallet *store.Wallet, input form.Optional[uuid.UUID]) error {
	id, err := input.Get()
	if err != nil {
		return nil //nolint:nilerr // absent or null: any fund
	}
	found, err := tx.WalletTransactionByID(id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	switch {
	case err != nil || found.WalletID != wallet.ID || found.TransactionType != store.TransactionInbound:
		details.Add("voided_transaction_id", "wallet_transaction_not_found")
	case found.RemainingAmountCents == nil || *found.RemainingAmountCents == 0:
		details.Add("voided_transaction_id", "no_remaining_amount")
	default:
		t.fund = &found
	}
	return nil
}

// readPaymentMethod reads how what is paid is paid.
func (t *transactions) readPaymentMethod(tx *store.Tx, details fault.Details, wallet *store.Wallet, input form.Optional[form.PaymentMethod]) error {
	if !form.Given(input) {
		return nil
	}
	methods, err := tx.AllPaymentMethods(wallet.CustomerID)
	form.CheckPaymentMethod(details, methods, input)
	form.AssignPaymentMethod(&t.topUp.PaymentMethodType, &t.topUp.PaymentMethodID, input)
	return err
}

// void takes credits away; none where none were asked for.
func (t *transactions) void(tx *store.Tx, wallet *store.Wallet) ([]store.WalletTransaction, error) {
	amount, err := t.voidedAmount(wallet)
	if err != nil || amount.Credits.IsZero() {
		return nil, err
	}
	funds, err := t.funds(tx, wallet)
	if err != nil {
		return nil, err
	}
	row := ledger.NewTransaction(wallet, amount)
	row.Name, row.Metadata, row.PurchaseOrderNumber = t.topUp.Name, t.topUp.Metadata, t.topUp.PurchaseOrderNumber
	return []store.WalletTransaction{row}, ledger.Void(tx, wallet, &row, funds)
}

// voidedAmount is how much goes out: the credits that were asked for, or else all that
// is left of the named fund.
func (t *transactions) voidedAmount(wallet *store.Wallet) (prepaid.Amount, error) {
	if t.voided == nil {
		if t.fund == nil {
			return prepaid.Amount{}, nil
		}
		return ledger.Terms(wallet).Of(*t.fund.RemainingAmountCents), nil
	}
	amount, _ := ledger.Terms(wallet).Worth(*t.voided) // no more than the balance
	if t.fund != nil && amount.Cents > *t.fund.RemainingAmountCents {
		return amount, fault.Invalid("amount_cents", "exceeds_remaining_transaction_amount")
	}
	return amount, nil
}

// funds are what the credits are taken of. What the same request has granted is
// among them.
func (t *transactions) funds(tx *store.Tx, wallet *store.Wallet) ([]store.WalletTransaction, error) {
	if t.fund != nil {
		return []store.WalletTransaction{*t.fund}, nil
	}
	return tx.WalletFunds([]uuid.UUID{wallet.ID})
}
