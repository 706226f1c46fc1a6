-- +goose Up

-- How many rows of a relation there are that are not deleted, so that the total of a list
-- without filters never has to be counted row by row. Triggers keep it, in the shards of
-- log_counts.
CREATE TABLE row_counts (
    organization_id UUID NOT NULL,
    relation        TEXT NOT NULL,
    shard           INTEGER NOT NULL,
    rows_counted    BIGINT NOT NULL,
    PRIMARY KEY (organization_id, relation, shard)
) WITH (fillfactor = 50);
INSERT INTO row_counts SELECT organization_id, 'customers', 0, COUNT(*) FROM customers WHERE deleted_at IS NULL GROUP BY organization_id;

-- +goose StatementBegin
CREATE FUNCTION row_counts_add(organization UUID, counted TEXT, more BIGINT) RETURNS void LANGUAGE sql AS $$
    INSERT INTO row_counts AS c (organization_id, relation, shard, rows_counted) VALUES (organization, counted, log_counts_shard(), more)
    ON CONFLICT (organization_id, relation, shard) DO UPDATE SET rows_counted = c.rows_counted + EXCLUDED.rows_counted
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION rows_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM row_counts_add(n.organization_id, TG_TABLE_NAME, n.more)
    FROM (SELECT organization_id, COUNT(*) AS more FROM added WHERE deleted_at IS NULL GROUP BY 1 ORDER BY 1) n;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION rows_discount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM row_counts_add(n.organization_id, TG_TABLE_NAME, -n.less)
    FROM (SELECT organization_id, COUNT(*) AS less FROM gone WHERE deleted_at IS NULL GROUP BY 1 ORDER BY 1) n;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION rows_recount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM row_counts_add(NEW.organization_id, TG_TABLE_NAME, CASE WHEN NEW.deleted_at IS NULL THEN 1 ELSE -1 END);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER customers_counted AFTER INSERT ON customers REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION rows_count();
CREATE TRIGGER customers_discounted AFTER DELETE ON customers REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION rows_discount();
CREATE TRIGGER customers_recounted AFTER UPDATE OF deleted_at ON customers FOR EACH ROW
    WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)) EXECUTE FUNCTION rows_recount();

-- Databases that were made within a day have these with the organization first, by which
-- PostgreSQL counts the customers of one where it has no statistics.
DROP INDEX customers_of_external_id;
DROP INDEX plans_of_code;
CREATE INDEX customers_of_external_id ON customers (external_id, organization_id);
CREATE INDEX plans_of_code ON plans (code, organization_id);
