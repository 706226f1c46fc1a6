-- +goose Up
-- What an invoice or a fee keeps as it was when it was made (taxes, thresholds,
-- filters, items) refers to nothing: it stays whatever becomes of its origin.
CREATE TABLE invoices (
    id                                      UUID PRIMARY KEY,
    organization_id                         UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id                             UUID NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    billing_entity_id                       UUID NOT NULL REFERENCES billing_entities (id),
    invoice_type                            TEXT NOT NULL,
    status                                  TEXT NOT NULL,
    payment_status                          TEXT NOT NULL,
    payment_overdue                         BOOLEAN NOT NULL,
    number                                  TEXT NOT NULL,
    sequential_id                           BIGINT,
    entity_sequential_id                    BIGINT,
    currency                                TEXT NOT NULL,
    billed_at                               TIMESTAMPTZ NOT NULL,
    issuing_date                            TEXT COLLATE "C" NOT NULL,
    payment_due_date                        TEXT COLLATE "C" NOT NULL,
    expected_finalization_date              TEXT COLLATE "C" NOT NULL,
    keeps_issuing_date                      BOOLEAN NOT NULL,
    net_payment_term                        INTEGER NOT NULL,
    purchase_order_number                   TEXT,
    self_billed                             BOOLEAN NOT NULL,
    skips_charges                           BOOLEAN NOT NULL,
    stale                                   BOOLEAN NOT NULL,
    fees_amount_cents                       BIGINT NOT NULL,
    progressive_billing_credit_amount_cents BIGINT NOT NULL,
    coupons_amount_cents                    BIGINT NOT NULL,
    sub_total_excluding_taxes_amount_cents  BIGINT NOT NULL,
    taxes_amount_cents                      BIGINT NOT NULL,
    taxes_rate                              NUMERIC NOT NULL,
    sub_total_including_taxes_amount_cents  BIGINT NOT NULL,
    credit_notes_amount_cents               BIGINT NOT NULL,
    prepaid_credit_amount_cents             BIGINT NOT NULL,
    prepaid_granted_credit_amount_cents     BIGINT,
    prepaid_purchased_credit_amount_cents   BIGINT,
    total_amount_cents                      BIGINT NOT NULL,
    total_paid_amount_cents                 BIGINT NOT NULL,
    offset_amount_cents                     BIGINT NOT NULL,
    number_search                           TEXT NOT NULL,
    purchase_order_search                   TEXT,
    payment_dispute_lost_at                 TIMESTAMPTZ,
    finalized_at                            TIMESTAMPTZ,
    voided_at                               TIMESTAMPTZ,
    created_at                              TIMESTAMPTZ NOT NULL,
    updated_at                              TIMESTAMPTZ NOT NULL
);
CREATE INDEX invoices_newest ON invoices (organization_id, issuing_date DESC, created_at DESC, id);
CREATE INDEX invoices_customer ON invoices (customer_id, issuing_date DESC, created_at DESC, id);
CREATE INDEX invoices_billing_entity ON invoices (billing_entity_id, finalized_at DESC);
CREATE UNIQUE INDEX invoices_sequential_id ON invoices (organization_id, customer_id, billing_entity_id, sequential_id) WHERE sequential_id IS NOT NULL;
CREATE UNIQUE INDEX invoices_entity_sequential_id ON invoices (billing_entity_id, entity_sequential_id) WHERE entity_sequential_id IS NOT NULL;
CREATE INDEX invoices_drafts ON invoices (organization_id, expected_finalization_date) WHERE status = 'draft';
CREATE INDEX invoices_unpaid ON invoices (organization_id, payment_due_date) WHERE status = 'finalized' AND payment_status <> 'succeeded';

CREATE TABLE billing_periods (
    id                 UUID PRIMARY KEY,
    organization_id    UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id         UUID NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    subscription_id    UUID NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    reason             TEXT NOT NULL,
    subscription_from  TIMESTAMPTZ NOT NULL,
    subscription_to    TIMESTAMPTZ NOT NULL,
    charges_from       TIMESTAMPTZ,
    charges_to         TIMESTAMPTZ,
    fixed_charges_from TIMESTAMPTZ,
    fixed_charges_to   TIMESTAMPTZ,
    billed_day         TEXT COLLATE "C",
    created_at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX billing_periods_invoice ON billing_periods (invoice_id);
CREATE INDEX billing_periods_subscription ON billing_periods (subscription_id, created_at);
CREATE UNIQUE INDEX billing_periods_billed_day ON billing_periods (subscription_id, billed_day) WHERE billed_day IS NOT NULL;

CREATE TABLE fees (
    id                                UUID PRIMARY KEY,
    organization_id                   UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id                       UUID NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    invoice_id                        UUID REFERENCES invoices (id) ON DELETE CASCADE,
    subscription_id                   UUID REFERENCES subscriptions (id) ON DELETE CASCADE,
    fee_type                          TEXT NOT NULL,
    charge_id                         UUID REFERENCES charges (id) ON DELETE CASCADE,
    charge_filter_id                  UUID REFERENCES charge_filters (id) ON DELETE CASCADE,
    fixed_charge_id                   UUID REFERENCES fixed_charges (id) ON DELETE CASCADE,
    add_on_id                         UUID REFERENCES add_ons (id) ON DELETE CASCADE,
    true_up_parent_fee_id             UUID REFERENCES fees (id) ON DELETE CASCADE,
    item_id                           UUID NOT NULL,
    item_code                         TEXT NOT NULL,
    item_name                         TEXT NOT NULL,
    item_description                  TEXT,
    invoice_display_name              TEXT,
    filter_display_name               TEXT,
    filters                           JSONB,
    grouped_by                        JSONB,
    description                       TEXT,
    units                             NUMERIC NOT NULL,
    total_aggregated_units            NUMERIC,
    events_count                      BIGINT,
    amount_cents                      BIGINT NOT NULL,
    precise_amount_cents              NUMERIC NOT NULL,
    amount_currency                   TEXT NOT NULL,
    unit_amount_cents                 BIGINT NOT NULL,
    precise_unit_amount               NUMERIC NOT NULL,
    amount_details                    JSONB,
    presentation_breakdowns           JSONB,
    plan_amount_cents                 BIGINT,
    taxes_amount_cents                BIGINT NOT NULL,
    taxes_precise_amount_cents        NUMERIC NOT NULL,
    taxes_rate                        NUMERIC NOT NULL,
    precise_coupons_amount_cents      NUMERIC NOT NULL,
    precise_credit_notes_amount_cents NUMERIC NOT NULL,
    pay_in_advance                    BOOLEAN NOT NULL,
    invoiceable                       BOOLEAN NOT NULL,
    event_transaction_id              TEXT COLLATE "C",
    from_datetime                     TIMESTAMPTZ,
    to_datetime                       TIMESTAMPTZ,
    payment_status                    TEXT NOT NULL,
    succeeded_at                      TIMESTAMPTZ,
    failed_at                         TIMESTAMPTZ,
    refunded_at                       TIMESTAMPTZ,
    deleted_at                        TIMESTAMPTZ,
    created_at                        TIMESTAMPTZ NOT NULL,
    updated_at                        TIMESTAMPTZ NOT NULL
);
CREATE INDEX fees_oldest ON fees (organization_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX fees_invoice ON fees (invoice_id) WHERE invoice_id IS NOT NULL;
CREATE INDEX fees_subscription ON fees (subscription_id, created_at) WHERE subscription_id IS NOT NULL;
CREATE INDEX fees_customer ON fees (customer_id);
CREATE INDEX fees_charge ON fees (charge_id, from_datetime) WHERE charge_id IS NOT NULL;
CREATE INDEX fees_fixed_charge ON fees (fixed_charge_id, from_datetime) WHERE fixed_charge_id IS NOT NULL;
CREATE INDEX fees_true_up_parent ON fees (true_up_parent_fee_id) WHERE true_up_parent_fee_id IS NOT NULL;
CREATE INDEX fees_event ON fees (organization_id, event_transaction_id) WHERE event_transaction_id IS NOT NULL;

CREATE TABLE fee_taxes (
    id                   UUID PRIMARY KEY,
    organization_id      UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    fee_id               UUID NOT NULL REFERENCES fees (id) ON DELETE CASCADE,
    tax_id               UUID NOT NULL,
    tax_code             TEXT COLLATE "C" NOT NULL,
    tax_name             TEXT NOT NULL,
    tax_description      TEXT,
    tax_rate             NUMERIC NOT NULL,
    amount_cents         BIGINT NOT NULL,
    precise_amount_cents NUMERIC NOT NULL,
    amount_currency      TEXT NOT NULL,
    created_at           TIMESTAMPTZ NOT NULL
);
CREATE INDEX fee_taxes_fee ON fee_taxes (fee_id, tax_code);

CREATE TABLE credits (
    id                     UUID PRIMARY KEY,
    organization_id        UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id             UUID NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    kind                   TEXT NOT NULL,
    applied_coupon_id      UUID REFERENCES applied_coupons (id) ON DELETE CASCADE,
    progressive_invoice_id UUID REFERENCES invoices (id) ON DELETE CASCADE,
    credit_note_id         UUID,
    amount_cents           BIGINT NOT NULL,
    amount_currency        TEXT NOT NULL,
    before_taxes           BOOLEAN NOT NULL,
    item_id                UUID NOT NULL,
    code                   TEXT NOT NULL,
    name                   TEXT NOT NULL,
    description            TEXT,
    created_at             TIMESTAMPTZ NOT NULL,
    updated_at             TIMESTAMPTZ NOT NULL
);
CREATE INDEX credits_invoice ON credits (invoice_id);
CREATE INDEX credits_applied_coupon ON credits (applied_coupon_id) WHERE applied_coupon_id IS NOT NULL;
CREATE INDEX credits_progressive_invoice ON credits (progressive_invoice_id) WHERE progressive_invoice_id IS NOT NULL;
CREATE INDEX credits_credit_note ON credits (credit_note_id) WHERE credit_note_id IS NOT NULL;

CREATE TABLE invoice_taxes (
    id                UUID PRIMARY KEY,
    organization_id   UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id        UUID NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    tax_id            UUID NOT NULL,
    tax_code          TEXT COLLATE "C" NOT NULL,
    tax_name          TEXT NOT NULL,
    tax_description   TEXT,
    tax_rate          NUMERIC NOT NULL,
    amount_cents      BIGINT NOT NULL,
    fees_amount_cents BIGINT NOT NULL,
    amount_currency   TEXT NOT NULL,
    created_at        TIMESTAMPTZ NOT NULL
);
CREATE INDEX invoice_taxes_invoice ON invoice_taxes (invoice_id, tax_code);

CREATE TABLE invoice_metadata (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id      UUID NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    key             TEXT NOT NULL,
    value           TEXT NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX invoice_metadata_key ON invoice_metadata (invoice_id, key);

CREATE TABLE invoice_error_details (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id      UUID NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    error_code      TEXT NOT NULL,
    details         JSONB,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX invoice_error_details_invoice ON invoice_error_details (invoice_id);

CREATE TABLE invoice_usage_thresholds (
    id                          UUID PRIMARY KEY,
    organization_id             UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id                  UUID NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    usage_threshold_id          UUID NOT NULL,
    threshold_display_name      TEXT,
    amount_cents                BIGINT NOT NULL,
    recurring                   BOOLEAN NOT NULL,
    lifetime_usage_amount_cents BIGINT NOT NULL,
    threshold_created_at        TIMESTAMPTZ NOT NULL,
    threshold_updated_at        TIMESTAMPTZ NOT NULL,
    created_at                  TIMESTAMPTZ NOT NULL
);
CREATE INDEX invoice_usage_thresholds_invoice ON invoice_usage_thresholds (invoice_id);
