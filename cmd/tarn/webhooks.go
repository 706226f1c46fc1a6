package main

import (
	"fmt"
	"net/url"
	"time"

	"tarn/notify"
	"tarn/store"
)

// webhookFlags say how webhooks are delivered.
type webhookFlags struct {
	APIURL       string        `name:"api-url" env:"TARN_API_URL" help:"Address of the API as the receivers of webhooks know it, which signed tokens name; the address to listen on when left out."`
	Timeout      time.Duration `name:"webhook-timeout" env:"TARN_WEBHOOK_TIMEOUT" default:"30s" help:"Longest time for the answer to a webhook."`
	AllowPrivate *bool         `name:"webhook-allow-private" env:"TARN_WEBHOOK_ALLOW_PRIVATE" help:"Send webhooks to private addresses too; when left out, yes on SQLite and no on PostgreSQL."`
	Wait         time.Duration `name:"webhook-wait" env:"TARN_WEBHOOK_WAIT" default:"5s" help:"Longest time that a request on a frozen clock, or a move of a clock, waits for an endpoint; 0 does not wait."`
}

// Validate refuses settings that make no sense.
func (f webhookFlags) Validate() error {
	switch {
	case f.Timeout <= 0:
		return fmt.Errorf("--webhook-timeout: %s is no time", f.Timeout)
	case f.Wait < 0:
		return fmt.Errorf("--webhook-wait: %s is negative", f.Wait)
	}
	if f.APIURL == "" {
		return nil
	}
	if address, err := url.Parse(f.APIURL); err != nil || address.Host == "" {
		return fmt.Errorf("--api-url: %q is no address", f.APIURL)
	}
	return nil
}

// sender sends the webhooks of a store, whose server is reached at the address that the
// process listens on unless the settings name another one.
func (f webhookFlags) sender(s *store.Store, listening string) *notify.Sender {
	address := f.APIURL
	if address == "" {
		address = listening
	}
	s.ServeAt(address)
	options := notify.Options{Timeout: f.Timeout, Wait: f.Wait, AllowPrivate: s.Dialect() == store.SQLite}
	if f.AllowPrivate != nil {
		options.AllowPrivate = *f.AllowPrivate
	}
	return notify.NewSender(options)
}
