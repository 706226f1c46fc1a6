package invoicing

import (
	"slices"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// CreditNoteUpdate is what a client changes of a credit note.
type CreditNoteUpdate struct {
	// RefundStatus is one of the contract's words; null takes it away.
	RefundStatus form.Optional[string]
	// Metadata is added to what is there.
	Metadata form.Optional[store.ItemMetadata]
}

// refundStatuses are the statuses of refunds.
var refundStatuses = []store.RefundStatus{store.RefundPending, store.RefundSucceeded, store.RefundFailed}

// UpdateCreditNote notes how the refund of a credit note went, and adds to its
// metadata. It returns a NotFound fault for a note that is not final, and a
// Validation one for a status that is none and for metadata over the limits.
//
// Lago records no activity of it; tarn does, since the note changes.
func UpdateCreditNote(tx *store.Tx, id uuid.UUID, in CreditNoteUpdate) (store.CreditNote, error) {
	return changeCreditNote(tx, id, "updated", func(row *store.CreditNote) error {
		if err := setRefundStatus(tx, row, in.RefundStatus); err != nil {
			return err
		}
		var err error
		row.Metadata, err = form.MergeItemMetadata(in.Metadata)(row.Metadata)
		return err
	})
}

// setRefundStatus notes how a refund went, and when it succeeded.
func setRefundStatus(tx *store.Tx, row *store.CreditNote, input form.Optional[string]) error {
	switch {
	case !input.IsSpecified():
		return nil
	case input.IsNull():
		row.RefundStatus = nil
		return nil
	}
	status := store.RefundStatus(input.MustGet())
	if !slices.Contains(refundStatuses, status) {
		return fault.Invalid("refund_status", fault.CodeInvalid)
	}
	row.RefundStatus = &status
	if status == store.RefundSucceeded {
		now := tx.Now()
		row.RefundedAt = &now
	}
	return nil
}

// VoidCreditNote takes away what is left of a credit note; what was refunded, used or
// taken off the invoice stays. It returns a NotFound fault for a note that is not
// final, and a NotAllowed one where nothing is left.
//
// Lago records no activity of it; tarn does, since the note changes.
func VoidCreditNote(tx *store.Tx, id uuid.UUID) (store.CreditNote, error) {
	return changeCreditNote(tx, id, "voided", func(row *store.CreditNote) error {
		if row.CreditStatus == store.CreditVoided || row.BalanceAmountCents <= 0 {
			return fault.Refused("no_voidable_amount")
		}
		voidNote(tx, row)
		return nil
	})
}

// voidNote takes away what is left of a credit note.
func voidNote(tx *store.Tx, row *store.CreditNote) {
	now := tx.Now()
	row.CreditStatus, row.BalanceAmountCents, row.VoidedAt = store.CreditVoided, 0, &now
}

// ChangeCreditNoteMetadata changes the metadata of a credit note, and returns what it
// is then. It returns a NotFound fault for a note that is not final, and what the
// change does.
func ChangeCreditNoteMetadata(tx *store.Tx, id uuid.UUID, change form.ItemMetadataChange) (store.ItemMetadata, error) {
	row, err := changeCreditNote(tx, id, "updated", func(row *store.CreditNote) (err error) {
		row.Metadata, err = change(row.Metadata)
		return err
	})
	return row.Metadata, err
}

// changeCreditNote changes a final credit note and records it.
func changeCreditNote(tx *store.Tx, id uuid.UUID, action string, change func(*store.CreditNote) error) (store.CreditNote, error) {
	row, err := tx.CreditNoteForUpdate(id)
	if err != nil {
		return row, form.NotFound(err, "credit_note")
	}
	before := audit.Before(audit.CreditNote(row))
	if err := change(&row); err != nil {
		return row, err
	}
	row.UpdatedAt = tx.Now()
	if err := tx.UpdateCreditNote(&row); err != nil {
		return row, err
	}
	if action == "updated" {
		return row, audit.Updated(tx, before, audit.CreditNote(row))
	}
	return row, audit.Happened(tx, audit.CreditNote(row), action)
}
