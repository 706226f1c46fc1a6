-- +goose Up

-- What the figures of analytics add up. Their queries spell the conditions like this.
CREATE INDEX invoices_revenue ON invoices (organization_id, issuing_date)
    WHERE status = 'finalized' AND NOT self_billed AND payment_dispute_lost_at IS NULL;
CREATE INDEX invoices_overdue ON invoices (organization_id, payment_due_date) WHERE payment_overdue AND NOT self_billed;
CREATE INDEX fees_usage ON fees (organization_id, created_at) WHERE fee_type = 'charge' AND invoice_id IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX fees_recurring ON fees (organization_id, invoice_id) WHERE fee_type = 'subscription' AND deleted_at IS NULL;
CREATE INDEX fees_apart ON fees (organization_id, created_at) WHERE invoice_id IS NULL AND pay_in_advance;
CREATE INDEX credit_notes_refund ON credit_notes (organization_id, invoice_id) WHERE refund_amount_cents <> 0;

-- What is to be counted anew by days: events of a day of UTC have come for a metric of
-- a subscription. Marks refer to nothing, as events do, and may be there twice.
CREATE TABLE usage_marks (
    organization_id          TEXT NOT NULL,
    external_subscription_id TEXT NOT NULL,
    code                     TEXT NOT NULL,
    day                      TEXT NOT NULL,
    taken                    BOOLEAN NOT NULL
);
CREATE INDEX usage_marks_place ON usage_marks (organization_id, external_subscription_id, code, day, taken);

-- What the events of a day have added to the usage of a metric.
CREATE TABLE usage_days (
    organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id    TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    billable_metric_id TEXT NOT NULL REFERENCES billable_metrics (id) ON DELETE CASCADE,
    day                TEXT NOT NULL,
    currency           TEXT NOT NULL,
    units              TEXT NOT NULL,
    amount_cents       INTEGER NOT NULL,
    PRIMARY KEY (organization_id, subscription_id, billable_metric_id, day)
) WITHOUT ROWID;
CREATE INDEX usage_days_day ON usage_days (organization_id, day);

-- +goose StatementBegin
CREATE TRIGGER events_marked AFTER INSERT ON events WHEN NEW.external_subscription_id IS NOT NULL BEGIN
    INSERT INTO usage_marks (organization_id, external_subscription_id, code, day, taken)
    SELECT NEW.organization_id, NEW.external_subscription_id, NEW.code, substr(NEW.timestamp, 1, 10), FALSE
    WHERE NOT EXISTS (SELECT 1 FROM usage_marks m WHERE m.organization_id = NEW.organization_id
        AND m.external_subscription_id = NEW.external_subscription_id AND m.code = NEW.code
        AND m.day = substr(NEW.timestamp, 1, 10) AND NOT m.taken);
END;
-- +goose StatementEnd
