// Command billing measures how fast tarn bills customers whose billing runs are
// due at the same instant, with one process and with two on one PostgreSQL:
//
//	go run ./bench/billing [-customers 10000] [-processes 1,2] [-profile FILE]
//
// Each customer has a subscription to a plan of three charges (a sum, a count and
// a unique count) and twenty events; the trail is on. The processes work as in
// production and wait for nothing but due work. For each number of processes the
// next month of the same customers is billed. It prints finalized invoices a second,
// and the processor time of the processes for each of them, without that of the
// database.
//
// The database is made on the server that TARN_DATABASE_URL names, whose role
// must be allowed to create databases, and dropped at the end. Without it a
// private PostgreSQL is started that waits for its disk at every commit.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"tarn/store/storetest/pgcluster"
)

// settings are the flags of the command.
type settings struct {
	customers int
	processes []int
	profile   string
	// work is the database that this process is to work on, as one of those that
	// are measured.
	work string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench/billing:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	s := settings{processes: []int{1, 2}}
	flags := flag.NewFlagSet("billing", flag.ContinueOnError)
	flags.IntVar(&s.customers, "customers", 10_000, "how many customers are billed")
	flags.Func("processes", "how many processes work at once, one round each (default 1,2)", func(text string) (err error) {
		s.processes, err = counts(text)
		return err
	})
	flags.StringVar(&s.profile, "profile", "", "write a profile of each process's time to this file and its number")
	flags.StringVar(&s.work, "work", "", "for the command itself: work on this database until told to end")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.work != "" {
		return work(ctx, s.work, s.profile)
	}
	if s.customers < 1 {
		return errors.New("a setting is out of range")
	}
	return pgcluster.Use(ctx, os.Getenv("TARN_DATABASE_URL"), pgcluster.Options{Durable: true}, func(server *pgcluster.Server) error { return measure(ctx, server, s, out) })
}

// counts reads numbers of processes.
func counts(text string) ([]int, error) {
	var numbers []int
	for part := range strings.SplitSeq(text, ",") {
		number, err := strconv.Atoi(part)
		if err != nil || number < 1 {
			return nil, fmt.Errorf("%q is no number of processes", part)
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// measure makes the customers and lets each number of processes bill a month.
func measure(ctx context.Context, postgres *pgcluster.Server, s settings, out io.Writer) (err error) {
	database := fmt.Sprintf("tarn_billing_%d", os.Getpid())
	if err := postgres.CreateDatabase(ctx, database, ""); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, postgres.DropDatabase(context.WithoutCancel(ctx), database)) }()
	w, err := newWorld(ctx, postgres.DatabaseURL(database), s.customers, len(s.processes))
	if err != nil {
		return err
	}
	defer w.close()
	for month, processes := range s.processes {
		took, busy, err := w.bill(ctx, month, processes, s.profile)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%d customers, %d processes: %.0f invoices/s, %.2f ms of processor time each\n", s.customers, processes,
			float64(s.customers)/took.Seconds(), busy.Seconds()*1000/float64(s.customers)); err != nil {
			return err
		}
	}
	return nil
}
