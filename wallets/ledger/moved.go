package ledger

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"tarn/jobs"
	"tarn/store"
)

// KindRefreshOngoing is the job that reckons the ongoing balances of a customer's
// wallets again, because their balances have moved, or the usage that they will pay for.
const KindRefreshOngoing = "wallets.refresh"

// RefreshArgs say whose ongoing balances are reckoned.
type RefreshArgs struct {
	CustomerID uuid.UUID `json:"customer_id"`
}

// afterwards lets everything else come first that is due at the same instant, and may
// move balances.
const afterwards = 1

// refreshRhythm is how often ongoing balances follow usage in real time.
var refreshRhythm = jobs.Rhythm{Every: 5 * time.Minute}

// BalanceMoved lets the ongoing balances of a customer's wallets be reckoned at once. It
// is called whenever something changes about the wallets.
func BalanceMoved(tx *store.Tx, customer uuid.UUID) error {
	return refreshAt(tx, customer, tx.Now(), "")
}

// UsageMoved lets them be reckoned with the next tick, once for all that happens until
// then; while the clock is frozen, at once. It is called whenever something changes
// about what a customer owes and no invoice has billed for good. Without the licence the
// ongoing balances follow balances only.
//
// Each tick has a job of its own, so that nobody who brings events waits for the one
// that is being done.
func UsageMoved(tx *store.Tx, customer uuid.UUID) error {
	switch {
	case !tx.Organization().Premium():
		return nil
	case tx.Organization().FrozenAt != nil:
		return BalanceMoved(tx, customer)
	}
	at := refreshRhythm.Later(tx.Now(), tx.Now())
	return refreshAt(tx, customer, at, ":"+strconv.FormatInt(at.Unix(), 10))
}

func refreshAt(tx *store.Tx, customer uuid.UUID, at time.Time, tick string) error {
	return jobs.Hasten(tx, jobs.Job{
		Priority: afterwards,
		Kind:     KindRefreshOngoing, At: at, Args: RefreshArgs{CustomerID: customer}, UniqueKey: KindRefreshOngoing + ":" + customer.String() + tick,
	})
}
