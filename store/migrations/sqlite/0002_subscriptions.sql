-- +goose Up
CREATE TABLE subscriptions (
    id                           TEXT PRIMARY KEY,
    organization_id              TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id                  TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    plan_id                      TEXT NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    previous_subscription_id     TEXT REFERENCES subscriptions (id) ON DELETE CASCADE,
    billing_entity_id            TEXT REFERENCES billing_entities (id),
    payment_method_id            TEXT REFERENCES payment_methods (id),
    payment_method_type          TEXT NOT NULL,
    external_id                  TEXT NOT NULL,
    name                         TEXT,
    status                       TEXT NOT NULL,
    billing_time                 TEXT NOT NULL,
    subscription_at              DATETIME NOT NULL,
    started_at                   DATETIME,
    activated_at                 DATETIME,
    trial_ended_at               DATETIME,
    ending_at                    DATETIME,
    terminated_at                DATETIME,
    canceled_at                  DATETIME,
    cancellation_reason          TEXT,
    on_termination_credit_note   TEXT,
    on_termination_invoice       TEXT NOT NULL,
    progressive_billing_disabled BOOLEAN NOT NULL,
    consolidate_invoice          BOOLEAN NOT NULL,
    skip_invoice_custom_sections BOOLEAN NOT NULL,
    purchase_order_number        TEXT,
    created_at                   DATETIME NOT NULL,
    updated_at                   DATETIME NOT NULL
);
CREATE UNIQUE INDEX subscriptions_active ON subscriptions (organization_id, external_id) WHERE status = 'active';
CREATE INDEX subscriptions_external_id ON subscriptions (organization_id, external_id, started_at);
CREATE INDEX subscriptions_newest ON subscriptions (organization_id, subscription_at DESC, created_at DESC, id);
CREATE INDEX subscriptions_customer ON subscriptions (customer_id);
CREATE INDEX subscriptions_plan ON subscriptions (plan_id);
CREATE INDEX subscriptions_previous ON subscriptions (previous_subscription_id) WHERE previous_subscription_id IS NOT NULL;

CREATE TABLE subscription_activation_rules (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    type            TEXT NOT NULL,
    timeout_hours   INTEGER NOT NULL,
    status          TEXT NOT NULL,
    expires_at      DATETIME,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX subscription_activation_rules_type ON subscription_activation_rules (subscription_id, type);

CREATE TABLE lifetime_usages (
    id                                     TEXT PRIMARY KEY,
    organization_id                        TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id                        TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    external_historical_usage_amount_cents INTEGER NOT NULL,
    created_at                             DATETIME NOT NULL,
    updated_at                             DATETIME NOT NULL
);
CREATE UNIQUE INDEX lifetime_usages_subscription ON lifetime_usages (subscription_id);

-- The units of fixed charges that a subscription has of its own while its plan
-- is that of the catalogue.
CREATE TABLE subscription_fixed_charge_units (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    fixed_charge_id TEXT NOT NULL REFERENCES fixed_charges (id) ON DELETE CASCADE,
    units           TEXT NOT NULL,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL,
    PRIMARY KEY (subscription_id, fixed_charge_id)
);
CREATE INDEX subscription_fixed_charge_units_fixed_charge ON subscription_fixed_charge_units (fixed_charge_id);

-- From when on a subscription has how many units of a fixed charge.
CREATE TABLE fixed_charge_events (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    fixed_charge_id TEXT NOT NULL REFERENCES fixed_charges (id) ON DELETE CASCADE,
    units           TEXT NOT NULL,
    effective_at    DATETIME NOT NULL,
    created_at      DATETIME NOT NULL
);
CREATE INDEX fixed_charge_events_subscription ON fixed_charge_events (subscription_id, fixed_charge_id, effective_at);
CREATE INDEX fixed_charge_events_fixed_charge ON fixed_charge_events (fixed_charge_id);

-- Features and privileges of its plan that a subscription does without.
CREATE TABLE entitlement_removals (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    feature_id      TEXT NOT NULL REFERENCES features (id) ON DELETE CASCADE,
    privilege_id    TEXT REFERENCES privileges (id) ON DELETE CASCADE,
    created_at      DATETIME NOT NULL
);
CREATE INDEX entitlement_removals_subscription ON entitlement_removals (subscription_id, feature_id);
CREATE INDEX entitlement_removals_feature ON entitlement_removals (feature_id);

CREATE TABLE alerts (
    id                       TEXT PRIMARY KEY,
    organization_id          TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_external_id TEXT,
    billable_metric_id       TEXT REFERENCES billable_metrics (id) ON DELETE CASCADE,
    alert_type               TEXT NOT NULL,
    direction                TEXT NOT NULL,
    code                     TEXT NOT NULL,
    name                     TEXT,
    previous_value           TEXT NOT NULL,
    last_processed_at        DATETIME,
    deleted_at               DATETIME,
    created_at               DATETIME NOT NULL,
    updated_at               DATETIME NOT NULL
);
CREATE UNIQUE INDEX alerts_subscription_code ON alerts (organization_id, subscription_external_id, code) WHERE deleted_at IS NULL;
CREATE INDEX alerts_metric ON alerts (billable_metric_id) WHERE billable_metric_id IS NOT NULL;

CREATE TABLE alert_thresholds (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    alert_id        TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    position        INTEGER NOT NULL,
    code            TEXT,
    value           TEXT NOT NULL,
    recurring       BOOLEAN NOT NULL,
    PRIMARY KEY (alert_id, position)
);

-- What only plans had, subscriptions have too. The tables are made anew,
-- because SQLite cannot let a column be NULL afterwards.
CREATE TABLE new_usage_thresholds (
    id                     TEXT PRIMARY KEY,
    organization_id        TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    plan_id                TEXT REFERENCES plans (id) ON DELETE CASCADE,
    subscription_id        TEXT REFERENCES subscriptions (id) ON DELETE CASCADE,
    threshold_display_name TEXT,
    amount_cents           INTEGER NOT NULL,
    recurring              BOOLEAN NOT NULL,
    created_at             DATETIME NOT NULL,
    updated_at             DATETIME NOT NULL
);
INSERT INTO new_usage_thresholds (id, organization_id, plan_id, threshold_display_name, amount_cents, recurring, created_at, updated_at) SELECT id, organization_id, plan_id, threshold_display_name, amount_cents, recurring, created_at, updated_at FROM usage_thresholds;
DROP TABLE usage_thresholds;
ALTER TABLE new_usage_thresholds RENAME TO usage_thresholds;
CREATE UNIQUE INDEX usage_thresholds_plan ON usage_thresholds (plan_id, amount_cents, recurring) WHERE plan_id IS NOT NULL;
CREATE UNIQUE INDEX usage_thresholds_subscription ON usage_thresholds (subscription_id, amount_cents, recurring) WHERE subscription_id IS NOT NULL;

CREATE TABLE new_entitlements (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    plan_id         TEXT REFERENCES plans (id) ON DELETE CASCADE,
    subscription_id TEXT REFERENCES subscriptions (id) ON DELETE CASCADE,
    feature_id      TEXT NOT NULL REFERENCES features (id) ON DELETE CASCADE,
    created_at      DATETIME NOT NULL,
    updated_at      DATETIME NOT NULL
);
INSERT INTO new_entitlements (id, organization_id, plan_id, feature_id, created_at, updated_at) SELECT id, organization_id, plan_id, feature_id, created_at, updated_at FROM entitlements;
CREATE TABLE new_entitlement_values (
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    entitlement_id  TEXT NOT NULL REFERENCES new_entitlements (id) ON DELETE CASCADE,
    privilege_id    TEXT NOT NULL REFERENCES privileges (id) ON DELETE CASCADE,
    value           TEXT NOT NULL,
    created_at      DATETIME NOT NULL,
    PRIMARY KEY (entitlement_id, privilege_id)
);
INSERT INTO new_entitlement_values SELECT * FROM entitlement_values;
DROP TABLE entitlement_values;
DROP TABLE entitlements;
ALTER TABLE new_entitlements RENAME TO entitlements;
ALTER TABLE new_entitlement_values RENAME TO entitlement_values;
CREATE UNIQUE INDEX entitlements_plan ON entitlements (plan_id, feature_id) WHERE plan_id IS NOT NULL;
CREATE UNIQUE INDEX entitlements_subscription ON entitlements (subscription_id, feature_id) WHERE subscription_id IS NOT NULL;
CREATE INDEX entitlements_feature ON entitlements (feature_id);
CREATE INDEX entitlement_values_privilege ON entitlement_values (privilege_id);
