-- +goose Up
-- Which endpoints get which types stands beside the clock, so that whoever changes something
-- knows without another question whether anybody wants to hear of it.
ALTER TABLE organizations ADD COLUMN webhook_routes TEXT NOT NULL DEFAULT '[]';
UPDATE organizations SET webhook_routes = (
    SELECT json_group_array(json_object('endpoint_id', e.id, 'event_types', json(COALESCE(e.event_types, 'null'))))
    FROM webhook_endpoints e WHERE e.organization_id = organizations.id
);

-- Null: while its clock is frozen.
ALTER TABLE organizations ADD COLUMN webhook_inbox BOOLEAN;
ALTER TABLE organizations ADD COLUMN documented_webhooks_only BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE organizations ADD COLUMN hmac_key TEXT NOT NULL DEFAULT '';
UPDATE organizations SET hmac_key = lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
    || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));

-- What has happened, in the bytes that endpoints get.
CREATE TABLE webhook_events (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    type            TEXT NOT NULL,
    object_type     TEXT NOT NULL,
    object_id       TEXT,
    body            BLOB NOT NULL,
    created_at      DATETIME NOT NULL
);
CREATE INDEX webhook_events_newest ON webhook_events (organization_id, id);
CREATE INDEX webhook_events_type ON webhook_events (organization_id, type, id);
CREATE INDEX webhook_events_object ON webhook_events (organization_id, object_id, id);
CREATE INDEX webhook_events_age ON webhook_events (organization_id, created_at);

-- What an endpoint gets of it. Its endpoint may be gone.
CREATE TABLE webhook_deliveries (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    event_id        TEXT NOT NULL REFERENCES webhook_events (id) ON DELETE CASCADE,
    endpoint_id     TEXT NOT NULL,
    status          TEXT NOT NULL,
    failures        INTEGER NOT NULL,
    next_attempt_at DATETIME,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_event ON webhook_deliveries (event_id, endpoint_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (organization_id, endpoint_id, next_attempt_at, id) WHERE next_attempt_at IS NOT NULL;

CREATE TABLE webhook_attempts (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    delivery_id     TEXT NOT NULL REFERENCES webhook_deliveries (id) ON DELETE CASCADE,
    webhook_url     TEXT NOT NULL,
    signature_algo  TEXT NOT NULL,
    response_status INTEGER,
    response_body   TEXT NOT NULL,
    error           TEXT,
    attempted_at    DATETIME NOT NULL
);
CREATE INDEX webhook_attempts_delivery ON webhook_attempts (delivery_id, id);
