package server

import (
	"context"

	"tarn/clock"
	"tarn/fault"
	"tarn/form"
	"tarn/gen/admin"
	"tarn/store"
	"tarn/wire"
)

// FindClock shows what an organization's clock says.
func (a *adminServer) FindClock(ctx context.Context, request admin.FindClockRequestObject) (admin.FindClockResponseObject, error) {
	answer, err := a.readClock(ctx, request.OrganizationID)
	if err != nil {
		return nil, err
	}
	return admin.FindClock200JSONResponse{ClockAnswerJSONResponse: answer}, nil
}

// MoveClock moves an organization's clock and does what falls due on the way.
// A long way takes longer than a request may, and a client that goes away does
// not stop a move.
func (a *adminServer) MoveClock(ctx context.Context, request admin.MoveClockRequestObject) (admin.MoveClockResponseObject, error) {
	ctx = context.WithoutCancel(ctx)
	defer a.edge.ForgetKeys(request.OrganizationID)
	begun := store.NewID()
	if err := a.move(ctx, request.OrganizationID, *request.Body); err != nil {
		return nil, form.NotFound(err, "organization")
	}
	var answer admin.ClockMovedJSONResponse
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) error {
		answer.Body.Clock, answer.Body.Events = a.clock(tx.Organization()), []admin.ClockEvent{}
		if !tx.Organization().TellsOfEvents() {
			return nil
		}
		events, count, err := tx.WebhookEventsSince(begun, shownEvents)
		answer.Body.Events, answer.Body.EventsCount = wire.Each(events, wire.ClockEvent), count
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.MoveClock200JSONResponse{ClockMovedJSONResponse: answer}, nil
}

// shownEvents is how many events the answer to a move shows at most.
const shownEvents = 100

// move moves the clock to an instant, or by a duration.
func (a *adminServer) move(ctx context.Context, organization admin.OrganizationID, to admin.ClockMoveInput) error {
	switch {
	case to.Now != nil && to.Advance != nil:
		return fault.Invalid("advance", fault.CodeInvalid)
	case to.Now != nil:
		return a.runner.Advance(ctx, organization, *to.Now)
	case to.Advance == nil:
		return fault.Invalid("now", fault.CodeMandatory)
	}
	by, err := clock.ParseDuration(*to.Advance)
	if err != nil {
		return fault.Invalid("advance", fault.CodeInvalid)
	}
	return a.runner.AdvanceBy(ctx, organization, by)
}

func (a *adminServer) readClock(ctx context.Context, organization admin.OrganizationID) (answer admin.ClockAnswerJSONResponse, err error) {
	err = a.read(ctx, organization, func(tx *store.Tx) error {
		answer.Body.Clock = a.clock(tx.Organization())
		return nil
	})
	return answer, err
}
