// Package pgcluster starts a private PostgreSQL cluster for the running
// process from the binaries installed on the machine, and creates and drops
// databases on any PostgreSQL server.
//
// It owns processes and directories and knows nothing of this project's
// schema: the harness that puts migrated databases on a server is package
// storetest.
//
// # Where a cluster lives
//
// Each cluster has a directory of its own, which holds its data, its log and
// its socket. The directory is in shared memory where there is room, because a
// test database need not survive a power cut; a durable cluster is on a disk.
// The server listens on a Unix-domain socket in that directory and on nothing
// else. A TCP port would have to be chosen before the server binds it, so two
// clusters that start together could choose the same one; a socket in a private
// directory cannot clash, is closed to other users, and has less latency.
// Clients connect to it like to any other server, and whether a client is
// killed or closes its connection makes no difference to the socket.
//
// # How a cluster ends
//
// A cluster never outlives the process that started it, however that process
// ends. A small shell, the keeper, runs in a session of its own and reads from
// a pipe, the lifeline, whose other end only the starting process holds and
// nobody writes to. When that process stops the cluster, exits, panics or is
// killed, the kernel closes the lifeline, and the keeper stops the server and
// removes the directory. Unlike a parent-death signal this works on every Unix,
// does not depend on the life of one thread, and removes the files as well.
//
// Should the keeper be killed too, the directory is left over. Its owner holds
// a lock on it, which the kernel releases with the owner, so the next Start
// recognizes it as stale and removes it. A server whose directory has gone
// shuts itself down within a minute or two.
package pgcluster

import "errors"

// ErrUnavailable says that this machine cannot run a cluster at all: the
// PostgreSQL binaries are not installed, the account that the server would have
// to run as does not exist, or the operating system is not supported. Errors of
// Start that do not wrap it are faults to be mended.
var ErrUnavailable = errors.New("no PostgreSQL cluster can be started on this machine")

// Options says how a cluster is to run. The zero value is meant for tests: as
// fast as possible, and lost with the machine.
type Options struct {
	// Durable makes every commit wait until it is on disk, with the settings a
	// production server has. It is for benchmarks and for crash tests.
	Durable bool

	// Dir is the directory below which the cluster's own directory is made. It
	// must be open to the account the server runs as, and its path short: the
	// path of the socket may have about a hundred bytes. When empty, a durable
	// cluster is made in os.TempDir, any other in /dev/shm if that exists and
	// has room, else in os.TempDir.
	Dir string
}
