// Command monthend lives through months of customers, kills the processes that serve
// them, and asks an independent checker whether everybody owes what they should:
//
//	go run ./bench/monthend [-customers 24] [-months 3] [-pace 1] [-kill-every 1.5s] [-kills 0] [-seed 1]
//
// Two processes of bin/tarn share one PostgreSQL; every few seconds one of them, or both,
// is ended by SIGKILL and started again, while a client goes on through the public API alone. What
// it does follows from the seed: customers of several zones and currencies subscribe,
// use, change, pay or do not, top up, and end; an endpoint takes webhooks slowly and
// refuses some. What it has done it writes to a ledger, from which package check reckons
// everything anew.
//
// The database is made on the server that -database names, whose role must be allowed to
// create databases, and dropped at the end. Without it a private PostgreSQL is started.
// With -keep, ledger and view are left in that folder, and -check reads such a folder
// and only checks.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"tarn/bench/monthend/check"
	"tarn/clock"
	"tarn/store/storetest/pgcluster"
)

// settings are the flags of the command.
type settings struct {
	customers, months, pace int
	killEvery               time.Duration
	kills                   int
	seed                    uint64
	database, program       string
	slowest                 time.Duration
	keep, check             string
}

// mostMonths is how many months fit into the 90 days for which webhooks are kept.
const mostMonths = 3

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench/monthend:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("monthend", flag.ContinueOnError)
	flags.IntVar(&s.customers, "customers", 24, "how many customers there are")
	flags.IntVar(&s.months, "months", mostMonths, "how many month-ends the clock passes, three at most")
	flags.IntVar(&s.pace, "pace", 1, "every how many days customers act")
	flags.DurationVar(&s.killEvery, "kill-every", 1500*time.Millisecond, "time between two kills; 0 kills nobody")
	flags.IntVar(&s.kills, "kills", 0, "how often processes are killed at most; 0 is without end")
	flags.Uint64Var(&s.seed, "seed", 1, "what everything that happens follows from")
	flags.StringVar(&s.database, "database", "", "address of a PostgreSQL server; a private one is started without it")
	flags.StringVar(&s.program, "program", "bin/tarn", "the program that is killed")
	flags.DurationVar(&s.slowest, "slowest", 300*time.Millisecond, "longest time that the endpoint takes for a webhook")
	flags.StringVar(&s.keep, "keep", "", "folder in which ledger, view and the logs of processes are left")
	flags.StringVar(&s.check, "check", "", "check what was left in this folder, and do nothing else")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.customers < 1 || s.months < 1 || s.months > mostMonths || s.pace < 1 {
		return errors.New("a setting is out of range")
	}
	if s.check != "" {
		return checkFolder(s.check, out)
	}
	return inFolder(s.keep, func(folder string) error {
		return pgcluster.Use(ctx, s.database, pgcluster.Options{}, func(server *pgcluster.Server) error { return live(ctx, server, s, folder, out) })
	})
}

// inFolder makes a folder for as long as the work takes, unless one is named.
func inFolder(named string, work func(folder string) error) error {
	if named != "" {
		return errors.Join(os.MkdirAll(named, 0o755), work(named))
	}
	folder, err := os.MkdirTemp("", "monthend")
	if err != nil {
		return err
	}
	return errors.Join(work(folder), os.RemoveAll(folder))
}

// live makes the database, lets the months pass on it, and checks.
func live(ctx context.Context, postgres *pgcluster.Server, s settings, folder string, out io.Writer) (err error) {
	database := fmt.Sprintf("tarn_monthend_%d", os.Getpid())
	if err := postgres.CreateDatabase(ctx, database, ""); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, postgres.DropDatabase(context.WithoutCancel(ctx), database)) }()
	begun := clock.Real().Now()
	w, err := newWorld(ctx, s, postgres.DatabaseURL(database), folder)
	if err != nil {
		return err
	}
	lived := w.live(ctx)
	if lived == nil {
		lived = w.look(ctx)
	}
	if err := errors.Join(lived, w.close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d customers, %d months, %d kills, seed %d: %.0f s\n", s.customers, s.months, w.fleet.kills.Load(), s.seed, clock.Since(begun).Seconds())
	return checkFolder(folder, out)
}

// The files of a folder.
const (
	ledgerFile = "ledger.jsonl"
	viewFile   = "view.json"
)

// checkFolder checks what a run has left.
func checkFolder(folder string, out io.Writer) error {
	file, err := os.Open(filepath.Join(folder, ledgerFile))
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	ledger, err := check.ReadLedger(file)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(folder, viewFile))
	if err != nil {
		return err
	}
	var view check.View
	if err := json.Unmarshal(text, &view); err != nil {
		return err
	}
	faults, err := check.Compare(ledger, &view)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d invoices, %d credit notes, %d payments, %d events, %d activities, %d API logs, %d webhooks: %d differences\n", len(view.Invoices),
		len(view.Notes), len(view.Payments), len(view.Events), len(view.Activities), len(view.APILogs), len(view.Inbox), len(faults))
	if len(faults) > 0 {
		return errors.New(strings.Join(faults, "\n"))
	}
	return nil
}
