package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// Migrate brings the schema to the newest version. It is idempotent, and safe
// when several processes start on one PostgreSQL at the same time. It refuses a
// schema that a later program has made: this one would write rows that the later
// one misreads.
func (s *Store) Migrate(ctx context.Context) error {
	provider, err := s.migrator()
	if err != nil {
		return err
	}
	there, known, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if there > known {
		return fmt.Errorf("the schema has version %d, and this tarn knows %d at most: start the later tarn that made it, or restore a backup from before", there, known)
	}
	applied, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate the %s database: %w", s.dialect, err)
	}
	if s.dialect == Postgres || len(applied) == 0 {
		return nil
	}
	pool, err := s.sqlPool()
	if err != nil {
		return fmt.Errorf("reach the database pool: %w", err)
	}
	return writeStatistics(ctx, pool)
}

// SchemaVersion is the number of the newest migration that was applied, zero
// on an empty database.
func (s *Store) SchemaVersion(ctx context.Context) (int64, error) {
	provider, err := s.migrator()
	if err != nil {
		return 0, err
	}
	version, err := provider.GetDBVersion(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return version, nil
}

func (s *Store) migrator() (*goose.Provider, error) {
	pool, err := s.sqlPool()
	if err != nil {
		return nil, fmt.Errorf("reach the database pool: %w", err)
	}
	files, err := fs.Sub(migrations, "migrations/"+s.dialect)
	if err != nil {
		return nil, fmt.Errorf("open the embedded migrations: %w", err)
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger())}
	dialect := goose.DialectSQLite3
	if s.dialect == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("prepare the migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, pool, files, options...)
	if err != nil {
		return nil, fmt.Errorf("prepare the migrations: %w", err)
	}
	return provider, nil
}
