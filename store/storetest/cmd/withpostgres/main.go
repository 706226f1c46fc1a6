// Command withpostgres runs another command with a PostgreSQL server to test
// against, so that many test processes share one:
//
//	withpostgres [-durable] command [argument ...]
//
// It starts a private cluster, puts its URL into TARN_TEST_POSTGRES, runs the
// command, stops the cluster, and exits with the command's status: 128 and the
// number of the signal when one killed it, 127 when it could not be started.
// Interrupts, hang-ups and requests to terminate are passed on to the command;
// the cluster is stopped whatever happens. With -durable the server waits for
// its disk at every commit, as in production; this is for benchmarks.
//
// Where TARN_TEST_POSTGRES is set already, the command runs as it is. On a
// machine without PostgreSQL it runs without a server, after a warning; it is
// for the tests to say whether they can do without one. When the cluster cannot
// be started or stopped for any other reason, the status is 125.
//
// Build it and run the binary: "go run" hides the status and keeps signals from
// it. It holds no logic of clusters, which is in package pgcluster.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"tarn/store/storetest/pgcluster"
)

// serverVariable names the environment variable with the URL of the server.
const serverVariable = "TARN_TEST_POSTGRES"

// Exit statuses of this command's own; the usual ones of commands that run
// another one.
const (
	statusUsage      = 2
	statusCluster    = 125
	statusNotStarted = 127
	statusSignal     = 128
)

func main() {
	os.Exit(run(os.Args[1:], os.Stderr))
}

// run does what the command is for and returns its exit status. It reports to
// the writer.
func run(args []string, report io.Writer) int {
	flags := flag.NewFlagSet("withpostgres", flag.ContinueOnError)
	flags.SetOutput(report)
	flags.Usage = func() {
		fmt.Fprintln(report, "usage: withpostgres [-durable] command [argument ...]")
		flags.PrintDefaults()
	}
	durable := flags.Bool("durable", false, "wait for the disk at every commit")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return statusUsage
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return statusUsage
	}

	signals := make(chan os.Signal, 8)
	signal.Notify(signals, passedOn()...)
	defer signal.Stop(signals)

	if os.Getenv(serverVariable) != "" {
		return runCommand(flags.Args(), os.Environ(), signals, report)
	}
	cluster, err := startCluster(*durable)
	if errors.Is(err, pgcluster.ErrUnavailable) {
		fmt.Fprintf(report, "\nwithpostgres: WITHOUT POSTGRESQL: %v\n\n", err)
		return runCommand(flags.Args(), os.Environ(), signals, report)
	}
	if err != nil {
		fmt.Fprintln(report, "withpostgres:", err)
		return statusCluster
	}
	environment := append(os.Environ(), serverVariable+"="+cluster.AdminURL())
	status := runCommand(flags.Args(), environment, signals, report)
	if err := cluster.Stop(); err != nil {
		fmt.Fprintln(report, "withpostgres:", err)
		if status == 0 {
			status = statusCluster
		}
	}
	return status
}

// passedOn returns the signals that the command is told of.
func passedOn() []os.Signal {
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// startCluster starts a cluster, or gives up at the first signal.
func startCluster(durable bool) (*pgcluster.Cluster, error) {
	ctx, stop := signal.NotifyContext(context.Background(), passedOn()...)
	defer stop()
	return pgcluster.Start(ctx, pgcluster.Options{Durable: durable})
}

// runCommand runs the command to its end and returns its exit status.
func runCommand(command, environment []string, signals <-chan os.Signal, report io.Writer) int {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = environment
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(report, "withpostgres:", err)
		return statusNotStarted
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			// A command that has just ended cannot be told, nor need it be.
			_ = cmd.Process.Signal(s)
		case err := <-ended:
			return statusOf(err, report)
		}
	}
}

// statusOf returns the exit status that stands for how a command has ended.
func statusOf(err error, report io.Writer) int {
	if err == nil {
		return 0
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		fmt.Fprintln(report, "withpostgres:", err)
		return statusNotStarted
	}
	if wait, ok := exit.Sys().(syscall.WaitStatus); ok && wait.Signaled() {
		return statusSignal + int(wait.Signal())
	}
	return exit.ExitCode()
}
