package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"tarn/bench/monthend/check"
)

// world is one organization and whoever works on it.
type world struct {
	settings     settings
	folder       string
	fleet        *fleet
	client       *client
	receiver     *receiver
	ledger       *os.File
	organization string
	customers    []*customer
}

// begins is where the clock stands at first: early in a month, so that three month-ends
// fit into the 90 days for which webhooks are kept.
func begins() time.Time { return time.Date(2025, 1, 8, 9, 0, 0, 0, time.UTC) }

// prefix begins the numbers of invoices.
const prefix = "MON"

// newWorld starts the processes and makes the organization with all that it sells. Nobody
// is killed yet.
func newWorld(ctx context.Context, s settings, database, folder string) (*world, error) {
	w := &world{settings: s, folder: folder, receiver: newReceiver(s.slowest)}
	err := w.open(ctx, database)
	if err == nil {
		err = w.found(ctx)
	}
	if err == nil {
		err = w.sell(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// open opens the ledger and starts the processes.
func (w *world) open(ctx context.Context, database string) (err error) {
	if w.ledger, err = os.Create(filepath.Join(w.folder, ledgerFile)); err != nil {
		return err
	}
	w.fleet, err = startFleet(ctx, w.settings, database, w.folder)
	w.client = &client{fleet: w.fleet, ledger: json.NewEncoder(w.ledger), now: begins()}
	return err
}

// found makes the organization, its provider of payments and its endpoint.
func (w *world) found(ctx context.Context) error {
	body := fmt.Sprintf(`{"name":"Month-ends","plan":"enterprise","document_number_prefix":%q,"clock":{"now":%q}}`, prefix, begins().Format(time.RFC3339))
	a, err := w.client.insist(ctx, http.MethodPost, "/admin/organizations", body, nil)
	if err != nil {
		return err
	}
	var made struct {
		Organization struct {
			ID string `json:"id"`
		} `json:"organization"`
		Key string `json:"api_key"`
	}
	if err := json.Unmarshal(a.body, &made); err != nil || a.status != http.StatusCreated {
		return fmt.Errorf("make the organization: status %d: %s", a.status, a.body)
	}
	w.organization, w.client.key = made.Organization.ID, made.Key
	if err := w.client.administer(ctx, http.MethodPost, w.admin("/payment_providers"), `{"payment_provider":{"type":"stripe"}}`, nil); err != nil {
		return err
	}
	if err := w.client.administer(ctx, http.MethodPatch, w.admin(""), `{"audit_logs_period":null}`, nil); err != nil {
		return err
	}
	return w.make(ctx, "webhook_endpoint", "/webhook_endpoints", object{"webhook_url": w.receiver.server.URL})
}

// admin is a path of the organization's administration.
func (w *world) admin(path string) string { return "/admin/organizations/" + w.organization + path }

// object is the JSON of an object.
type object map[string]any

// text is the JSON of a value, which has only what JSON knows.
func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// make sends what the catalogue has, while nobody is killed.
func (w *world) make(ctx context.Context, root, path string, body object) error {
	return w.client.write(ctx, call{http.MethodPost, path, text(object{root: body}), nil}, nil)
}

// move moves the clock forward, and does what is due on the way.
func (w *world) move(ctx context.Context, to time.Time) error {
	err := w.client.administer(ctx, http.MethodPut, w.admin("/clock"), text(object{"now": to.Format(time.RFC3339)}), nil)
	w.client.mu.Lock()
	w.client.now = to
	w.client.mu.Unlock()
	return err
}

// sideBySide is how many customers act at a time.
const sideBySide = 8

// each lets all customers act.
func (w *world) each(ctx context.Context, act func(ctx context.Context, c *customer) error) error {
	group, limited := errgroup.WithContext(ctx)
	group.SetLimit(sideBySide)
	for _, c := range w.customers {
		group.Go(func() error { return act(limited, c) })
	}
	return group.Wait()
}

// live lets the months pass while processes are killed.
func (w *world) live(ctx context.Context) error {
	living, stop := context.WithCancel(ctx)
	defer stop()
	killed := make(chan error, 1)
	go func() {
		err := w.fleet.killing(living)
		if err != nil {
			stop()
		}
		killed <- err
	}()
	err := w.months(living)
	stop()
	return errors.Join(<-killed, err)
}

// months lets everything happen until the clock stands some days behind the last
// month-end, when no draft waits any more.
func (w *world) months(ctx context.Context) error {
	if err := w.arrive(ctx); err != nil {
		return err
	}
	end := begins().AddDate(0, w.settings.months, -5)
	for today := begins().AddDate(0, 0, 1); today.Before(end); today = today.AddDate(0, 0, w.settings.pace) {
		if err := w.day(ctx, w.hour(today)); err != nil {
			return err
		}
	}
	if err := w.move(ctx, end); err != nil {
		return err
	}
	return w.client.note(check.Entry{Settings: &check.Settings{Prefix: prefix, End: end}})
}

// look waits until the endpoint was told of everything, and keeps what tarn shows.
func (w *world) look(ctx context.Context) error {
	if err := w.told(ctx); err != nil {
		return err
	}
	_, p := w.fleet.any()
	source := check.Source{URL: p.address, Key: w.client.key, AdminKey: adminKey, Organization: w.organization, From: begins()}
	view, err := source.Read(ctx)
	if err != nil {
		return err
	}
	w.receiver.mu.Lock()
	view.Received = w.receiver.got
	encoded := text(view)
	w.receiver.mu.Unlock()
	return os.WriteFile(filepath.Join(w.folder, viewFile), []byte(encoded), 0o644)
}

// told waits until every webhook has come once.
func (w *world) told(ctx context.Context) error {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		var list struct {
			Webhooks []check.WebhookView `json:"webhooks"`
		}
		if _, err := w.client.readAny(ctx, w.admin("/webhooks?status=pending&limit=1"), &list); err != nil {
			return err
		}
		if len(list.Webhooks) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// close ends what newWorld has started.
func (w *world) close() error {
	var err error
	if w.fleet != nil {
		err = w.fleet.stop()
	}
	w.receiver.server.Close()
	if w.ledger != nil {
		err = errors.Join(err, w.ledger.Close())
	}
	return err
}
