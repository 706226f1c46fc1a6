-- +goose Up

-- Connections to payment providers.
CREATE TABLE payment_providers (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    type            TEXT NOT NULL,
    code            TEXT NOT NULL,
    name            TEXT NOT NULL,
    deleted_at      DATETIME,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX payment_providers_code ON payment_providers (organization_id, code) WHERE deleted_at IS NULL;

ALTER TABLE customers ADD COLUMN payment_provider_id TEXT REFERENCES payment_providers (id);
ALTER TABLE customers ADD COLUMN payment_provider TEXT;
ALTER TABLE customers ADD COLUMN payment_provider_code TEXT;
ALTER TABLE customers ADD COLUMN provider_customer_id TEXT;
ALTER TABLE customers ADD COLUMN sync_with_provider BOOLEAN;
ALTER TABLE customers ADD COLUMN provider_payment_methods TEXT;

-- Campaigns that remind customers of what is overdue; thresholds have one currency each.
CREATE TABLE dunning_campaigns (
    id                    TEXT PRIMARY KEY,
    organization_id       TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    code                  TEXT NOT NULL,
    name                  TEXT NOT NULL,
    description           TEXT,
    max_attempts          INTEGER NOT NULL,
    days_between_attempts INTEGER NOT NULL,
    deleted_at            DATETIME,
    created_at            DATETIME NOT NULL,
    updated_at            DATETIME NOT NULL
);
CREATE UNIQUE INDEX dunning_campaigns_code ON dunning_campaigns (organization_id, code) WHERE deleted_at IS NULL;
CREATE TABLE dunning_campaign_thresholds (
    id                  TEXT PRIMARY KEY,
    organization_id     TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    dunning_campaign_id TEXT NOT NULL REFERENCES dunning_campaigns (id) ON DELETE CASCADE,
    currency            TEXT NOT NULL,
    amount_cents        INTEGER NOT NULL,
    created_at          DATETIME NOT NULL
);
CREATE INDEX dunning_campaign_thresholds_campaign ON dunning_campaign_thresholds (dunning_campaign_id, currency, amount_cents);

ALTER TABLE customers ADD COLUMN dunning_campaign_id TEXT REFERENCES dunning_campaigns (id) ON DELETE SET NULL;
ALTER TABLE customers ADD COLUMN exclude_from_dunning_campaign BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE billing_entities ADD COLUMN dunning_campaign_id TEXT REFERENCES dunning_campaigns (id) ON DELETE SET NULL;

-- How often a customer was reminded of what is overdue in a currency.
CREATE TABLE dunning_attempts (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id     TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    currency        TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    last_attempt_at DATETIME NOT NULL,
    PRIMARY KEY (customer_id, currency)
);

CREATE TABLE payment_requests (
    id                  TEXT PRIMARY KEY,
    organization_id     TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id         TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    dunning_campaign_id TEXT REFERENCES dunning_campaigns (id) ON DELETE SET NULL,
    amount_cents        INTEGER NOT NULL,
    amount_currency     TEXT NOT NULL,
    email               TEXT,
    payment_status      TEXT NOT NULL,
    created_at          DATETIME NOT NULL,
    updated_at          DATETIME NOT NULL
);
CREATE INDEX payment_requests_newest ON payment_requests (organization_id, created_at DESC, id);
CREATE INDEX payment_requests_customer ON payment_requests (customer_id, created_at DESC, id);
CREATE TABLE payment_request_invoices (
    organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    payment_request_id TEXT NOT NULL REFERENCES payment_requests (id) ON DELETE CASCADE,
    invoice_id         TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    position           INTEGER NOT NULL,
    PRIMARY KEY (payment_request_id, invoice_id)
);
CREATE INDEX payment_request_invoices_invoice ON payment_request_invoices (invoice_id);

-- Payments of invoices and of payment requests: one of the two is named. A payment by a
-- provider is there before the provider is called; its identifier is the key by which
-- the provider knows it.
CREATE TABLE payments (
    id                   TEXT PRIMARY KEY,
    organization_id      TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id          TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    invoice_id           TEXT REFERENCES invoices (id) ON DELETE CASCADE,
    payment_request_id   TEXT REFERENCES payment_requests (id) ON DELETE CASCADE,
    type                 TEXT NOT NULL,
    amount_cents         INTEGER NOT NULL,
    amount_currency      TEXT NOT NULL,
    status               TEXT NOT NULL,
    payment_status       TEXT NOT NULL,
    reference            TEXT,
    payment_provider_id  TEXT REFERENCES payment_providers (id),
    payment_provider     TEXT,
    payment_provider_code TEXT,
    payment_method_id    TEXT REFERENCES payment_methods (id),
    provider_customer_id TEXT,
    provider_payment_id  TEXT,
    next_action          TEXT,
    error_code           TEXT,
    error_message        TEXT,
    created_at           DATETIME NOT NULL,
    updated_at           DATETIME NOT NULL
);
CREATE INDEX payments_newest ON payments (organization_id, created_at DESC, id);
CREATE INDEX payments_customer ON payments (customer_id, created_at DESC, id);
CREATE INDEX payments_invoice ON payments (invoice_id, created_at DESC, id);
CREATE INDEX payments_payment_request ON payments (payment_request_id, created_at DESC, id);
-- Something to be paid is collected once at a time.
CREATE UNIQUE INDEX payments_under_way ON payments (COALESCE(invoice_id, payment_request_id)) WHERE payment_status IN ('pending', 'processing');

CREATE TABLE payment_receipts (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id     TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    payment_id      TEXT NOT NULL REFERENCES payments (id) ON DELETE CASCADE,
    number          TEXT NOT NULL,
    sequential_id   INTEGER NOT NULL,
    created_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX payment_receipts_payment ON payment_receipts (payment_id);
CREATE UNIQUE INDEX payment_receipts_sequential_id ON payment_receipts (customer_id, sequential_id);
CREATE INDEX payment_receipts_newest ON payment_receipts (organization_id, created_at DESC, id);

-- What providers were asked to give back for credit notes; the identifier is the key by
-- which the provider knows it.
CREATE TABLE refunds (
    id                 TEXT PRIMARY KEY,
    organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    credit_note_id     TEXT NOT NULL REFERENCES credit_notes (id) ON DELETE CASCADE,
    payment_id         TEXT NOT NULL REFERENCES payments (id) ON DELETE CASCADE,
    amount_cents       INTEGER NOT NULL,
    amount_currency    TEXT NOT NULL,
    status             TEXT NOT NULL,
    provider_refund_id TEXT,
    error_code         TEXT,
    error_message      TEXT,
    created_at         DATETIME NOT NULL,
    updated_at         DATETIME NOT NULL
);
CREATE INDEX refunds_credit_note ON refunds (credit_note_id);
CREATE INDEX refunds_payment ON refunds (payment_id);

-- The books of the simulated provider. Nothing of the billing side is changed with them
-- in one transaction: they are on the other side of the wall.
CREATE TABLE simulated_methods (
    payment_method_id TEXT PRIMARY KEY REFERENCES payment_methods (id) ON DELETE CASCADE,
    organization_id   TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    outcomes          TEXT NOT NULL,
    played            INTEGER NOT NULL
);
CREATE TABLE simulated_charges (
    id                TEXT PRIMARY KEY,
    organization_id   TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    idempotency_key   TEXT NOT NULL,
    kind              TEXT NOT NULL,
    payment_method_id TEXT REFERENCES payment_methods (id) ON DELETE SET NULL,
    amount_cents      INTEGER NOT NULL,
    amount_currency   TEXT NOT NULL,
    result            TEXT NOT NULL,
    code              TEXT,
    message           TEXT,
    created_at        DATETIME NOT NULL
);
CREATE UNIQUE INDEX simulated_charges_key ON simulated_charges (organization_id, idempotency_key);

-- What links were used for that do something, which each does once. A row is of no use
-- any more when its link has expired.
CREATE TABLE link_uses (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    signature       BLOB NOT NULL,
    action          TEXT NOT NULL,
    expires_at      DATETIME NOT NULL,
    PRIMARY KEY (organization_id, signature, action)
);
CREATE INDEX link_uses_expired ON link_uses (organization_id, expires_at);
