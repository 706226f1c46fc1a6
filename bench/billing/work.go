package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime/pprof"
	"syscall"
	"time"

	"tarn/clock"
	"tarn/engine"
	"tarn/jobs"
	"tarn/store"
)

// work does due work until ctx ends, as a server does beside its requests.
func work(ctx context.Context, url, profile string) (err error) {
	db, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if profile != "" {
		file, err := os.Create(fmt.Sprintf("%s.%d", profile, os.Getpid()))
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	jobs.NewRunner(db, engine.Workers(), slog.New(slog.NewTextHandler(os.Stderr, nil))).Run(ctx)
	return nil
}

// bill lets so many processes bill a month. It returns how long that took, and for
// how long they were busy.
func (w *world) bill(ctx context.Context, month, processes int, profile string) (took, busy time.Duration, err error) {
	workers := make([]*exec.Cmd, processes)
	for i := range workers {
		if workers[i], err = w.hire(profile); err != nil {
			return 0, 0, err
		}
	}
	begun := clock.Real().Now()
	_, err = w.db.Exec(ctx, "UPDATE jobs SET scheduled_at = $1 WHERE kind = $2 AND state = 'available'",
		firstMonth().AddDate(0, month, 0).Add(10*time.Minute), engine.KindBillSubscriptions)
	if err == nil {
		err = w.await(ctx, (month+1)*w.customers)
	}
	took = clock.Since(begun)
	for _, worker := range workers {
		err = errors.Join(err, worker.Process.Signal(syscall.SIGTERM), worker.Wait())
		busy += worker.ProcessState.UserTime() + worker.ProcessState.SystemTime()
	}
	return took, busy, err
}

// hire starts a process that does due work.
func (w *world) hire(profile string) (*exec.Cmd, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	worker := exec.Command(path, "-work", w.url, "-profile", profile)
	worker.Stderr = os.Stderr
	err = worker.Start()
	return worker, err
}

// await waits until there are so many final invoices.
func (w *world) await(ctx context.Context, invoices int) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		var made int
		if err := w.db.QueryRow(ctx, "SELECT COUNT(*) FROM invoices WHERE status = 'finalized'").Scan(&made); err != nil || made >= invoices {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}
