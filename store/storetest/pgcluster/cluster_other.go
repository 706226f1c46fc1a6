//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package pgcluster

import (
	"context"
	"fmt"
	"runtime"
)

// Cluster is a running PostgreSQL cluster that belongs to this process.
type Cluster struct {
	*Server
}

// Start returns ErrUnavailable, wrapped: on this operating system a cluster
// cannot be tied to the life of the process. A server that runs already can be
// used through Connect.
func Start(context.Context, Options) (*Cluster, error) {
	return nil, fmt.Errorf("%w: not on %s", ErrUnavailable, runtime.GOOS)
}

// Stop does nothing: there is no cluster to stop.
func (c *Cluster) Stop() error {
	return nil
}
