package invoicing

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/notify"
	"tarn/store"
	"tarn/wallets/ledger"
)

// Void makes a final invoice one that nobody owes. It keeps its number, and gives
// its coupons back, and what wallets have paid; what it has billed comes back as
// credit notes instead if that is wanted. It refuses, in this order: an invoice that
// clients do not see (NotFound), credit notes without the licence (Forbidden), amounts
// that the invoice does not hold (Validation), and one that is not final (NotAllowed).
func Void(tx *store.Tx, id uuid.UUID, in VoidInput) (store.Invoice, error) {
	row, err := shown(tx, id)
	if err != nil {
		return row, err
	}
	notes, err := creditedForVoid(tx, row, in)
	if err != nil {
		return row, err
	}
	if row.Status != store.InvoiceFinalized {
		return row, fault.Refused("not_voidable")
	}
	now := tx.Now()
	row.Status, row.VoidedAt, row.PaymentOverdue = store.InvoiceVoided, &now, false
	if err := tx.UpdateInvoice(&row); err != nil {
		return row, err
	}
	if err := returnCoupons(tx, row); err != nil {
		return row, err
	}
	if notes != nil {
		err = notes.issueVoid(in)
	} else {
		err = ledger.GiveBack(tx, row.ID)
	}
	if err != nil {
		return row, err
	}
	if err := unpaidChanged(tx, &row); err != nil {
		return row, err
	}
	notify.Happened(tx, notify.InvoiceVoided(row))
	return row, audit.Happened(tx, audit.Invoice(row), "voided")
}

// creditedForVoid finds the credit notes of an invoice to which voiding adds others;
// nil where it adds none.
func creditedForVoid(tx *store.Tx, row store.Invoice, in VoidInput) (*credited, error) {
	if !in.GenerateCreditNote {
		return nil, nil //nolint:nilnil // no notes are an answer
	}
	if !tx.Organization().Premium() {
		return nil, fault.Denied("feature_unavailable")
	}
	c, err := creditedOf(tx, row)
	if err != nil {
		return nil, err
	}
	err = c.checkVoid(in)
	return c, err
}

// returnCoupons gives the coupons back that an invoice has used: one that was used
// up counts again, unless the coupon itself is over, and a recurring one counts on
// one invoice more.
func returnCoupons(tx *store.Tx, row store.Invoice) error {
	for _, credit := range row.Credits {
		if credit.AppliedCouponID == nil {
			continue
		}
		coupon, err := tx.AppliedCouponForUpdate(row.CustomerID, *credit.AppliedCouponID)
		if err != nil {
			return err
		}
		if coupon.Frequency == store.CouponRecurring && coupon.FrequencyDurationRemaining != nil {
			left := *coupon.FrequencyDurationRemaining + 1
			coupon.FrequencyDurationRemaining = &left
		}
		if coupon.Coupon.Status == store.CouponActive && coupon.Coupon.DeletedAt == nil {
			coupon.Status, coupon.TerminatedAt = store.CouponActive, nil
		}
		if err := tx.UpdateAppliedCoupon(&coupon); err != nil {
			return err
		}
	}
	return nil
}
