-- +goose Up

-- Texts of an organization's own, which invoices can bear.
CREATE TABLE invoice_custom_sections (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    code            TEXT COLLATE "C" NOT NULL,
    name            TEXT COLLATE "C" NOT NULL,
    display_name    TEXT,
    details         TEXT,
    description     TEXT,
    created_at      TIMESTAMPTZ NOT NULL,
    updated_at      TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX invoice_custom_sections_code ON invoice_custom_sections (organization_id, code);

-- Whose invoices bear them: an owner is a billing entity, a customer, a subscription, a wallet, a recurring rule or a
-- wallet transaction.
CREATE TABLE custom_section_picks (
    id                        UUID PRIMARY KEY,
    organization_id           UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    owner_type                TEXT NOT NULL,
    owner_id                  UUID NOT NULL,
    invoice_custom_section_id UUID NOT NULL REFERENCES invoice_custom_sections (id) ON DELETE CASCADE,
    created_at                TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX custom_section_picks_owner ON custom_section_picks (owner_id, invoice_custom_section_id);
CREATE INDEX custom_section_picks_section ON custom_section_picks (invoice_custom_section_id);

-- What invoices bear, as it was when they were made.
CREATE TABLE applied_custom_sections (
    id              UUID PRIMARY KEY,
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id      UUID NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    code            TEXT COLLATE "C" NOT NULL,
    name            TEXT NOT NULL,
    display_name    TEXT,
    details         TEXT,
    created_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX applied_custom_sections_invoice ON applied_custom_sections (invoice_id);

-- Nobody looks for sections where none was ever made.
ALTER TABLE organizations ADD COLUMN uses_custom_sections BOOLEAN NOT NULL DEFAULT FALSE;
