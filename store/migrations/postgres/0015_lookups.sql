-- +goose Up

-- Lists of invoices, fees, payments and credit notes find the customer of an external id
-- among the deleted ones too, and lists of subscriptions the plans that were made from one
-- of a code. The unique indexes know neither. The organization comes last, or PostgreSQL would
-- count the customers of one by this index where it has no statistics.
CREATE INDEX customers_of_external_id ON customers (external_id, organization_id);
CREATE INDEX plans_of_code ON plans (code, organization_id);

-- The inbox is asked for what waits or has failed, which is little of what there is.
CREATE INDEX webhook_deliveries_status ON webhook_deliveries (organization_id, status, event_id);
