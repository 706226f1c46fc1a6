package server

import (
	"context"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wire"
)

// FindAllActivityLogs lists the changes to resources.
func (s *Server) FindAllActivityLogs(ctx context.Context, request gen.FindAllActivityLogsRequestObject) (gen.FindAllActivityLogsResponseObject, error) {
	filter, err := activityLogFilter(request.Params)
	if err != nil {
		return nil, err
	}
	logs, err := txFrom(ctx).ActivityLogs(filter, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	objects := make([]gen.ActivityLogObject, len(logs.Rows))
	for i, row := range logs.Rows {
		if objects[i], err = wire.ActivityLog(row); err != nil {
			return nil, err
		}
	}
	return gen.FindAllActivityLogs200JSONResponse{ActivityLogs: objects, Meta: wire.Meta(logs)}, nil
}

// FindActivityLog shows one change.
func (s *Server) FindActivityLog(ctx context.Context, request gen.FindActivityLogRequestObject) (gen.FindActivityLogResponseObject, error) {
	id, ok := audit.ParseRequestID(request.ActivityID)
	if !ok {
		return nil, fault.Missing("activity_log")
	}
	row, err := txFrom(ctx).ActivityLog(id)
	if err != nil {
		return nil, form.NotFound(err, "activity_log")
	}
	object, err := wire.ActivityLog(row)
	if err != nil {
		return nil, err
	}
	return gen.FindActivityLog200JSONResponse{ActivityLog: object}, nil
}

func activityLogFilter(params gen.FindAllActivityLogsParams) (store.ActivityLogFilter, error) {
	details := fault.Details{}
	filter := store.ActivityLogFilter{
		From:                   dayOrInstant(details, "from_date", params.FromDate, startOfDay),
		To:                     dayOrInstant(details, "to_date", params.ToDate, endOfDay),
		Types:                  all(params.ActivityTypes),
		Sources:                texts(params.ActivitySources),
		UserEmails:             all(params.UserEmails),
		ExternalCustomerID:     params.ExternalCustomerID,
		ExternalSubscriptionID: params.ExternalSubscriptionID,
		ResourceIDs:            all(params.ResourceIds),
		ResourceTypes:          all(params.ResourceTypes),
		ActivityIDs:            all(params.ActivityIds),
		APIKeyIDs:              all(params.APIKeyIds),
		RequestIDs:             identifiers(details, "request_ids", all(params.RequestIds)),
	}
	return filter, details.Err()
}
