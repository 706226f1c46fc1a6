-- +goose Up

-- What the figures of analytics add up, so that they need not read whole rows. Their
-- queries spell the conditions like this.
CREATE INDEX invoices_revenue ON invoices (organization_id, issuing_date)
    INCLUDE (currency, billing_entity_id, payment_status, total_amount_cents, id)
    WHERE status = 'finalized' AND NOT self_billed AND payment_dispute_lost_at IS NULL;
CREATE INDEX invoices_apart ON invoices (organization_id, id) WHERE self_billed OR payment_dispute_lost_at IS NOT NULL;
CREATE INDEX invoices_overdue ON invoices (organization_id, payment_due_date) WHERE payment_overdue AND NOT self_billed;
CREATE INDEX fees_usage ON fees (organization_id, created_at)
    INCLUDE (item_code, amount_currency, amount_cents, precise_coupons_amount_cents, invoice_id)
    WHERE fee_type = 'charge' AND invoice_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX fees_recurring ON fees (organization_id, invoice_id)
    INCLUDE (subscription_id, amount_currency, amount_cents, taxes_amount_cents, precise_coupons_amount_cents, from_datetime, to_datetime)
    WHERE fee_type = 'subscription' AND deleted_at IS NULL;
CREATE INDEX fees_apart ON fees (organization_id, created_at) WHERE invoice_id IS NULL AND pay_in_advance;
CREATE INDEX credit_notes_refund ON credit_notes (organization_id, invoice_id) INCLUDE (refund_amount_cents) WHERE refund_amount_cents <> 0;
