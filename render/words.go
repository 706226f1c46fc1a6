package render

import (
	"strconv"
	"strings"
)

// words are everything that a document says in a language. {0} and {1} stand
// for values.
type words struct {
	invoice, selfBilled, voided                             string
	progressive, credit, advance, reached, selfBilledNote   string
	number, issued, due, purchaseOrder                      string
	from, to, legalNumber, taxNumber                        string
	amountDue, dueOn                                        string
	item, units, unitPrice, tax, amount, continued          string
	subscriptionFee, trueUp, commitment, prepaidCredits     string
	firstUnits, fromTo, above, flatFee, flatFeeOf, allUnits string
	freeUnits, packages, share, perEvent, limits            string
	converted, pair                                         string
	subtotal, groupSubtotal, progressiveCredit, coupon      string
	excludingTaxes, taxOn, includingTaxes, creditNote       string
	prepaid, total, paid, offset, totalDue                  string
	noteTitle, selfBilledNoteTitle, noteNumber, noteTo      string
	givenBack, totalGivenBack, couponShare                  string
	toBalance, refunded, offsetNote                         string
	receiptTitle, receiptNumber, paidBy, paidOn             string
	paymentDate, paidThrough, reference                     string
	invoiceTotal, amountPaid                                string
	pageOf                                                  string
}

// fill puts values into a text.
func fill(text string, values ...string) string {
	pairs := make([]string, 0, 2*len(values))
	for i, value := range values {
		pairs = append(pairs, "{"+strconv.Itoa(i)+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
