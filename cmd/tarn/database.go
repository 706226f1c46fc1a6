package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"

	"tarn/compat"
	"tarn/store"
)

// databaseFlag says which database a command works on.
type databaseFlag struct {
	DatabaseURL string `name:"database" env:"TARN_DATABASE_URL" default:"tarn.db" help:"Path or file: URL of an SQLite file, :memory:, or a postgres:// URL."`
}

// databaseFlags say which database a server works on, and how.
type databaseFlags struct {
	databaseFlag
	MaxConnections  int  `env:"TARN_DATABASE_CONNECTIONS" default:"32" help:"Largest number of PostgreSQL connections."`
	SynchronousFull bool `env:"TARN_SQLITE_SYNC_FULL" help:"Let SQLite wait for the disk at every commit, so that not even a power failure loses one."`
	compatFlag
}

// recordingFlags are those of commands that change something and end. How a server works
// on the database counts for them too, but their help does not speak of it.
type recordingFlags struct {
	databaseFlag
	MaxConnections  int  `hidden:"" env:"TARN_DATABASE_CONNECTIONS" default:"32"`
	SynchronousFull bool `hidden:"" env:"TARN_SQLITE_SYNC_FULL"`
	compatFlag
}

// compatFlag says whom the activities follow that are recorded.
type compatFlag struct {
	Compat string `env:"TARN_COMPAT" enum:"document,wire" default:"document" help:"Whom requests, answers and logs follow: the published document, or Lago's own server (wire)."`
}

// inMemory is the database that only the process has that opened it.
const inMemory = ":memory:"

// scheme begins a URL. What else has a colon is a path.
var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]+):`)

// place is the database as the store takes it: inMemory, a postgres:// URL, or
// the path of a file.
func (f databaseFlag) place() (url string, isFile bool, err error) {
	begin := scheme.FindStringSubmatch(f.DatabaseURL)
	switch {
	case f.DatabaseURL == inMemory:
		return inMemory, false, nil
	case begin == nil:
		return f.DatabaseURL, true, nil
	case begin[1] == "postgres" || begin[1] == "postgresql":
		return f.DatabaseURL, false, nil
	case begin[1] == "file":
		path, err := pathOf(f.DatabaseURL)
		return path, path != inMemory, err
	}
	return "", false, fmt.Errorf("no %s databases; give the path of an SQLite file, a file: URL, :memory:, or a postgres:// URL", begin[1])
}

// pathOf is the path that a file: URL names, such as file:tarn.db or
// file:///var/lib/tarn.db.
func pathOf(fileURL string) (string, error) {
	u, err := url.Parse(fileURL)
	switch {
	case err != nil:
		return "", err
	case u.Host != "" && u.Host != "localhost":
		return "", fmt.Errorf("%s: the file of another machine; write file:%s%s for a file of this one", fileURL, u.Host, u.Path)
	case u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("%s: a file: URL is a path and nothing else; flags have the settings", fileURL)
	case u.Opaque != "":
		return url.PathUnescape(u.Opaque)
	case u.Path == "":
		return "", fmt.Errorf("%s: no path", fileURL)
	}
	return u.Path, nil
}

// Validate refuses what no database can be.
func (f databaseFlag) Validate() error {
	place, isFile, err := f.place()
	switch {
	case err != nil:
		return fmt.Errorf("--database: %w", err)
	case !isFile:
		return nil
	}
	if err := checkFile(place); err != nil {
		return fmt.Errorf("--database: %s: %w", place, err)
	}
	return nil
}

// Validate refuses settings that no database can have.
func (f databaseFlags) Validate() error {
	err := f.databaseFlag.Validate()
	if err == nil && f.MaxConnections < 1 {
		err = fmt.Errorf("--max-connections: %d is too few", f.MaxConnections)
	}
	return err
}

// Validate refuses settings that no database can have.
func (f recordingFlags) Validate() error { return databaseFlags(f).Validate() }

// checkFile says why a path cannot be a database's, if it cannot. SQLite itself
// would only say that it failed.
func checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return errors.New("is a directory; name a file in it")
	case err == nil:
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return fmt.Errorf("not writable: %w", reason(err))
		}
		if err := file.Close(); err != nil {
			return err
		}
	case !errors.Is(err, os.ErrNotExist):
		return reason(err)
	}
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); errors.Is(err, os.ErrNotExist) {
		return errors.New("its directory does not exist")
	}
	// SQLite keeps files of its own beside the database.
	probe, err := os.CreateTemp(folder, ".tarn-*")
	if err != nil {
		return fmt.Errorf("its directory is not writable: %w", reason(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// reason is what the operating system says, without the path and the call.
func reason(err error) error {
	if failed, ok := errors.AsType[*os.PathError](err); ok {
		return failed.Err
	}
	return err
}

// open connects to the database and brings its schema to the newest version.
func (f databaseFlags) open(ctx context.Context) (*store.Store, error) {
	return f.openAs(ctx, f.options(), (*store.Store).Migrate)
}

// options are how a store works on the database; the place is the flag's.
func (f databaseFlags) options() store.Options {
	return store.Options{MaxConnections: f.MaxConnections, SynchronousFull: f.SynchronousFull, Compat: compat.Of(f.Compat)}
}

// readiness makes a store ready that has just been opened.
type readiness = func(*store.Store, context.Context) error

// openAs connects to the database and makes it ready.
func (f databaseFlag) openAs(ctx context.Context, options store.Options, ready readiness) (*store.Store, error) {
	place, isFile, err := f.place()
	if err != nil {
		return nil, err
	}
	name := "--database"
	if isFile { // a URL may hold a password
		name += ": " + place
	}
	options.URL, options.Logger = place, slog.Default()
	s, err := store.Open(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := ready(s, ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", name, err), s.Close())
	}
	return s, nil
}

// openLasting is openAs for commands that end: in a database in memory nothing would be
// left of what they do.
func (f databaseFlag) openLasting(ctx context.Context, options store.Options, ready readiness) (*store.Store, error) {
	if place, _, err := f.place(); err == nil && place == inMemory {
		return nil, errors.New("--database: nobody else can reach a database in memory; ask the server that has it, through /admin")
	}
	return f.openAs(ctx, options, ready)
}

// openExisting opens the database for commands that look at what is in it.
func (f databaseFlag) openExisting(ctx context.Context) (*store.Store, error) {
	return f.openThere(ctx, store.Options{})
}

// openExisting opens the database for commands that change what is in it.
func (f recordingFlags) openExisting(ctx context.Context) (*store.Store, error) {
	return f.openThere(ctx, databaseFlags(f).options())
}

// openThere is openLasting for a database that is there already: one that a typing error
// has named is not made, since an empty one would answer everything with nothing.
func (f databaseFlag) openThere(ctx context.Context, options store.Options) (*store.Store, error) {
	if place, isFile, err := f.place(); err == nil && isFile {
		if _, err := os.Stat(place); err != nil {
			return nil, fmt.Errorf("--database: %s: %w (tarn serve and tarn migrate make databases)", place, reason(err))
		}
	}
	return f.openLasting(ctx, options, func(s *store.Store, ctx context.Context) error {
		switch has, err := s.HasSchema(ctx); {
		case err != nil:
			return err
		case !has:
			return errors.New("not a database of tarn: it has no schema (tarn serve and tarn migrate make one)")
		}
		return s.Migrate(ctx)
	})
}

// migrateCommand applies migrations and ends.
type migrateCommand struct {
	databaseFlag
}

// Run migrates.
func (m migrateCommand) Run(ctx context.Context) error {
	s, err := m.openLasting(ctx, store.Options{}, (*store.Store).Migrate)
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
