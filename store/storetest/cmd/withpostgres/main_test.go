package main

import (
	"bufio"
	"errors"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"tarn/store/storetest/pgcluster"
)

// mainVariable makes this test binary be the command itself.
const mainVariable = "TARN_WITHPOSTGRES_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(mainVariable) != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestRun_PassesOnTheStatus(t *testing.T) {
	t.Setenv(serverVariable, "postgres://there.is.one/already")
	tests := map[string]struct {
		args []string
		want int
	}{
		"success":          {[]string{"true"}, 0},
		"failure":          {[]string{"sh", "-c", "exit 42"}, 42},
		"killed":           {[]string{"sh", "-c", "kill -KILL $$"}, 137},
		"arguments":        {[]string{"--", "test", "a", "=", "a"}, 0},
		"no such command":  {[]string{"/nonexistent/command"}, 127},
		"no command":       {nil, 2},
		"no such option":   {[]string{"-fragile", "true"}, 2},
		"help":             {[]string{"-h"}, 0},
		"keeps the server": {[]string{"sh", "-c", `test "$TARN_TEST_POSTGRES" = postgres://there.is.one/already`}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := run(test.args, t.Output()); got != test.want {
				t.Errorf("run(%q) = %d, want %d", test.args, got, test.want)
			}
		})
	}
}

//nolint:paralleltest // starts clusters, one after the other
func TestRun_GivesAServer(t *testing.T) {
	requireCluster(t)
	command := startCommand(t)
	server, err := pgcluster.Connect(t.Context(), command.serverURL)
	if err != nil {
		t.Fatalf("the command's server: %v", err)
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}

	if err := command.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := command.cmd.Wait(); err != nil {
		t.Errorf("the command ended with %v", err)
	}
	command.requireNoDirectory(t)
}

//nolint:paralleltest // starts clusters, one after the other
func TestRun_PassesOnSignals(t *testing.T) {
	requireCluster(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			command := startCommand(t)
			if err := command.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			err := command.cmd.Wait()
			exit, ok := errors.AsType[*exec.ExitError](err)
			if want := 128 + int(signal); !ok || exit.ExitCode() != want {
				t.Errorf("after %v: %v, want status %d", signal, err, want)
			}
			command.requireNoDirectory(t)
		})
	}
}

//nolint:paralleltest // starts clusters, one after the other
func TestRun_Killed(t *testing.T) {
	requireCluster(t)
	command := startCommand(t)
	if err := command.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	// The orphaned cat still has the output; wait for the killed process alone.
	state, err := command.cmd.Process.Wait()
	if err != nil || state.Success() {
		t.Errorf("the killed command ended with %v, %v", state, err)
	}
	if err := command.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for command.hasDirectory() {
		select {
		case <-deadline.C:
			t.Fatalf("the cluster's directory %s is still there", command.directory)
		case <-ticker.C:
		}
	}
}

// command is a running withpostgres, in a process of its own.
type command struct {
	cmd       *exec.Cmd
	stdin     io.Closer
	serverURL string
	directory string
}

// startCommand starts withpostgres with a command that prints the server's URL
// and then goes on until its standard input ends.
func startCommand(t *testing.T) *command {
	t.Helper()
	cmd := exec.Command(os.Args[0], "sh", "-c", `echo "$TARN_TEST_POSTGRES"; exec cat`)
	cmd.Env = append(os.Environ(), mainVariable+"=1", serverVariable+"=")
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
		t.Fatalf("read the server's URL: %v", err)
	}
	serverURL, err := url.Parse(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	c := &command{cmd: cmd, stdin: stdin, serverURL: serverURL.String(), directory: serverURL.Query().Get("host")}
	if !c.hasDirectory() {
		t.Fatalf("the command's server %q has no directory", line)
	}
	return c
}

// hasDirectory says whether the directory of the command's cluster exists.
func (c *command) hasDirectory() bool {
	_, err := os.Stat(c.directory)
	return err == nil
}

// requireNoDirectory fails the test if the command has left its cluster behind.
func (c *command) requireNoDirectory(t *testing.T) {
	t.Helper()
	if c.hasDirectory() {
		t.Errorf("the cluster's directory %s is still there", c.directory)
	}
}

// requireCluster skips the test on a machine that cannot run a cluster, except
// where TARN_REQUIRE_POSTGRES says that it must.
func requireCluster(t *testing.T) {
	t.Helper()
	cluster, err := pgcluster.Start(t.Context(), pgcluster.Options{})
	if errors.Is(err, pgcluster.ErrUnavailable) && os.Getenv("TARN_REQUIRE_POSTGRES") == "" {
		t.Skipf("SKIPPED WITHOUT POSTGRESQL: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := cluster.Stop(); err != nil {
		t.Fatal(err)
	}
}
