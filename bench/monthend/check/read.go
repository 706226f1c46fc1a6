package check

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Source is a tarn that is asked what it shows.
type Source struct {
	// URL is its address, without a slash at the end.
	URL string
	// Key opens the billing API, AdminKey the administration of the organization.
	Key, AdminKey, Organization string
	// From is the organization's time from which on request logs are read.
	From time.Time
}

// atOnce is how many requests are under way at a time.
const atOnce = 4

// Read reads everything that is compared, but for what the receiver got.
func (s Source) Read(ctx context.Context) (*View, error) {
	v := &View{}
	lists := []func(context.Context) error{
		func(ctx context.Context) error { return list(ctx, s, "customers", "customers", &v.Customers) },
		func(ctx context.Context) error { return list(ctx, s, "credit_notes", "credit_notes", &v.Notes) },
		func(ctx context.Context) error { return list(ctx, s, "applied_coupons", "applied_coupons", &v.Coupons) },
		func(ctx context.Context) error { return list(ctx, s, "payments", "payments", &v.Payments) },
		func(ctx context.Context) error {
			return list(ctx, s, "subscriptions?status[]=active&status[]=terminated&status[]=pending&status[]=canceled", "subscriptions", &v.Subscriptions)
		},
		func(ctx context.Context) error { return list(ctx, s, "events", "events", &v.Events) },
		func(ctx context.Context) error { return list(ctx, s, "activity_logs", "activity_logs", &v.Activities) },
		func(ctx context.Context) error { return s.invoices(ctx, v) },
		func(ctx context.Context) error { return s.apiLogs(ctx, v) },
		func(ctx context.Context) error { return s.requests(ctx, v) },
		func(ctx context.Context) error { return s.inbox(ctx, v) },
	}
	group, limited := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, read := range lists {
		group.Go(func() error { return read(limited) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return v, s.wallets(ctx, v)
}

// get reads one answer.
func (s Source) get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.Key)
	request.Header.Set("X-Admin-API-Key", s.AdminKey)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: status %d: %s", path, answer.StatusCode, body)
	}
	return json.Unmarshal(body, into)
}

// list reads all pages of a list of the billing API.
func list[T any](ctx context.Context, s Source, path, root string, into *[]T) error {
	mark := "?"
	if strings.Contains(path, "?") {
		mark = "&"
	}
	for page := 1; page > 0; {
		var answer map[string]json.RawMessage
		if err := s.get(ctx, fmt.Sprintf("/api/v1/%s%spage=%d&per_page=100", path, mark, page), &answer); err != nil {
			return err
		}
		var rows []T
		if err := json.Unmarshal(answer[root], &rows); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		*into = append(*into, rows...)
		var meta struct {
			Next *int `json:"next_page"`
		}
		if err := json.Unmarshal(answer["meta"], &meta); err != nil {
			return fmt.Errorf("read the page of %s: %w", path, err)
		}
		if page = 0; meta.Next != nil {
			page = *meta.Next
		}
	}
	return nil
}

// invoices reads each invoice by itself: lists show no fees.
func (s Source) invoices(ctx context.Context, v *View) error {
	if err := list(ctx, s, "invoices", "invoices", &v.Invoices); err != nil {
		return err
	}
	group, limited := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for n := range v.Invoices {
		group.Go(func() error {
			answer := struct {
				Invoice *InvoiceView `json:"invoice"`
			}{&v.Invoices[n]}
			return s.get(limited, "/api/v1/invoices/"+v.Invoices[n].ID, &answer)
		})
	}
	return group.Wait()
}

// wallets reads those of all customers, with their transactions.
func (s Source) wallets(ctx context.Context, v *View) error {
	if err := list(ctx, s, "wallets", "wallets", &v.Wallets); err != nil {
		return err
	}
	for n := range v.Wallets {
		w := &v.Wallets[n]
		if err := list(ctx, s, "wallets/"+w.ID+"/wallet_transactions", "wallet_transactions", &w.Movements); err != nil {
			return err
		}
	}
	return nil
}

// apiLogs reads the log of writes.
func (s Source) apiLogs(ctx context.Context, v *View) error {
	if err := list(ctx, s, "api_logs", "api_logs", &v.APILogs); err != nil {
		return err
	}
	for n := range v.APILogs {
		v.APILogs[n].Answer = Digest([]byte(v.APILogs[n].Answer))
	}
	return nil
}

// requests reads the log of requests that have written something.
func (s Source) requests(ctx context.Context, v *View) error {
	for cursor := ""; ; {
		query := url.Values{"limit": {"100"}, "start_date": {stamp(s.From)}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		var page struct {
			Data       []RequestView `json:"data"`
			Pagination struct {
				Cursor *string `json:"cursor"`
			} `json:"pagination"`
		}
		if err := s.get(ctx, "/v1/organization/logs?"+query.Encode(), &page); err != nil {
			return err
		}
		for _, row := range page.Data {
			if row.Method != http.MethodGet {
				v.Requests = append(v.Requests, row)
			}
		}
		if page.Pagination.Cursor == nil {
			return nil
		}
		cursor = *page.Pagination.Cursor
	}
}

// inbox reads all webhooks, the oldest first.
func (s Source) inbox(ctx context.Context, v *View) error {
	const limit = 500
	for after := ""; ; {
		query := url.Values{"order": {"oldest"}, "limit": {fmt.Sprint(limit)}}
		if after != "" {
			query.Set("after", after)
		}
		var page struct {
			Webhooks []struct {
				WebhookView
				Body json.RawMessage `json:"body"`
			} `json:"webhooks"`
		}
		if err := s.get(ctx, "/admin/organizations/"+s.Organization+"/webhooks?"+query.Encode(), &page); err != nil {
			return err
		}
		for _, row := range page.Webhooks {
			w := row.WebhookView
			w.Digest, after = Digest(row.Body), w.ID
			if w.Type == "alert.triggered" {
				var body struct {
					Told ToldView `json:"triggered_alert"`
				}
				if err := json.Unmarshal(row.Body, &body); err != nil {
					return err
				}
				w.Told = &body.Told
			}
			v.Inbox = append(v.Inbox, w)
		}
		if len(page.Webhooks) < limit {
			return nil
		}
	}
}

// Digest is the digest of a JSON text, however it is spaced and its texts are escaped.
func Digest(text []byte) string {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return ""
	}
	canonical, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:12])
}
