//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// superuser is the role that owns the cluster.
	superuser = "postgres"
	// serverAccount is the account that the server runs as when this process
	// runs as root, which PostgreSQL refuses.
	serverAccount = "postgres"
	// outputGrace is how long a program's output is still read after its end.
	outputGrace = 5 * time.Second
)

// keeperScript is what the keeper runs, with the path of pg_ctl and that of the
// cluster's directory as arguments. It waits for the end of the lifeline, stops
// the server if there is one, and removes the directory.
const keeperScript = `
while read -r _; do :; done
status=0
if [ -e "$2/data/postmaster.pid" ]; then
	"$1" stop -D "$2/data" -m immediate -w -s
	status=$?
fi
rm -rf "$2"
exit $status
`

// Cluster is a running PostgreSQL cluster that belongs to this process. It is a
// Server whose AdminURL is that of its superuser.
type Cluster struct {
	*Server
	dir        *directory
	binaries   binaries
	credential *syscall.Credential // whom to run as; nil for this process's own user
	stop       func() error
}

// Start starts a cluster and returns once it accepts connections. Any number of
// processes, and any number of callers in one, may do so at the same time. The
// context bounds the start alone. The caller stops the cluster with Stop; if it
// cannot, the cluster ends with the process.
//
// The error wraps ErrUnavailable when the machine lacks what a cluster needs.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	found, err := findBinaries(installations)
	if err != nil {
		return nil, err
	}
	credential, err := serverCredential()
	if err != nil {
		return nil, err
	}
	base := baseDirectory(opts)
	if err := removeStale(ctx, base, found, credential); err != nil {
		return nil, err
	}
	dir, err := createDirectory(base)
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, binaries: found, credential: credential}
	if err := c.startKeeper(); err != nil {
		return nil, errors.Join(err, dir.remove())
	}
	if err := c.startServer(ctx, opts.Durable); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// Stop closes the connections of the Server, ends all other sessions, stops the
// cluster and removes its directory. Calling it again returns the same result.
func (c *Cluster) Stop() error {
	return c.stop()
}

// startKeeper starts the keeper and sets c.stop, which ends it.
func (c *Cluster) startKeeper() error {
	if c.credential != nil {
		if err := os.Chown(c.dir.path, int(c.credential.Uid), int(c.credential.Gid)); err != nil {
			return fmt.Errorf("pgcluster: give directory to %s: %w", serverAccount, err)
		}
	}
	keeper := keeperCommand(c.binaries, c.dir, c.credential)
	lifeline, err := keeper.StdinPipe()
	if err != nil {
		return fmt.Errorf("pgcluster: make lifeline: %w", err)
	}
	if err := keeper.Start(); err != nil {
		return fmt.Errorf("pgcluster: start keeper: %w", err)
	}
	c.stop = sync.OnceValue(func() error { return c.shutDown(keeper, lifeline) })
	return nil
}

// shutDown lets go of the lifeline and waits until the keeper has done its work.
func (c *Cluster) shutDown(keeper *exec.Cmd, lifeline io.Closer) error {
	var errs []error
	if c.Server != nil {
		errs = append(errs, c.Server.Close())
	}
	if err := lifeline.Close(); err != nil {
		errs = append(errs, fmt.Errorf("pgcluster: close lifeline: %w", err))
	}
	if err := keeper.Wait(); err != nil {
		errs = append(errs, fmt.Errorf("pgcluster: stop server: %w", err))
	}
	return errors.Join(append(errs, c.dir.remove())...)
}

// startServer makes the data directory, starts the server on it and connects.
func (c *Cluster) startServer(ctx context.Context, durable bool) error {
	initdb := []string{"-D", c.dir.data(), "-U", superuser, "--auth=trust", "--encoding=UTF8", "--locale=C"}
	if !durable {
		// Small log segments are quickly made.
		initdb = append(initdb, "--no-sync", "--wal-segsize=1")
	}
	if err := c.run(ctx, c.binaries.initdb, initdb...); err != nil {
		return err
	}
	if err := c.configure(durable); err != nil {
		return err
	}
	err := c.run(ctx, c.binaries.pgCtl, "start", "-D", c.dir.data(), "-l", c.dir.serverLog(), "-w", "-s")
	if err != nil {
		// The log says why; if it cannot be read, the error has to do.
		messages, _ := os.ReadFile(c.dir.serverLog())
		return fmt.Errorf("%w\n%s", err, messages)
	}
	adminURL := url.URL{
		Scheme:   "postgres",
		User:     url.User(superuser),
		Path:     "/postgres",
		RawQuery: url.Values{"host": {c.dir.path}, "sslmode": {"disable"}}.Encode(),
	}
	c.Server, err = Connect(ctx, adminURL.String())
	return err
}

// configure appends the cluster's settings to those that initdb has written.
func (c *Cluster) configure(durable bool) error {
	settings := "listen_addresses = ''\n" +
		"unix_socket_directories = " + quoteSetting(quote(c.dir.path)) + "\n" +
		"unix_socket_permissions = 0700\n" +
		"max_connections = 300\n" +
		"timezone = 'UTC'\n"
	if !durable {
		settings += "fsync = off\n" +
			"synchronous_commit = off\n" +
			"full_page_writes = off\n" +
			"wal_level = minimal\n" +
			"max_wal_senders = 0\n" +
			"autovacuum = off\n"
	}
	file, err := os.OpenFile(c.dir.data()+"/postgresql.conf", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("pgcluster: configure: %w", err)
	}
	_, err = file.WriteString(settings)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("pgcluster: configure: %w", err)
	}
	return nil
}

// run runs a program of PostgreSQL to its end.
func (c *Cluster) run(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	asServer(cmd, c.dir, c.credential)
	cmd.WaitDelay = outputGrace
	output, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("pgcluster: %s: %w\n%s", program, err, output)
	}
	return nil
}

// keeperCommand returns the command that ends the cluster in dir after its
// standard input has ended.
func keeperCommand(found binaries, dir *directory, credential *syscall.Credential) *exec.Cmd {
	cmd := exec.Command("/bin/sh", "-c", keeperScript, "keeper", found.pgCtl, dir.path)
	asServer(cmd, dir, credential)
	return cmd
}

// asServer gives a command the account, the environment and the working
// directory of the server, and a session of its own, so that a signal from the
// terminal reaches this process alone.
func asServer(cmd *exec.Cmd, dir *directory, credential *syscall.Credential) {
	cmd.Dir = dir.path
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: credential}
}

// removeStale removes the clusters below base that neither their owner nor
// their keeper lived to remove.
func removeStale(ctx context.Context, base string, found binaries, credential *syscall.Credential) error {
	stale, err := staleDirectories(base)
	for _, dir := range stale {
		if ctx.Err() != nil {
			err = errors.Join(err, dir.lock.Close())
			continue
		}
		// With no lifeline to wait for, a keeper does its work at once. Where
		// it or remove fails, the next start tries again: what somebody else
		// has left behind is no reason not to start.
		_ = keeperCommand(found, dir, credential).Run()
		_ = dir.remove()
	}
	return errors.Join(err, ctx.Err())
}

// baseDirectory returns the directory in which to make the cluster's own.
func baseDirectory(opts Options) string {
	if opts.Dir != "" {
		return opts.Dir
	}
	if dir, ok := memoryDir(); ok && !opts.Durable {
		return dir
	}
	return os.TempDir()
}

// serverCredential returns whom the server must run as: nil, for the user of
// this process, or the server's account with its groups when that is root.
func serverCredential() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup(serverAccount)
	if err != nil {
		return nil, fmt.Errorf("%w: PostgreSQL does not run as root: %w", ErrUnavailable, err)
	}
	groups, err := account.GroupIds()
	if err != nil {
		return nil, fmt.Errorf("pgcluster: groups of %s: %w", serverAccount, err)
	}
	credential := &syscall.Credential{}
	ids := append([]string{account.Uid, account.Gid}, groups...)
	for i, text := range ids {
		id, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("pgcluster: account %s: %w", serverAccount, err)
		}
		switch i {
		case 0:
			credential.Uid = uint32(id)
		case 1:
			credential.Gid = uint32(id)
		default:
			credential.Groups = append(credential.Groups, uint32(id))
		}
	}
	return credential, nil
}

// quoteSetting writes a value for the server's configuration file.
func quoteSetting(value string) string {
	return "'" + strings.ReplaceAll(value, "'", "''") + "'"
}
