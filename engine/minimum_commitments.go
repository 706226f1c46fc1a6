package engine

import (
	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// MinimumCommitmentInput is what a period of a plan costs at least. On
// creation, what is absent counts as empty; on update it stays as it is.
type MinimumCommitmentInput struct {
	// AmountCents is in the smallest unit of the plan's currency.
	AmountCents        form.Optional[int64]
	InvoiceDisplayName form.Optional[string]
	// TaxCodes are all taxes of the commitment; null counts as absent.
	TaxCodes form.Optional[[]string]
}

// empty reports whether the input says nothing at all.
func (in MinimumCommitmentInput) empty() bool {
	return !in.AmountCents.IsSpecified() && !in.InvoiceDisplayName.IsSpecified() && !form.Given(in.TaxCodes)
}

// setMinimumCommitment changes the commitment of a plan, or makes one. An input
// that says nothing removes it; absent and null leave it as it is, and so does
// an organization without the licence.
func setMinimumCommitment(tx *store.Tx, plan *store.Plan, input form.Optional[MinimumCommitmentInput]) error {
	if !form.Given(input) || !tx.Organization().Premium() {
		return nil
	}
	in, present := input.MustGet(), plan.MinimumCommitment
	if in.empty() {
		if present == nil {
			return nil
		}
		plan.MinimumCommitment = nil
		return tx.DeleteMinimumCommitment(present)
	}
	row := store.MinimumCommitment{ID: store.NewID(), PlanID: plan.ID}
	if present != nil {
		row = *present
	}
	if err := assignMinimumCommitment(&row, in, present == nil); err != nil {
		return err
	}
	if err := saveMinimumCommitment(tx, &row, present); err != nil {
		return err
	}
	if form.Given(in.TaxCodes) {
		taxes, err := taxesOfCodes(tx, in.TaxCodes.MustGet())
		if err != nil {
			return err
		}
		if err := tx.SetMinimumCommitmentTaxes(&row, taxes); err != nil {
			return err
		}
	}
	plan.MinimumCommitment = &row
	return nil
}

// assignMinimumCommitment puts the input into the row and checks the rules.
func assignMinimumCommitment(row *store.MinimumCommitment, in MinimumCommitmentInput, isNew bool) error {
	form.AssignNullable(&row.InvoiceDisplayName, in.InvoiceDisplayName)
	form.Assign(&row.AmountCents, in.AmountCents)
	switch {
	case in.AmountCents.IsNull() || isNew && !in.AmountCents.IsSpecified():
		return fault.Invalid("amount_cents", fault.CodeNotANumber)
	case row.AmountCents <= 0, money.Beyond(row.AmountCents):
		return fault.Invalid("amount_cents", fault.CodeOutOfRange)
	}
	return nil
}

// saveMinimumCommitment writes the row where it differs from what is there.
func saveMinimumCommitment(tx *store.Tx, row, present *store.MinimumCommitment) error {
	switch {
	case present == nil:
		return tx.InsertMinimumCommitment(row)
	case row.AmountCents == present.AmountCents && form.Equal(row.InvoiceDisplayName, present.InvoiceDisplayName):
		return nil
	}
	return tx.UpdateMinimumCommitment(row)
}
