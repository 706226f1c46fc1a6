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

-- What is to be counted anew by days: events of a day of UTC have come for a metric of
-- a subscription. Marks refer to nothing, as events do, and may be there twice.
CREATE TABLE usage_marks (
    organization_id          UUID NOT NULL,
    external_subscription_id TEXT COLLATE "C" NOT NULL,
    code                     TEXT COLLATE "C" NOT NULL,
    day                      TEXT COLLATE "C" NOT NULL,
    taken                    BOOLEAN NOT NULL
);
CREATE INDEX usage_marks_place ON usage_marks (organization_id, external_subscription_id, code, day, taken);

-- What the events of a day have added to the usage of a metric.
CREATE TABLE usage_days (
    organization_id    UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id    UUID NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    billable_metric_id UUID NOT NULL REFERENCES billable_metrics (id) ON DELETE CASCADE,
    day                TEXT COLLATE "C" NOT NULL,
    currency           TEXT NOT NULL,
    units              NUMERIC NOT NULL,
    amount_cents       BIGINT NOT NULL,
    PRIMARY KEY (organization_id, subscription_id, billable_metric_id, day)
);
CREATE INDEX usage_days_day ON usage_days (organization_id, day) INCLUDE (subscription_id, billable_metric_id, currency, units, amount_cents);

-- Events may be older than the start of their subscription, or ahead of it or of its end.
-- Each metric's first and last event are ends of a stretch of the index.
-- +goose StatementBegin
CREATE FUNCTION subscriptions_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO usage_marks (organization_id, external_subscription_id, code, day, taken)
    SELECT NEW.organization_id, NEW.external_id, b.code, to_char(f.at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), FALSE
    FROM billable_metrics b
    CROSS JOIN LATERAL (
        SELECT MIN(e.timestamp) AS first, MAX(e.timestamp) AS last FROM events e
        WHERE e.organization_id = NEW.organization_id AND e.external_subscription_id = NEW.external_id AND e.code = b.code
            AND e.timestamp >= COALESCE(NEW.terminated_at, NEW.started_at) AND e.deleted_at IS NULL
    ) found
    CROSS JOIN LATERAL (VALUES (found.first), (found.last)) f (at)
    WHERE b.organization_id = NEW.organization_id AND b.deleted_at IS NULL AND f.at IS NOT NULL;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER subscriptions_marked AFTER INSERT ON subscriptions FOR EACH ROW
    WHEN (NEW.status IN ('active', 'terminated')) EXECUTE FUNCTION subscriptions_mark();
CREATE TRIGGER subscriptions_remarked AFTER UPDATE OF status ON subscriptions FOR EACH ROW
    WHEN (NEW.status IN ('active', 'terminated') AND NEW.status <> OLD.status) EXECUTE FUNCTION subscriptions_mark();
