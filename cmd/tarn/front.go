package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// The limits that keep slow or broken clients from holding connections.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
	// answerTimeout is how long a client may take to receive its answer.
	answerTimeout = 30 * time.Second
	// cutTimeout is how long requests have to end that were cut off.
	cutTimeout = 5 * time.Second
)

// front is the HTTP server. It knows when the last request has ended.
type front struct {
	http.Server
	// cut ends the contexts of all requests.
	cut context.CancelFunc
	// passing is held shared by every request, and taken for good when no
	// further one may come.
	passing sync.RWMutex
}

// newFront serves a handler. Requests go on when ctx ends; see finish.
func (s serveCommand) newFront(ctx context.Context, handler http.Handler) *front {
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	f := &front{cut: cut}
	f.Server = http.Server{
		Handler: traced(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f.passing.RLock()
			defer f.passing.RUnlock()
			handler.ServeHTTP(w, r)
		})),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       s.RequestTimeout,
		WriteTimeout:      s.RequestTimeout + answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return base },
	}
	return f
}

// finish accepts no more connections, and returns when the requests that have
// begun are answered. Those that take longer than patience are cut off, which
// is an error. No request comes after it.
func (f *front) finish(ctx context.Context, patience time.Duration) error {
	defer f.cut()
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := f.Shutdown(waiting)
	if errors.Is(err, context.DeadlineExceeded) {
		f.cut()
		err = errors.Join(fmt.Errorf("--shutdown-timeout: requests were cut off after %s", patience), f.Close())
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.passing.Lock()
	}()
	select {
	case <-ended:
	case <-time.After(cutTimeout):
		err = errors.Join(err, errors.New("requests are left that do not end"))
	}
	return err
}
