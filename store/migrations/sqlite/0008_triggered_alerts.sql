-- +goose Up
ALTER TABLE alerts ADD COLUMN wallet_id TEXT REFERENCES wallets (id) ON DELETE CASCADE;
CREATE UNIQUE INDEX alerts_wallet_code ON alerts (wallet_id, code) WHERE wallet_id IS NOT NULL AND deleted_at IS NULL;

-- What alerts have told, as it was then.
CREATE TABLE triggered_alerts (
    id                       TEXT PRIMARY KEY,
    organization_id          TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    alert_id                 TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    subscription_id          TEXT,
    subscription_external_id TEXT,
    wallet_id                TEXT,
    external_customer_id     TEXT NOT NULL,
    billable_metric_code     TEXT,
    alert_name               TEXT,
    alert_code               TEXT NOT NULL,
    alert_type               TEXT NOT NULL,
    current_value            TEXT NOT NULL,
    previous_value           TEXT NOT NULL,
    crossed_thresholds       TEXT NOT NULL,
    triggered_at             DATETIME NOT NULL,
    created_at               DATETIME NOT NULL
);
CREATE INDEX triggered_alerts_alert ON triggered_alerts (alert_id, triggered_at DESC, id DESC);
