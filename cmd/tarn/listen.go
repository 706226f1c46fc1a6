package main

import (
	"context"
	"net/http"
	"time"

	"github.com/alecthomas/kong"

	"tarn/notify/listen"
)

// listenEvery is the time between two questions of tarn listen.
const listenEvery = 500 * time.Millisecond

// listenCommand follows the webhooks of an organization.
type listenCommand struct {
	Forward      string `help:"Address to send events on to, signed (hmac); they are only printed when left out."`
	Organization string `name:"org" aliases:"organization" help:"Identifier or short name of the organization; may be left out if there is one."`
	serverFlags
	AdminKey string `required:"" env:"TARN_ADMIN_KEY" help:"Key of the administration."`
}

// Run prints events and sends them on until it is interrupted.
func (l listenCommand) Run(ctx context.Context, app *kong.Kong) error {
	server, err := l.server()
	if err != nil {
		return err
	}
	listener := listen.Listener{
		Server: server, AdminKey: l.AdminKey, Organization: l.Organization, Forward: l.Forward,
		Every: listenEvery, Out: app.Stdout, HTTP: &http.Client{Timeout: seedTimeout},
	}
	return listener.Run(ctx)
}
