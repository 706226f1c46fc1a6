-- +goose Up
-- Which endpoints get which types stands beside the clock, so that whoever changes something
-- knows without another question whether anybody wants to hear of it.
ALTER TABLE organizations ADD COLUMN webhook_routes JSONB NOT NULL DEFAULT '[]';
UPDATE organizations SET webhook_routes = COALESCE((
    SELECT jsonb_agg(jsonb_build_object('endpoint_id', e.id, 'event_types', e.event_types))
    FROM webhook_endpoints e WHERE e.organization_id = organizations.id
), '[]');

-- Null: while its clock is frozen.
ALTER TABLE organizations ADD COLUMN webhook_inbox BOOLEAN;
ALTER TABLE organizations ADD COLUMN documented_webhooks_only BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE organizations ADD COLUMN hmac_key UUID NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE organizations ALTER COLUMN hmac_key DROP DEFAULT;

-- What has happened, in the bytes that endpoints get.
CREATE TABLE webhook_events (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    type            TEXT NOT NULL,
    object_type     TEXT NOT NULL,
    object_id       UUID,
    body            BYTEA NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX webhook_events_newest ON webhook_events (organization_id, id);
CREATE INDEX webhook_events_type ON webhook_events (organization_id, type, id);
CREATE INDEX webhook_events_object ON webhook_events (organization_id, object_id, id);
CREATE INDEX webhook_events_age ON webhook_events (organization_id, created_at);

-- What an endpoint gets of it. Its endpoint may be gone.
CREATE TABLE webhook_deliveries (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    event_id        UUID NOT NULL REFERENCES webhook_events (id) ON DELETE CASCADE,
    endpoint_id     UUID NOT NULL,
    status          TEXT NOT NULL,
    failures        INTEGER NOT NULL,
    next_attempt_at TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_event ON webhook_deliveries (event_id, endpoint_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (organization_id, endpoint_id, next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE webhook_attempts (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    delivery_id     UUID NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    webhook_url     TEXT NOT NULL,
    signature_algo  TEXT NOT NULL,
    response_status INTEGER,
    response_body   TEXT NOT NULL,
    error           TEXT,
    attempted_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX webhook_attempts_delivery ON webhook_attempts (delivery_id, id);
