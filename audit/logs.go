package audit

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"tarn/store"
)

// APIVersion is the version of the billing API that API logs show.
const APIVersion = "v1"

// pathLimit is how many bytes of a path are kept. PostgreSQL's index of paths
// takes no more than about 2,700.
const pathLimit = 2048

// Request is what is known of an authenticated request when it is answered.
type Request struct {
	ID              uuid.UUID
	ClientRequestID *string
	Key             store.APIKey
	// OperationID and BilledUnits are empty for a path that no contract has.
	OperationID  string
	EndpointType string
	BilledUnits  int
	// Method is the HTTP method, Origin scheme and host with a trailing slash,
	// Path the whole path, BillingPath the path below the billing API's base,
	// Query what followed the path.
	Method, Origin, Path, BillingPath, Query string
	UserAgent                                string
	Body                                     []byte
	// BodySize is set, and Body empty, for a body that was too large to read.
	BodySize int64
	Status   int
	Response []byte
	// ErrorType and ErrorDetail are empty for a success.
	ErrorType, ErrorDetail string
	Duration               time.Duration
	At                     time.Time
}

// APILog is the row of a request as the billing API shows it.
func (r *Redactor) APILog(request Request) *store.APILog {
	row := &store.APILog{
		ID:              request.ID,
		APIKeyID:        request.Key.ID,
		ClientRequestID: request.ClientRequestID,
		APIVersion:      APIVersion,
		Client:          request.UserAgent,
		HTTPMethod:      strings.ToLower(request.Method),
		HTTPStatus:      request.Status,
		RequestOrigin:   request.Origin,
		RequestPath:     clip(request.BillingPath),
		RequestBody:     r.Body(request.Body),
		LoggedAt:        request.At,
		CreatedAt:       request.At,
	}
	if request.BodySize > 0 {
		row.RequestBody = tooLarge(request.BodySize)
	}
	if len(request.Response) > 0 {
		response := r.Body(request.Response)
		row.RequestResponse = &response
	}
	return row
}

// RequestLog is the row of a request as the request-log contract shows it.
func (r *Redactor) RequestLog(request Request) store.RequestLog {
	row := store.RequestLog{
		ID:              request.ID,
		OrganizationID:  request.Key.OrganizationID,
		APIKeyID:        request.Key.ID,
		APIKeyPrefix:    request.Key.Prefix,
		ClientRequestID: request.ClientRequestID,
		OperationID:     request.OperationID,
		Method:          strings.ToUpper(request.Method),
		Path:            clip(request.Path),
		Query:           r.Query(request.Query),
		StatusCode:      request.Status,
		DurationMS:      int(request.Duration.Milliseconds()),
		EndpointType:    request.EndpointType,
		BilledUnits:     request.BilledUnits,
		LoggedAt:        request.At,
	}
	if request.ErrorType != "" {
		row.ErrorType, row.ErrorDetail = &request.ErrorType, &request.ErrorDetail
	}
	return row
}

// clip is a path of which so much is left as is kept.
func clip(path string) string {
	if len(path) <= pathLimit {
		return path
	}
	return strings.ToValidUTF8(path[:pathLimit], "")
}
