-- +goose Up

-- Jobs that call something outside of transactions are leased meanwhile: nobody else
-- does them until that instant of real time.
ALTER TABLE jobs ADD COLUMN lease_id UUID;
ALTER TABLE jobs ADD COLUMN leased_until TIMESTAMPTZ;
