package store

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// Migrate brings the schema to the newest version. It is idempotent, and safe
// when several processes start on one database at the same time. It refuses a
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
	applied, err := up(ctx, provider)
	if err != nil {
		return fmt.Errorf("migrate the %s database: %w", s.dialect, err)
	}
	if s.dialect == Postgres || applied == 0 {
		return nil
	}
	pool, err := s.sqlPool()
	if err != nil {
		return fmt.Errorf("reach the database pool: %w", err)
	}
	return writeStatistics(ctx, pool)
}

// up makes the steps that are missing and counts them. On PostgreSQL a lock is held
// meanwhile. An SQLite file has none that outlives a transaction, so there a step fails
// that another process has made first (see sqliteVersions), and the next ones follow.
func up(ctx context.Context, provider *goose.Provider) (applied int, err error) {
	for {
		steps, err := provider.Up(ctx)
		var partial *goose.PartialError
		if !errors.As(err, &partial) {
			return applied + len(steps), err
		}
		applied += len(partial.Applied)
		if there, lost := provider.GetDBVersion(ctx); lost != nil || there < partial.Failed.Source.Version {
			return applied, err
		}
	}
}

// sqliteVersions notes which steps were made in an SQLite file.
type sqliteVersions struct{ database.Store }

var errMadeMeanwhile = errors.New("another process has made this step")

// Insert notes a step in the transaction that makes it. It returns an error, which takes
// the step back, if another process has made it since it was found missing.
func (v sqliteVersions) Insert(ctx context.Context, db database.DBTxConn, step database.InsertRequest) error {
	_, err := v.GetMigration(ctx, db, step.Version)
	if errors.Is(err, database.ErrVersionNotFound) {
		return v.Store.Insert(ctx, db, step)
	}
	return cmp.Or(err, errMadeMeanwhile)
}

// HasSchema reports whether migrations were ever applied to the database. It changes
// nothing, as asking for the version would.
func (s *Store) HasSchema(ctx context.Context) (bool, error) {
	pool, err := s.sqlPool()
	if err != nil {
		return false, fmt.Errorf("reach the database pool: %w", err)
	}
	catalogue := "SELECT count(*) FROM sqlite_master WHERE name = ?"
	if s.dialect == Postgres {
		catalogue = "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1"
	}
	var tables int
	if err := pool.QueryRowContext(ctx, catalogue, goose.DefaultTablename).Scan(&tables); err != nil {
		return false, fmt.Errorf("look for the schema: %w", err)
	}
	return tables > 0, nil
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
	versions, err := s.versions()
	if err != nil {
		return nil, fmt.Errorf("prepare the migrations: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectCustom, pool, files, append(versions,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))...)
	if err != nil {
		return nil, fmt.Errorf("prepare the migrations: %w", err)
	}
	return provider, nil
}

// versions say where it stands which steps were made, and keep processes apart that make
// them at the same time.
func (s *Store) versions() ([]goose.ProviderOption, error) {
	if s.dialect == SQLite {
		kept, err := database.NewStore(database.DialectSQLite3, goose.DefaultTablename)
		return []goose.ProviderOption{goose.WithStore(sqliteVersions{kept})}, err
	}
	kept, err := database.NewStore(database.DialectPostgres, goose.DefaultTablename)
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	return []goose.ProviderOption{goose.WithStore(kept), goose.WithSessionLocker(locker)}, err
}
