package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"tarn/store"
)

// databaseFlags say which database a command works on.
type databaseFlags struct {
	DatabaseURL     string `name:"database" env:"TARN_DATABASE_URL" default:"tarn.db" help:"Path of an SQLite file, :memory:, or a postgres:// URL."`
	MaxConnections  int    `env:"TARN_DATABASE_CONNECTIONS" default:"32" help:"Largest number of PostgreSQL connections."`
	SynchronousFull bool   `env:"TARN_SQLITE_SYNC_FULL" help:"Let SQLite wait for the disk at every commit, so that not even a power failure loses one."`
}

// Validate refuses settings that no database can have.
func (f databaseFlags) Validate() error {
	scheme, _, isURL := strings.Cut(f.DatabaseURL, "://")
	switch {
	case isURL && scheme != "postgres" && scheme != "postgresql":
		return fmt.Errorf("--database: no %s databases; give the path of an SQLite file, :memory:, or a postgres:// URL", scheme)
	case f.MaxConnections < 1:
		return fmt.Errorf("--max-connections: %d is too few", f.MaxConnections)
	case isURL || f.DatabaseURL == ":memory:":
		return nil
	}
	if _, err := os.Stat(filepath.Dir(f.DatabaseURL)); err != nil {
		return fmt.Errorf("--database: %w", err)
	}
	return nil
}

// open connects to the database and brings its schema to the newest version.
func (f databaseFlags) open(ctx context.Context) (*store.Store, error) {
	s, err := store.Open(ctx, store.Options{
		URL: f.DatabaseURL, MaxConnections: f.MaxConnections, SynchronousFull: f.SynchronousFull, Logger: slog.Default(),
	})
	if err != nil {
		return nil, fmt.Errorf("--database: %w", err)
	}
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("--database: %w", err), s.Close())
	}
	return s, nil
}

// migrateCommand applies migrations and ends.
type migrateCommand struct {
	databaseFlags
}

// Run migrates.
func (m migrateCommand) Run(ctx context.Context) error {
	s, err := m.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	at, err := s.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	slog.InfoContext(ctx, "the schema is at its newest version", "dialect", s.Dialect(), "version", at)
	return nil
}
