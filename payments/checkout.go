package payments

import (
	"errors"

	"github.com/google/uuid"

	"tarn/fault"
	"tarn/jobs"
	"tarn/notify"
	"tarn/store"
)

// KindAnnounceCheckout is the job that tells where a customer leaves a way to pay.
const KindAnnounceCheckout = "customer.announce_checkout"

type checkoutArgs struct {
	CustomerID uuid.UUID `json:"customer_id"`
}

// ScheduleCheckout lets a webhook tell where a customer leaves a way to pay who was just
// made known to the payment provider. It is a job because the provider, who makes the
// address, is asked for it when the customer is there.
func ScheduleCheckout(tx *store.Tx, customer store.Customer) error {
	return jobs.Enqueue(tx, jobs.Job{Kind: KindAnnounceCheckout, Args: checkoutArgs{CustomerID: customer.ID}})
}

// announceCheckout tells of the address. Nobody hears of a customer whose provider has no
// such page, who needs none, who is gone, or for whom the provider gives no answer.
func announceCheckout(tx *store.Tx, args checkoutArgs) error {
	customer, err := tx.CustomerByID(args.CustomerID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	link, err := checkoutPage(tx, customer)
	if _, refused := fault.As(err); refused {
		return nil
	}
	if err != nil {
		return err
	}
	notify.Happened(tx, notify.CustomerCheckoutURLGenerated(customer, tx.AddressBelow(link.Address)))
	return nil
}
