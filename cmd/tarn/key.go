package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/uuid"

	"tarn/clock"
	"tarn/engine"
	"tarn/server/edge"
	"tarn/store"
)

// keyCommand manages API keys.
type keyCommand struct {
	Create keyCreateCommand `cmd:"" help:"Make a key and print it, once."`
	List   keyListCommand   `cmd:"" help:"List the keys, without their values."`
	Rotate keyRotateCommand `cmd:"" help:"Make a key that replaces another one, and print it, once."`
	Revoke keyRevokeCommand `cmd:"" help:"End a key; servers that run may take it for two seconds more."`
}

// organizationFlag says which organization a command works on.
type organizationFlag struct {
	Organization string `name:"org" help:"Identifier or short name of the organization; may be left out where there is one only."`
}

// organizationFlags are those of commands that look at an organization.
type organizationFlags struct {
	databaseFlag
	organizationFlag
}

// in opens the database and hands it over with what a transaction of the
// organization needs.
func (f organizationFlags) in(ctx context.Context, fn func(s *store.Store, scope store.Scope) error) error {
	return f.organizationFlag.in(ctx, f.openExisting, fn)
}

// organizationRecordingFlags are those of commands that change something of an organization.
type organizationRecordingFlags struct {
	recordingFlags
	organizationFlag
}

// in opens the database and hands it over with what a transaction of the
// organization needs.
func (f organizationRecordingFlags) in(ctx context.Context, fn func(s *store.Store, scope store.Scope) error) error {
	return f.organizationFlag.in(ctx, f.openExisting, fn)
}

// write runs fn in a transaction of the organization.
func (f organizationRecordingFlags) write(ctx context.Context, fn func(tx *store.Tx) error) error {
	return f.in(ctx, func(s *store.Store, scope store.Scope) error { return s.Write(ctx, scope, fn) })
}

// in hands over a database that it opens and closes, with what a transaction of the
// organization needs.
func (f organizationFlag) in(
	ctx context.Context, open func(context.Context) (*store.Store, error), fn func(s *store.Store, scope store.Scope) error,
) error {
	s, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	var org store.Organization
	err = s.SystemRead(ctx, func(sys *store.System) (err error) {
		org, err = f.find(sys)
		return err
	})
	if err != nil {
		return err
	}
	return fn(s, store.Scope{Organization: org.ID, Source: store.SourceSystem})
}

// find looks the organization up.
func (f organizationFlag) find(sys *store.System) (org store.Organization, err error) {
	if f.Organization == "" {
		return onlyOrganization(sys)
	}
	if id, notID := uuid.Parse(f.Organization); notID == nil {
		org, err = sys.Organization(id)
	} else {
		org, err = sys.OrganizationBySlug(f.Organization)
	}
	if errors.Is(err, store.ErrNotFound) {
		return org, fmt.Errorf("no such organization: %s", f.Organization)
	}
	return org, err
}

// organizationsNamed is how many organizations a refusal names.
const organizationsNamed = 10

// onlyOrganization is the one organization that there is.
func onlyOrganization(sys *store.System) (org store.Organization, err error) {
	list, err := sys.Organizations(store.Page{Size: organizationsNamed})
	switch {
	case err != nil:
		return org, err
	case list.Total == 0:
		return org, errors.New("there is no organization yet: make one with tarn org create")
	case list.Total == 1:
		return list.Rows[0], nil
	}
	names := make([]string, len(list.Rows), len(list.Rows)+1)
	for i, row := range list.Rows {
		names[i] = row.Slug
	}
	if more := list.Total - int64(len(list.Rows)); more > 0 {
		names = append(names, fmt.Sprintf("and %d more, which tarn org list shows", more))
	}
	return org, fmt.Errorf("there are %d organizations: name one with --org (%s)", list.Total, strings.Join(names, ", "))
}

// keyCreateCommand makes a key.
type keyCreateCommand struct {
	organizationRecordingFlags
	Name      *string    `arg:"" optional:"" help:"Name of the key."`
	Allow     []string   `placeholder:"RESOURCE:MODE" help:"What the key may do, such as customer:read or customer:write; everything when left out."`
	ExpiresAt *time.Time `help:"When the key stops working, such as 2030-01-01T00:00:00Z; never when left out."`
	Quiet     bool       `short:"q" help:"Print the key alone."`
}

// Run makes the key.
func (k keyCreateCommand) Run(ctx context.Context, app *kong.Context) error {
	permissions, err := permissionsOf(k.Allow)
	if err != nil {
		return err
	}
	var key store.APIKey
	var value string
	err = k.write(ctx, func(tx *store.Tx) (err error) {
		key, value, err = engine.CreateAPIKey(tx, engine.APIKeyInput{
			Name: k.Name, Permissions: permissions, ExpiresAt: normal(k.ExpiresAt),
		})
		return err
	})
	if err != nil {
		return err
	}
	return printKey(app, key, value, k.Quiet)
}

// permissionsOf reads permissions; nil for none, which means all.
func permissionsOf(allow []string) (store.Permissions, error) {
	if len(allow) == 0 {
		return nil, nil //nolint:nilnil // a key without permissions of its own may do everything
	}
	permissions := store.Permissions{}
	for _, text := range allow {
		resource, mode, ok := strings.Cut(text, ":")
		if !ok {
			return nil, fmt.Errorf("a permission looks like customer:read, not %q", text)
		}
		permissions[resource] = append(permissions[resource], mode)
	}
	return permissions, nil
}

// keyListCommand lists keys.
type keyListCommand struct {
	organizationFlags
}

// Run lists the keys, newest first.
func (k keyListCommand) Run(ctx context.Context, app *kong.Context) error {
	var keys []store.APIKey
	var now time.Time
	err := k.in(ctx, func(s *store.Store, scope store.Scope) error {
		return s.Read(ctx, scope, func(tx *store.Tx) (err error) {
			now = tx.Now()
			keys, err = tx.APIKeys()
			return err
		})
	})
	if err != nil {
		return err
	}
	lines := make([][]string, len(keys))
	for i, key := range keys {
		name := "-"
		if key.Name != nil {
			name = *key.Name
		}
		lines[i] = []string{
			key.ID.String(), key.Prefix, name, stateOf(key, now),
			written(&key.CreatedAt), written(key.ExpiresAt), written(key.LastUsedAt),
		}
	}
	return printTable(app.Stdout, []string{"ID", "BEGINS WITH", "NAME", "STATE", "CREATED", "EXPIRES", "LAST USED"}, lines)
}

// stateOf is one word for what a key is worth.
func stateOf(key store.APIKey, now time.Time) string {
	switch {
	case key.RevokedAt != nil:
		return "revoked"
	case !key.Active(now):
		return "expired"
	}
	return "active"
}

// written is an instant as lists show it.
func written(at *time.Time) string {
	if at == nil {
		return "-"
	}
	return at.UTC().Format(time.RFC3339)
}

// keyRotateCommand replaces a key.
type keyRotateCommand struct {
	organizationRecordingFlags
	ID        uuid.UUID     `arg:"" help:"Identifier of the key, as tarn key list shows it."`
	Overlap   time.Duration `help:"How long the old key goes on working, such as 1h; when left out, no longer than servers that run remember it, two seconds."`
	ExpiresAt *time.Time    `help:"When the new key stops working; never when left out."`
	Quiet     bool          `short:"q" help:"Print the new key alone."`
}

// Run replaces the key.
func (k keyRotateCommand) Run(ctx context.Context, app *kong.Context) error {
	var key store.APIKey
	var value string
	err := k.write(ctx, func(tx *store.Tx) (err error) {
		key, value, _, err = engine.RotateAPIKey(tx, k.ID, engine.RotationInput{ExpiresAt: normal(k.ExpiresAt), Overlap: k.Overlap})
		return err
	})
	if err != nil {
		return err
	}
	return printKey(app, key, value, k.Quiet)
}

// keyRevokeCommand ends a key.
type keyRevokeCommand struct {
	organizationRecordingFlags
	ID uuid.UUID `arg:"" help:"Identifier of the key, as tarn key list shows it."`
}

// Run ends the key.
func (k keyRevokeCommand) Run(ctx context.Context, app *kong.Context) error {
	err := k.write(ctx, func(tx *store.Tx) error {
		_, err := engine.RevokeAPIKey(tx, k.ID)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(app.Stdout, "revoked %s (servers that run may take it for %s more)\n", k.ID, edge.KeyLife)
	return err
}

func printKey(app *kong.Context, key store.APIKey, value string, quiet bool) error {
	if quiet {
		_, err := fmt.Fprintln(app.Stdout, value)
		return err
	}
	return printLines(app.Stdout, "key", key.ID.String(), "API key", value+"   (shown once)")
}

// normal is a flag's instant in the form in which instants are kept.
func normal(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	n := clock.Normalize(*at)
	return &n
}
