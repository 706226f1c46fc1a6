package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"tarn/bench/monthend/check"
)

// bills are the invoices of a customer that are final, the oldest first.
func (w *world) bills(ctx context.Context, c *customer) ([]check.InvoiceView, error) {
	var list struct {
		Invoices []check.InvoiceView `json:"invoices"`
	}
	_, err := w.client.read(ctx, "/invoices?status=finalized&external_customer_id="+c.ID, &list)
	slices.SortFunc(list.Invoices, func(a, b check.InvoiceView) int { return *a.Sequential - *b.Sequential })
	return list.Invoices, err
}

// pay pays the oldest invoice of which something is due, all of it or a part. What a
// provider has failed to collect it is asked for again.
func (w *world) pay(ctx context.Context, c *customer) error {
	bills, err := w.bills(ctx, c)
	if err != nil {
		return err
	}
	for _, bill := range bills {
		if bill.Owed <= 0 || bill.Payment == "succeeded" {
			continue
		}
		if waiting, err := w.waiting(ctx, bill); err != nil {
			return err
		} else if waiting != "" {
			return w.settle(ctx, c, bill, waiting)
		}
		if bill.Payment == "failed" && c.oneIn(2) {
			return w.retry(ctx, c, bill)
		}
		action := &check.Action{Do: check.Pay, Customer: c.ID, Invoice: *bill.Sequential, Amount: bill.Owed}
		if bill.Type != "credit" && bill.Owed > 1 && c.oneIn(3) {
			action.Amount = bill.Owed / 2
		}
		c.count++
		reference := fmt.Sprintf("%s-p%d", c.ID, c.count)
		body := object{"payment": object{"invoice_id": bill.ID, "amount_cents": action.Amount, "reference": reference}}
		return w.client.write(ctx, call{http.MethodPost, "/payments", text(body), action}, func() (bool, error) {
			payments, err := w.payments(ctx, bill)
			return slices.ContainsFunc(payments, func(p payment) bool { return p.Reference == reference }), err
		})
	}
	return nil
}

// waiting is the payment of an invoice that its provider has in hand; empty where none is.
func (w *world) waiting(ctx context.Context, bill check.InvoiceView) (string, error) {
	payments, err := w.payments(ctx, bill)
	for _, p := range payments {
		if p.Status == "processing" {
			return p.ID, err
		}
	}
	return "", err
}

// settle says what has become of a payment that the provider has in hand.
func (w *world) settle(ctx context.Context, c *customer, bill check.InvoiceView, id string) error {
	action := &check.Action{Do: check.Settle, Customer: c.ID, Invoice: *bill.Sequential, Succeeds: !c.oneIn(3)}
	status := "failed"
	if action.Succeeds {
		status = "succeeded"
	}
	err := w.client.administer(ctx, http.MethodPut, w.admin("/payments/"+id), text(object{"payment": object{"status": status}}), func() (bool, error) {
		waiting, err := w.waiting(ctx, bill)
		return waiting == "", err
	})
	if err != nil {
		return err
	}
	return w.client.note(check.Entry{Action: action})
}

// payment is what is read of a payment.
type payment struct {
	ID        string `json:"lago_id"`
	Status    string `json:"payment_status"`
	Reference string `json:"reference"`
}

// payments are those of an invoice.
func (w *world) payments(ctx context.Context, bill check.InvoiceView) ([]payment, error) {
	var list struct {
		Payments []payment `json:"payments"`
	}
	_, err := w.client.read(ctx, "/payments?invoice_id="+bill.ID, &list)
	return list.Payments, err
}

// retry asks the provider for an invoice once more.
func (w *world) retry(ctx context.Context, c *customer, bill check.InvoiceView) error {
	before, err := w.payments(ctx, bill)
	if err != nil {
		return err
	}
	action := &check.Action{Do: check.Retry, Customer: c.ID, Invoice: *bill.Sequential}
	return w.client.write(ctx, call{http.MethodPost, "/invoices/" + bill.ID + "/retry_payment", "", action}, func() (bool, error) {
		after, err := w.payments(ctx, bill)
		return len(after) > len(before), err
	})
}

// bill asks for add-ons by an invoice of their own.
func (w *world) bill(ctx context.Context, c *customer) error {
	single := func() (number int, err error) {
		var list struct {
			Invoices []object `json:"invoices"`
		}
		_, err = w.client.read(ctx, "/invoices?invoice_type=one_off&external_customer_id="+c.ID, &list)
		return len(list.Invoices), err
	}
	before, err := single()
	if err != nil {
		return err
	}
	action := &check.Action{Do: check.Bill, Customer: c.ID, Units: int64(1 + c.random.IntN(3))}
	fees := []object{}
	for _, addOn := range addOns(c.Currency)[c.random.IntN(2):] {
		action.AddOns = append(action.AddOns, addOn.Code)
		fees = append(fees, object{"add_on_code": addOn.Code, "units": action.Units})
	}
	body := object{"invoice": object{"external_customer_id": c.ID, "currency": c.Currency, "fees": fees}}
	return w.client.write(ctx, call{http.MethodPost, "/invoices", text(body), action}, func() (bool, error) {
		after, err := single()
		return after > before, err
	})
}

// latest is the newest final invoice of subscriptions that asks for something.
func (w *world) latest(ctx context.Context, c *customer) (latest *check.InvoiceView, err error) {
	bills, err := w.bills(ctx, c)
	for _, bill := range bills {
		if bill.Type == "subscription" && bill.Fees > 0 && bill.Progressive == 0 {
			latest = &bill
		}
	}
	return latest, err
}

// void takes the newest invoice back.
func (w *world) void(ctx context.Context, c *customer) error {
	bill, err := w.latest(ctx, c)
	if err != nil || bill == nil {
		return err
	}
	action := &check.Action{Do: check.Void, Customer: c.ID, Invoice: *bill.Sequential}
	body := ""
	if creditable, err := w.creditable(ctx, *bill); err != nil {
		return err
	} else if creditable > 0 && c.oneIn(2) {
		action.Noted, action.Amount = true, creditable/int64(1+c.random.IntN(4))
		body = text(object{"generate_credit_note": true, "credit_amount": action.Amount})
	}
	return w.client.write(ctx, call{http.MethodPost, "/invoices/" + bill.ID + "/void", body, action}, func() (bool, error) {
		var shown struct {
			Invoice check.InvoiceView `json:"invoice"`
		}
		_, err := w.client.read(ctx, "/invoices/"+bill.ID, &shown)
		return shown.Invoice.Status == "voided", err
	})
}

// creditable is what an invoice is worth as a credit note; 0 where it has one already.
func (w *world) creditable(ctx context.Context, bill check.InvoiceView) (int64, error) {
	var list struct {
		Notes []object `json:"credit_notes"`
	}
	var shown struct {
		Invoice check.InvoiceView `json:"invoice"`
	}
	if _, err := w.client.read(ctx, "/credit_notes?invoice_number="+bill.Number, &list); err != nil || len(list.Notes) > 0 {
		return 0, err
	}
	if _, err := w.client.read(ctx, "/invoices/"+bill.ID, &shown); err != nil {
		return 0, err
	}
	items := []object{}
	for _, fee := range shown.Invoice.Lines {
		items = append(items, object{"fee_id": fee.ID, "amount_cents": fee.Amount})
	}
	amount, _, err := w.estimate(ctx, bill.ID, items)
	return amount, err
}

// credit gives back a part of a fee of the newest invoice.
func (w *world) credit(ctx context.Context, c *customer) error {
	bill, err := w.latest(ctx, c)
	if err != nil || bill == nil {
		return err
	}
	var shown struct {
		Invoice check.InvoiceView `json:"invoice"`
	}
	if _, err := w.client.read(ctx, "/invoices/"+bill.ID, &shown); err != nil {
		return err
	}
	fee := singular(shown.Invoice.Lines)
	if fee == nil {
		return nil
	}
	item := check.CreditItem{Subscription: fee.Subscription, Type: fee.Item.Type, Code: fee.Item.Code, Amount: 1 + fee.Amount/int64(3+c.random.IntN(20))}
	items := []object{{"fee_id": fee.ID, "amount_cents": item.Amount}}
	amount, refundable, err := w.estimate(ctx, bill.ID, items)
	if err != nil || amount <= 0 {
		return err
	}
	refund := refundable >= amount && len(c.Outcomes) == 0 && c.oneIn(2)
	c.count++
	description := fmt.Sprintf("credit %d", c.count)
	body := object{"invoice_id": bill.ID, "reason": "other", "description": description, "credit_amount_cents": amount, "items": items}
	if refund {
		delete(body, "credit_amount_cents")
		body["refund_amount_cents"] = amount
	}
	action := &check.Action{Do: check.Credit, Customer: c.ID, Invoice: *bill.Sequential, Amount: amount, Refund: refund, Credits: []check.CreditItem{item}}
	return w.client.write(ctx, call{http.MethodPost, "/credit_notes", text(object{"credit_note": body}), action}, func() (bool, error) {
		var list struct {
			Notes []struct {
				Description string `json:"description"`
			} `json:"credit_notes"`
		}
		_, err := w.client.read(ctx, "/credit_notes?external_customer_id="+c.ID, &list)
		for _, note := range list.Notes {
			if note.Description == description {
				return true, err
			}
		}
		return false, err
	})
}

// singular is the dearest fee whose item no other fee has.
func singular(fees []check.FeeView) *check.FeeView {
	var dearest *check.FeeView
	for n, fee := range fees {
		alike := 0
		for _, other := range fees {
			if other.Subscription == fee.Subscription && other.Item == fee.Item {
				alike++
			}
		}
		if alike == 1 && fee.Amount > 0 && (dearest == nil || fee.Amount > dearest.Amount) {
			dearest = &fees[n]
		}
	}
	return dearest
}

// estimate is what items are worth as a credit, and how much can be refunded; 0 where they
// may not be credited any more.
func (w *world) estimate(ctx context.Context, invoice string, items []object) (creditable, refundable int64, err error) {
	body := text(object{"credit_note": object{"invoice_id": invoice, "items": items}})
	a, err := w.client.insist(ctx, http.MethodPost, "/api/v1/credit_notes/estimate", body, nil)
	if err != nil {
		return 0, 0, err
	}
	if a.status == http.StatusUnprocessableEntity {
		return 0, 0, nil
	}
	if a.status != http.StatusOK {
		return 0, 0, fmt.Errorf("estimate a credit note: status %d: %s", a.status, a.body)
	}
	var shown struct {
		Estimate struct {
			Creditable int64 `json:"max_creditable_amount_cents"`
			Refundable int64 `json:"max_refundable_amount_cents"`
		} `json:"estimated_credit_note"`
	}
	err = json.Unmarshal(a.body, &shown)
	return shown.Estimate.Creditable, shown.Estimate.Refundable, err
}
