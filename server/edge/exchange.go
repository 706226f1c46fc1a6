package edge

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"tarn/audit"
	"tarn/compat"
	"tarn/store"
)

// Exchange is one request on its way through the edge and what becomes of it.
type Exchange struct {
	id              uuid.UUID
	clientRequestID *string
	started         time.Time
	api             *api
	// op is the operation that the route leads to; nil for unknown paths.
	op *operation

	// origin is the server as the client addressed it, with a slash at its end.
	// mode is whom the answer follows.
	mode compat.Mode

	origin string
	query  url.Values
	// queryBroken says that the query could not be read.
	queryBroken bool
	// body is what was sent, input what of it the handler decodes.
	body, input []byte
	// form says that the body came as a form.
	form bool
	// incomplete is set while the engine sees what is left of a refused body.
	incomplete *incomplete
	// bodySize is set when the body was larger than the server reads.
	bodySize int64

	// batch is the events that the request brings, and what became of them.
	batch Batch

	key store.APIKey
	org store.Organization
	// authenticated says that key and org are known.
	authenticated bool

	tx *store.Tx
	// at is the organization's time at which the request happened.
	at time.Time
	// logged says that the rows of the trail are written or queued.
	logged bool

	// limits are the headers that tell the client its allowance.
	limits map[string]string

	answer *answer
	// verified is the answer that was last held against the contract.
	verified *answer
	// failure is the error that the answer renders; nil for a success.
	failure error
	// hints are what the client should know beyond the answer.
	hints []string
}

// exchangeKey finds the exchange in a request's context.
type exchangeKey struct{}

// From is the exchange that a request's context belongs to; nil for a request of
// no contract.
func From(ctx context.Context) *Exchange {
	x, _ := ctx.Value(exchangeKey{}).(*Exchange)
	return x
}

// ID is the request's identifier.
func (x *Exchange) ID() uuid.UUID { return x.id }

// Tx is the transaction that the edge opened for the request. It exists for
// every operation that has an organization's key.
func (x *Exchange) Tx() *store.Tx { return x.tx }

// Origin is the server as the client addressed it, with a slash at its end.
func (x *Exchange) Origin() string { return x.origin }

// Query is the query as it was sent, for the few parameters whose form no
// generated type can hold.
func (x *Exchange) Query() url.Values { return x.query }

// Body is the body as it was sent.
func (x *Exchange) Body() []byte { return x.body }

// Input is the body as the contract takes it, for what no generated type can
// hold.
func (x *Exchange) Input() []byte { return x.input }

// Root is the member of the body that holds its object; empty where the body has
// none.
func (x *Exchange) Root() string { return x.op.root }

// Batch is the events that the request brings, as the ingester has read and kept
// them.
func (x *Exchange) Batch() Batch { return x.batch }

// answer is a response that waits until its log is durable.
type answer struct {
	header http.Header
	status int
	body   []byte
	// buffer is where the body's memory goes when it is sent.
	buffer *[]byte
	// value is what the body was encoded from; nil for other bodies.
	value any
}

// bodies are the buffers of answers that were sent.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

// keptBody is the largest buffer that is kept for another answer, in bytes.
const keptBody = 1 << 20

func newAnswer() *answer {
	buffer := bodies.Get().(*[]byte) //nolint:errcheck // nothing else is in it
	return &answer{header: http.Header{}, body: (*buffer)[:0], buffer: buffer}
}

// release gives the buffer of an answer that was sent to another one. By then
// the logs have made texts of their own of what they keep of it.
func (a *answer) release() {
	if cap(a.body) <= keptBody {
		*a.buffer = a.body
		bodies.Put(a.buffer)
	}
}

// Header is what the handler sets.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write keeps the body.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, p...)
	return len(p), nil
}

// send gives the answer to the client.
func (a *answer) send(w http.ResponseWriter) error {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if len(a.body) > 0 && strings.HasPrefix(w.Header().Get(echo.HeaderContentType), echo.MIMEApplicationJSON) {
		w.Header().Set(echo.HeaderContentType, "application/json; charset=utf-8")
	}
	w.WriteHeader(a.status)
	_, err := w.Write(a.body)
	return err
}

// begin gives the handler a fresh answer to write into, so that a transaction
// can be tried again.
func (x *Exchange) begin(c echo.Context) {
	x.answer = newAnswer()
	c.SetResponse(echo.NewResponse(x.answer, c.Echo()))
	c.Request().Body = http.NoBody
	if x.input != nil {
		c.Request().Body = readCloser{bytes.NewReader(x.input)}
	}
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// writes reports whether the request asks for a change.
func (x *Exchange) writes(method string) bool {
	if x.op != nil {
		return x.op.write
	}
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// apiLogged reports whether the request belongs into the API logs.
func (x *Exchange) apiLogged(method string) bool {
	switch method {
	case http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return x.api.kind == BillingAPI && (x.op == nil || x.op.apiLogged)
	}
	return false
}

// isEvent reports whether the request sends or estimates events, which the API
// logs leave out unless they are asked for.
func (x *Exchange) isEvent() bool {
	return x.op != nil && x.op.write && x.op.event
}

// scope is on whose behalf the request's transaction runs.
func (x *Exchange) scope() store.Scope {
	return store.Scope{
		Organization: x.org.ID, Source: store.SourceAPI, Request: x.id, APIKey: x.key.ID,
		Exclusive: x.op != nil && x.op.exclusive,
	}
}

// request is the exchange as the trail records it.
func (x *Exchange) request(c echo.Context) audit.Request {
	r := c.Request()
	record := audit.Request{
		ID: x.id, ClientRequestID: x.clientRequestID, Key: x.key,
		Method: r.Method, Origin: x.origin,
		Path: Clean(r.URL.Path), Query: Clean(r.URL.RawQuery), UserAgent: Clean(r.UserAgent()),
		Body: x.body, BodySize: x.bodySize,
		Status: x.answer.status, Response: x.answer.body,
		Duration: sinceStart(x), At: x.at, EndpointType: noEndpoint,
	}
	record.BillingPath = strings.TrimPrefix(record.Path, BillingBase)
	if x.op != nil {
		record.OperationID, record.EndpointType = x.op.ID, x.op.endpointType
		if record.Status < http.StatusBadRequest {
			record.BilledUnits = x.op.billedUnits
		}
	}
	if record.Status >= http.StatusBadRequest {
		record.ErrorType, record.ErrorDetail = describe(x.failure, record.Status)
		record.ErrorDetail = x.hinted(record.ErrorDetail)
	}
	return record
}

// noEndpoint is the endpoint type of requests to paths that no contract has.
const noEndpoint = "unknown"

// origin is the server as the client addressed it. A proxy in front may say
// that it was by HTTPS, and nothing else.
func origin(c echo.Context) string {
	scheme := "http"
	if strings.EqualFold(c.Scheme(), "https") {
		scheme = "https"
	}
	return scheme + "://" + Clean(c.Request().Host) + "/"
}

// Clean makes a text of the request fit for every database: valid UTF-8
// without NUL.
func Clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}
