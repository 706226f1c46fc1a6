// Package edge is what every request of a contract passes before and after its
// handler: it decides who may ask, holds the request against the contract, opens
// the transaction in which it happens, and keeps the answer until its log is
// durable. Handlers take what they need of a request from From(ctx); the edge
// knows no handler and no rule of billing.
package edge

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"tarn/audit"
	"tarn/clock"
	"tarn/compat"
	"tarn/fault"
	"tarn/openapi"
	"tarn/store"
)

// Options are the edge's settings.
type Options struct {
	// AdminKey opens the administration; empty means that there is none.
	AdminKey string
	// ValidateResponses says what happens to answers that break the contract.
	ValidateResponses ResponseCheck
	// LogEvents puts event ingestion into the API logs too.
	LogEvents bool
	// LogBodyLimit is the size in bytes above which a log keeps a summary of a
	// body instead of the body; zero means audit.DefaultBodyLimit.
	LogBodyLimit int
	// SecretNames are further names whose values no log keeps.
	SecretNames []string
	// RatePerSecond limits the requests of an organization; zero means no limit.
	RatePerSecond float64
	// RequestTimeout bounds a request; zero means that nothing does.
	RequestTimeout time.Duration
	// Answered is told of every answered request of a contract: the operation
	// (empty for an unknown path), the status, and what the contract has taken of the
	// query and the body. Test harnesses use it.
	Answered func(operationID string, status int, query url.Values, body []byte)
	// Check is shown every answer of an operation before it is sent, as the
	// value that was encoded; its error makes the answer a 500. Test harnesses
	// use it.
	Check func(operationID string, status int, value any) error
	// Logger receives what goes wrong; nil discards it.
	Logger *slog.Logger
}

// Edge holds the middlewares that every request of a contract passes, in this
// order: identify, observe (of the metrics), recoverPanics, capture, authenticate,
// permit, validate, transact. The handler is inside the innermost.
type Edge struct {
	store    *store.Store
	behind   *audit.Behind
	redactor *audit.Redactor
	keys     *keyring
	log      *slog.Logger
	opts     Options
	apis     []*api
	metrics  *metrics
	limiter  *limiter
	// runDue does work that a write made due at once, for organizations whose
	// clock is frozen.
	runDue func(context.Context, *store.Tx) error
	// ingester keeps events, and ingestion is where requests that bring them
	// meet.
	ingester  Ingester
	ingestion *ingestion
}

// New builds the edge on a store. The ingester keeps the events that requests
// bring; runDue does the work that a write made due at once. Close the edge
// after the last request.
func New(s *store.Store, opts Options, ingester Ingester, runDue func(context.Context, *store.Tx) error) *Edge {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return &Edge{
		store: s, behind: audit.NewBehind(s, opts.Logger), redactor: audit.NewRedactor(opts.LogBodyLimit, opts.SecretNames...),
		keys: newKeyring(), log: opts.Logger, opts: opts, metrics: newMetrics(), limiter: newLimiter(opts.RatePerSecond),
		runDue: runDue, ingester: ingester, ingestion: newIngestion(),
	}
}

// Serve adds a contract to a router. The generated code registers its routes
// with what comes back.
func (e *Edge) Serve(router *echo.Echo, kind Kind, doc *openapi3.T) *Registrar {
	a := newAPI(kind, doc)
	e.apis = append(e.apis, a)
	r := &Registrar{Echo: router, api: a}
	if kind == BillingAPI && e.store.Compat() == compat.Document && e.verifies() {
		a.published, r.err = openapi.Upstream()
	}
	return r
}

// Guard puts the edge around the routes of a router. All contracts must be
// served before it.
func (e *Edge) Guard(router *echo.Echo) {
	router.Binder = bodyBinder{}
	router.HTTPErrorHandler = e.unhandled
	for _, a := range e.apis {
		if a.kind == BillingAPI {
			router.Pre(a.joinCodes())
		}
	}
	router.Use(e.identify, e.metrics.observe, e.recoverPanics, e.capture, e.authenticate, e.permit, e.validate, e.transact)
}

// Metrics shows what the edge has counted and timed.
func (e *Edge) Metrics() http.Handler { return e.metrics.handler() }

// Log is where the edge says what goes wrong.
func (e *Edge) Log() *slog.Logger { return e.log }

// ForgetKeys makes the edge look up an organization's keys, and with them its
// clock, anew.
func (e *Edge) ForgetKeys(organization uuid.UUID) { e.keys.forgetOrganization(organization) }

// Flush waits until the logs of all reads answered so far are written.
func (e *Edge) Flush() { e.behind.Flush() }

// Close writes what is left of the logs. No request may come after it.
func (e *Edge) Close() { e.behind.Close() }

const exchangeName = "tarn.exchange"

func exchangeOf(c echo.Context) *Exchange {
	x, _ := c.Get(exchangeName).(*Exchange)
	return x
}

// apiOf is the contract that a path belongs to; nil for what is in none.
func (e *Edge) apiOf(path string) *api {
	for _, a := range e.apis {
		if path == a.prefix || strings.HasPrefix(path, a.prefix+"/") {
			return a
		}
	}
	return nil
}

// identify gives the request its identifier, which no client can choose, and
// puts it on whatever is answered.
func (e *Edge) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := &Exchange{id: store.NewID(), started: clock.Monotonic(), api: e.apiOf(c.Request().URL.Path), mode: e.store.Compat(), origin: origin(c), query: c.QueryParams()}
		x.queryBroken = !readQuery(c.Request().URL.RawQuery, x.query)
		if theirs := Clean(c.Request().Header.Get(echo.HeaderXRequestID)); theirs != "" {
			theirs = theirs[:min(len(theirs), maxClientRequestID)]
			theirs = Clean(theirs)
			x.clientRequestID = &theirs
		}
		spelling := x.id.String()
		if x.api != nil && x.api.kind == RequestLogAPI {
			spelling = audit.FormatRequestID(x.id)
		}
		c.Response().Header().Set(echo.HeaderXRequestID, spelling)
		if x.api == nil {
			return next(c)
		}
		x.op = x.api.lookUp(c.Request().Method, c.Path())
		c.Set(exchangeName, x)
		ctx, cancel := e.bounded(context.WithValue(c.Request().Context(), exchangeKey{}, x))
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

// bounded limits the time of a request.
func (e *Edge) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if e.opts.RequestTimeout <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, e.opts.RequestTimeout)
}

// maxClientRequestID bounds what is kept of a client's own identifier.
const maxClientRequestID = 255

// recoverPanics turns a panic anywhere below into an error, which is logged
// with the request's identifier and answered as 500.
func (e *Edge) recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				if aborted, isError := cause.(error); isError && errors.Is(aborted, http.ErrAbortHandler) {
					panic(cause)
				}
				err = fault.Recovered(cause)
			}
		}()
		return next(c)
	}
}

// capture reads the body, lets the request happen, sees to it that its log is
// written, and only then sends the answer.
func (e *Edge) capture(next echo.HandlerFunc) echo.HandlerFunc {
	inner := e.recoverPanics(next)
	return func(c echo.Context) error {
		x := exchangeOf(c)
		if x == nil {
			return next(c)
		}
		w := c.Response().Writer
		header := c.Response().Header().Clone()
		err := e.readBody(c, x)
		x.begin(c)
		if err == nil {
			err = inner(c)
		}
		if err != nil {
			e.fail(c, x, err)
		}
		if err := e.verify(c, x); err != nil {
			e.fail(c, x, err)
		}
		if err := e.leaveTrail(c, x); err != nil {
			x.failure, x.answer = err, render(x, err)
			e.log.ErrorContext(c.Request().Context(), "request log not written", "request_id", x.id, "error", err)
		}
		for name, values := range header {
			x.answer.header[name] = values
		}
		x.setHint(x.answer.header)
		for name, value := range x.limits {
			x.answer.header.Set(name, value)
		}
		if e.opts.Answered != nil {
			e.opts.Answered(x.op.id(), x.answer.status, x.query, x.body)
		}
		c.SetResponse(echo.NewResponse(w, c.Echo()))
		defer x.answer.release()
		return x.answer.send(c.Response())
	}
}

// fail makes an error the answer, and puts into the server's own log what is
// a defect of ours.
func (e *Edge) fail(c echo.Context, x *Exchange, err error) {
	x.failure, x.answer = err, render(x, err)
	if faultOf(err) != nil {
		return
	}
	attrs := []any{"request_id", x.id, "method", c.Request().Method, "path", c.Request().URL.Path, "error", err}
	if p, isPanic := err.(*fault.Panic); isPanic { //nolint:errorlint // made two frames below, never wrapped
		attrs = append(attrs, "stack", string(p.Stack))
	}
	e.log.ErrorContext(c.Request().Context(), "request failed", attrs...)
}

// readBody reads at most as much as the operation takes.
func (e *Edge) readBody(c echo.Context, x *Exchange) error {
	limit := int64(bodyLimit)
	if x.op != nil {
		limit = x.op.bodyLimit
	}
	r := c.Request()
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return badRequest()
	}
	if int64(len(body)) > limit {
		x.bodySize = max(r.ContentLength, int64(len(body)))
		return nil
	}
	x.body = body
	return nil
}

// leaveTrail writes the log of a request that no transaction has logged: reads
// behind the answer, refused and failed writes before it.
func (e *Edge) leaveTrail(c echo.Context, x *Exchange) error {
	if x.logged || !x.authenticated {
		return nil
	}
	x.logged = true
	if !x.writes(c.Request().Method) {
		if x.at.IsZero() {
			x.at = e.store.Instant(x.org)
		}
		e.behind.Used(x.key.ID, x.at)
		e.behind.Add(e.redactor.RequestLog(x.request(c)))
		return nil
	}
	ctx := context.WithoutCancel(c.Request().Context())
	return e.store.Write(ctx, x.scope(), func(tx *store.Tx) error { return e.record(c, x, tx) })
}

// record adds the request's rows to a transaction.
func (e *Edge) record(c echo.Context, x *Exchange, tx *store.Tx) error {
	x.at = tx.Now()
	e.behind.Used(x.key.ID, x.at)
	request := x.request(c)
	if x.apiLogged(c.Request().Method) || x.isEvent() && e.opts.LogEvents {
		if err := tx.InsertAPILog(e.redactor.APILog(request)); err != nil {
			return err
		}
	}
	row := e.redactor.RequestLog(request)
	return tx.InsertRequestLog(&row)
}

// validate holds the request against its contract.
func (e *Edge) validate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c)
		if x == nil || x.op == nil {
			return next(c)
		}
		if x.bodySize > 0 {
			return &fault.Error{Kind: fault.TooLarge, Code: "payload_too_large", Message: fmt.Sprintf("The body is larger than %d bytes.", x.op.bodyLimit)}
		}
		if err := x.checkText(c.Request()); err != nil {
			return err
		}
		if err := x.op.checkParameters(inPath(c), x.query); err != nil {
			return err
		}
		x.hintQuery(x.query)
		asWire := x.mode == compat.Wire
		if asWire && isForm(c.Request().Header.Get(echo.HeaderContentType)) {
			if err := x.readForm(); err != nil {
				return err
			}
		}
		if x.op.ingests {
			batch, err := e.ingester.Read(x)
			if err != nil {
				return err
			}
			x.batch = batch
			return next(c)
		}
		body, err := x.op.readBody(x.body, x.HintMembers, asWire)
		if errors.As(err, &x.incomplete) && x.api.kind == BillingAPI && x.op.write {
			body, err = x.incomplete.rest, nil
		}
		if err != nil {
			return err
		}
		x.input = body
		x.begin(c)
		return next(c)
	}
}

// inPath reads the parameters of the path. Echo leaves them escaped just where
// the path as it was sent is not the usual spelling of what it means.
func inPath(c echo.Context) func(name string) string {
	return func(name string) string {
		value := c.Param(name)
		if c.Request().URL.RawPath != "" {
			value, _ = url.PathUnescape(value) // of a URL that was parsed: cannot fail
		}
		return value
	}
}

// transact opens the transaction in which the request happens. A write's log
// is part of it, so that neither is without the other.
func (e *Edge) transact(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c)
		if x == nil || x.op == nil || x.api.kind == AdminAPI {
			return next(c)
		}
		if x.op.ingests {
			return e.ingest(c, x, next)
		}
		ctx := c.Request().Context()
		if x.api.kind == RequestLogAPI {
			// The reads that this process answered before are to be seen.
			e.behind.Flush()
		}
		if !x.op.write {
			return e.store.Read(ctx, x.scope(), func(tx *store.Tx) error {
				x.tx, x.at = tx, tx.Now()
				return next(c)
			})
		}
		err := e.Write(ctx, x.scope(), func(tx *store.Tx) error {
			x.tx, x.failure = tx, nil
			x.begin(c)
			err := next(c)
			if x.incomplete != nil {
				return x.incomplete.outcome(err)
			}
			if err != nil {
				f, isFault := fault.As(err)
				if !isFault || !f.Keep {
					return err
				}
				x.failure, x.answer = err, render(x, err)
			}
			if err := e.verify(c, x); err != nil {
				return err
			}
			return e.record(c, x, tx)
		})
		if err != nil {
			return err
		}
		x.logged = true
		return nil
	}
}

// Write runs fn in a writing transaction, and lets the work be done that it made
// due at once, before the answer goes out. What fails of that is tried again by
// the runner; the write itself stands. Handlers whose operations have no
// transaction from the edge, as those of the administration, call it too.
func (e *Edge) Write(ctx context.Context, scope store.Scope, fn func(*store.Tx) error) error {
	var written *store.Tx
	err := e.store.Write(ctx, scope, func(tx *store.Tx) error {
		written = tx
		return fn(tx)
	})
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := e.runDue(ctx, written); err != nil {
		e.log.ErrorContext(ctx, "due work failed", "organization", scope.Organization, "error", err)
	}
	return nil
}

func sinceStart(x *Exchange) time.Duration { return clock.Since(x.started) }
