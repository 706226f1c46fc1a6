-- +goose Up
ALTER TABLE alerts ADD COLUMN wallet_id UUID REFERENCES wallets (id) ON DELETE CASCADE;
CREATE UNIQUE INDEX alerts_wallet_code ON alerts (wallet_id, code) WHERE wallet_id IS NOT NULL AND deleted_at IS NULL;

-- What alerts have told, as it was then.
CREATE TABLE triggered_alerts (
    id                       UUID PRIMARY KEY,
    organization_id          UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    alert_id                 UUID NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    subscription_id          UUID,
    subscription_external_id TEXT,
    wallet_id                UUID,
    external_customer_id     TEXT NOT NULL,
    billable_metric_code     TEXT,
    alert_name               TEXT,
    alert_code               TEXT NOT NULL,
    alert_type               TEXT NOT NULL,
    current_value            NUMERIC NOT NULL,
    previous_value           NUMERIC NOT NULL,
    crossed_thresholds       JSONB NOT NULL,
    triggered_at             TIMESTAMPTZ NOT NULL,
    created_at               TIMESTAMPTZ NOT NULL
);
CREATE INDEX triggered_alerts_alert ON triggered_alerts (alert_id, triggered_at DESC, id DESC);
