-- +goose Up
-- What a credit note keeps of taxes refers to nothing: it stays whatever becomes of
-- them. The credits that invoices draw on notes (credits.credit_note_id) came before
-- this table, so no constraint binds them.
CREATE TABLE credit_notes (
    id                                      TEXT PRIMARY KEY,
    organization_id                         TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    customer_id                             TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    invoice_id                              TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    status                                  TEXT NOT NULL,
    credit_status                           TEXT NOT NULL,
    refund_status                           TEXT,
    reason                                  TEXT NOT NULL,
    description                             TEXT,
    number                                  TEXT NOT NULL,
    number_search                           TEXT NOT NULL,
    sequential_id                           INTEGER NOT NULL,
    issuing_date                            TEXT NOT NULL,
    currency                                TEXT NOT NULL,
    coupons_adjustment_amount_cents         INTEGER NOT NULL,
    precise_coupons_adjustment_amount_cents TEXT NOT NULL,
    sub_total_excluding_taxes_amount_cents  INTEGER NOT NULL,
    taxes_amount_cents                      INTEGER NOT NULL,
    precise_taxes_amount_cents              TEXT NOT NULL,
    taxes_rate                              TEXT NOT NULL,
    total_amount_cents                      INTEGER NOT NULL,
    precise_total_amount_cents              TEXT NOT NULL,
    credit_amount_cents                     INTEGER NOT NULL,
    refund_amount_cents                     INTEGER NOT NULL,
    offset_amount_cents                     INTEGER NOT NULL,
    balance_amount_cents                    INTEGER NOT NULL,
    metadata                                TEXT,
    refunded_at                             DATETIME,
    voided_at                               DATETIME,
    created_at                              DATETIME NOT NULL,
    updated_at                              DATETIME NOT NULL
);
CREATE INDEX credit_notes_newest ON credit_notes (organization_id, created_at DESC, id) WHERE status = 'finalized';
CREATE INDEX credit_notes_customer ON credit_notes (customer_id, created_at DESC, id);
CREATE INDEX credit_notes_available ON credit_notes (customer_id, created_at, id) WHERE status = 'finalized' AND credit_status = 'available' AND balance_amount_cents > 0;
CREATE UNIQUE INDEX credit_notes_sequential_id ON credit_notes (invoice_id, sequential_id);

CREATE TABLE credit_note_items (
    id                   TEXT PRIMARY KEY,
    organization_id      TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    credit_note_id       TEXT NOT NULL REFERENCES credit_notes (id) ON DELETE CASCADE,
    fee_id               TEXT NOT NULL REFERENCES fees (id) ON DELETE CASCADE,
    amount_cents         INTEGER NOT NULL,
    precise_amount_cents TEXT NOT NULL,
    amount_currency      TEXT NOT NULL,
    created_at           DATETIME NOT NULL
);
CREATE INDEX credit_note_items_credit_note ON credit_note_items (credit_note_id);
CREATE INDEX credit_note_items_fee ON credit_note_items (fee_id);

CREATE TABLE credit_note_taxes (
    id                TEXT PRIMARY KEY,
    organization_id   TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    credit_note_id    TEXT NOT NULL REFERENCES credit_notes (id) ON DELETE CASCADE,
    tax_id            TEXT NOT NULL,
    tax_code          TEXT NOT NULL,
    tax_name          TEXT NOT NULL,
    tax_description   TEXT,
    tax_rate          TEXT NOT NULL,
    base_amount_cents INTEGER NOT NULL,
    amount_cents      INTEGER NOT NULL,
    amount_currency   TEXT NOT NULL,
    created_at        DATETIME NOT NULL
);
CREATE INDEX credit_note_taxes_credit_note ON credit_note_taxes (credit_note_id, tax_code);

-- What lowers what is due of an invoice without being paid.
CREATE TABLE invoice_settlements (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    invoice_id      TEXT NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL,
    credit_note_id  TEXT REFERENCES credit_notes (id) ON DELETE CASCADE,
    amount_cents    INTEGER NOT NULL,
    amount_currency TEXT NOT NULL,
    created_at      DATETIME NOT NULL
);
CREATE INDEX invoice_settlements_invoice ON invoice_settlements (invoice_id, kind);
CREATE UNIQUE INDEX invoice_settlements_credit_note ON invoice_settlements (credit_note_id) WHERE credit_note_id IS NOT NULL;
