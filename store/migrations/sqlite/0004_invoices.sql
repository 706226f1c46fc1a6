-- +goose Up
-- What an invoice or a fee keeps as it was when it was made (taxes, thresholds,
-- filters, items) refers to nothing: it stays whatever becomes of its origin.
CREATE TABLE invoices (
    id                                      TEXT PRIMARY KEY,
    organization_id                         TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id                             TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    billing_entity_id                       TEXT NOT NULL REFERENCES billing_entities (id),
    invoice_type                            TEXT NOT NULL,
    status                                  TEXT NOT NULL,
    payment_status                          TEXT NOT NULL,
    payment_overdue                         BOOLEAN NOT NULL,
    number                                  TEXT NOT NULL,
    sequential_id                           INTEGER,
    entity_sequential_id                    INTEGER,
    currency                                TEXT NOT NULL,
    billed_at                               DATETIME NOT NULL,
    issuing_date                            TEXT NOT NULL,
    payment_due_date                        TEXT NOT NULL,
    expected_finalization_date              TEXT NOT NULL,
    keeps_issuing_date                      BOOLEAN NOT NULL,
    net_payment_term                        INTEGER NOT NULL,
    purchase_order_number                   TEXT,
    self_billed                             BOOLEAN NOT NULL,
    skips_charges                           BOOLEAN NOT NULL,
    stale                                   BOOLEAN NOT NULL,
    fees_amount_cents                       INTEGER NOT NULL,
    progressive_billing_credit_amount_cents INTEGER NOT NULL,
    coupons_amount_cents                    INTEGER NOT NULL,
    sub_total_excluding_taxes_amount_cents  INTEGER NOT NULL,
    taxes_amount_cents                      INTEGER NOT NULL,
    taxes_rate                              TEXT NOT NULL,
    sub_total_including_taxes_amount_cents  INTEGER NOT NULL,
    credit_notes_amount_cents               INTEGER NOT NULL,
    prepaid_credit_amount_cents             INTEGER NOT NULL,
    prepaid_granted_credit_amount_cents     INTEGER,
    prepaid_purchased_credit_amount_cents   INTEGER,
    total_amount_cents                      INTEGER NOT NULL,
    total_paid_amount_cents                 INTEGER NOT NULL,
    offset_amount_cents                     INTEGER NOT NULL,
    number_search                           TEXT NOT NULL,
    purchase_order_search                   TEXT,
    payment_dispute_lost_at                 DATETIME,
    finalized_at                            DATETIME,
    voided_at                               DATETIME,
    created_at                              DATETIME NOT NULL,
    updated_at                              DATETIME NOT NULL
);
CREATE INDEX invoices_newest ON invoices (organization_id, issuing_date DESC, created_at DESC, id);
CREATE INDEX invoices_customer ON invoices (customer_id, issuing_date DESC, created_at DESC, id);
CREATE INDEX invoices_billing_entity ON invoices (billing_entity_id, finalized_at DESC);
CREATE UNIQUE INDEX invoices_sequential_id ON invoices (organization_id, customer_id, billing_entity_id, sequential_id) WHERE sequential_id IS NOT NULL;
CREATE UNIQUE INDEX invoices_entity_sequential_id ON invoices (billing_entity_id, entity_sequential_id) WHERE entity_sequential_id IS NOT NULL;
CREATE INDEX invoices_drafts ON invoices (organization_id, expected_finalization_date) WHERE status = 'draft';
CREATE INDEX invoices_unpaid ON invoices (organization_id, payment_due_date) WHERE status = 'finalized' AND payment_status <> 'succeeded';

CREATE TABLE billing_periods (
    id                 TEXT PRIMARY KEY,
    organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id         TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    subscription_id    TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    reason             TEXT NOT NULL,
    subscription_from  DATETIME NOT NULL,
    subscription_to    DATETIME NOT NULL,
    charges_from       DATETIME,
    charges_to         DATETIME,
    fixed_charges_from DATETIME,
    fixed_charges_to   DATETIME,
    billed_day         TEXT,
    created_at         DATETIME NOT NULL
);
CREATE INDEX billing_periods_invoice ON billing_periods (invoice_id);
CREATE INDEX billing_periods_subscription ON billing_periods (subscription_id, created_at);
CREATE UNIQUE INDEX billing_periods_billed_day ON billing_periods (subscription_id, billed_day) WHERE billed_day IS NOT NULL;

CREATE TABLE fees (
    id                                TEXT PRIMARY KEY,
    organization_id                   TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id                       TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    invoice_id                        TEXT REFERENCES invoices (id) ON DELETE CASCADE,
    subscription_id                   TEXT REFERENCES subscriptions (id) ON DELETE CASCADE,
    fee_type                          TEXT NOT NULL,
    charge_id                         TEXT REFERENCES charges (id) ON DELETE CASCADE,
    charge_filter_id                  TEXT REFERENCES charge_filters (id) ON DELETE CASCADE,
    fixed_charge_id                   TEXT REFERENCES fixed_charges (id) ON DELETE CASCADE,
    add_on_id                         TEXT REFERENCES add_ons (id) ON DELETE CASCADE,
    true_up_parent_fee_id             TEXT REFERENCES fees (id) ON DELETE CASCADE,
    item_id                           TEXT NOT NULL,
    item_code                         TEXT NOT NULL,
    item_name                         TEXT NOT NULL,
    item_description                  TEXT,
    invoice_display_name              TEXT,
    filter_display_name               TEXT,
    filters                           TEXT,
    grouped_by                        TEXT,
    description                       TEXT,
    units                             TEXT NOT NULL,
    total_aggregated_units            TEXT,
    events_count                      INTEGER,
    amount_cents                      INTEGER NOT NULL,
    precise_amount_cents              TEXT NOT NULL,
    amount_currency                   TEXT NOT NULL,
    unit_amount_cents                 INTEGER NOT NULL,
    precise_unit_amount               TEXT NOT NULL,
    amount_details                    TEXT,
    presentation_breakdowns           TEXT,
    plan_amount_cents                 INTEGER,
    taxes_amount_cents                INTEGER NOT NULL,
    taxes_precise_amount_cents        TEXT NOT NULL,
    taxes_rate                        TEXT NOT NULL,
    precise_coupons_amount_cents      TEXT NOT NULL,
    precise_credit_notes_amount_cents TEXT NOT NULL,
    pay_in_advance                    BOOLEAN NOT NULL,
    invoiceable                       BOOLEAN NOT NULL,
    event_transaction_id              TEXT,
    from_datetime                     DATETIME,
    to_datetime                       DATETIME,
    payment_status                    TEXT NOT NULL,
    succeeded_at                      DATETIME,
    failed_at                         DATETIME,
    refunded_at                       DATETIME,
    deleted_at                        DATETIME,
    created_at                        DATETIME NOT NULL,
    updated_at                        DATETIME NOT NULL
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
    id                   TEXT PRIMARY KEY,
    organization_id      TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    fee_id               TEXT NOT NULL REFERENCES fees (id) ON DELETE CASCADE,
    tax_id               TEXT NOT NULL,
    tax_code             TEXT NOT NULL,
    tax_name             TEXT NOT NULL,
    tax_description      TEXT,
    tax_rate             TEXT NOT NULL,
    amount_cents         INTEGER NOT NULL,
    precise_amount_cents TEXT NOT NULL,
    amount_currency      TEXT NOT NULL,
    created_at           DATETIME NOT NULL
);
CREATE INDEX fee_taxes_fee ON fee_taxes (fee_id, tax_code);

CREATE TABLE credits (
    id                     TEXT PRIMARY KEY,
    organization_id        TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id             TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    kind                   TEXT NOT NULL,
    applied_coupon_id      TEXT REFERENCES applied_coupons (id) ON DELETE CASCADE,
    progressive_invoice_id TEXT REFERENCES invoices (id) ON DELETE CASCADE,
    credit_note_id         TEXT,
    amount_cents           INTEGER NOT NULL,
    amount_currency        TEXT NOT NULL,
    before_taxes           BOOLEAN NOT NULL,
    item_id                TEXT NOT NULL,
    code                   TEXT NOT NULL,
    name                   TEXT NOT NULL,
    description            TEXT,
    created_at             DATETIME NOT NULL,
    updated_at             DATETIME NOT NULL
);
CREATE INDEX credits_invoice ON credits (invoice_id);
CREATE INDEX credits_applied_coupon ON credits (applied_coupon_id) WHERE applied_coupon_id IS NOT NULL;
CREATE INDEX credits_progressive_invoice ON credits (progressive_invoice_id) WHERE progressive_invoice_id IS NOT NULL;
CREATE INDEX credits_credit_note ON credits (credit_note_id) WHERE credit_note_id IS NOT NULL;

CREATE TABLE invoice_taxes (
    id                TEXT PRIMARY KEY,
    organization_id   TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id        TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    tax_id            TEXT NOT NULL,
    tax_code          TEXT NOT NULL,
    tax_name          TEXT NOT NULL,
    tax_description   TEXT,
    tax_rate          TEXT NOT NULL,
    amount_cents      INTEGER NOT NULL,
    fees_amount_cents INTEGER NOT NULL,
    amount_currency   TEXT NOT NULL,
    created_at        DATETIME NOT NULL
);
CREATE INDEX invoice_taxes_invoice ON invoice_taxes (invoice_id, tax_code);

CREATE TABLE invoice_metadata (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id      TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    key             TEXT NOT NULL,
    value           TEXT NOT NULL,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX invoice_metadata_key ON invoice_metadata (invoice_id, key);

CREATE TABLE invoice_error_details (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id      TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    error_code      TEXT NOT NULL,
    details         TEXT,
    created_at      DATETIME NOT NULL
);
CREATE INDEX invoice_error_details_invoice ON invoice_error_details (invoice_id);

CREATE TABLE invoice_usage_thresholds (
    id                          TEXT PRIMARY KEY,
    organization_id             TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id                  TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    usage_threshold_id          TEXT NOT NULL,
    threshold_display_name      TEXT,
    amount_cents                INTEGER NOT NULL,
    recurring                   BOOLEAN NOT NULL,
    lifetime_usage_amount_cents INTEGER NOT NULL,
    threshold_created_at        DATETIME NOT NULL,
    threshold_updated_at        DATETIME NOT NULL,
    created_at                  DATETIME NOT NULL
);
CREATE INDEX invoice_usage_thresholds_invoice ON invoice_usage_thresholds (invoice_id);
