package invoicing

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tarn/billing/charge"
	"tarn/render"
	"tarn/store"
)

// feeGroup is a group of fees on a document: the subscription's own fee first,
// then usage, each with what raises it to its minimum, and the commitment last.
func feeGroup(title string, days *render.Period, fees []store.Fee, location *time.Location) render.Group {
	group := render.Group{Title: title, Period: days}
	raises := map[uuid.UUID][]store.Fee{}
	var heads []store.Fee
	for _, fee := range fees {
		if fee.TrueUpParentFeeID != nil {
			raises[*fee.TrueUpParentFeeID] = append(raises[*fee.TrueUpParentFeeID], fee)
		} else {
			heads = append(heads, fee)
		}
	}
	slices.SortStableFunc(heads, func(a, b store.Fee) int { return feeRank(a.FeeType) - feeRank(b.FeeType) })
	add := func(fee store.Fee) {
		group.Fees = append(group.Fees, documentFee(fee, days, location))
		group.Subtotal += fee.AmountCents
	}
	for _, fee := range heads {
		add(fee)
		for _, raise := range raises[fee.ID] {
			add(raise)
		}
		delete(raises, fee.ID)
	}
	// A fee whose parent stands somewhere else is not lost.
	for _, fee := range fees {
		if fee.TrueUpParentFeeID != nil && len(raises[*fee.TrueUpParentFeeID]) > 0 {
			add(fee)
		}
	}
	return group
}

// feeRank orders fees by their types.
func feeRank(of store.FeeType) int {
	switch of {
	case store.FeeSubscription:
		return 0
	case store.FeeCommitment:
		return 2
	default:
		return 1
	}
}

// documentFee is a fee on a document. Its days are shown where they are not those
// of its group.
func documentFee(fee store.Fee, group *render.Period, location *time.Location) render.Fee {
	line := render.Fee{
		Kind: render.FeePlain, Name: cmp.Or(trimmed(fee.InvoiceDisplayName), fee.ItemName), Notes: feeNotes(fee),
		Units: fee.Units, UnitAmount: fee.PreciseUnitAmount, Amount: fee.AmountCents,
		Period: periodOf(fee.From, fee.To, location), Details: detailsOf(fee.AmountDetails),
	}
	if line.Period != nil && group != nil && *line.Period == *group {
		line.Period = nil
	}
	switch {
	case fee.TrueUpParentFeeID != nil:
		line.Kind, line.Period = render.FeeTrueUp, nil
	case fee.FeeType == store.FeeSubscription:
		line.Kind, line.Name = render.FeeSubscription, trimmed(fee.InvoiceDisplayName)
	case fee.FeeType == store.FeeCommitment:
		line.Kind, line.Name = render.FeeCommitment, trimmed(fee.InvoiceDisplayName)
	case fee.FeeType == store.FeeCredit:
		line.Kind = render.FeeCredit
		if fee.ItemName == string(store.FeeCredit) {
			line.Name = trimmed(fee.InvoiceDisplayName)
		}
	}
	for _, tax := range fee.AppliedTaxes {
		line.TaxRates = append(line.TaxRates, tax.TaxRate)
	}
	return line
}

// feeNotes explain the name of a fee: what the client says of it, the filter, and
// the values by which its usage is priced apart.
func feeNotes(fee store.Fee) []string {
	notes := []string{trimmed(fee.Description)}
	if name := trimmed(fee.FilterDisplayName); name != "" {
		notes = append(notes, name)
	} else {
		for _, key := range slices.Sorted(maps.Keys(fee.Filters)) {
			notes = append(notes, key+": "+strings.Join(fee.Filters[key], ", "))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(fee.GroupedBy)) {
		if value := trimmed(fee.GroupedBy[key]); value != "" {
			notes = append(notes, key+": "+value)
		}
	}
	return notes
}

// detailsOf reads the details of an amount, of which the members say the model;
// nil for none that is known. Of no units there is nothing to explain.
func detailsOf(stored json.RawMessage) charge.Details {
	var members map[string]json.RawMessage
	if json.Unmarshal(stored, &members) != nil {
		return nil
	}
	switch {
	case members["graduated_ranges"] != nil:
		return readDetails[charge.GraduatedDetails](stored)
	case members["graduated_percentage_ranges"] != nil:
		return readDetails[charge.GraduatedPercentageDetails](stored)
	case members["per_package_size"] != nil:
		return readDetails[charge.PackageDetails](stored)
	case members["paid_events"] != nil:
		return readDetails[charge.PercentageDetails](stored)
	case members["per_unit_total_amount"] != nil:
		return readDetails[charge.VolumeDetails](stored)
	default:
		return nil
	}
}

// readDetails reads details of a type; nil when they have another form.
func readDetails[Details charge.Details](stored json.RawMessage) charge.Details {
	var details Details
	if json.Unmarshal(stored, &details) != nil {
		return nil
	}
	return details
}
