package server

import (
	"context"

	"tarn/form"
	"tarn/gen/admin"
	"tarn/store"
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
	if err := a.runner.Advance(ctx, request.OrganizationID, request.Body.Now); err != nil {
		return nil, form.NotFound(err, "organization")
	}
	answer, err := a.readClock(ctx, request.OrganizationID)
	if err != nil {
		return nil, err
	}
	return admin.MoveClock200JSONResponse{ClockAnswerJSONResponse: answer}, nil
}

func (a *adminServer) readClock(ctx context.Context, organization admin.OrganizationID) (answer admin.ClockAnswerJSONResponse, err error) {
	err = a.read(ctx, organization, func(tx *store.Tx) error {
		answer.Body.Clock = a.clock(tx.Organization())
		return nil
	})
	return answer, err
}
