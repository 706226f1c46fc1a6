-- +goose Up
-- Events refer to nothing, because they may come before what they name, and
-- are never looked up by their identifier. The first index keeps a transaction
-- once for each subscription and finds it by its identifier alone; the second
-- holds all that most aggregations read.
CREATE TABLE events (
    id                         TEXT NOT NULL,
    organization_id            TEXT NOT NULL,
    transaction_id             TEXT NOT NULL,
    external_subscription_id   TEXT,
    code                       TEXT NOT NULL,
    timestamp                  DATETIME NOT NULL,
    properties                 TEXT NOT NULL,
    value                      TEXT,
    precise_total_amount_cents TEXT,
    request_id                 TEXT NOT NULL,
    deleted_at                 DATETIME,
    created_at                 DATETIME NOT NULL
);
CREATE UNIQUE INDEX events_transaction ON events (organization_id, transaction_id, external_subscription_id);
CREATE INDEX events_usage ON events (organization_id, external_subscription_id, code, timestamp, id) WHERE deleted_at IS NULL;
CREATE INDEX events_newest ON events (organization_id, timestamp DESC, transaction_id) WHERE deleted_at IS NULL;
