-- +goose Up

-- How many invoices there are, by the columns that lists filter on most, so that a
-- total never has to be counted row by row. Triggers keep it.
CREATE TABLE invoice_counts (
    organization_id TEXT NOT NULL,
    status          TEXT NOT NULL,
    payment_status  TEXT NOT NULL,
    payment_overdue BOOLEAN NOT NULL,
    invoice_type    TEXT NOT NULL,
    shard           INTEGER NOT NULL,
    rows_counted    INTEGER NOT NULL,
    PRIMARY KEY (organization_id, status, payment_status, payment_overdue, invoice_type, shard)
) WITHOUT ROWID;
INSERT INTO invoice_counts SELECT organization_id, status, payment_status, payment_overdue, invoice_type, 0, COUNT(*)
FROM invoices GROUP BY organization_id, status, payment_status, payment_overdue, invoice_type;

-- +goose StatementBegin
CREATE TRIGGER invoices_counted AFTER INSERT ON invoices BEGIN
    INSERT INTO invoice_counts (organization_id, status, payment_status, payment_overdue, invoice_type, shard, rows_counted)
    VALUES (NEW.organization_id, NEW.status, NEW.payment_status, NEW.payment_overdue, NEW.invoice_type, 0, 1)
    ON CONFLICT DO UPDATE SET rows_counted = rows_counted + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoices_discounted AFTER DELETE ON invoices BEGIN
    UPDATE invoice_counts SET rows_counted = rows_counted - 1
    WHERE organization_id = OLD.organization_id AND status = OLD.status AND payment_status = OLD.payment_status
      AND payment_overdue = OLD.payment_overdue AND invoice_type = OLD.invoice_type AND shard = 0;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER invoices_recounted AFTER UPDATE OF status, payment_status, payment_overdue, invoice_type ON invoices BEGIN
    UPDATE invoice_counts SET rows_counted = rows_counted - 1
    WHERE organization_id = OLD.organization_id AND status = OLD.status AND payment_status = OLD.payment_status
      AND payment_overdue = OLD.payment_overdue AND invoice_type = OLD.invoice_type AND shard = 0;
    INSERT INTO invoice_counts (organization_id, status, payment_status, payment_overdue, invoice_type, shard, rows_counted)
    VALUES (NEW.organization_id, NEW.status, NEW.payment_status, NEW.payment_overdue, NEW.invoice_type, 0, 1)
    ON CONFLICT DO UPDATE SET rows_counted = rows_counted + 1;
END;
-- +goose StatementEnd

-- The invoices that can become overdue, however many of a customer are paid or
-- overdue already. The queries spell the condition like this.
DROP INDEX invoices_unpaid;
CREATE INDEX invoices_awaiting_payment ON invoices (customer_id, payment_due_date)
    WHERE status = 'finalized' AND payment_status <> 'succeeded' AND NOT payment_overdue AND payment_dispute_lost_at IS NULL;
