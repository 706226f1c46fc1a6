-- +goose Up

-- What the figures of analytics add up. Their queries spell the conditions like this.
CREATE INDEX invoices_revenue ON invoices (organization_id, issuing_date)
    WHERE status = 'finalized' AND NOT self_billed AND payment_dispute_lost_at IS NULL;
CREATE INDEX invoices_overdue ON invoices (organization_id, payment_due_date) WHERE payment_overdue AND NOT self_billed;
CREATE INDEX fees_usage ON fees (organization_id, created_at) WHERE fee_type = 'charge' AND invoice_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX fees_recurring ON fees (organization_id, invoice_id) WHERE fee_type = 'subscription' AND deleted_at IS NULL;
CREATE INDEX fees_apart ON fees (organization_id, created_at) WHERE invoice_id IS NULL AND pay_in_advance;
CREATE INDEX credit_notes_refund ON credit_notes (organization_id, invoice_id) WHERE refund_amount_cents <> 0;
