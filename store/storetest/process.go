package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
)

// process is what the tests of this process share. Tests of one package have
// nothing else in common that could carry it: this is the one variable of the
// package, and it is touched through once alone.
//
//nolint:gochecknoglobals // see above
var process struct {
	sqlite   once[[]byte]
	postgres once[*server]
}

// errEnded says that a test asked for a database after Main had cleaned up.
var errEnded = errors.New("storetest: the tests of this process have ended")

// once holds a value that is made when it is first needed.
type once[T any] struct {
	made  sync.Once
	value T
	err   error
}

// get returns the value, or the error that making it ended with, then and
// always. Callers wait while another one makes it.
func (o *once[T]) get(make func(context.Context) (T, error)) (T, error) {
	o.made.Do(func() {
		// Other tests wait for it as well: it must not end with this one.
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		o.value, o.err = make(ctx)
	})
	return o.value, o.err
}

// end returns the value if it was made; if not, it never will be.
func (o *once[T]) end() (T, bool) {
	o.made.Do(func() { o.err = errEnded })
	return o.value, o.err == nil
}

// garbage is how much of it may lie about, in percent of what is in use, before it
// is collected: tests make much of it and use little.
const garbage = 400

// Main runs the tests of a package and then drops the databases of this process
// and stops its server. It is all that a package's TestMain has to do; m is the
// package's *testing.M, or something around it. What cannot be cleaned up is
// reported on standard error and fails the run.
func Main(m interface{ Run() int }) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	status := m.Run()
	if err := cleanUp(); err != nil {
		fmt.Fprintln(os.Stderr, "storetest:", err)
		status = max(status, 1)
	}
	os.Exit(status)
}

// cleanUp ends what the tests of this process have shared.
func cleanUp() error {
	server, made := process.postgres.end()
	if !made {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return server.close(ctx)
}
