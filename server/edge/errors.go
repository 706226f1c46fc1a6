package edge

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"tarn/audit"
	"tarn/fault"
	"tarn/store"
)

// statusOf maps the kinds of faults to HTTP.
func statusOf(kind fault.Kind) int {
	switch kind {
	case fault.BadRequest:
		return http.StatusBadRequest
	case fault.Unauthorized:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.NotAllowed:
		return http.StatusMethodNotAllowed
	case fault.Validation:
		return http.StatusUnprocessableEntity
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.RateLimited:
		return http.StatusTooManyRequests
	case fault.NotImplemented:
		return http.StatusNotImplemented
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// badRequest refuses what cannot be read at all.
func badRequest() *fault.Error { return &fault.Error{Kind: fault.BadRequest, Message: "Bad Request"} }

// faultOf finds what an error means to the client; nil for a defect of ours.
func faultOf(err error) *fault.Error {
	if f, ok := fault.As(err); ok {
		return f
	}
	var refused *echo.HTTPError
	if errors.As(err, &refused) {
		switch refused.Code {
		case http.StatusNotFound, http.StatusMethodNotAllowed:
			return &fault.Error{Kind: fault.NotFound, Code: "resource_not_found"}
		case http.StatusBadRequest, http.StatusUnsupportedMediaType:
			return badRequest()
		}
	}
	var long *store.TooLongError
	if errors.As(err, &long) {
		refusal, _ := fault.As(fault.Invalid(long.Field, fault.CodeTooLong))
		return refusal
	}
	var timeless *store.OutOfTimeError
	if errors.As(err, &timeless) {
		refusal, _ := fault.As(fault.Invalid(timeless.Field, fault.CodeOutOfRange))
		return refusal
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &fault.Error{Kind: fault.Unavailable, Code: "timeout", Message: "The request was not answered in time."}
	}
	return nil
}

// render writes an error into an answer, in the envelope of the contract.
func render(x *Exchange, err error) *answer {
	f := faultOf(err)
	status := http.StatusInternalServerError
	if f != nil {
		status = statusOf(f.Kind)
	}
	var body any
	if x.api.kind == RequestLogAPI {
		if status == http.StatusUnprocessableEntity {
			status = http.StatusBadRequest
		}
		body = requestLogEnvelope(x, f, status)
	} else {
		body = billingEnvelope(f, status)
	}
	x.explain(err)
	a := newAnswer()
	_ = a.encode(x, status, body) // of texts and numbers: cannot fail
	return a
}

// billingError is the envelope of the billing and administration contracts.
type billingError struct {
	Status int    `json:"status"`
	Error  string `json:"error"`
	Code   string `json:"code,omitempty"`
	// Details are fields with their codes, or a sentence.
	Details any `json:"error_details,omitempty"`
}

func billingEnvelope(f *fault.Error, status int) billingError {
	body := billingError{Status: status, Error: http.StatusText(status)}
	if f == nil {
		return body
	}
	body.Code = f.Code
	switch {
	case f.Sentence != "":
		body.Details = f.Sentence
	case len(f.Details) > 0:
		body.Details = f.Details
	}
	if f.Kind == fault.BadRequest && f.Message != "" {
		body.Error = f.Message
	}
	return body
}

// requestLogError is the envelope of the request-log contract.
type requestLogError struct {
	Error struct {
		Type    string        `json:"type"`
		Message string        `json:"message"`
		Details fault.Details `json:"details,omitempty"`
	} `json:"error"`
	RequestID string `json:"request_id"`
}

func requestLogEnvelope(x *Exchange, f *fault.Error, status int) requestLogError {
	body := requestLogError{RequestID: audit.FormatRequestID(x.id)}
	body.Error.Type, body.Error.Message = errorType(f, status), sentence(f, status)
	if f != nil {
		body.Error.Details = f.Details
	}
	return body
}

// CodePlanLimitExceeded refuses a look further back than the plan keeps logs.
const CodePlanLimitExceeded = "plan_limit_exceeded"

// describe is an error as request logs keep it.
func describe(err error, status int) (slug, detail string) {
	f := faultOf(err)
	return errorType(f, status), sentence(f, status)
}

// errorType is one word for what went wrong.
func errorType(f *fault.Error, status int) string {
	if f != nil && f.Code == CodePlanLimitExceeded {
		return CodePlanLimitExceeded
	}
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return "validation_error"
	case http.StatusUnauthorized:
		return "unauthorized"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusNotFound:
		return "not_found"
	case http.StatusMethodNotAllowed:
		return "not_allowed"
	case http.StatusRequestEntityTooLarge:
		return "payload_too_large"
	case http.StatusTooManyRequests:
		return "rate_limited"
	case http.StatusNotImplemented:
		return "not_implemented"
	case http.StatusServiceUnavailable:
		return "unavailable"
	}
	return "internal_error"
}

// sentence says for people what went wrong.
func sentence(f *fault.Error, status int) string {
	if f == nil {
		return "The server could not answer the request."
	}
	switch {
	case f.Message != "":
		return f.Message
	case f.Sentence != "":
		return "The request is not valid: " + f.Sentence + "."
	case len(f.Details) > 0:
		return "The request is not valid: " + f.Details.String() + "."
	case f.Code != "":
		return http.StatusText(status) + ": " + strings.ReplaceAll(f.Code, "_", " ") + "."
	}
	return http.StatusText(status) + "."
}

// unhandled answers errors of paths outside the contracts. Their paths may hold
// secrets, such as the token of a portal link, so the log names the route.
func (e *Edge) unhandled(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	x := &Exchange{api: &api{kind: BillingAPI}}
	if f := faultOf(err); f != nil && f.Kind == fault.NotFound {
		e.hintPath(c, x)
	}
	a := render(x, err)
	x.setHint(a.header)
	if faultOf(err) == nil {
		e.log.ErrorContext(c.Request().Context(), "request failed", "route", c.Path(), "error", err)
	}
	if err := a.send(c.Response()); err != nil {
		e.log.WarnContext(c.Request().Context(), "answer not sent", "error", err)
	}
}
