package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"tarn/clock"
)

// serverFlags say where a running server is.
type serverFlags struct {
	URL    string `name:"url" env:"TARN_URL" help:"URL of the server; that of --listen on this machine when left out."`
	Listen string `env:"TARN_LISTEN" default:"127.0.0.1:3000" help:"Address on which the server of this machine listens."`
}

// server is the URL of the server, without a slash at its end. Without one of its own, a
// command finds the server by the setting that tells the server where to listen.
func (f serverFlags) server() (string, error) {
	if f.URL != "" {
		return strings.TrimSuffix(f.URL, "/"), nil
	}
	address, err := reachable(f.Listen)
	if err != nil {
		return "", fmt.Errorf("--listen: %w", err)
	}
	if _, port, _ := net.SplitHostPort(address); port == "0" {
		return "", fmt.Errorf("--listen: %s does not say which port the server has taken; give its address as --url", f.Listen)
	}
	return "http://" + address, nil
}

// readyTimeout is how long tarn ready waits for an answer.
const readyTimeout = 3 * time.Second

// readyCommand asks whether a server is ready: where there is neither a shell nor a client
// of HTTP, as in an image that holds nothing else, the program itself can ask.
type readyCommand struct {
	serverFlags
	Wait time.Duration `default:"0s" help:"Longest time to wait until the server is ready, such as 30s; it is asked once when left out."`
}

// askEvery is the time between two questions of tarn ready --wait.
const askEvery = 50 * time.Millisecond

// Validate refuses a wait that makes no sense.
func (r readyCommand) Validate() error {
	if r.Wait < 0 {
		return fmt.Errorf("--wait: %s is negative", r.Wait)
	}
	return nil
}

// Run fails unless the server says, soon enough, that requests should be sent to it.
func (r readyCommand) Run(ctx context.Context) error {
	server, err := r.server()
	if err != nil {
		return err
	}
	begun := clock.Monotonic()
	for {
		err := askReady(ctx, server)
		if err == nil || clock.Since(begun) >= r.Wait {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(askEvery):
		}
	}
}

// askReady asks a server once whether it is ready.
func askReady(ctx context.Context, server string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/ready", nil)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	client := &http.Client{Timeout: readyTimeout}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("no server answers at %s: %w", server, err)
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("no server answers at %s: %w", server, err)
	}
	if answer.StatusCode != http.StatusOK {
		return errors.New("the server is not ready: it is shutting down, or cannot reach its database")
	}
	return nil
}
