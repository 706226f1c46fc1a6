package invoicing

import (
	"time"

	"tarn/jobs"
	"tarn/store"
)

// KindDun is the job that reminds a customer of what is overdue. A customer has one
// waiting; the room above does it.
const KindDun = "customer.dun"

// dunningRhythm is when customers are reminded.
var dunningRhythm = jobs.Rhythm{Every: time.Hour, After: 45 * time.Minute}

// ScheduleDunning lets a customer be reminded of what is overdue at the first run at or
// after an instant, where a campaign does that. Once too often does no harm.
func ScheduleDunning(tx *store.Tx, customer *store.Customer, at time.Time) error {
	if customer.DunnedBy() == nil || !tx.Organization().AddOn("auto_dunning") {
		return nil
	}
	if at.Before(tx.Now()) {
		at = tx.Now()
	}
	return jobs.Hasten(tx, jobs.Job{
		Kind: KindDun, At: dunningRhythm.From(at), Args: CustomerArgs{CustomerID: customer.ID},
		UniqueKey: KindDun + ":" + customer.ID.String(),
	})
}

// forgetDunning lets the reminders of a customer begin anew in the currency of an
// overdue invoice that is paid, if it was among what the customer was reminded of.
func forgetDunning(tx *store.Tx, row *store.Invoice) error {
	forgotten, err := tx.ForgetDunningOf(row)
	if err != nil || !forgotten {
		return err
	}
	return ScheduleDunning(tx, &row.Customer, tx.Now())
}
