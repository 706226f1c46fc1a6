package storetest_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tarn/store"
	"tarn/store/storetest"
	"tarn/store/storetest/pgcluster"
)

// holdVariable tells TestHoldDatabase that it runs in a process of its own.
const holdVariable = "TARN_STORETEST_HOLD"

// TestHoldDatabase is what the processes of TestSharedServer run: it makes a
// database, prints its name, and keeps it until standard input ends.
//
//nolint:paralleltest // the only test of its process
func TestHoldDatabase(t *testing.T) {
	if os.Getenv(holdVariable) == "" {
		t.Skip("runs as a part of TestSharedServer")
	}
	u, err := url.Parse(storetest.URL(t, store.Postgres))
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString(strings.TrimPrefix(u.Path, "/") + "\n")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		t.Fatal(err)
	}
}

// TestSharedServer runs several processes against one server: each has its own
// databases and removes them when it ends; those of one that was killed are
// removed by the next to start, and no others.
func TestSharedServer(t *testing.T) {
	t.Parallel()
	cluster, err := pgcluster.Start(t.Context(), pgcluster.Options{})
	if errors.Is(err, pgcluster.ErrUnavailable) && os.Getenv("TARN_REQUIRE_POSTGRES") == "" {
		t.Skipf("NOT TESTED ON POSTGRESQL: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	admin, err := pgx.Connect(t.Context(), cluster.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := admin.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()

	living := hold(t, cluster.AdminURL())
	killed := hold(t, cluster.AdminURL())
	killed.kill(t)
	eventually(t, "the server has noticed the killed process", func() bool {
		return len(column(t, admin, "SELECT application_name FROM pg_stat_activity WHERE starts_with(application_name, 'tarn_test_')")) == 1
	})
	want := slices.Sorted(slices.Values(slices.Concat(living.databases(), killed.databases())))
	if got := testDatabases(t, admin); !slices.Equal(got, want) {
		t.Fatalf("after a process was killed: databases %v, want %v", got, want)
	}

	next := hold(t, cluster.AdminURL())
	want = slices.Sorted(slices.Values(slices.Concat(living.databases(), next.databases())))
	if got := testDatabases(t, admin); !slices.Equal(got, want) {
		t.Errorf("after the next process has started: databases %v, want %v", got, want)
	}

	living.release(t)
	next.release(t)
	if got := testDatabases(t, admin); len(got) > 0 {
		t.Errorf("after all have ended: databases %v, want none", got)
	}
}

// holder is a process that runs TestHoldDatabase.
type holder struct {
	cmd      *exec.Cmd
	stdin    io.Closer
	database string
}

// hold starts a process on the server and waits until it has its database.
func hold(t *testing.T, serverURL string) *holder {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHoldDatabase$")
	cmd.Env = append(os.Environ(), holdVariable+"=1", "TARN_TEST_POSTGRES="+serverURL)
	cmd.Stderr = t.Output()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has ended already unless the test has failed
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("read the name of the process's database: %v after %q", err, line)
	}
	return &holder{cmd: cmd, stdin: stdin, database: strings.TrimSpace(line)}
}

// databases returns the names of the process's databases.
func (h *holder) databases() []string {
	run := h.database[:strings.LastIndex(h.database, "_")]
	return []string{h.database, run + "_template"}
}

// kill ends the process without giving it a chance to clean up.
func (h *holder) kill(t *testing.T) {
	t.Helper()
	if err := h.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := h.cmd.Wait(); err == nil {
		t.Fatal("the process ended well although it was killed")
	}
}

// release lets the process end its test and itself.
func (h *holder) release(t *testing.T) {
	t.Helper()
	if err := h.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := h.cmd.Wait(); err != nil {
		t.Errorf("the process failed: %v", err)
	}
}

// testDatabases returns the sorted names of the harness's databases.
func testDatabases(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	names := column(t, conn, "SELECT datname FROM pg_database WHERE starts_with(datname, 'tarn_test_')")
	slices.Sort(names)
	return names
}

// column returns the texts that a query yields.
func column(t *testing.T, conn *pgx.Conn, query string) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return texts
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
