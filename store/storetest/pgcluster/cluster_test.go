//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package pgcluster_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tarn/store/storetest/pgcluster"
)

// childVariable makes this test binary start a cluster below the directory the
// variable names, print the cluster's data directory, and wait to be killed.
const childVariable = "TARN_PGCLUSTER_CHILD"

func TestMain(m *testing.M) {
	if base := os.Getenv(childVariable); base != "" {
		os.Exit(child(base))
	}
	os.Exit(m.Run())
}

// child is the process that TestStart_ServerDiesWithItsProcess kills. It
// returns its exit status if it is not killed in time.
func child(base string) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cluster, err := pgcluster.Start(ctx, pgcluster.Options{Dir: base})
	if err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	conn, err := pgx.Connect(ctx, cluster.AdminURL())
	if err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	var dataDirectory string
	if err := conn.QueryRow(ctx, "SHOW data_directory").Scan(&dataDirectory); err != nil {
		os.Stderr.WriteString(err.Error())
		return 1
	}
	os.Stdout.WriteString(dataDirectory + "\n")
	<-ctx.Done()
	return 1
}

func TestStart_RunsUntilStopped(t *testing.T) {
	t.Parallel()
	cluster := start(t, pgcluster.Options{})
	dataDirectory := show(t, cluster.AdminURL(), "data_directory")
	postmaster := postmasterOf(t, dataDirectory)

	if !alive(postmaster) {
		t.Fatalf("the server, process %d, is not running", postmaster)
	}
	if err := cluster.Stop(); err != nil {
		t.Fatalf("Stop: %v", err)
	}
	if alive(postmaster) {
		t.Errorf("the server, process %d, still runs after Stop", postmaster)
	}
	if _, err := os.Stat(filepath.Dir(dataDirectory)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("stat of the directory after Stop: %v, want it gone", err)
	}
	if err := cluster.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}
}

func TestStart_Settings(t *testing.T) {
	t.Parallel()
	fast := start(t, pgcluster.Options{})
	durable := start(t, pgcluster.Options{Durable: true, Dir: shortDir(t)})
	tests := []struct{ setting, fast, durable string }{
		{"fsync", "off", "on"},
		{"synchronous_commit", "off", "on"},
		{"full_page_writes", "off", "on"},
		{"max_connections", "300", "300"},
		{"listen_addresses", "", ""},
		{"server_encoding", "UTF8", "UTF8"},
		{"TimeZone", "UTC", "UTC"},
	}
	for _, test := range tests {
		if got := show(t, fast.AdminURL(), test.setting); got != test.fast {
			t.Errorf("%s = %q, want %q", test.setting, got, test.fast)
		}
		if got := show(t, durable.AdminURL(), test.setting); got != test.durable {
			t.Errorf("durable: %s = %q, want %q", test.setting, got, test.durable)
		}
	}
}

func TestStart_ManyAtOnce(t *testing.T) {
	t.Parallel()
	const count = 3
	var clusters [count]*pgcluster.Cluster
	var errs [count]error
	var group sync.WaitGroup
	for i := range count {
		group.Go(func() { clusters[i], errs[i] = pgcluster.Start(t.Context(), pgcluster.Options{}) })
	}
	group.Wait()
	for i, err := range errs {
		if err == nil {
			t.Cleanup(func() { stop(t, clusters[i]) })
		}
	}
	err := errors.Join(errs[:]...)
	skipIfUnavailable(t, err)
	if err != nil {
		t.Fatalf("Start: %v", err)
	}

	seen := map[string]bool{}
	for _, cluster := range clusters {
		seen[query(t, cluster.AdminURL(), "SELECT system_identifier::text FROM pg_control_system()")] = true
	}
	if len(seen) != count {
		t.Errorf("%d clusters are only %d different ones", count, len(seen))
	}
}

func TestStart_CancelledLeavesNothing(t *testing.T) {
	t.Parallel()
	base := shortDir(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()

	cluster, err := pgcluster.Start(ctx, pgcluster.Options{Dir: base})
	skipIfUnavailable(t, err)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Start: %v, %v; want context.Canceled", cluster, err)
	}
	if left := entries(t, base); len(left) > 0 {
		t.Errorf("a start that failed left %v", left)
	}
}

func TestStart_FailureSaysWhy(t *testing.T) {
	t.Parallel()
	base := filepath.Join(shortDir(t), strings.Repeat("x", 100))
	if err := os.Mkdir(base, 0o755); err != nil {
		t.Fatal(err)
	}

	_, err := pgcluster.Start(t.Context(), pgcluster.Options{Dir: base})
	skipIfUnavailable(t, err)
	if err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("Start with a path too long for a socket: %v, want the server's own words", err)
	}
	if left := entries(t, base); len(left) > 0 {
		t.Errorf("a start that failed left %v", left)
	}
}

func TestStart_ServerDiesWithItsProcess(t *testing.T) {
	t.Parallel()
	bystander := start(t, pgcluster.Options{})
	base := shortDir(t)
	process, dataDirectory := startChild(t, base)
	postmaster := postmasterOf(t, dataDirectory)
	if !alive(postmaster) {
		t.Fatalf("the server, process %d, is not running", postmaster)
	}

	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}

	eventually(t, "the server has ended", func() bool { return !alive(postmaster) })
	eventually(t, "the directory is gone", func() bool { return len(entries(t, base)) == 0 })
	if got := query(t, bystander.AdminURL(), "SELECT 'still here'"); got != "still here" {
		t.Errorf("the cluster of another process answers %q", got)
	}
}

func TestStart_RemovesWhatDeadProcessesLeft(t *testing.T) {
	t.Parallel()
	base := shortDir(t)
	stale := filepath.Join(base, "tarn-pgcluster-stale", "data")
	if err := os.MkdirAll(stale, 0o700); err != nil {
		t.Fatal(err)
	}
	living := start(t, pgcluster.Options{Dir: base})
	if _, err := os.Stat(stale); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("stat of the stale directory: %v, want it gone", err)
	}

	start(t, pgcluster.Options{Dir: base})
	if got := query(t, living.AdminURL(), "SELECT 'still here'"); got != "still here" {
		t.Errorf("the living cluster answers %q", got)
	}
}

// startChild runs this test binary as a process of its own that starts a
// cluster below base, and returns it with the cluster's data directory.
func startChild(t *testing.T, base string) (*os.Process, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+base)
	cmd.Stderr = t.Output()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it is dead already unless the test has failed
		_ = cmd.Wait()         // and always ends with an error
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("read the child's data directory: %v", err)
	}
	return cmd.Process, strings.TrimSpace(line)
}

// postmasterOf returns the process id of the server on a data directory.
func postmasterOf(t *testing.T, dataDirectory string) int {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dataDirectory, "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// alive says whether a process runs. One that has ended but that nobody has
// waited for, as happens in containers without an init process, does not run.
func alive(pid int) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if errors.Is(err, os.ErrNotExist) {
		// It ended just now, or there is no /proc to ask.
		return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}

// entries lists the names in a directory.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(list))
	for i, entry := range list {
		names[i] = entry.Name()
	}
	return names
}
