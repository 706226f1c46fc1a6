-- +goose Up
CREATE TABLE subscriptions (
    id                           UUID PRIMARY KEY,
    organization_id              UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id                  UUID NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    plan_id                      UUID NOT NULL REFERENCES plans (id) ON DELETE CASCADE,
    previous_subscription_id     UUID REFERENCES subscriptions (id) ON DELETE CASCADE,
    billing_entity_id            UUID REFERENCES billing_entities (id),
    payment_method_id            UUID REFERENCES payment_methods (id),
    payment_method_type          TEXT NOT NULL,
    external_id                  TEXT COLLATE "C" NOT NULL,
    name                         TEXT,
    status                       TEXT NOT NULL,
    billing_time                 TEXT NOT NULL,
    subscription_at              TIMESTAMPTZ NOT NULL,
    started_at                   TIMESTAMPTZ,
    activated_at                 TIMESTAMPTZ,
    trial_ended_at               TIMESTAMPTZ,
    ending_at                    TIMESTAMPTZ,
    terminated_at                TIMESTAMPTZ,
    canceled_at                  TIMESTAMPTZ,
    cancellation_reason          TEXT,
    on_termination_credit_note   TEXT,
    on_termination_invoice       TEXT NOT NULL,
    progressive_billing_disabled BOOLEAN NOT NULL,
    consolidate_invoice          BOOLEAN NOT NULL,
    skip_invoice_custom_sections BOOLEAN NOT NULL,
    purchase_order_number        TEXT,
    created_at                   TIMESTAMPTZ NOT NULL,
    updated_at                   TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX subscriptions_active ON subscriptions (organization_id, external_id) WHERE status = 'active';
CREATE INDEX subscriptions_external_id ON subscriptions (organization_id, external_id, started_at);
CREATE INDEX subscriptions_newest ON subscriptions (organization_id, subscription_at DESC, created_at DESC, id);
CREATE INDEX subscriptions_customer ON subscriptions (customer_id);
CREATE INDEX subscriptions_plan ON subscriptions (plan_id);
CREATE INDEX subscriptions_previous ON subscriptions (previous_subscription_id) WHERE previous_subscription_id IS NOT NULL;

CREATE TABLE subscription_activation_rules (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id UUID NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    type            TEXT NOT NULL,
    timeout_hours   INTEGER NOT NULL,
    status          TEXT NOT NULL,
    expires_at      TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX subscription_activation_rules_type ON subscription_activation_rules (subscription_id, type);

CREATE TABLE lifetime_usages (
    id                                     UUID PRIMARY KEY,
    organization_id                        UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id                        UUID NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    external_historical_usage_amount_cents BIGINT NOT NULL,
    created_at                             TIMESTAMPTZ NOT NULL,
    updated_at                             TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX lifetime_usages_subscription ON lifetime_usages (subscription_id);

-- The units of fixed charges that a subscription has of its own while its plan
-- is that of the catalogue.
CREATE TABLE subscription_fixed_charge_units (
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id UUID NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    fixed_charge_id UUID NOT NULL REFERENCES fixed_charges (id) ON DELETE CASCADE,
    units           NUMERIC NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (subscription_id, fixed_charge_id)
);
CREATE INDEX subscription_fixed_charge_units_fixed_charge ON subscription_fixed_charge_units (fixed_charge_id);

-- From when on a subscription has how many units of a fixed charge.
CREATE TABLE fixed_charge_events (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id UUID NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    fixed_charge_id UUID NOT NULL REFERENCES fixed_charges (id) ON DELETE CASCADE,
    units           NUMERIC NOT NULL,
    effective_at    TIMESTAMPTZ NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX fixed_charge_events_subscription ON fixed_charge_events (subscription_id, fixed_charge_id, effective_at);
CREATE INDEX fixed_charge_events_fixed_charge ON fixed_charge_events (fixed_charge_id);

-- Features and privileges of its plan that a subscription does without.
CREATE TABLE entitlement_removals (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_id UUID NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    feature_id      UUID NOT NULL REFERENCES features (id) ON DELETE CASCADE,
    privilege_id    UUID REFERENCES privileges (id) ON DELETE CASCADE,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX entitlement_removals_subscription ON entitlement_removals (subscription_id, feature_id);
CREATE INDEX entitlement_removals_feature ON entitlement_removals (feature_id);

CREATE TABLE alerts (
    id                       UUID PRIMARY KEY,
    organization_id          UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    subscription_external_id TEXT COLLATE "C",
    billable_metric_id       UUID REFERENCES billable_metrics (id) ON DELETE CASCADE,
    alert_type               TEXT NOT NULL,
    direction                TEXT NOT NULL,
    code                     TEXT NOT NULL,
    name                     TEXT,
    previous_value           NUMERIC NOT NULL,
    last_processed_at        TIMESTAMPTZ,
    deleted_at               TIMESTAMPTZ,
    created_at               TIMESTAMPTZ NOT NULL,
    updated_at               TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX alerts_subscription_code ON alerts (organization_id, subscription_external_id, code) WHERE deleted_at IS NULL;
CREATE INDEX alerts_metric ON alerts (billable_metric_id) WHERE billable_metric_id IS NOT NULL;

CREATE TABLE alert_thresholds (
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    alert_id        UUID NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    position        INTEGER NOT NULL,
    code            TEXT,
    value           NUMERIC NOT NULL,
    recurring       BOOLEAN NOT NULL,
    PRIMARY KEY (alert_id, position)
);

-- What only plans had, subscriptions have too.
ALTER TABLE usage_thresholds ALTER COLUMN plan_id DROP NOT NULL;
ALTER TABLE usage_thresholds ADD COLUMN subscription_id UUID REFERENCES subscriptions (id) ON DELETE CASCADE;
DROP INDEX usage_thresholds_amount;
CREATE UNIQUE INDEX usage_thresholds_plan ON usage_thresholds (plan_id, amount_cents, recurring) WHERE plan_id IS NOT NULL;
CREATE UNIQUE INDEX usage_thresholds_subscription ON usage_thresholds (subscription_id, amount_cents, recurring) WHERE subscription_id IS NOT NULL;
ALTER TABLE entitlements ALTER COLUMN plan_id DROP NOT NULL;
ALTER TABLE entitlements ADD COLUMN subscription_id UUID REFERENCES subscriptions (id) ON DELETE CASCADE;
DROP INDEX entitlements_plan;
CREATE UNIQUE INDEX entitlements_plan ON entitlements (plan_id, feature_id) WHERE plan_id IS NOT NULL;
CREATE UNIQUE INDEX entitlements_subscription ON entitlements (subscription_id, feature_id) WHERE subscription_id IS NOT NULL;
