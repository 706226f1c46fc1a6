package server

import (
	"context"

	"github.com/google/uuid"

	"tarn/form"
	"tarn/gen/admin"
	"tarn/jobs"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// adminServer implements the administration contract. Administration stands
// above organizations, so unlike the other contracts its operations open their
// transactions themselves. The edge puts the request's identifier on every
// answer, which is why the handlers leave that header alone.
type adminServer struct {
	store  *store.Store
	runner *jobs.Runner
	edge   *edge.Edge
}

var _ admin.StrictServerInterface = (*adminServer)(nil)

func newAdminServer(s *store.Store, runner *jobs.Runner, e *edge.Edge) *adminServer {
	return &adminServer{store: s, runner: runner, edge: e}
}

// requestID is the identifier of the request that a context belongs to.
func requestID(ctx context.Context) uuid.UUID {
	if x := edge.From(ctx); x != nil {
		return x.ID()
	}
	return uuid.Nil
}

// adminScope is on whose behalf the administrator works in an organization.
func adminScope(ctx context.Context, organization uuid.UUID) store.Scope {
	return store.Scope{Organization: organization, Source: store.SourceSystem, Request: requestID(ctx)}
}

// read runs fn in a reading transaction of an organization.
func (a *adminServer) read(ctx context.Context, organization uuid.UUID, fn func(*store.Tx) error) error {
	return form.NotFound(a.store.Read(ctx, adminScope(ctx, organization), fn), "organization")
}

// write runs fn in a writing transaction of an organization, and lets the work
// be done that it makes due at once. What the process remembers of the
// organization's keys is forgotten.
func (a *adminServer) write(ctx context.Context, organization uuid.UUID, fn func(*store.Tx) error) error {
	if err := a.edge.Write(ctx, adminScope(ctx, organization), fn); err != nil {
		return form.NotFound(err, "organization")
	}
	a.edge.ForgetKeys(organization)
	return nil
}

// organization is an organization as administration shows it. The key that signs its
// webhooks is shown here only: activities show the settings too.
func (a *adminServer) organization(row store.Organization) admin.Organization {
	object := wire.Organization(row)
	object.Clock = a.clock(row)
	object.HmacKey = &row.HMACKey
	return object
}

func (a *adminServer) clock(row store.Organization) admin.Clock {
	return admin.Clock{Now: a.store.Instant(row), Frozen: row.FrozenAt != nil}
}

func (a *adminServer) answer(row store.Organization) admin.OrganizationAnswerJSONResponse {
	return admin.OrganizationAnswerJSONResponse{Body: admin.OrganizationEnvelope{Organization: a.organization(row)}}
}
