package check

import (
	"encoding/json"
	"time"
)

// View is what tarn shows at the end of a run, and what the receiver of webhooks got. It
// holds what is compared, as it was shown.
type View struct {
	Customers  []CustomerView     `json:"customers"`
	Invoices   []InvoiceView      `json:"invoices"`
	Notes      []NoteView         `json:"notes"`
	Wallets    []WalletView       `json:"wallets"`
	Coupons    []CouponView       `json:"coupons"`
	Payments   []PaymentView      `json:"payments"`
	Events     []EventView        `json:"events"`
	Activities []ActivityView     `json:"activities"`
	APILogs    []APILogView       `json:"api_logs"`
	Requests   []RequestView      `json:"requests"`
	Inbox      []WebhookView      `json:"inbox"`
	Received   map[string]Receipt `json:"received"`

	Subscriptions []SubscriptionView `json:"subscriptions"`
}

// CustomerView is a customer.
type CustomerView struct {
	ID         string `json:"lago_id"`
	External   string `json:"external_id"`
	Sequential int    `json:"sequential_id"`
}

// SubscriptionView is a row of a subscription.
type SubscriptionView struct {
	ID       string    `json:"lago_id"`
	External string    `json:"external_id"`
	Owner    string    `json:"external_customer_id"`
	Plan     string    `json:"plan_code"`
	Status   string    `json:"status"`
	Started  time.Time `json:"started_at"`
}

// InvoiceView is an invoice.
type InvoiceView struct {
	ID         string `json:"lago_id"`
	Sequential *int   `json:"sequential_id"`
	Number     string `json:"number"`
	Type       string `json:"invoice_type"`
	Status     string `json:"status"`
	Payment    string `json:"payment_status"`
	Overdue    bool   `json:"payment_overdue"`
	Issuing    string `json:"issuing_date"`
	Due        string `json:"payment_due_date"`
	Currency   string `json:"currency"`
	Fees       int64  `json:"fees_amount_cents"`
	Taxes      int64  `json:"taxes_amount_cents"`
	Coupons    int64  `json:"coupons_amount_cents"`
	Notes      int64  `json:"credit_notes_amount_cents"`
	// Progressive is what progressive invoices have asked for before.
	Progressive int64      `json:"progressive_billing_credit_amount_cents"`
	Prepaid     int64      `json:"prepaid_credit_amount_cents"`
	Before      int64      `json:"sub_total_excluding_taxes_amount_cents"`
	With        int64      `json:"sub_total_including_taxes_amount_cents"`
	Total       int64      `json:"total_amount_cents"`
	Paid        int64      `json:"total_paid_amount_cents"`
	Owed        int64      `json:"total_due_amount_cents"`
	Created     time.Time  `json:"created_at"`
	Customer    OwnerView  `json:"customer"`
	Periods     []Period   `json:"billing_periods"`
	Lines       []FeeView  `json:"fees"`
	TaxLines    []TaxView  `json:"applied_taxes"`
	Credits     []LineView `json:"credits"`
}

// OwnerView names a customer.
type OwnerView struct {
	External string `json:"external_id"`
}

// Period is a billing period of an invoice.
type Period struct {
	Subscription string `json:"external_subscription_id"`
	Reason       string `json:"invoicing_reason"`
	From         string `json:"subscription_from_datetime"`
	To           string `json:"subscription_to_datetime"`
	ChargesFrom  string `json:"charges_from_datetime"`
	ChargesTo    string `json:"charges_to_datetime"`
}

// FeeView is a fee.
type FeeView struct {
	ID           string      `json:"lago_id"`
	Subscription string      `json:"external_subscription_id"`
	Amount       int64       `json:"amount_cents"`
	Taxes        int64       `json:"taxes_amount_cents"`
	Precise      json.Number `json:"precise_amount"`
	Units        string      `json:"units"`
	Events       *int        `json:"events_count"`
	Item         struct {
		Type string `json:"type"`
		Code string `json:"code"`
	} `json:"item"`
}

// TaxView is the line of a tax.
type TaxView struct {
	Code   string `json:"tax_code"`
	Amount int64  `json:"amount_cents"`
	Base   int64  `json:"fees_amount_cents"`
}

// LineView is a line that takes something off an invoice.
type LineView struct {
	Amount int64 `json:"amount_cents"`
	Item   struct {
		Type string `json:"type"`
		Code string `json:"code"`
	} `json:"item"`
}

// NoteView is a credit note.
type NoteView struct {
	ID       string `json:"lago_id"`
	Number   string `json:"number"`
	Reason   string `json:"reason"`
	Status   string `json:"credit_status"`
	Total    int64  `json:"total_amount_cents"`
	Credit   int64  `json:"credit_amount_cents"`
	Refund   int64  `json:"refund_amount_cents"`
	Balance  int64  `json:"balance_amount_cents"`
	Taxes    int64  `json:"taxes_amount_cents"`
	Coupons  int64  `json:"coupons_adjustment_amount_cents"`
	Currency string `json:"currency"`
	Items    []struct {
		Amount int64 `json:"amount_cents"`
	} `json:"items"`
}

// WalletView is a wallet with its transactions.
type WalletView struct {
	ID        string         `json:"lago_id"`
	Owner     string         `json:"external_customer_id"`
	Code      string         `json:"code"`
	Balance   int64          `json:"balance_cents"`
	Credits   string         `json:"credits_balance"`
	Consumed  string         `json:"consumed_credits"`
	Movements []MovementView `json:"wallet_transactions"`
}

// MovementView is a transaction of a wallet.
type MovementView struct {
	ID       string `json:"lago_id"`
	Status   string `json:"status"`
	Kind     string `json:"transaction_status"`
	Amount   string `json:"amount"`
	Left     *int64 `json:"remaining_amount_cents"`
	Incoming string `json:"transaction_type"`
}

// CouponView is a coupon that a customer has.
type CouponView struct {
	Owner  string `json:"external_customer_id"`
	Code   string `json:"coupon_code"`
	Status string `json:"status"`
	Left   *int   `json:"frequency_duration_remaining"`
	Rest   *int64 `json:"amount_cents_remaining"`
}

// PaymentView is a payment.
type PaymentView struct {
	Owner    string   `json:"external_customer_id"`
	Invoices []string `json:"invoice_ids"`
	Amount   int64    `json:"amount_cents"`
	Status   string   `json:"payment_status"`
	Type     string   `json:"type"`
}

// EventView is an event.
type EventView struct {
	Transaction  string `json:"transaction_id"`
	Subscription string `json:"external_subscription_id"`
	Code         string `json:"code"`
}

// ActivityView is an activity.
type ActivityView struct {
	ID       string `json:"activity_id"`
	Type     string `json:"activity_type"`
	Source   string `json:"activity_source"`
	Resource string `json:"resource_id"`
	Kind     string `json:"resource_type"`
}

// APILogView is an API log. Its answer is the digest of the canonical JSON.
type APILogView struct {
	ID     string `json:"request_id"`
	Method string `json:"http_method"`
	Status int    `json:"http_status"`
	Path   string `json:"request_path"`
	Answer string `json:"request_response"`
}

// RequestView is a request log.
type RequestView struct {
	ID     string `json:"id"`
	Method string `json:"method"`
	Path   string `json:"path"`
	Status int    `json:"status_code"`
}

// WebhookView is what the inbox holds of a webhook. Its body is a digest.
type WebhookView struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Object struct {
		ID string `json:"id"`
	} `json:"object"`
	// Told is what alert.triggered says.
	Told       *ToldView      `json:"told,omitempty"`
	Digest     string         `json:"digest"`
	Deliveries []DeliveryView `json:"deliveries"`
}

// ToldView is what a webhook says of an alert.
type ToldView struct {
	Subscription string `json:"external_subscription_id"`
	Crossed      []struct {
		Value string `json:"value"`
	} `json:"crossed_thresholds"`
}

// DeliveryView is an event on its way to an endpoint.
type DeliveryView struct {
	Key    string `json:"unique_key"`
	Status string `json:"status"`
}

// Receipt is what the receiver got under a key.
type Receipt struct {
	Digest string `json:"digest"`
	// Times is how often it came, Differs whether with another body.
	Times   int  `json:"times"`
	Differs bool `json:"differs,omitempty"`
}
