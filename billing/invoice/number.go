package invoice

import (
	"fmt"
	"time"
)

// DraftNumber is the number of an invoice that has none yet.
func DraftNumber(prefix string) string { return prefix + "-DRAFT" }

// CustomerNumber is the number of an invoice that is counted by customer: the
// customer's own number, and that of the invoice among the customer's.
func CustomerNumber(prefix string, customer, sequence int64) string {
	return fmt.Sprintf("%s-%03d-%03d", prefix, customer, sequence)
}

// EntityNumber is the number of an invoice that is counted by billing entity.
// The month is the one of the billing entity's zone in which the invoice became
// final; the count goes on from month to month.
func EntityNumber(prefix string, finalizedAt time.Time, zone *time.Location, sequence int64) string {
	return fmt.Sprintf("%s-%s-%03d", prefix, finalizedAt.In(zone).Format("200601"), sequence)
}

// NoteNumber is the number of a credit note: that of its invoice, and its own among
// the notes of the invoice.
func NoteNumber(invoice string, sequence int64) string {
	return fmt.Sprintf("%s-CN%03d", invoice, sequence)
}

// ReceiptNumber is the number of a payment's receipt: the customer's short name, and the
// receipt's own among those of the customer.
func ReceiptNumber(customer string, sequence int64) string {
	return fmt.Sprintf("%s-RCPT-%06d", customer, sequence)
}
