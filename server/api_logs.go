package server

import (
	"context"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/gen"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// FindAllAPILogs lists the requests that were not reads.
func (s *Server) FindAllAPILogs(ctx context.Context, request gen.FindAllAPILogsRequestObject) (gen.FindAllAPILogsResponseObject, error) {
	filter, err := apiLogFilter(request.Params)
	if err != nil {
		return nil, err
	}
	logs, err := txFrom(ctx).APILogs(filter, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllAPILogs200JSONResponse{APILogs: wire.Each(logs.Rows, wire.APILog), Meta: wire.Meta(logs)}, nil
}

// FindAPILog shows one request.
func (s *Server) FindAPILog(ctx context.Context, request gen.FindAPILogRequestObject) (gen.FindAPILogResponseObject, error) {
	id, ok := audit.ParseRequestID(request.RequestID)
	if !ok {
		return nil, fault.Missing("api_log")
	}
	log, err := txFrom(ctx).APILog(id)
	if err != nil {
		return nil, form.NotFound(err, "api_log")
	}
	return gen.FindAPILog200JSONResponse{APILog: wire.APILog(log)}, nil
}

func apiLogFilter(params gen.FindAllAPILogsParams) (store.APILogFilter, error) {
	filter := store.APILogFilter{
		Methods:    texts(params.HTTPMethods),
		APIVersion: params.APIVersion,
		Clients:    all(params.Clients),
		APIKeyIDs:  all(params.APIKeyIds),
	}
	details := fault.Details{}
	filter.From = dayOrInstant(details, "from_date", params.FromDate, startOfDay)
	filter.To = dayOrInstant(details, "to_date", params.ToDate, endOfDay)
	for _, text := range all(params.HTTPStatuses) {
		statuses, ok := statusRange(text)
		if !ok {
			details["http_statuses"] = []string{fault.CodeInvalid}
		}
		filter.Statuses = append(filter.Statuses, statuses)
	}
	filter.RequestIDs = identifiers(details, "request_ids", all(params.RequestIds))
	if params.RequestPaths != nil {
		filter.Paths = logPaths(strings.Split(*params.RequestPaths, ","))
	}
	filter.Paths = append(filter.Paths, logPaths(all(params.RequestPathList))...)
	return filter, details.Err()
}

// statusRange reads a status filter: a word for half of all statuses, or one
// exact status.
func statusRange(text string) (store.StatusRange, bool) {
	switch text {
	case "succeeded":
		return store.StatusRange{From: 100, To: 399}, true
	case "failed":
		return store.StatusRange{From: 400, To: 599}, true
	}
	status, err := strconv.Atoi(text)
	return store.StatusRange{From: status, To: status}, err == nil && status >= 100 && status <= 599
}

// logPaths brings paths into the form that logs have, below the API's base. A
// slash at the end does not matter, neither here nor in the log.
func logPaths(paths []string) []string {
	var list []string
	for _, path := range paths {
		if path = strings.TrimSpace(path); path == "" {
			continue
		}
		if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "*") {
			path = "/" + path
		}
		if path == edge.BillingBase || strings.HasPrefix(path, edge.BillingBase+"/") {
			path = strings.TrimPrefix(path, edge.BillingBase)
		}
		path = strings.TrimRight(path, "/")
		list = append(list, path, path+"/")
	}
	return list
}

// identifiers reads identifiers of requests in either spelling.
func identifiers(details fault.Details, field string, spelled []string) []uuid.UUID {
	var ids []uuid.UUID
	for _, text := range spelled {
		id, ok := audit.ParseRequestID(text)
		if !ok {
			details[field] = []string{fault.CodeInvalid}
		}
		ids = append(ids, id)
	}
	return ids
}
