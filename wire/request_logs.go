package wire

import (
	"tarn/gen/requestlogs"
	"tarn/store"
)

// RequestLog is a request log; id is its identifier in the contract's
// spelling.
func RequestLog(row store.RequestLog, id string) requestlogs.RequestLog {
	return requestlogs.RequestLog{
		ID:           id,
		Object:       requestlogs.RequestLogObjectRequestLog,
		Method:       row.Method,
		Path:         row.Path,
		StatusCode:   row.StatusCode,
		DurationMs:   int64(row.DurationMS),
		EndpointType: requestlogs.EndpointType(row.EndpointType),
		BilledUnits:  row.BilledUnits,
		APIKeyPrefix: row.APIKeyPrefix,
		ErrorType:    optional(row.ErrorType),
		ErrorDetail:  optional(row.ErrorDetail),
		CreatedAt:    row.LoggedAt.UTC(),
	}
}
