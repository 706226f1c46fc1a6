// Command http measures how fast tarn takes usage events, beside a bare server
// on the same PostgreSQL that does nothing but insert them, how fast it lists
// customers, beside a bare server that has the page in memory, and how fast it makes
// customers that a webhook endpoint is told of, beside those that nobody is:
//
//	go run ./bench/http [-case all|events|reads|webhooks] [-rounds 3] [-time 5s] [-connections 16] [-batch 100] [-profile FILE]
//
// Both servers run in this process with the generator of the load, in turns, so
// that whatever else the machine does befalls both. tarn runs as in production:
// keys, validation, deduplication, expressions, request logs. It prints the
// medians of all rounds and their ratios.
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
	"runtime/pprof"
	"time"

	"tarn/store/storetest/pgcluster"
)

// settings are the flags of the command.
type settings struct {
	cases       string
	rounds      int
	duration    time.Duration
	connections int
	batch       int
	profile     string
}

// The cases.
const (
	all    = "all"
	events = "events"
	reads  = "reads"
	hooks  = "webhooks"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench/http:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var s settings
	flags := flag.NewFlagSet("http", flag.ContinueOnError)
	flags.StringVar(&s.cases, "case", all, "what to measure: events, reads, webhooks, or all")
	flags.IntVar(&s.rounds, "rounds", 3, "how often each server is measured")
	flags.DurationVar(&s.duration, "time", 5*time.Second, "how long a round takes")
	flags.IntVar(&s.connections, "connections", 16, "how many clients send at once")
	flags.IntVar(&s.batch, "batch", 100, "how many events a batch has, at most 100")
	flags.StringVar(&s.profile, "profile", "", "write a profile of the processor's time to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.cases != all && s.cases != events && s.cases != reads && s.cases != hooks {
		return errors.New("there is no such case")
	}
	if s.rounds < 1 || s.connections < 1 || s.batch < 1 || s.batch > 100 || s.duration <= 0 {
		return errors.New("a setting is out of range")
	}
	return pgcluster.Use(ctx, os.Getenv("TARN_DATABASE_URL"), pgcluster.Options{Durable: true}, func(server *pgcluster.Server) error { return measure(ctx, server, s, out) })
}

// measure lets tarn and the bare servers take requests in turns, and reports.
func measure(ctx context.Context, postgres *pgcluster.Server, s settings, out io.Writer) (err error) {
	database := fmt.Sprintf("tarn_bench_%d", os.Getpid())
	if err := postgres.CreateDatabase(ctx, database, ""); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, postgres.DropDatabase(context.WithoutCancel(ctx), database)) }()
	bare, err := startBare(ctx, postgres.DatabaseURL(database), s.connections)
	if err != nil {
		return err
	}
	defer bare.stop()
	real, err := startTarn(ctx, postgres.DatabaseURL(database))
	if err != nil {
		return err
	}
	defer real.stop()
	page, err := startPage(ctx, real)
	if err != nil {
		return err
	}
	defer page.stop()
	told, stopTelling, err := webhookLoads(ctx, real)
	if stopTelling != nil {
		defer stopTelling()
	}
	if err != nil {
		return err
	}
	if s.profile != "" {
		file, err := os.Create(s.profile)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	for _, c := range []comparison{
		{name: events, unit: "events", loads: []*load{
			{name: "bare insert, one event a request", server: bare},
			{name: "tarn, POST /events", server: real},
			{name: fmt.Sprintf("tarn, POST /events/batch of %d", s.batch), server: real, batch: s.batch},
		}},
		{name: reads, unit: "pages", loads: []*load{
			{name: "bare Echo, 20 customers in memory", server: page, reads: true},
			{name: "tarn, GET /customers?per_page=20", server: real, reads: true},
		}},
		{name: hooks, unit: "customers", loads: told},
	} {
		if s.cases != all && s.cases != c.name {
			continue
		}
		if err := c.run(ctx, s, out); err != nil {
			return err
		}
	}
	return nil
}

// comparison are loads that are measured in turns. The first one is what the
// others are compared with.
type comparison struct {
	name  string
	unit  string
	loads []*load
}

func (c comparison) run(ctx context.Context, s settings, out io.Writer) error {
	for range s.rounds {
		for _, l := range c.loads {
			if err := l.run(ctx, s.connections, s.duration); err != nil {
				return err
			}
		}
	}
	report(out, s, c)
	return nil
}
