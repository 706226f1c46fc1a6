package server

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"tarn/audit"
	"tarn/gen"
	"tarn/gen/admin"
	"tarn/gen/requestlogs"
	"tarn/jobs"
	"tarn/openapi"
	"tarn/store"
	"tarn/web"
)

// Compat is whom answers follow where one JSON value cannot satisfy both the
// document and clients of Lago's own server.
type Compat string

// The values of TARN_COMPAT.
const (
	CompatDocument Compat = "document"
	CompatWire     Compat = "wire"
)

// Options are the edge's settings.
type Options struct {
	// AdminKey opens the administration; empty means that there is none.
	AdminKey string
	// ValidateResponses says what happens to answers that break the contract.
	ValidateResponses ResponseCheck
	// Compat says whom to follow where the document and Lago's own server
	// differ; empty means the document.
	Compat Compat
	// LogEvents puts event ingestion into the API logs too.
	LogEvents bool
	// LogBodyLimit is the size in bytes from which a log keeps a summary of a
	// body instead of the body; zero means audit.DefaultBodyLimit.
	LogBodyLimit int
	// SecretNames are further names whose values no log keeps.
	SecretNames []string
	// RatePerSecond limits the requests of a key; zero means no limit.
	RatePerSecond float64
	// RequestTimeout bounds a request; zero means that nothing does.
	RequestTimeout time.Duration
	// Answered is told of every answered request of a contract: the operation
	// (empty for an unknown path) and the status. Test harnesses use it.
	Answered func(operationID string, status int)
	// LogRequests logs a line for every request.
	LogRequests bool
	// Version is shown by /health.
	Version string
	// Logger receives what goes wrong; nil discards it.
	Logger *slog.Logger
}

// Handler serves everything: the three contracts, their documents, the
// reference page, health and metrics.
type Handler struct {
	echo    *echo.Echo
	edge    *edge
	ready   readiness
	metrics *metrics
}

// New builds the handler on a store and a runner of due work. Close it after
// the last request.
func New(s *store.Store, runner *jobs.Runner, opts Options) (*Handler, error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	h := &Handler{
		echo: echo.New(),
		edge: &edge{
			store: s, behind: audit.NewBehind(s, opts.Logger), keys: newKeyring(), log: opts.Logger, opts: opts,
			redactor: audit.NewRedactor(opts.LogBodyLimit, opts.SecretNames...), runDue: runner.Settle,
			limiter: newLimiter(opts.RatePerSecond), ingestion: newIngestion(),
		},
		metrics: newMetrics(),
	}
	h.echo.HideBanner, h.echo.HidePort = true, true
	h.echo.Binder = bodyBinder{}
	h.echo.HTTPErrorHandler = h.edge.unhandled
	if err := errors.Join(h.serveBilling(), h.serveRequestLogs(), h.serveAdmin(s, runner)); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	if err := h.servePages(s); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	e := h.edge
	h.echo.Pre(e.apis[0].joinCodes())
	if opts.LogRequests {
		h.echo.Use(h.console)
	}
	h.echo.Use(e.identify, h.metrics.observe, e.recoverPanics, e.capture, e.authenticate, e.permit, e.validate, e.transact)
	return h, nil
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.echo.ServeHTTP(w, r) }

// Drain makes /ready say that the server goes away.
func (h *Handler) Drain() { h.ready.drain() }

// Flush waits until the logs of all reads answered so far are written.
func (h *Handler) Flush() { h.edge.behind.Flush() }

// Close writes what is left of the logs. No request may come after it.
func (h *Handler) Close() error {
	h.edge.behind.Close()
	return nil
}

func (h *Handler) serveBilling() error {
	doc, err := openapi.Lago()
	if err != nil {
		return err
	}
	r := h.register(newAPI(billingAPI, billingBase, billingBase, doc))
	gen.RegisterHandlersWithBaseURL(r, gen.NewStrictHandler(&Server{onWire: h.edge.opts.Compat == CompatWire}, nil), billingBase)
	return r.err
}

func (h *Handler) serveRequestLogs() error {
	doc, err := openapi.RequestLogs()
	if err != nil {
		return err
	}
	r := h.register(newAPI(requestLogAPI, requestLogBase, "", doc))
	requestlogs.RegisterHandlers(r, requestlogs.NewStrictHandler(&requestLogServer{}, nil))
	return r.err
}

func (h *Handler) serveAdmin(s *store.Store, runner *jobs.Runner) error {
	doc, err := openapi.Admin()
	if err != nil {
		return err
	}
	r := h.register(newAPI(adminAPI, adminBase, "", doc))
	admin.RegisterHandlers(r, admin.NewStrictHandler(newAdminServer(s, runner, h.edge.keys), nil))
	return r.err
}

func (h *Handler) register(a *api) *registrar {
	h.edge.apis = append(h.edge.apis, a)
	return &registrar{Echo: h.echo, api: a}
}

// servePages adds what lies beside the contracts.
func (h *Handler) servePages(s *store.Store) error {
	pages, err := web.NewPortal()
	if err != nil {
		return err
	}
	portal := &portalServer{store: s, pages: pages}
	h.echo.GET("/"+portalPath+":token", portal.serve)
	for _, doc := range openapi.Documents() {
		h.echo.GET("/openapi/"+doc.Name+".yaml", bytesOf("application/yaml", doc.YAML))
		h.echo.GET("/openapi/"+doc.Name+".json", bytesOf(echo.MIMEApplicationJSON, doc.JSON))
	}
	docs := echo.WrapHandler(web.Docs("/docs"))
	h.echo.GET("/docs", docs)
	h.echo.GET("/docs/*", docs)
	h.echo.GET("/metrics", echo.WrapHandler(h.metrics.handler()))
	h.echo.GET("/health", h.health)
	h.echo.GET("/ready", h.isReady)
	return nil
}

func bytesOf(contentType string, content []byte) echo.HandlerFunc {
	return func(c echo.Context) error { return c.Blob(http.StatusOK, contentType, content) }
}

// unhandled answers errors of paths outside the contracts. Their paths may hold
// secrets, such as the token of a portal link, so the log names the route.
func (e *edge) unhandled(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	x := &exchange{api: e.apis[0]}
	a := render(x, err)
	if faultOf(err) == nil {
		e.log.ErrorContext(c.Request().Context(), "request failed", "route", c.Path(), "error", err)
	}
	if err := a.send(c.Response()); err != nil {
		e.log.WarnContext(c.Request().Context(), "answer not sent", "error", err)
	}
}
