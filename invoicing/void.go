package invoicing

import (
	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/store"
	"tarn/wallets/ledger"
)

// Void makes a final invoice one that nobody owes. It keeps its number, and gives
// its coupons back. It returns a NotFound fault for an invoice that clients do not
// see, and a NotAllowed one for an invoice that is not final. Credit notes for it
// are refused with a Forbidden fault, as those are not made yet.
func Void(tx *store.Tx, id uuid.UUID, credited bool) (store.Invoice, error) {
	row, err := shown(tx, id)
	if err != nil {
		return row, err
	}
	if credited {
		return row, fault.Denied("feature_unavailable")
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
	if err := ledger.GiveBack(tx, row.ID); err != nil {
		return row, err
	}
	return row, audit.Happened(tx, audit.Invoice(row), "voided")
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
