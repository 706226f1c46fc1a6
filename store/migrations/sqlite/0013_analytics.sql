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

-- Events may be older than the start of their subscription, or ahead of it or of its end.
-- Each metric's first and last event are ends of a stretch of the index.
-- +goose StatementBegin
CREATE TRIGGER subscriptions_marked AFTER INSERT ON subscriptions WHEN NEW.status IN ('active', 'terminated') BEGIN
    INSERT INTO usage_marks (organization_id, external_subscription_id, code, day, taken)
    SELECT NEW.organization_id, NEW.external_id, f.code, substr(f.at, 1, 10), FALSE
    FROM (
        SELECT b.code, (SELECT MIN(e.timestamp) FROM events e WHERE e.organization_id = NEW.organization_id
            AND e.external_subscription_id = NEW.external_id AND e.code = b.code
            AND e.timestamp >= COALESCE(NEW.terminated_at, NEW.started_at) AND e.deleted_at IS NULL) AS at
        FROM billable_metrics b WHERE b.organization_id = NEW.organization_id AND b.deleted_at IS NULL
        UNION ALL
        SELECT b.code, (SELECT MAX(e.timestamp) FROM events e WHERE e.organization_id = NEW.organization_id
            AND e.external_subscription_id = NEW.external_id AND e.code = b.code
            AND e.timestamp >= COALESCE(NEW.terminated_at, NEW.started_at) AND e.deleted_at IS NULL)
        FROM billable_metrics b WHERE b.organization_id = NEW.organization_id AND b.deleted_at IS NULL
    ) f WHERE f.at IS NOT NULL;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER subscriptions_remarked AFTER UPDATE OF status ON subscriptions WHEN NEW.status IN ('active', 'terminated') AND NEW.status <> OLD.status BEGIN
    INSERT INTO usage_marks (organization_id, external_subscription_id, code, day, taken)
    SELECT NEW.organization_id, NEW.external_id, f.code, substr(f.at, 1, 10), FALSE
    FROM (
        SELECT b.code, (SELECT MIN(e.timestamp) FROM events e WHERE e.organization_id = NEW.organization_id
            AND e.external_subscription_id = NEW.external_id AND e.code = b.code
            AND e.timestamp >= COALESCE(NEW.terminated_at, NEW.started_at) AND e.deleted_at IS NULL) AS at
        FROM billable_metrics b WHERE b.organization_id = NEW.organization_id AND b.deleted_at IS NULL
        UNION ALL
        SELECT b.code, (SELECT MAX(e.timestamp) FROM events e WHERE e.organization_id = NEW.organization_id
            AND e.external_subscription_id = NEW.external_id AND e.code = b.code
            AND e.timestamp >= COALESCE(NEW.terminated_at, NEW.started_at) AND e.deleted_at IS NULL)
        FROM billable_metrics b WHERE b.organization_id = NEW.organization_id AND b.deleted_at IS NULL
    ) f WHERE f.at IS NOT NULL;
END;
-- +goose StatementEnd
