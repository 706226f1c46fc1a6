package prepaid

import (
	"strings"

	"github.com/shopspring/decimal"

	"tarn/billing/iso"
	"tarn/billing/money"
)

// Places is how many decimal places credits have.
const Places = 5

// maxDigits is how many digits credits have before their decimal point.
const maxDigits = 25

// Terms are what the credits of a wallet are worth.
type Terms struct {
	// Rate is the worth of one credit, in units of the currency. It is over zero.
	Rate     decimal.Decimal
	Currency string
}

// Amount is a number of credits with what they are worth.
type Amount struct {
	Credits decimal.Decimal
	Cents   int64
}

// ReadCredits reads how many credits a client names, as digits with an optional
// decimal part. What is beyond five decimal places is cut. It reports false for a
// text that is no such number, and for one of more than 25 digits.
func ReadCredits(text string) (decimal.Decimal, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	if !digits(whole) || whole == "" || !digits(fraction) {
		return decimal.Zero, false
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > maxDigits {
		return decimal.Zero, false
	}
	fraction = fraction[:min(len(fraction), Places)]
	credits, err := decimal.NewFromString("0" + whole + "." + fraction + "0")
	return credits, err == nil
}

func digits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// Worth is what credits are worth, which stay as they are: those that are voided. It
// reports false for more than an amount can be.
func (t Terms) Worth(credits decimal.Decimal) (Amount, bool) {
	cents := money.Cents(credits.Mul(t.Rate).Shift(iso.Exponent(t.Currency)))
	if money.Beyond(cents) {
		return Amount{Credits: credits}, false
	}
	return Amount{Credits: credits, Cents: cents}, true
}

// WholeCents is what credits are worth, cut to whole cents. What no amount can be is one
// that money.Beyond reports.
func (t Terms) WholeCents(credits decimal.Decimal) int64 {
	return money.Held(credits.Mul(t.Rate).Shift(iso.Exponent(t.Currency))).IntPart()
}

// Sold is what credits are worth that are sold or given: whole cents, and so many
// credits as these pay for. It reports false for more than an amount can be.
func (t Terms) Sold(credits decimal.Decimal) (Amount, bool) {
	worth, fits := t.Worth(credits)
	if !fits {
		return worth, false
	}
	return t.Of(worth.Cents), true
}

// Of is how many credits an amount of money pays for.
func (t Terms) Of(cents int64) Amount {
	return Amount{Credits: t.Money(cents).DivRound(t.Rate, Places), Cents: cents}
}

// Money is an amount in units of the currency.
func (t Terms) Money(cents int64) decimal.Decimal {
	return decimal.New(cents, -iso.Exponent(t.Currency))
}
