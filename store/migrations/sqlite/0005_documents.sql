-- +goose Up
-- Files that are made of rows once and stay as they are.
CREATE TABLE documents (
    id              TEXT PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    kind            TEXT NOT NULL,
    subject_id      TEXT NOT NULL,
    file_name       TEXT NOT NULL,
    content_type    TEXT NOT NULL,
    content         BLOB NOT NULL,
    created_at      DATETIME NOT NULL
);
CREATE UNIQUE INDEX documents_subject ON documents (organization_id, kind, subject_id);
