package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"tarn/clock"
	"tarn/engine"
	"tarn/jobs"
	"tarn/server"
	"tarn/server/edge"
	"tarn/store"
)

// serveCommand is the configuration of the server.
type serveCommand struct {
	databaseFlags
	webhookFlags
	Listen            string        `env:"TARN_LISTEN" default:"127.0.0.1:3000" help:"Address to listen on."`
	AdminKey          string        `env:"TARN_ADMIN_KEY" help:"Key of the administration API; without it there is none."`
	APIKey            string        `name:"api-key" env:"TARN_API_KEY" help:"Key of the organization that the first start on a database makes; one by chance when left out."`
	Verbose           bool          `short:"v" env:"TARN_VERBOSE" help:"Log a line for every request."`
	LogLevel          slog.Level    `env:"TARN_LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
	ValidateResponses string        `env:"TARN_VALIDATE_RESPONSES" enum:"off,log,fail" default:"off" help:"Hold answers against the contract: off, log, or fail (answer 500 with the violation)."`
	LogEvents         bool          `env:"TARN_LOG_EVENTS" help:"Put event ingestion into the API logs too."`
	LogBodyLimit      int           `env:"TARN_LOG_BODY_LIMIT" default:"65536" help:"Bytes of a body above which a log keeps a summary of it."`
	SecretNames       []string      `env:"TARN_SECRET_NAMES" help:"Further names of members whose values no log keeps."`
	RateLimit         float64       `env:"TARN_RATE_LIMIT" default:"0" help:"Requests a second that an organization may make; 0 means no limit."`
	RequestTimeout    time.Duration `env:"TARN_REQUEST_TIMEOUT" default:"30s" help:"Longest time for a request."`
	ShutdownDelay     time.Duration `env:"TARN_SHUTDOWN_DELAY" default:"0s" help:"Time to go on accepting requests on shutdown, while /ready already says no."`
	ShutdownTimeout   time.Duration `env:"TARN_SHUTDOWN_TIMEOUT" default:"30s" help:"Longest time to finish requests on shutdown."`
}

// Validate refuses settings that make no sense.
func (s serveCommand) Validate() error {
	if err := errors.Join(s.databaseFlags.Validate(), s.webhookFlags.Validate()); err != nil {
		return err
	}
	if s.APIKey != "" {
		if err := engine.CheckAPIKeyValue(s.APIKey); err != nil {
			return fmt.Errorf("--api-key (TARN_API_KEY): %w", err)
		}
	}
	switch {
	case s.LogBodyLimit < 1:
		return fmt.Errorf("--log-body-limit: %d is too small", s.LogBodyLimit)
	case s.RateLimit < 0:
		return fmt.Errorf("--rate-limit: %g is negative", s.RateLimit)
	case s.RequestTimeout <= 0:
		return fmt.Errorf("--request-timeout: %s is no time", s.RequestTimeout)
	case s.ShutdownDelay < 0:
		return fmt.Errorf("--shutdown-delay: %s is negative", s.ShutdownDelay)
	case s.ShutdownTimeout < 0:
		return fmt.Errorf("--shutdown-timeout: %s is negative", s.ShutdownTimeout)
	}
	return nil
}

// startGCPercent is by how much the memory may grow between two collections
// while the server starts.
const startGCPercent = 50

// Run serves until the context ends, then finishes what has begun. A context that is
// cancelled before is no failure.
func (s serveCommand) Run(ctx context.Context) error {
	prepared, err := s.prepare(ctx)
	if err != nil {
		return unlessStopped(ctx, errors.Join(err, prepared.close()))
	}
	return errors.Join(s.serve(ctx, prepared), prepared.close())
}

// unlessStopped is why a start has failed; nil where it was told to stop.
func unlessStopped(ctx context.Context, err error) error {
	if !errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	slog.InfoContext(ctx, "told to stop before it served", "at", err)
	return nil
}

// prepared is what it takes to serve; what is not there yet is nil.
type prepared struct {
	listener    net.Listener
	stopTracing func()
	db          *store.Store
	runner      *jobs.Runner
	handler     *server.Handler
}

// prepare makes all that it takes to serve. The address comes before anything else:
// where that fails, nothing has happened to the database. What it returns with an error
// must be closed too.
func (s serveCommand) prepare(ctx context.Context) (p prepared, err error) {
	begun := clock.Monotonic()
	log := newLogger(os.Stderr, s.LogLevel)
	slog.SetDefault(log)
	if p.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen); err != nil {
		return p, fmt.Errorf("--listen: %w", err)
	}
	if p.stopTracing, err = startTracing(ctx); err != nil {
		return p, err
	}
	if p.db, err = s.open(ctx); err != nil {
		return p, err
	}
	address, err := reachable(p.listener.Addr().String())
	if err != nil {
		return p, err
	}
	sender := s.sender(p.db, "http://"+address)
	p.runner = jobs.NewRunner(p.db, engine.Workers().With(sender.Workers()), log)
	// Reading the contracts takes much more memory than they need afterwards.
	// Collecting more often meanwhile keeps the process small.
	usual := debug.SetGCPercent(startGCPercent)
	p.handler, err = server.New(p.db, p.runner, s.options(log)) //nolint:contextcheck // what is logged behind answers is not bound to them
	debug.SetGCPercent(usual)
	if err != nil {
		return p, err
	}
	if err := s.welcome(ctx, p.db, address, os.Stdout); err != nil {
		return p, err
	}
	log.InfoContext(ctx, "serving", "address", p.listener.Addr().String(), "database", p.db.Dialect(), "ready_after", clock.Since(begun).Round(time.Millisecond).String())
	return p, nil
}

// close closes all that is there; the handler first, which writes what is left of its logs.
func (p prepared) close() error {
	var errs []error
	if p.handler != nil {
		errs = append(errs, p.handler.Close())
	}
	if p.db != nil {
		errs = append(errs, p.db.Close())
	}
	if p.stopTracing != nil {
		p.stopTracing()
	}
	if p.listener != nil {
		_ = p.listener.Close() // the server may have closed it before
	}
	return errors.Join(errs...)
}

func (s serveCommand) options(log *slog.Logger) server.Options {
	return server.Options{Version: version(), LogRequests: s.Verbose, Options: edge.Options{
		AdminKey:          s.AdminKey,
		ValidateResponses: edge.ResponseCheck(s.ValidateResponses),
		LogEvents:         s.LogEvents,
		LogBodyLimit:      s.LogBodyLimit,
		SecretNames:       s.SecretNames,
		RatePerSecond:     s.RateLimit,
		RequestTimeout:    s.RequestTimeout,
		Logger:            log,
	}}
}

// serve answers requests and does due work until the context ends. Then it
// finishes the requests that have begun.
func (s serveCommand) serve(ctx context.Context, p prepared) error {
	front := s.newFront(ctx, p.handler)
	failed := make(chan error, 1)
	go func() { failed <- front.Serve(p.listener) }()
	working, stopWork := context.WithCancel(ctx)
	idle := make(chan struct{})
	go func() {
		defer close(idle)
		p.runner.Run(working)
	}()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		// A second signal ends the program at once.
		signal.Reset(os.Interrupt, syscall.SIGTERM)
		p.handler.Drain()
		slog.InfoContext(ctx, "shutting down: finishing the requests that have begun", "delay", s.ShutdownDelay.String())
		<-time.After(s.ShutdownDelay)
	}
	err = errors.Join(err, front.finish(context.WithoutCancel(ctx), s.ShutdownTimeout))
	stopWork()
	<-idle
	return err
}

// reachable is the address under which this machine reaches a listener.
func reachable(listening string) (string, error) {
	host, port, err := net.SplitHostPort(listening)
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port), nil
}

// welcome makes the first organization of an empty database and says where
// everything is.
func (s serveCommand) welcome(ctx context.Context, db *store.Store, address string, out io.Writer) error {
	key, err := engine.Bootstrap(ctx, db, s.APIKey)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("\n  tarn %s\n\n  API        http://%s/api/v1\n  Reference  http://%s/docs\n", version(), address, address)
	switch {
	case key == "":
	case key == s.APIKey:
		text += "  API key    as TARN_API_KEY says\n"
	default:
		text += fmt.Sprintf("  API key    %s   (shown once)\n", key)
	}
	if s.AdminKey == "" {
		text += "\n  Set TARN_ADMIN_KEY to open /admin (organizations, keys, clock).\n"
	}
	if _, err := fmt.Fprintln(out, text); err != nil {
		return err
	}
	if key == "" && s.APIKey != "" {
		return warnOfStrangeKey(ctx, db, s.APIKey)
	}
	return nil
}

// warnOfStrangeKey says that a key opens nothing, if it does not: only the first
// start on a database makes it.
func warnOfStrangeKey(ctx context.Context, db *store.Store, value string) error {
	err := db.SystemRead(ctx, func(sys *store.System) error {
		_, _, err := sys.APIKeyByHash(store.HashAPIKey(value))
		return err
	})
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	slog.WarnContext(ctx, "TARN_API_KEY opens nothing: the database had its organizations already; tarn key create makes further keys")
	return nil
}
