package server

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/clock"
	"tarn/fault"
	"tarn/form"
	"tarn/gen/requestlogs"
	"tarn/nullable"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wire"
)

// requestLogServer implements the request-log contract.
type requestLogServer struct{}

var _ requestlogs.StrictServerInterface = (*requestLogServer)(nil)

const (
	// defaultLookBack is how far back a list goes when no start is given.
	defaultLookBack = 24 * time.Hour
	defaultLimit    = 20
)

// ListRequestLogs lists requests, newest first.
func (s *requestLogServer) ListRequestLogs(ctx context.Context, request requestlogs.ListRequestLogsRequestObject) (requestlogs.ListRequestLogsResponseObject, error) {
	tx := txFrom(ctx)
	filter, err := requestLogFilter(tx, request.Params)
	if err != nil {
		return nil, err
	}
	after, err := parseCursor(request.Params.Cursor)
	if err != nil {
		return nil, err
	}
	limit := defaultLimit
	if request.Params.Limit != nil {
		limit = *request.Params.Limit
	}
	rows, more, err := tx.RequestLogs(filter, after, limit)
	if err != nil {
		return nil, err
	}
	own := audit.FormatRequestID(edge.From(ctx).ID())
	list := requestlogs.RequestLogList{
		Object:     requestlogs.RequestLogListObjectList,
		Data:       wire.Each(rows, requestLog),
		HasMore:    more,
		Pagination: requestlogs.Pagination{Cursor: nullable.NewNullNullable[string]()},
		RequestID:  own,
	}
	if more {
		list.Pagination.Cursor.Set(cursor(rows[len(rows)-1]))
	}
	return requestlogs.ListRequestLogs200JSONResponse{
		Body: list, Headers: requestlogs.ListRequestLogs200ResponseHeaders{XRequestID: own},
	}, nil
}

// FindRequestLog shows one request.
func (s *requestLogServer) FindRequestLog(ctx context.Context, request requestlogs.FindRequestLogRequestObject) (requestlogs.FindRequestLogResponseObject, error) {
	id, ok := audit.ParseRequestID(request.RequestID)
	if !ok {
		return nil, fault.Missing("request_log")
	}
	row, err := txFrom(ctx).RequestLog(id)
	if err != nil {
		return nil, form.NotFound(err, "request_log")
	}
	own := audit.FormatRequestID(edge.From(ctx).ID())
	object := requestLog(row)
	object.RequestID = &own
	return requestlogs.FindRequestLog200JSONResponse{
		Body: object, Headers: requestlogs.FindRequestLog200ResponseHeaders{XRequestID: own},
	}, nil
}

func requestLog(row store.RequestLog) requestlogs.RequestLog {
	return wire.RequestLog(row, audit.FormatRequestID(row.ID))
}

func requestLogFilter(tx *store.Tx, params requestlogs.ListRequestLogsParams) (store.RequestLogFilter, error) {
	details := fault.Details{}
	from := dayOrInstant(details, "start_date", firstOf(params.StartDate, params.From), startOfDay)
	to := dayOrInstant(details, "end_date", firstOf(params.EndDate, params.To), endOfDay)
	filter := store.RequestLogFilter{
		From: tx.Now().Add(-defaultLookBack), To: tx.Now().Add(clock.Precision),
		StatusCode: params.StatusCode, Success: params.Success, APIKeyID: params.APIKeyID,
	}
	switch {
	case from != nil:
		filter.From = *from
	case to != nil:
		filter.From = to.Add(-defaultLookBack)
	}
	if to != nil {
		filter.To = *to
	}
	if from != nil && to != nil && !from.Before(*to) {
		details.Add("start_date", fault.CodeOutOfRange)
	}
	if err := details.Err(); err != nil {
		return filter, err
	}
	if beforeRetention(tx, from, to) {
		return filter, &fault.Error{
			Kind: fault.Forbidden, Code: edge.CodePlanLimitExceeded,
			Message: "The plan of the organization does not keep request logs that long.",
		}
	}
	if since := tx.Organization().RequestLogsSince(tx.Now()); filter.From.Before(since) {
		filter.From = since
	}
	if params.Method != nil {
		method := strings.ToUpper(*params.Method)
		filter.Method = &method
	}
	if params.EndpointType != nil {
		word := string(*params.EndpointType)
		filter.EndpointType = &word
	}
	if params.Q != nil {
		filter.Text = edge.Clean(*params.Q)
		filter.TextIDs = audit.RequestIDPatterns(filter.Text)
	}
	return filter, nil
}

// beforeRetention reports whether a window begins before, or lies entirely
// before, what the plan keeps. The whole first day may be asked for, so that a
// bare date at the edge is not refused.
func beforeRetention(tx *store.Tx, from, to *time.Time) bool {
	since := tx.Organization().RequestLogsSince(tx.Now())
	return from != nil && from.Before(since.Truncate(24*time.Hour)) || to != nil && !to.After(since)
}

func firstOf(values ...*string) *string {
	for _, value := range values {
		if value != nil {
			return value
		}
	}
	return nil
}

// cursor is the place of a row, opaque to clients: its time and identifier.
func cursor(row store.RequestLog) string {
	text := binary.BigEndian.AppendUint64(nil, uint64(row.LoggedAt.UnixMicro())) //nolint:gosec // two's complement is kept
	return base64.RawURLEncoding.EncodeToString(append(text, row.ID[:]...))
}

var errCursor = errors.New("malformed cursor")

func parseCursor(text *string) (*store.RequestLogPosition, error) {
	if text == nil || *text == "" {
		return nil, nil //nolint:nilnil // no cursor: the first page
	}
	raw, err := base64.RawURLEncoding.DecodeString(*text)
	if err == nil && len(raw) != 8+len(uuid.Nil) {
		err = errCursor
	}
	if err != nil {
		return nil, fault.Invalid("cursor", fault.CodeInvalid)
	}
	at := time.UnixMicro(int64(binary.BigEndian.Uint64(raw))).UTC() //nolint:gosec // see cursor
	if at.Year() < 1 || at.Year() > 9999 {
		return nil, fault.Invalid("cursor", fault.CodeInvalid)
	}
	return &store.RequestLogPosition{LoggedAt: at, ID: uuid.UUID(raw[8:])}, nil
}
