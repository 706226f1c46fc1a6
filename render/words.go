package render

import "tarn/locale"

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

// wordsOf returns the words of a language.
func wordsOf(l locale.Language) words {
	switch l.Code() {
	case "fr":
		return frenchWords()
	case "de":
		return germanWords()
	case "es":
		return spanishWords()
	case "it":
		return italianWords()
	case "pt":
		return portugueseWords()
	default:
		return englishWords()
	}
}
