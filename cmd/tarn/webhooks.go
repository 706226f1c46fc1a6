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

// webhookOptions are the settings of deliveries on a database, at the address that the
// process listens on.
func (f webhookFlags) webhookOptions(dialect, listening string) notify.Options {
	options := notify.Options{Issuer: f.APIURL, Timeout: f.Timeout, Wait: f.Wait, AllowPrivate: dialect == store.SQLite}
	if options.Issuer == "" {
		options.Issuer = listening
	}
	if f.AllowPrivate != nil {
		options.AllowPrivate = *f.AllowPrivate
	}
	return options
}
