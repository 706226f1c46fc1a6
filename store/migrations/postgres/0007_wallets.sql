-- +goose Up
-- That the ongoing balance of a customer's wallets is to be refreshed is a job, not
-- a column: events would have to wait for invoices to change the rows of wallets.
CREATE TABLE wallets (
    id                                  UUID PRIMARY KEY,
    organization_id                     UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id                         UUID NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    billing_entity_id                   UUID REFERENCES billing_entities (id),
    payment_method_id                   UUID REFERENCES payment_methods (id),
    payment_method_type                 TEXT NOT NULL,
    status                              TEXT NOT NULL,
    currency                            TEXT NOT NULL,
    name                                TEXT,
    code                                TEXT NOT NULL,
    priority                            INTEGER NOT NULL CHECK (priority BETWEEN 1 AND 50),
    purchase_order_number               TEXT,
    rate_amount                         NUMERIC NOT NULL,
    balance_cents                       BIGINT NOT NULL CHECK (balance_cents >= 0),
    credits_balance                     NUMERIC NOT NULL,
    consumed_amount_cents               BIGINT NOT NULL CHECK (consumed_amount_cents >= 0),
    consumed_credits                    NUMERIC NOT NULL,
    ongoing_balance_cents               BIGINT NOT NULL,
    credits_ongoing_balance             NUMERIC NOT NULL,
    ongoing_usage_balance_cents         BIGINT NOT NULL,
    credits_ongoing_usage_balance       NUMERIC NOT NULL,
    depleted_ongoing_balance            BOOLEAN NOT NULL,
    invoice_requires_successful_payment BOOLEAN NOT NULL,
    skip_invoice_custom_sections        BOOLEAN NOT NULL,
    paid_top_up_min_amount_cents        BIGINT,
    paid_top_up_max_amount_cents        BIGINT,
    allowed_fee_types                   JSONB NOT NULL,
    metadata                            JSONB,
    expiration_at                       TIMESTAMPTZ,
    last_balance_sync_at                TIMESTAMPTZ,
    last_consumed_credit_at             TIMESTAMPTZ,
    terminated_at                       TIMESTAMPTZ,
    created_at                          TIMESTAMPTZ NOT NULL,
    updated_at                          TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX wallets_code ON wallets (customer_id, code) WHERE status = 'active';
CREATE INDEX wallets_in_order ON wallets (customer_id, priority, created_at, id) WHERE status = 'active';
CREATE INDEX wallets_customer ON wallets (customer_id, created_at DESC, id);
CREATE INDEX wallets_newest ON wallets (organization_id, created_at DESC, id);

CREATE TABLE wallet_billable_metrics (
    organization_id    UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    wallet_id          UUID NOT NULL REFERENCES wallets (id) ON DELETE CASCADE,
    billable_metric_id UUID NOT NULL REFERENCES billable_metrics (id) ON DELETE CASCADE,
    PRIMARY KEY (wallet_id, billable_metric_id)
);
CREATE INDEX wallet_billable_metrics_metric ON wallet_billable_metrics (billable_metric_id);

CREATE TABLE recurring_transaction_rules (
    id                                  UUID PRIMARY KEY,
    organization_id                     UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    wallet_id                           UUID NOT NULL REFERENCES wallets (id) ON DELETE CASCADE,
    payment_method_id                   UUID REFERENCES payment_methods (id),
    payment_method_type                 TEXT NOT NULL,
    status                              TEXT NOT NULL,
    trigger                             TEXT NOT NULL,
    method                              TEXT NOT NULL,
    interval                            TEXT,
    paid_credits                        NUMERIC NOT NULL,
    granted_credits                     NUMERIC NOT NULL,
    threshold_credits                   NUMERIC,
    target_ongoing_balance              NUMERIC,
    grants_target_top_up                BOOLEAN NOT NULL,
    ignore_paid_top_up_limits           BOOLEAN NOT NULL,
    invoice_requires_successful_payment BOOLEAN NOT NULL,
    skip_invoice_custom_sections        BOOLEAN NOT NULL,
    transaction_metadata                JSONB NOT NULL,
    transaction_name                    TEXT,
    purchase_order_number               TEXT,
    started_at                          TIMESTAMPTZ,
    expiration_at                       TIMESTAMPTZ,
    terminated_at                       TIMESTAMPTZ,
    created_at                          TIMESTAMPTZ NOT NULL,
    updated_at                          TIMESTAMPTZ NOT NULL
);
CREATE INDEX recurring_transaction_rules_wallet ON recurring_transaction_rules (wallet_id, created_at) WHERE status = 'active';

CREATE TABLE wallet_transactions (
    id                                  UUID PRIMARY KEY,
    organization_id                     UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    wallet_id                           UUID NOT NULL REFERENCES wallets (id) ON DELETE CASCADE,
    invoice_id                          UUID REFERENCES invoices (id) ON DELETE SET NULL,
    voided_invoice_id                   UUID REFERENCES invoices (id) ON DELETE SET NULL,
    credit_note_id                      UUID,
    payment_method_id                   UUID REFERENCES payment_methods (id),
    payment_method_type                 TEXT NOT NULL,
    transaction_type                    TEXT NOT NULL,
    transaction_status                  TEXT NOT NULL,
    status                              TEXT NOT NULL,
    source                              TEXT NOT NULL,
    amount                              NUMERIC NOT NULL,
    amount_cents                        BIGINT NOT NULL CHECK (amount_cents >= 0),
    credit_amount                       NUMERIC NOT NULL,
    remaining_amount_cents              BIGINT CHECK (remaining_amount_cents BETWEEN 0 AND amount_cents),
    priority                            INTEGER NOT NULL,
    name                                TEXT,
    purchase_order_number               TEXT,
    metadata                            JSONB NOT NULL,
    invoice_requires_successful_payment BOOLEAN NOT NULL,
    skip_invoice_custom_sections        BOOLEAN NOT NULL,
    settled_at                          TIMESTAMPTZ,
    failed_at                           TIMESTAMPTZ,
    created_at                          TIMESTAMPTZ NOT NULL,
    updated_at                          TIMESTAMPTZ NOT NULL
);
CREATE INDEX wallet_transactions_newest ON wallet_transactions (wallet_id, created_at DESC, id);
CREATE INDEX wallet_transactions_funds ON wallet_transactions (wallet_id, priority, created_at) WHERE remaining_amount_cents > 0;
CREATE INDEX wallet_transactions_pending ON wallet_transactions (wallet_id) WHERE status = 'pending';
CREATE INDEX wallet_transactions_invoice ON wallet_transactions (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX wallet_transactions_voided_invoice ON wallet_transactions (voided_invoice_id) WHERE voided_invoice_id IS NOT NULL;
CREATE INDEX wallet_transactions_credit_note ON wallet_transactions (credit_note_id) WHERE credit_note_id IS NOT NULL;

-- How much of what came into a wallet went out again by which transaction.
CREATE TABLE wallet_transaction_consumptions (
    id                      UUID PRIMARY KEY,
    organization_id         UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    inbound_transaction_id  UUID NOT NULL REFERENCES wallet_transactions (id) ON DELETE CASCADE,
    outbound_transaction_id UUID NOT NULL REFERENCES wallet_transactions (id) ON DELETE CASCADE,
    amount_cents            BIGINT NOT NULL CHECK (amount_cents > 0),
    created_at              TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX wallet_transaction_consumptions_pair ON wallet_transaction_consumptions (inbound_transaction_id, outbound_transaction_id);
CREATE INDEX wallet_transaction_consumptions_inbound ON wallet_transaction_consumptions (inbound_transaction_id, created_at DESC, id);
CREATE INDEX wallet_transaction_consumptions_outbound ON wallet_transaction_consumptions (outbound_transaction_id, created_at DESC, id);
