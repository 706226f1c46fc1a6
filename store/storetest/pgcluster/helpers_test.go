package pgcluster_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tarn/store/storetest/pgcluster"
)

// start starts a cluster that ends with the test, which is skipped on a machine
// without PostgreSQL.
func start(t *testing.T, opts pgcluster.Options) *pgcluster.Cluster {
	t.Helper()
	cluster, err := pgcluster.Start(t.Context(), opts)
	skipIfUnavailable(t, err)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}
	t.Cleanup(func() { stop(t, cluster) })
	return cluster
}

// stop stops a cluster.
func stop(t *testing.T, cluster *pgcluster.Cluster) {
	t.Helper()
	if err := cluster.Stop(); err != nil {
		t.Errorf("Stop: %v", err)
	}
}

// skipIfUnavailable skips the test when err says that the machine cannot run a
// cluster, except where TARN_REQUIRE_POSTGRES says that it must.
func skipIfUnavailable(t *testing.T, err error) {
	t.Helper()
	if errors.Is(err, pgcluster.ErrUnavailable) && os.Getenv("TARN_REQUIRE_POSTGRES") == "" {
		t.Skipf("SKIPPED WITHOUT POSTGRESQL: %v", err)
	}
}

// shortDir makes a directory that is open to the server's account and whose
// path, unlike that of t.TempDir, is short enough for a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// show returns the value of a setting of the server.
func show(t *testing.T, url, setting string) string {
	t.Helper()
	return query(t, url, "SELECT current_setting($1)", setting)
}

// query returns the one text that a query yields.
func query(t *testing.T, url, sql string, args ...any) string {
	t.Helper()
	conn := connect(t, url)
	var text string
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return text
}

// connect returns a connection that is closed with the test.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The server may have gone, or have ended the session, before.
		_ = conn.Close(context.Background())
	})
	return conn
}

// eventually waits until the condition holds, looking again and again.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !condition() {
		select {
		case <-deadline.C:
			t.Fatalf("waited in vain until %s", what)
		case <-ticker.C:
		}
	}
}
