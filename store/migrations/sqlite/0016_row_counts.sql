-- +goose Up

-- How many rows of a relation there are that are not deleted, so that the total of a list
-- without filters never has to be counted row by row. Triggers keep it.
CREATE TABLE row_counts (
    organization_id TEXT NOT NULL,
    relation        TEXT NOT NULL,
    shard           INTEGER NOT NULL,
    rows_counted    INTEGER NOT NULL,
    PRIMARY KEY (organization_id, relation, shard)
) WITHOUT ROWID;
INSERT INTO row_counts SELECT organization_id, 'customers', 0, COUNT(*) FROM customers WHERE deleted_at IS NULL GROUP BY organization_id;

-- +goose StatementBegin
CREATE TRIGGER customers_counted AFTER INSERT ON customers WHEN NEW.deleted_at IS NULL BEGIN
    INSERT INTO row_counts (organization_id, relation, shard, rows_counted) VALUES (NEW.organization_id, 'customers', 0, 1)
    ON CONFLICT DO UPDATE SET rows_counted = rows_counted + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER customers_discounted AFTER DELETE ON customers WHEN OLD.deleted_at IS NULL BEGIN
    UPDATE row_counts SET rows_counted = rows_counted - 1 WHERE organization_id = OLD.organization_id AND relation = 'customers' AND shard = 0;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER customers_recounted AFTER UPDATE OF deleted_at ON customers WHEN (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL) BEGIN
    UPDATE row_counts SET rows_counted = rows_counted + CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE -1 END
    WHERE organization_id = NEW.organization_id AND relation = 'customers' AND shard = 0;
END;
-- +goose StatementEnd

-- Databases that were made within a day have these with the organization first, by which
-- PostgreSQL counts the customers of one where it has no statistics.
DROP INDEX customers_of_external_id;
DROP INDEX plans_of_code;
CREATE INDEX customers_of_external_id ON customers (external_id, organization_id);
CREATE INDEX plans_of_code ON plans (code, organization_id);
