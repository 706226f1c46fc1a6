-- +goose Up
-- Events refer to nothing, because they may come before what they name, and
-- are never looked up by their identifier. The first index keeps a transaction
-- once for each subscription and finds it by its identifier alone; the second
-- holds all that most aggregations read.
CREATE TABLE events (
    id                         UUID NOT NULL,
    organization_id            UUID NOT NULL,
    transaction_id             TEXT COLLATE "C" NOT NULL,
    external_subscription_id   TEXT COLLATE "C",
    code                       TEXT COLLATE "C" NOT NULL,
    timestamp                  TIMESTAMPTZ NOT NULL,
    properties                 JSONB NOT NULL,
    value                      NUMERIC,
    precise_total_amount_cents NUMERIC,
    request_id                 UUID NOT NULL,
    deleted_at                 TIMESTAMPTZ,
    created_at                 TIMESTAMPTZ NOT NULL
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 5000);
CREATE UNIQUE INDEX events_transaction ON events (organization_id, transaction_id, external_subscription_id);
CREATE INDEX events_usage ON events (organization_id, external_subscription_id, code, timestamp, id) INCLUDE (value) WHERE deleted_at IS NULL;
CREATE INDEX events_newest ON events (organization_id, timestamp DESC, transaction_id) WHERE deleted_at IS NULL;
