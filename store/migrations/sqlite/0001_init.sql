-- +goose Up
CREATE TABLE organizations (
    id                     TEXT PRIMARY KEY,
    name                   TEXT NOT NULL,
    slug                   TEXT NOT NULL,
    plan                   TEXT NOT NULL,
    audit_logs_period      INTEGER,
    default_currency       TEXT NOT NULL,
    country                TEXT,
    timezone               TEXT NOT NULL,
    email                  TEXT,
    document_number_prefix TEXT NOT NULL,
    premium_licensed       BOOLEAN NOT NULL,
    premium_integrations   TEXT NOT NULL,
    frozen_at              DATETIME,
    created_at             DATETIME NOT NULL,
    updated_at             DATETIME NOT NULL
);
CREATE UNIQUE INDEX organizations_slug ON organizations (slug);

CREATE TABLE api_keys (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name            TEXT,
    prefix          TEXT NOT NULL,
    hash            TEXT NOT NULL,
    permissions     TEXT NOT NULL,
    expires_at      DATETIME,
    last_used_at    DATETIME,
    revoked_at      DATETIME,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (hash);
CREATE INDEX api_keys_organization ON api_keys (organization_id, created_at DESC, id);

CREATE TABLE sequences (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name            TEXT NOT NULL,
    value           INTEGER NOT NULL,
    PRIMARY KEY (organization_id, name)
);

CREATE TABLE jobs (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL,
    args            TEXT NOT NULL,
    priority        INTEGER NOT NULL,
    state           TEXT NOT NULL,
    attempt         INTEGER NOT NULL,
    max_attempts    INTEGER NOT NULL,
    unique_key      TEXT,
    errors          TEXT NOT NULL,
    scheduled_at    DATETIME NOT NULL,
    finalized_at    DATETIME,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX jobs_unique_key ON jobs (organization_id, unique_key) WHERE unique_key IS NOT NULL AND state = 'available';
CREATE INDEX jobs_due ON jobs (organization_id, scheduled_at, priority, id) WHERE state = 'available';
CREATE INDEX jobs_kind ON jobs (organization_id, kind, state);

CREATE TABLE api_logs (
    id                TEXT PRIMARY KEY,
    organization_id   TEXT NOT NULL,
    api_key_id        TEXT NOT NULL,
    client_request_id TEXT,
    api_version       TEXT NOT NULL,
    client            TEXT NOT NULL,
    http_method       TEXT NOT NULL,
    http_status       INTEGER NOT NULL,
    request_origin    TEXT NOT NULL,
    request_path      TEXT NOT NULL,
    request_body      TEXT NOT NULL,
    request_response  TEXT,
    logged_at         DATETIME NOT NULL,
    created_at        DATETIME NOT NULL
);
CREATE INDEX api_logs_newest ON api_logs (organization_id, logged_at DESC, id DESC);
-- Most requests succeed with 200. Those are found by scanning, and no index of
-- statuses has them.
CREATE INDEX api_logs_status ON api_logs (organization_id, http_status, logged_at DESC, id DESC) WHERE http_status <> 200;
CREATE INDEX api_logs_failed ON api_logs (organization_id, logged_at DESC, id DESC) WHERE http_status >= 400;
CREATE INDEX api_logs_path ON api_logs (organization_id, request_path, logged_at DESC, id DESC);

CREATE TABLE activity_logs (
    id                       TEXT PRIMARY KEY,
    organization_id          TEXT NOT NULL,
    request_id               TEXT,
    api_key_id               TEXT,
    activity_type            TEXT NOT NULL,
    activity_source          TEXT NOT NULL,
    activity_object          TEXT NOT NULL,
    activity_object_changes  TEXT NOT NULL,
    user_email               TEXT,
    external_customer_id     TEXT,
    external_subscription_id TEXT,
    resource_id              TEXT NOT NULL,
    resource_type            TEXT NOT NULL,
    logged_at                DATETIME NOT NULL,
    created_at               DATETIME NOT NULL
);
CREATE INDEX activity_logs_newest ON activity_logs (organization_id, logged_at DESC, id DESC);
CREATE INDEX activity_logs_type ON activity_logs (organization_id, activity_type, logged_at DESC, id DESC);
CREATE INDEX activity_logs_resource ON activity_logs (organization_id, resource_id, logged_at DESC, id DESC);
CREATE INDEX activity_logs_customer ON activity_logs (organization_id, external_customer_id, logged_at DESC, id DESC)
    WHERE external_customer_id IS NOT NULL;
CREATE INDEX activity_logs_request ON activity_logs (organization_id, request_id);

CREATE TABLE request_logs (
    id                TEXT PRIMARY KEY,
    organization_id   TEXT NOT NULL,
    api_key_id        TEXT NOT NULL,
    api_key_prefix    TEXT NOT NULL,
    client_request_id TEXT,
    operation_id      TEXT NOT NULL,
    method            TEXT NOT NULL,
    path              TEXT NOT NULL,
    query             TEXT NOT NULL,
    status_code       INTEGER NOT NULL,
    duration_ms       INTEGER NOT NULL,
    endpoint_type     TEXT NOT NULL,
    billed_units      INTEGER NOT NULL,
    error_type        TEXT,
    error_detail      TEXT,
    logged_at         DATETIME NOT NULL
);
CREATE INDEX request_logs_newest ON request_logs (organization_id, logged_at DESC, id DESC);
CREATE INDEX request_logs_status ON request_logs (organization_id, status_code, logged_at DESC, id DESC) WHERE status_code <> 200;
CREATE INDEX request_logs_failed ON request_logs (organization_id, logged_at DESC, id DESC) WHERE status_code >= 400;

-- How many rows of a log there are, by day and by the two columns that the
-- lists filter on most, so that a total never has to be counted row by row.
CREATE TABLE log_counts (
    organization_id TEXT NOT NULL,
    log             TEXT NOT NULL,
    day             TEXT NOT NULL,
    facet           TEXT NOT NULL,
    value           TEXT NOT NULL,
    shard           INTEGER NOT NULL,
    rows_counted    INTEGER NOT NULL,
    PRIMARY KEY (organization_id, log, day, facet, value, shard)
) WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER api_logs_counted AFTER INSERT ON api_logs BEGIN
    INSERT INTO log_counts (organization_id, log, day, facet, value, shard, rows_counted)
    VALUES (NEW.organization_id, 'api', substr(NEW.logged_at, 1, 10), NEW.http_method, CAST(NEW.http_status AS TEXT), 0, 1)
    ON CONFLICT DO UPDATE SET rows_counted = rows_counted + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER api_logs_discounted AFTER DELETE ON api_logs BEGIN
    UPDATE log_counts SET rows_counted = rows_counted - 1
    WHERE organization_id = OLD.organization_id AND log = 'api' AND day = substr(OLD.logged_at, 1, 10)
      AND facet = OLD.http_method AND value = CAST(OLD.http_status AS TEXT) AND shard = 0;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER activity_logs_counted AFTER INSERT ON activity_logs BEGIN
    INSERT INTO log_counts (organization_id, log, day, facet, value, shard, rows_counted)
    VALUES (NEW.organization_id, 'activity', substr(NEW.logged_at, 1, 10), NEW.activity_type, NEW.activity_source, 0, 1)
    ON CONFLICT DO UPDATE SET rows_counted = rows_counted + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER activity_logs_discounted AFTER DELETE ON activity_logs BEGIN
    UPDATE log_counts SET rows_counted = rows_counted - 1
    WHERE organization_id = OLD.organization_id AND log = 'activity' AND day = substr(OLD.logged_at, 1, 10)
      AND facet = OLD.activity_type AND value = OLD.activity_source AND shard = 0;
END;
-- +goose StatementEnd

-- Where a reader's last pages of a log list ended, so that the next page goes
-- on from there while new rows arrive.
CREATE TABLE log_bookmarks (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    api_key_id      TEXT NOT NULL,
    query_hash      TEXT NOT NULL,
    page            INTEGER NOT NULL,
    reading_id      TEXT NOT NULL,
    last_logged_at  DATETIME NOT NULL,
    last_id         TEXT NOT NULL,
    total           INTEGER NOT NULL,
    read_at         DATETIME NOT NULL,
    PRIMARY KEY (organization_id, api_key_id, query_hash, page)
);

CREATE TABLE billing_entities (
    id                           TEXT PRIMARY KEY,
    organization_id              TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    code                         TEXT NOT NULL,
    name                         TEXT NOT NULL,
    legal_name                   TEXT,
    legal_number                 TEXT,
    tax_identification_number    TEXT,
    email                        TEXT,
    phone                        TEXT,
    address_line1                TEXT,
    address_line2                TEXT,
    city                         TEXT,
    state                        TEXT,
    zipcode                      TEXT,
    country                      TEXT,
    default_currency             TEXT NOT NULL,
    timezone                     TEXT NOT NULL,
    document_locale              TEXT NOT NULL,
    document_numbering           TEXT NOT NULL,
    document_number_prefix       TEXT NOT NULL,
    net_payment_term             INTEGER NOT NULL,
    finalize_zero_amount_invoice BOOLEAN NOT NULL,
    invoice_grace_period         INTEGER NOT NULL,
    issuing_date_anchor          TEXT NOT NULL,
    issuing_date_adjustment      TEXT NOT NULL,
    invoice_footer               TEXT,
    email_settings               TEXT NOT NULL,
    einvoicing                   BOOLEAN NOT NULL,
    eu_tax_management            BOOLEAN NOT NULL,
    is_default                   BOOLEAN NOT NULL,
    created_at                   DATETIME NOT NULL,
    updated_at                   DATETIME NOT NULL
);
CREATE UNIQUE INDEX billing_entities_code ON billing_entities (organization_id, code);
CREATE UNIQUE INDEX billing_entities_default ON billing_entities (organization_id) WHERE is_default;

-- Apart, because everything that shows a customer reads its billing entity.
CREATE TABLE billing_entity_logos (
    billing_entity_id TEXT PRIMARY KEY REFERENCES billing_entities (id) ON DELETE CASCADE,
    organization_id   TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    content_type      TEXT NOT NULL,
    content           BLOB NOT NULL,
    created_at        DATETIME NOT NULL,
    updated_at        DATETIME NOT NULL
);

CREATE TABLE taxes (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    code            TEXT NOT NULL,
    name            TEXT NOT NULL,
    description     TEXT,
    rate            TEXT NOT NULL,
    deleted_at      DATETIME,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX taxes_code ON taxes (organization_id, code);
CREATE INDEX taxes_by_name ON taxes (organization_id, name, created_at DESC, id) WHERE deleted_at IS NULL;

CREATE TABLE billing_entity_taxes (
    organization_id   TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    billing_entity_id TEXT NOT NULL REFERENCES billing_entities (id) ON DELETE CASCADE,
    tax_id            TEXT NOT NULL REFERENCES taxes (id) ON DELETE CASCADE,
    PRIMARY KEY (billing_entity_id, tax_id)
);
CREATE INDEX billing_entity_taxes_tax ON billing_entity_taxes (tax_id);

CREATE TABLE billable_metrics (
    id                 TEXT PRIMARY KEY,
    organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    code               TEXT NOT NULL,
    name               TEXT NOT NULL,
    description        TEXT,
    aggregation_type   TEXT NOT NULL,
    field_name         TEXT,
    recurring          BOOLEAN NOT NULL,
    weighted_interval  TEXT,
    rounding_function  TEXT,
    rounding_precision INTEGER,
    expression         TEXT,
    deleted_at         DATETIME,
    created_at         DATETIME NOT NULL,
    updated_at         DATETIME NOT NULL
);
CREATE UNIQUE INDEX billable_metrics_code ON billable_metrics (organization_id, code) WHERE deleted_at IS NULL;
CREATE INDEX billable_metrics_newest ON billable_metrics (organization_id, created_at DESC, id) WHERE deleted_at IS NULL;

CREATE TABLE billable_metric_filters (
    id                 TEXT PRIMARY KEY,
    organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    billable_metric_id TEXT NOT NULL REFERENCES billable_metrics (id) ON DELETE CASCADE,
    key                TEXT NOT NULL,
    "values"           TEXT NOT NULL,
    created_at         DATETIME NOT NULL,
    updated_at         DATETIME NOT NULL
);
CREATE UNIQUE INDEX billable_metric_filters_key ON billable_metric_filters (billable_metric_id, key);

CREATE TABLE customers (
    id                           TEXT PRIMARY KEY,
    organization_id              TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    billing_entity_id            TEXT NOT NULL REFERENCES billing_entities (id),
    external_id                  TEXT NOT NULL,
    account_type                 TEXT NOT NULL,
    customer_type                TEXT,
    sequential_id                INTEGER NOT NULL,
    slug                         TEXT NOT NULL,
    name                         TEXT,
    firstname                    TEXT,
    lastname                     TEXT,
    email                        TEXT,
    phone                        TEXT,
    url                          TEXT,
    logo_url                     TEXT,
    legal_name                   TEXT,
    legal_number                 TEXT,
    tax_identification_number    TEXT,
    external_salesforce_id       TEXT,
    address_line1                TEXT,
    address_line2                TEXT,
    city                         TEXT,
    state                        TEXT,
    zipcode                      TEXT,
    country                      TEXT,
    shipping_address_line1       TEXT,
    shipping_address_line2       TEXT,
    shipping_city                TEXT,
    shipping_state               TEXT,
    shipping_zipcode             TEXT,
    shipping_country             TEXT,
    currency                     TEXT,
    timezone                     TEXT,
    net_payment_term             INTEGER,
    finalize_zero_amount_invoice TEXT NOT NULL,
    skip_invoice_custom_sections BOOLEAN NOT NULL,
    invoice_grace_period         INTEGER,
    document_locale              TEXT,
    issuing_date_anchor          TEXT,
    issuing_date_adjustment      TEXT,
    search_text                  TEXT NOT NULL,
    deleted_at                   DATETIME,
    created_at                   DATETIME NOT NULL,
    updated_at                   DATETIME NOT NULL
);
CREATE UNIQUE INDEX customers_external_id ON customers (organization_id, external_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX customers_sequential_id ON customers (organization_id, sequential_id);
CREATE INDEX customers_newest ON customers (organization_id, created_at DESC, id) WHERE deleted_at IS NULL;

CREATE TABLE customer_metadata (
    id                 TEXT PRIMARY KEY,
    organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id        TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    key                TEXT NOT NULL,
    value              TEXT NOT NULL,
    display_in_invoice BOOLEAN NOT NULL,
    created_at         DATETIME NOT NULL,
    updated_at         DATETIME NOT NULL
);
CREATE UNIQUE INDEX customer_metadata_key ON customer_metadata (customer_id, key);

CREATE TABLE customer_taxes (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id     TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    tax_id          TEXT NOT NULL REFERENCES taxes (id) ON DELETE CASCADE,
    PRIMARY KEY (customer_id, tax_id)
);
CREATE INDEX customer_taxes_tax ON customer_taxes (tax_id);

CREATE TABLE add_ons (
    id                   TEXT PRIMARY KEY,
    organization_id      TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    code                 TEXT NOT NULL,
    name                 TEXT NOT NULL,
    invoice_display_name TEXT,
    description          TEXT,
    amount_cents         INTEGER NOT NULL,
    amount_currency      TEXT NOT NULL,
    deleted_at           DATETIME,
    created_at           DATETIME NOT NULL,
    updated_at           DATETIME NOT NULL
);
CREATE UNIQUE INDEX add_ons_code ON add_ons (organization_id, code) WHERE deleted_at IS NULL;
CREATE INDEX add_ons_newest ON add_ons (organization_id, created_at DESC, id) WHERE deleted_at IS NULL;

CREATE TABLE add_on_taxes (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    add_on_id       TEXT NOT NULL REFERENCES add_ons (id) ON DELETE CASCADE,
    tax_id          TEXT NOT NULL REFERENCES taxes (id) ON DELETE CASCADE,
    PRIMARY KEY (add_on_id, tax_id)
);
CREATE INDEX add_on_taxes_tax ON add_on_taxes (tax_id);

CREATE TABLE plans (
    id                         TEXT PRIMARY KEY,
    organization_id            TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    parent_id                  TEXT REFERENCES plans (id) ON DELETE CASCADE,
    code                       TEXT NOT NULL,
    name                       TEXT NOT NULL,
    invoice_display_name       TEXT,
    description                TEXT,
    interval                   TEXT NOT NULL,
    amount_cents               INTEGER NOT NULL,
    amount_currency            TEXT NOT NULL,
    pay_in_advance             BOOLEAN NOT NULL,
    trial_period               TEXT,
    bill_charges_monthly       BOOLEAN,
    bill_fixed_charges_monthly BOOLEAN,
    metadata                   TEXT,
    pending_deletion           BOOLEAN NOT NULL,
    deleted_at                 DATETIME,
    created_at                 DATETIME NOT NULL,
    updated_at                 DATETIME NOT NULL
);
CREATE UNIQUE INDEX plans_code ON plans (organization_id, code) WHERE deleted_at IS NULL AND parent_id IS NULL;
CREATE INDEX plans_newest ON plans (organization_id, created_at DESC, id) WHERE deleted_at IS NULL AND parent_id IS NULL;
CREATE INDEX plans_parent ON plans (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE plan_taxes (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    plan_id         TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    tax_id          TEXT NOT NULL REFERENCES taxes (id) ON DELETE CASCADE,
    PRIMARY KEY (plan_id, tax_id)
);
CREATE INDEX plan_taxes_tax ON plan_taxes (tax_id);

CREATE TABLE usage_thresholds (
    id                     TEXT PRIMARY KEY,
    organization_id        TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    plan_id                TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    threshold_display_name TEXT,
    amount_cents           INTEGER NOT NULL,
    recurring              BOOLEAN NOT NULL,
    created_at             DATETIME NOT NULL,
    updated_at             DATETIME NOT NULL
);
CREATE UNIQUE INDEX usage_thresholds_amount ON usage_thresholds (plan_id, amount_cents, recurring);

CREATE TABLE minimum_commitments (
    id                   TEXT PRIMARY KEY,
    organization_id      TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    plan_id              TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    invoice_display_name TEXT,
    amount_cents         INTEGER NOT NULL,
    created_at           DATETIME NOT NULL,
    updated_at           DATETIME NOT NULL
);
CREATE UNIQUE INDEX minimum_commitments_plan ON minimum_commitments (plan_id);

CREATE TABLE minimum_commitment_taxes (
    organization_id       TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    minimum_commitment_id TEXT NOT NULL REFERENCES minimum_commitments (id) ON DELETE CASCADE,
    tax_id                TEXT NOT NULL REFERENCES taxes (id) ON DELETE CASCADE,
    PRIMARY KEY (minimum_commitment_id, tax_id)
);
CREATE INDEX minimum_commitment_taxes_tax ON minimum_commitment_taxes (tax_id);

CREATE TABLE charges (
    id                    TEXT PRIMARY KEY,
    organization_id       TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    plan_id               TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    billable_metric_id    TEXT NOT NULL REFERENCES billable_metrics (id),
    parent_id             TEXT REFERENCES charges (id) ON DELETE CASCADE,
    code                  TEXT NOT NULL,
    charge_model          TEXT NOT NULL,
    invoice_display_name  TEXT,
    invoiceable           BOOLEAN NOT NULL,
    regroup_paid_fees     TEXT,
    pay_in_advance        BOOLEAN NOT NULL,
    prorated              BOOLEAN NOT NULL,
    min_amount_cents      INTEGER NOT NULL,
    accepts_target_wallet BOOLEAN NOT NULL,
    properties            TEXT NOT NULL,
    deleted_at            DATETIME,
    created_at            DATETIME NOT NULL,
    updated_at            DATETIME NOT NULL
);
CREATE UNIQUE INDEX charges_code ON charges (plan_id, code) WHERE deleted_at IS NULL AND parent_id IS NULL;
CREATE INDEX charges_plan ON charges (plan_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX charges_metric ON charges (billable_metric_id) WHERE deleted_at IS NULL;
CREATE INDEX charges_parent ON charges (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE charge_taxes (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    charge_id       TEXT NOT NULL REFERENCES charges (id) ON DELETE CASCADE,
    tax_id          TEXT NOT NULL REFERENCES taxes (id) ON DELETE CASCADE,
    PRIMARY KEY (charge_id, tax_id)
);
CREATE INDEX charge_taxes_tax ON charge_taxes (tax_id);

CREATE TABLE charge_filters (
    id                   TEXT PRIMARY KEY,
    organization_id      TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    charge_id            TEXT NOT NULL REFERENCES charges (id) ON DELETE CASCADE,
    invoice_display_name TEXT,
    properties           TEXT NOT NULL,
    "values"             TEXT NOT NULL,
    position             INTEGER NOT NULL,
    deleted_at           DATETIME,
    created_at           DATETIME NOT NULL,
    updated_at           DATETIME NOT NULL
);
CREATE INDEX charge_filters_charge ON charge_filters (charge_id, position) WHERE deleted_at IS NULL;

CREATE TABLE fixed_charges (
    id                   TEXT PRIMARY KEY,
    organization_id      TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    plan_id              TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    add_on_id            TEXT NOT NULL REFERENCES add_ons (id),
    parent_id            TEXT REFERENCES fixed_charges (id) ON DELETE CASCADE,
    code                 TEXT NOT NULL,
    charge_model         TEXT NOT NULL,
    invoice_display_name TEXT,
    pay_in_advance       BOOLEAN NOT NULL,
    prorated             BOOLEAN NOT NULL,
    properties           TEXT NOT NULL,
    units                TEXT NOT NULL,
    deleted_at           DATETIME,
    created_at           DATETIME NOT NULL,
    updated_at           DATETIME NOT NULL
);
CREATE UNIQUE INDEX fixed_charges_code ON fixed_charges (plan_id, code) WHERE deleted_at IS NULL AND parent_id IS NULL;
CREATE INDEX fixed_charges_add_on ON fixed_charges (add_on_id) WHERE deleted_at IS NULL;
CREATE INDEX fixed_charges_plan ON fixed_charges (plan_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX fixed_charges_parent ON fixed_charges (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE fixed_charge_taxes (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    fixed_charge_id TEXT NOT NULL REFERENCES fixed_charges (id) ON DELETE CASCADE,
    tax_id          TEXT NOT NULL REFERENCES taxes (id) ON DELETE CASCADE,
    PRIMARY KEY (fixed_charge_id, tax_id)
);
CREATE INDEX fixed_charge_taxes_tax ON fixed_charge_taxes (tax_id);

CREATE TABLE features (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    code            TEXT NOT NULL,
    name            TEXT,
    description     TEXT,
    search_text     TEXT NOT NULL,
    deleted_at      DATETIME,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX features_code ON features (organization_id, code) WHERE deleted_at IS NULL;
CREATE INDEX features_newest ON features (organization_id, created_at DESC, id) WHERE deleted_at IS NULL;

CREATE TABLE privileges (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    feature_id      TEXT NOT NULL REFERENCES features (id) ON DELETE CASCADE,
    code            TEXT NOT NULL,
    name            TEXT,
    value_type      TEXT NOT NULL,
    config          TEXT NOT NULL,
    deleted_at      DATETIME,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX privileges_code ON privileges (feature_id, code) WHERE deleted_at IS NULL;

CREATE TABLE entitlements (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    plan_id         TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    feature_id      TEXT NOT NULL REFERENCES features (id) ON DELETE CASCADE,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX entitlements_plan ON entitlements (plan_id, feature_id);
CREATE INDEX entitlements_feature ON entitlements (feature_id);

CREATE TABLE entitlement_values (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    entitlement_id  TEXT NOT NULL REFERENCES entitlements (id) ON DELETE CASCADE,
    privilege_id    TEXT NOT NULL REFERENCES privileges (id) ON DELETE CASCADE,
    value           TEXT NOT NULL,
    created_at      DATETIME NOT NULL,
    PRIMARY KEY (entitlement_id, privilege_id)
);
CREATE INDEX entitlement_values_privilege ON entitlement_values (privilege_id);

CREATE TABLE coupons (
    id                       TEXT PRIMARY KEY,
    organization_id          TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    code                     TEXT NOT NULL,
    name                     TEXT NOT NULL,
    description              TEXT,
    status                   TEXT NOT NULL,
    coupon_type              TEXT NOT NULL,
    amount_cents             INTEGER,
    amount_currency          TEXT,
    percentage_rate          TEXT,
    frequency                TEXT NOT NULL,
    frequency_duration       INTEGER,
    expiration               TEXT NOT NULL,
    expiration_at            DATETIME,
    reusable                 BOOLEAN NOT NULL,
    limited_plans            BOOLEAN NOT NULL,
    limited_billable_metrics BOOLEAN NOT NULL,
    terminated_at            DATETIME,
    deleted_at               DATETIME,
    created_at               DATETIME NOT NULL,
    updated_at               DATETIME NOT NULL
);
CREATE UNIQUE INDEX coupons_code ON coupons (organization_id, code) WHERE deleted_at IS NULL;
CREATE INDEX coupons_listed ON coupons (organization_id, status, expiration, expiration_at, created_at DESC, id) WHERE deleted_at IS NULL;

CREATE TABLE coupon_plans (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    coupon_id       TEXT NOT NULL REFERENCES coupons (id) ON DELETE CASCADE,
    plan_id         TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    PRIMARY KEY (coupon_id, plan_id)
);
CREATE INDEX coupon_plans_plan ON coupon_plans (plan_id);

CREATE TABLE coupon_billable_metrics (
    organization_id    TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    coupon_id          TEXT NOT NULL REFERENCES coupons (id) ON DELETE CASCADE,
    billable_metric_id TEXT NOT NULL REFERENCES billable_metrics (id) ON DELETE CASCADE,
    PRIMARY KEY (coupon_id, billable_metric_id)
);
CREATE INDEX coupon_billable_metrics_metric ON coupon_billable_metrics (billable_metric_id);

CREATE TABLE applied_coupons (
    id                           TEXT PRIMARY KEY,
    organization_id              TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    coupon_id                    TEXT NOT NULL REFERENCES coupons (id),
    customer_id                  TEXT NOT NULL REFERENCES customers (id),
    status                       TEXT NOT NULL,
    amount_cents                 INTEGER,
    amount_currency              TEXT,
    percentage_rate              TEXT,
    frequency                    TEXT NOT NULL,
    frequency_duration           INTEGER,
    frequency_duration_remaining INTEGER,
    terminated_at                DATETIME,
    created_at                   DATETIME NOT NULL,
    updated_at                   DATETIME NOT NULL
);
CREATE INDEX applied_coupons_newest ON applied_coupons (organization_id, created_at DESC, id);
CREATE INDEX applied_coupons_customer ON applied_coupons (customer_id, created_at DESC, id);
CREATE INDEX applied_coupons_coupon ON applied_coupons (coupon_id);

CREATE TABLE payment_methods (
    id                    TEXT PRIMARY KEY,
    organization_id       TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id           TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    payment_provider_type TEXT NOT NULL,
    payment_provider_code TEXT,
    payment_provider_name TEXT,
    provider_method_id    TEXT NOT NULL,
    is_default            BOOLEAN NOT NULL,
    deleted_at            DATETIME,
    created_at            DATETIME NOT NULL,
    updated_at            DATETIME NOT NULL
);
CREATE INDEX payment_methods_newest ON payment_methods (customer_id, created_at DESC, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX payment_methods_default ON payment_methods (customer_id) WHERE is_default;

CREATE TABLE webhook_endpoints (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    webhook_url     TEXT NOT NULL,
    signature_algo  TEXT NOT NULL,
    name            TEXT,
    event_types     TEXT,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX webhook_endpoints_url ON webhook_endpoints (organization_id, webhook_url);

-- The keys that sign webhooks. The private half never leaves the store.
CREATE TABLE webhook_keys (
    organization_id TEXT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    private_key     BLOB NOT NULL,
    created_at      DATETIME NOT NULL
);

-- The keys that sign the links into the customers' portal.
CREATE TABLE portal_keys (
    organization_id TEXT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    secret          BLOB NOT NULL,
    created_at      DATETIME NOT NULL
);
