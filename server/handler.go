package server

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"tarn/gen"
	"tarn/gen/admin"
	"tarn/gen/requestlogs"
	"tarn/jobs"
	"tarn/openapi"
	"tarn/server/edge"
	"tarn/store"
)

// Options are the server's settings.
type Options struct {
	edge.Options
	// LogRequests logs a line for every request.
	LogRequests bool
	// Version is shown by /health.
	Version string
}

// Handler serves everything: the three contracts, their documents, the
// reference page, health and metrics.
type Handler struct {
	echo    *echo.Echo
	edge    *edge.Edge
	store   *store.Store
	ready   readiness
	version string
}

// New builds the handler on a store and a runner of due work. Close it after
// the last request.
func New(s *store.Store, runner *jobs.Runner, opts Options) (*Handler, error) {
	h := &Handler{
		echo: echo.New(), edge: edge.New(s, opts.Options, ingester{}, runner.Settle), store: s, version: opts.Version,
	}
	h.echo.HideBanner, h.echo.HidePort = true, true
	if err := errors.Join(h.serveBilling(), h.serveRequestLogs(), h.serveAdmin(runner), h.servePages(opts.AdminKey != "", runner)); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	if opts.LogRequests {
		h.echo.Use(h.console)
	}
	h.edge.Guard(h.echo)
	return h, nil
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.echo.ServeHTTP(w, edge.Plain(r))
}

// Drain makes /ready say that the server goes away.
func (h *Handler) Drain() { h.ready.drain() }

// Flush waits until the logs of all reads answered so far are written.
func (h *Handler) Flush() { h.edge.Flush() }

// Close writes what is left of the logs. No request may come after it.
func (h *Handler) Close() error {
	h.edge.Close()
	return nil
}

func (h *Handler) serveBilling() error {
	doc, err := openapi.Lago()
	if err != nil {
		return err
	}
	r := h.edge.Serve(h.echo, edge.BillingAPI, doc)
	gen.RegisterHandlersWithBaseURL(r, gen.NewStrictHandler(&Server{}, []gen.StrictMiddlewareFunc{encoded}), edge.BillingBase)
	return r.Err()
}

// encoded lets the edge write what handlers return, so that nothing is left to
// the generated code.
func encoded(next gen.StrictHandlerFunc, _ string) gen.StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		response, err := next(c, request)
		if err != nil {
			return nil, err
		}
		return edge.Encode(c, response)
	}
}

func (h *Handler) serveRequestLogs() error {
	doc, err := openapi.RequestLogs()
	if err != nil {
		return err
	}
	r := h.edge.Serve(h.echo, edge.RequestLogAPI, doc)
	requestlogs.RegisterHandlers(r, requestlogs.NewStrictHandler(&requestLogServer{}, nil))
	return r.Err()
}

func (h *Handler) serveAdmin(runner *jobs.Runner) error {
	doc, err := openapi.Admin()
	if err != nil {
		return err
	}
	r := h.edge.Serve(h.echo, edge.AdminAPI, doc)
	admin.RegisterHandlers(r, admin.NewStrictHandler(newAdminServer(h.store, runner, h.edge), nil))
	return r.Err()
}
