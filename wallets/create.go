package wallets

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"tarn/audit"
	"tarn/billing/prepaid"
	"tarn/fault"
	"tarn/form"
	"tarn/notify"
	"tarn/store"
	"tarn/wallets/ledger"
)

// maxActive is how many active wallets a customer may have.
const maxActive = 6

// Create adds a wallet. It refuses, in Lago's order: an unknown customer in a path
// with a NotFound fault; what is wrong with the values by themselves; an unknown
// billing entity with a NotFound fault; what is wrong with the wallet; credits that
// are worth nothing or outside the limits; and a rule that is. What shall be in the
// wallet comes after the answer.
func Create(tx *store.Tx, customer CustomerFinder, in NewInput) (store.Wallet, error) {
	owner, err := customer(tx)
	if err != nil {
		return store.Wallet{}, err
	}
	c := creation{
		customer: owner, in: in,
		change: change{tx: tx, row: store.Wallet{
			ID: store.NewID(), CustomerID: owner.ID, Customer: owner, BillingEntity: owner.BillingEntity,
			Status: store.WalletActive, Priority: ledger.DefaultPriority, PaymentMethodType: store.PaymentMethodProvider,
			AllowedFeeTypes: []store.FeeType{},
		}},
	}
	for _, step := range []func() error{
		c.readAlone, func() error { return c.setBillingEntity(in.BillingEntityCode) }, c.checkWallet, c.checkTopUp, c.checkRule, c.save,
	} {
		if err := step(); err != nil {
			return c.row, err
		}
	}
	return c.row, nil
}

// creation is a new wallet under way.
type creation struct {
	change

	customer store.Customer
	in       NewInput
	topUp    TopUp
	// rule is the recurring rule that the wallet comes with; nil for none.
	rule *store.RecurringTransactionRule
}

// readAlone reads what can be judged without the wallet, and reports everything
// that is wrong with it at once.
func (c *creation) readAlone() error {
	details := fault.Details{}
	if err := c.checkCustomer(details); err != nil {
		return err
	}
	paid := initialCredits(details, "paid_credits", c.in.PaidCredits)
	granted := initialCredits(details, "granted_credits", c.in.GrantedCredits)
	if !c.setExpiration(c.in.ExpirationAt) {
		details.Add("expiration_at", "invalid_date")
	}
	if err := c.readRule(details, paid, granted); err != nil {
		return err
	}
	c.topUp = TopUp{
		Paid: paid, Granted: granted, Source: store.TransactionManual, IgnoreLimits: c.in.IgnorePaidTopUpLimits,
		Metadata: checkPairs(details, "metadata", c.in.TransactionMetadata, prepaid.MaxRulePairs),
		Priority: ledger.DefaultPriority, PaymentMethodType: store.PaymentMethodProvider,
	}
	if known, err := c.setLimitations(c.in.Limitations); err != nil {
		return err
	} else if !known.feeTypes || !known.metrics {
		details.Add("applies_to", "invalid_limitations")
	}
	methods, err := c.paymentMethods(c.in.PaymentMethod)
	if err != nil {
		return err
	}
	form.CheckPaymentMethod(details, methods, c.in.PaymentMethod)
	form.AssignPaymentMethod(&c.row.PaymentMethodType, &c.row.PaymentMethodID, c.in.PaymentMethod)
	return first(details.Err())
}

// initialCredits reads what shall come into a new wallet; absent and null are none.
func initialCredits(details fault.Details, field string, sent json.RawMessage) decimal.Decimal {
	switch {
	case sent == nil || isNull(sent):
		return decimal.Zero
	case !isCredits(sent):
		details.Add(field, "invalid_"+field, "invalid_amount")
		return decimal.Zero
	}
	return looseCredits(sent)
}

// checkCustomer refuses an unknown customer, and one who has as many wallets as
// there may be.
func (c *creation) checkCustomer(details fault.Details) error {
	if c.customer.ID == uuid.Nil {
		details.Add("customer", "customer_not_found")
		return nil
	}
	active, err := c.tx.CountActiveWallets(c.customer.ID)
	if active >= maxActive {
		details.Add("customer", "wallet_limit_reached")
	}
	return err
}

// readRule reads the recurring rule, where the organization may have one. A rule
// with fixed amounts that names none has those of the wallet's creation.
func (c *creation) readRule(details fault.Details, paid, granted decimal.Decimal) error {
	inputs, given := c.rules(c.in.Rules)
	switch {
	case !given || len(inputs) == 0:
		return nil
	case len(inputs) > 1:
		details.Add("recurring_transaction_rules", "invalid_number_of_recurring_rules")
		return nil
	}
	rule := newRule(c.row.ID)
	form.Assign(&rule.InvoiceRequiresSuccessfulPayment, c.in.InvoiceRequiresSuccessfulPayment)
	if !inputs[0].assign(&rule, c.tx.Now()) {
		details.Add("recurring_transaction_rules", codeInvalidRule)
		return nil
	}
	if rule.Method == store.RuleFixed && !inputs[0].namesCredits() {
		rule.PaidCredits, rule.GrantedCredits = paid, granted
	}
	c.rule = &rule
	return nil
}

// checkWallet puts everything else into the row, and reports everything that is
// wrong with the wallet at once.
func (c *creation) checkWallet() error {
	details := fault.Details{}
	c.assign(details, c.in.Input)
	if currency, err := c.in.Currency.Get(); err == nil && !form.Blank(currency) {
		c.row.Currency = currency
	} else if c.customer.Currency != nil {
		c.row.Currency = *c.customer.Currency
	}
	if c.row.Currency == "" {
		details.Add("currency", fault.CodeInvalid)
	}
	c.setRate(details)
	if err := c.setCode(details); err != nil {
		return err
	}
	c.nameTransactions(details)
	return details.Err()
}

// setRate reads what a credit is worth: something, and no more than an amount can be. The
// currency must be known.
func (c *creation) setRate(details fault.Details) {
	rate, err := decimal.NewFromString(strings.TrimSpace(c.in.RateAmount))
	switch {
	case form.Blank(c.in.RateAmount):
		details.Add("rate_amount", fault.CodeMandatory)
	case err != nil || !form.Representable(rate):
		details.Add("rate_amount", fault.CodeInvalid)
	default:
		c.row.RateAmount = rate.Round(prepaid.Places)
		if _, held := ledger.Terms(&c.row).Worth(decimal.NewFromInt(1)); !held || !c.row.RateAmount.IsPositive() {
			details.Add("rate_amount", fault.CodeOutOfRange)
		}
	}
}

// setCode takes the code that was sent, or makes one of the name.
func (c *creation) setCode(details fault.Details) error {
	c.row.Code = ""
	form.AssignText(&c.row.Code, c.in.Code)
	if !form.Blank(c.row.Code) {
		taken, err := c.tx.WalletCodeTaken(c.customer.ID, c.row.Code, c.row.ID)
		form.CheckCode(details, c.row.Code, taken)
		return err
	}
	base := codeOf(c.row.Name)
	c.row.Code = base
	for number := c.tx.Now().Unix(); ; number++ {
		taken, err := c.tx.WalletCodeTaken(c.customer.ID, c.row.Code, c.row.ID)
		if err != nil || !taken {
			return err
		}
		// Lago appends the seconds once. While a clock stands still, the next
		// wallet needs another number.
		c.row.Code = base + "_" + strconv.FormatInt(number, 10)
	}
}

// codeOf is a name as a code: small letters, digits and hyphens, with underscores
// for everything else; "default" where nothing is left.
func codeOf(name *string) string {
	if name == nil {
		return "default"
	}
	words := strings.FieldsFunc(strings.ToLower(*name), func(letter rune) bool {
		return (letter < 'a' || letter > 'z') && (letter < '0' || letter > '9') && letter != '-'
	})
	if len(words) == 0 {
		return "default"
	}
	return strings.Join(words, "_")
}

// nameTransactions reads what the transactions bear that the creation makes.
//
// Lago takes any name and priority, and then makes no transaction.
func (c *creation) nameTransactions(details fault.Details) {
	form.AssignNullable(&c.topUp.Name, form.NullIfBlank(c.in.TransactionName))
	form.CheckLongest(details, "transaction_name", c.topUp.Name, maxText)
	form.Assign(&c.topUp.Priority, c.in.TransactionPriority)
	checkPriority(details, "transaction_priority", c.topUp.Priority)
	c.topUp.RequiresPayment = c.row.InvoiceRequiresSuccessfulPayment
	if c.rule != nil {
		c.topUp.PurchaseOrderNumber = c.rule.PurchaseOrderNumber
	}
}

// checkTopUp refuses credits that are worth nothing, and those outside the limits.
func (c *creation) checkTopUp() error {
	_, _, err := c.topUp.amounts(&c.row)
	return err
}

// checkRule refuses a rule that pays amounts outside the limits, and one that names
// a payment method which the customer does not have.
func (c *creation) checkRule() error {
	if c.rule == nil {
		return nil
	}
	input := c.in.Rules.MustGet()[0].PaymentMethod
	methods, err := c.paymentMethods(input)
	if err != nil {
		return err
	}
	details := fault.Details{}
	if !payable(c.row, *c.rule) {
		details.Add("recurring_transaction_rules", codeInvalidRule)
	}
	form.CheckPaymentMethod(details, methods, input)
	form.AssignPaymentMethod(&c.rule.PaymentMethodType, &c.rule.PaymentMethodID, input)
	return details.Err()
}

// save stores the wallet with what belongs to it, and plans what follows.
func (c *creation) save() error {
	if err := c.pickSections(c.in.CustomSections); err != nil {
		return err
	}
	if err := c.tx.InsertWallet(&c.row); err != nil {
		return form.Taken(err, "code")
	}
	if err := c.saveMetrics(); err != nil {
		return err
	}
	if c.rule != nil {
		if err := c.saveRule(c.rule, c.in.Rules.MustGet()[0].CustomSections); err != nil {
			return err
		}
		c.row.Rules = []store.RecurringTransactionRule{*c.rule}
	}
	notify.Happened(c.tx, notify.WalletCreated(c.row))
	if err := audit.Created(c.tx, audit.Wallet(c.row)); err != nil {
		return err
	}
	if err := c.takeCurrency(); err != nil {
		return err
	}
	if err := schedule(c.tx, c.row); err != nil {
		return err
	}
	if err := ledger.UsageMoved(c.tx, c.row.CustomerID); err != nil {
		return err
	}
	if c.topUp.Paid.IsZero() && c.topUp.Granted.IsZero() {
		return nil
	}
	return scheduleTopUp(c.tx, c.row.ID, c.topUp)
}

// takeCurrency gives a customer without a currency that of the wallet.
func (c *creation) takeCurrency() error {
	if !form.Unfilled(c.customer.Currency) {
		return nil
	}
	before := audit.Before(audit.Customer(c.customer))
	c.customer.Currency = &c.row.Currency
	if err := c.tx.UpdateCustomer(&c.customer); err != nil {
		return err
	}
	c.row.Customer = c.customer
	return audit.Updated(c.tx, before, audit.Customer(c.customer))
}

// paymentMethods are the payment methods of the customer, where the input says
// something that they decide.
func (c *change) paymentMethods(input form.Optional[form.PaymentMethod]) ([]store.PaymentMethod, error) {
	if !form.Given(input) || c.row.CustomerID == uuid.Nil {
		return nil, nil
	}
	return c.tx.AllPaymentMethods(c.row.CustomerID)
}
