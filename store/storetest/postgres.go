package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"tarn/store/storetest/pgcluster"
)

const (
	// serverVariable names the environment variable with the URL of a server.
	serverVariable = "TARN_TEST_POSTGRES"
	// requireVariable names the one that turns skipping into failing.
	requireVariable = "TARN_REQUIRE_POSTGRES"
	// databasePrefix begins the names of all databases of the harness. What
	// follows is the run that made them, "_", and what they are for.
	databasePrefix = "tarn_test_"
)

// server is a PostgreSQL server as the tests of this process use it.
type server struct {
	*pgcluster.Server
	cluster  *pgcluster.Cluster // nil when the server is not ours to stop
	run      string             // names this process among all that use the server
	presence *pgx.Conn          // shows the others that the run is alive
	template string
	made     atomic.Int64
}

// postgresURL makes a copy of the migrated database on the server, which is
// removed when the test ends.
func postgresURL(t testing.TB) string {
	t.Helper()
	url, drop := lastingPostgres(t)
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Errorf("storetest: %v", err)
		}
	})
	return url
}

// lastingPostgres is postgresURL for a database that the caller removes.
func lastingPostgres(t testing.TB) (url string, drop func() error) {
	t.Helper()
	s, err := process.postgres.get(startServer)
	if err != nil {
		stopWithout(t, err, os.Getenv(requireVariable))
	}
	name := databasePrefix + s.run + "_" + strconv.FormatInt(s.made.Add(1), 10)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.CreateDatabase(ctx, name, s.template); err != nil {
		t.Fatalf("storetest: %v", err)
	}
	return s.DatabaseURL(name), func() error {
		// The test's own context has ended by then.
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		return s.DropDatabase(ctx, name)
	}
}

// stopWithout ends a test that could not have PostgreSQL, because of err. Only
// where a machine lacks it and nobody requires it may the test be skipped.
func stopWithout(t testing.TB, err error, require string) {
	t.Helper()
	required, parseErr := strconv.ParseBool(require)
	if require != "" && parseErr != nil {
		t.Fatalf("storetest: %s is %q, want 1 or 0", requireVariable, require)
	}
	if required || !errors.Is(err, pgcluster.ErrUnavailable) {
		t.Fatalf("storetest: %v", err)
	}
	t.Skipf("NOT TESTED ON POSTGRESQL: %v; install PostgreSQL 15 or newer, or set %s", err, serverVariable)
}

// startServer connects to the server that the environment names, or to a
// cluster of this process, and makes the template on it.
func startServer(ctx context.Context) (_ *server, err error) {
	s := &server{run: strconv.Itoa(os.Getpid()) + strings.ToLower(rand.Text()[:12])}
	if url := os.Getenv(serverVariable); url != "" {
		s.Server, err = pgcluster.Connect(ctx, url)
	} else if s.cluster, err = pgcluster.Start(ctx, pgcluster.Options{}); err == nil {
		s.Server = s.cluster.Server
	}
	if errors.Is(err, pgcluster.ErrUnavailable) {
		fmt.Fprintf(os.Stderr, "\nstoretest: NOT TESTED ON POSTGRESQL: %v\n\n", err)
	}
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.close(ctx))
	}
	return s, nil
}

// prepare announces this run, removes what dead ones have left, and makes the
// template.
func (s *server) prepare(ctx context.Context) error {
	config, err := pgx.ParseConfig(s.AdminURL())
	if err != nil {
		return fmt.Errorf("read server URL: %w", err)
	}
	config.RuntimeParams["application_name"] = databasePrefix + s.run
	if s.presence, err = pgx.ConnectConfig(ctx, config); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if err := s.dropStale(ctx); err != nil {
		return err
	}
	template := databasePrefix + s.run + "_template"
	if err := s.CreateDatabase(ctx, template, ""); err != nil {
		return err
	}
	s.template = template
	if err := migrate(ctx, s.DatabaseURL(template)); err != nil {
		return fmt.Errorf("make the PostgreSQL template: %w", err)
	}
	return s.CloseDatabase(ctx, template)
}

// dropStale drops the databases of runs that have been killed: those of our
// role whose run is not present. A run is present before its first database
// is, so none is taken for stale while it lives.
func (s *server) dropStale(ctx context.Context) error {
	const query = `
		SELECT d.datname FROM pg_database d
		WHERE starts_with(d.datname, $1) AND pg_has_role(d.datdba, 'MEMBER') AND NOT EXISTS (
			SELECT FROM pg_stat_activity a
			WHERE starts_with(a.application_name, $1) AND starts_with(d.datname, a.application_name || '_'))`
	rows, err := s.presence.Query(ctx, query, databasePrefix)
	if err != nil {
		return fmt.Errorf("look for stale databases: %w", err)
	}
	stale, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("look for stale databases: %w", err)
	}
	for _, name := range stale {
		// Others may be dropping it as well; if nobody can, it does no harm.
		_ = s.DropDatabase(ctx, name)
	}
	return nil
}

// close drops the template and lets go of the server, or stops it when it is
// this process's own.
func (s *server) close(ctx context.Context) error {
	var errs []error
	if s.template != "" && s.cluster == nil {
		errs = append(errs, s.DropDatabase(ctx, s.template))
	}
	if s.presence != nil {
		errs = append(errs, s.presence.Close(ctx))
	}
	if s.cluster != nil {
		return errors.Join(append(errs, s.cluster.Stop())...)
	}
	return errors.Join(append(errs, s.Server.Close())...)
}
