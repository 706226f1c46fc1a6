-- +goose Up

-- How many invoices there are, by the columns that lists filter on most, so that a
-- total never has to be counted row by row. Triggers keep it, in the shards of
-- log_counts, so that those who bill at once do not wait for each other.
CREATE TABLE invoice_counts (
    organization_id UUID NOT NULL,
    status          TEXT NOT NULL,
    payment_status  TEXT NOT NULL,
    payment_overdue BOOLEAN NOT NULL,
    invoice_type    TEXT NOT NULL,
    shard           INTEGER NOT NULL,
    rows_counted    BIGINT NOT NULL,
    PRIMARY KEY (organization_id, status, payment_status, payment_overdue, invoice_type, shard)
) WITH (fillfactor = 50);
INSERT INTO invoice_counts SELECT organization_id, status, payment_status, payment_overdue, invoice_type, 0, COUNT(*)
FROM invoices GROUP BY organization_id, status, payment_status, payment_overdue, invoice_type;

-- +goose StatementBegin
CREATE FUNCTION invoices_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_counts AS c (organization_id, status, payment_status, payment_overdue, invoice_type, shard, rows_counted)
    SELECT n.organization_id, n.status, n.payment_status, n.payment_overdue, n.invoice_type, log_counts_shard(), n.counted
    FROM (SELECT organization_id, status, payment_status, payment_overdue, invoice_type, COUNT(*) AS counted
        FROM added GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5) n
    ON CONFLICT (organization_id, status, payment_status, payment_overdue, invoice_type, shard)
        DO UPDATE SET rows_counted = c.rows_counted + EXCLUDED.rows_counted;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION invoices_discount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_counts AS c (organization_id, status, payment_status, payment_overdue, invoice_type, shard, rows_counted)
    SELECT n.organization_id, n.status, n.payment_status, n.payment_overdue, n.invoice_type, log_counts_shard(), -n.counted
    FROM (SELECT organization_id, status, payment_status, payment_overdue, invoice_type, COUNT(*) AS counted
        FROM gone GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5) n
    ON CONFLICT (organization_id, status, payment_status, payment_overdue, invoice_type, shard)
        DO UPDATE SET rows_counted = c.rows_counted + EXCLUDED.rows_counted;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- What stays as it was counts for nothing, and takes no shard.
-- +goose StatementBegin
CREATE FUNCTION invoices_recount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO invoice_counts AS c (organization_id, status, payment_status, payment_overdue, invoice_type, shard, rows_counted)
    SELECT n.organization_id, n.status, n.payment_status, n.payment_overdue, n.invoice_type, log_counts_shard(), n.counted
    FROM (SELECT organization_id, status, payment_status, payment_overdue, invoice_type, SUM(more) AS counted
        FROM (SELECT organization_id, status, payment_status, payment_overdue, invoice_type, 1 AS more FROM added
            UNION ALL SELECT organization_id, status, payment_status, payment_overdue, invoice_type, -1 FROM gone) changed
        GROUP BY 1, 2, 3, 4, 5 HAVING SUM(more) <> 0 ORDER BY 1, 2, 3, 4, 5) n
    ON CONFLICT (organization_id, status, payment_status, payment_overdue, invoice_type, shard)
        DO UPDATE SET rows_counted = c.rows_counted + EXCLUDED.rows_counted;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER invoices_counted AFTER INSERT ON invoices REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION invoices_count();
CREATE TRIGGER invoices_discounted AFTER DELETE ON invoices REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION invoices_discount();
CREATE TRIGGER invoices_recounted AFTER UPDATE ON invoices REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION invoices_recount();

-- The invoices that can become overdue, however many of a customer are paid or
-- overdue already. The queries spell the condition like this.
DROP INDEX invoices_unpaid;
CREATE INDEX invoices_awaiting_payment ON invoices (customer_id, payment_due_date)
    WHERE status = 'finalized' AND payment_status <> 'succeeded' AND NOT payment_overdue AND payment_dispute_lost_at IS NULL;
