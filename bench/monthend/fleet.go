package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// fleet are the processes that serve one database.
type fleet struct {
	settings settings
	database string
	folder   string
	members  []*member
	kills    atomic.Int32
}

// member is one of the processes, and whoever takes its place after a kill.
type member struct {
	name string

	mu sync.Mutex
	// running is the process; nil from its kill until the next one answers.
	running *process
	// changed is closed when that changes.
	changed chan struct{}
}

// process is a running tarn.
type process struct {
	address string
	command *exec.Cmd
	exited  chan struct{}
	// failure is what it ended with; to be read after exited.
	failure error
}

const (
	processes = 2
	adminKey  = "the-admin-key-of-month-ends"
	apiKey    = "a-key-that-nobody-uses"
)

// startFleet starts the processes.
func startFleet(ctx context.Context, s settings, database, folder string) (*fleet, error) {
	f := &fleet{settings: s, database: database, folder: folder}
	for n := range processes {
		m := &member{name: fmt.Sprintf("tarn_%d", n), changed: make(chan struct{})}
		f.members = append(f.members, m)
		if err := f.start(ctx, m); err != nil {
			return f, err
		}
	}
	return f, nil
}

// welcomed finds the address in what a process says first.
var welcomed = regexp.MustCompile(`API +(http://\S+)/api/v1`)

// start starts a process in the place of a member and waits until it serves.
func (f *fleet) start(ctx context.Context, m *member) error {
	address, err := url.Parse(f.database)
	if err != nil {
		return err
	}
	query := address.Query()
	query.Set("application_name", m.name)
	address.RawQuery = query.Encode()
	command := exec.Command(f.settings.program, "serve")
	command.Env = append(without(os.Environ(), "TARN_"), "TARN_LISTEN=127.0.0.1:0", "TARN_DATABASE_URL="+address.String(), "TARN_DATABASE_CONNECTIONS=8",
		"TARN_API_KEY="+apiKey, "TARN_ADMIN_KEY="+adminKey, "TARN_WEBHOOK_TIMEOUT=2s", "TARN_WEBHOOK_WAIT=0s",
		"TARN_WEBHOOK_ALLOW_PRIVATE=true", "TARN_VALIDATE_RESPONSES=fail")
	log, err := os.OpenFile(filepath.Join(f.folder, m.name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	command.Stderr = log
	output, err := command.StdoutPipe()
	if err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	p := &process{command: command, exited: make(chan struct{})}
	said := make(chan string, 1)
	go func() {
		defer close(p.exited)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			if found := welcomed.FindStringSubmatch(lines.Text()); found != nil {
				said <- found[1]
			}
		}
		p.failure = command.Wait()
	}()
	select {
	case p.address = <-said:
	case <-p.exited:
		return fmt.Errorf("%s ended before it served: %w", m.name, p.failure)
	case <-ctx.Done():
		return ctx.Err()
	}
	m.set(p)
	return nil
}

// without leaves out variables that begin with a prefix.
func without(variables []string, prefix string) []string {
	var kept []string
	for _, variable := range variables {
		if !strings.HasPrefix(variable, prefix) {
			kept = append(kept, variable)
		}
	}
	return kept
}

func (m *member) set(p *process) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running = p
	close(m.changed)
	m.changed = make(chan struct{})
}

func (m *member) get() (p *process, changed chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.running, m.changed
}

// any is a process that serves, and its member.
func (f *fleet) any() (*member, *process) {
	first := rand.IntN(len(f.members))
	for {
		for n := range f.members {
			m := f.members[(first+n)%len(f.members)]
			if p, _ := m.get(); p != nil {
				return m, p
			}
		}
		if p, changed := f.members[first].get(); p == nil {
			<-changed
		}
	}
}

// longestDeath is how long a process may be gone. A request that fails though its
// process lives is a fault.
const longestDeath = time.Minute

// gone waits until the member that a request was sent to has another process, which is
// only there when the database has nothing of the first one left.
func (f *fleet) gone(ctx context.Context, m *member, p *process) error {
	limited, cancel := context.WithTimeout(ctx, longestDeath)
	defer cancel()
	for {
		current, changed := m.get()
		if current != nil && current != p {
			return nil
		}
		select {
		case <-changed:
		case <-limited.Done():
			return fmt.Errorf("%s gave no answer and was not killed", m.name)
		}
	}
}

// together is after how many kills all processes die at once.
const together = 4

// killing kills one process after the other until ctx ends, and now and then all of them.
func (f *fleet) killing(ctx context.Context) error {
	if f.settings.killEvery <= 0 {
		return nil
	}
	for n := 0; f.settings.kills == 0 || n < f.settings.kills; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(f.settings.killEvery/2 + rand.N(f.settings.killEvery)):
		}
		victims := f.members[n%len(f.members):][:1]
		if n%together == together-1 {
			victims = f.members
		}
		var dying errgroup.Group
		for _, m := range victims {
			dying.Go(func() error { return f.kill(context.WithoutCancel(ctx), m) })
		}
		if err := dying.Wait(); err != nil {
			return err
		}
	}
	return nil
}

// kill kills the process of a member and starts the next one.
func (f *fleet) kill(ctx context.Context, m *member) error {
	p, _ := m.get()
	m.set(nil)
	if err := p.command.Process.Kill(); err != nil {
		return fmt.Errorf("kill %s, which has ended by itself: %w", m.name, err)
	}
	<-p.exited
	f.kills.Add(1)
	if err := f.forget(ctx, m); err != nil {
		return err
	}
	return f.start(ctx, m)
}

// forget waits until PostgreSQL has noticed that a process is gone.
func (f *fleet) forget(ctx context.Context, m *member) error {
	connection, err := pgx.Connect(ctx, f.database)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(ctx) }()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for {
		var sessions int
		err := connection.QueryRow(ctx, "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1", m.name).Scan(&sessions)
		if err != nil || sessions == 0 {
			return err
		}
		<-ticker.C
	}
}

// stop asks all processes to end.
func (f *fleet) stop() error {
	var failure error
	for _, m := range f.members {
		p, _ := m.get()
		if p == nil {
			continue
		}
		_ = p.command.Process.Signal(os.Interrupt)
		<-p.exited
		if p.failure != nil {
			failure = fmt.Errorf("%s: %w", m.name, p.failure)
		}
	}
	return failure
}
