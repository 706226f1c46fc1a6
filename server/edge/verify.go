package edge

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
)

// ResponseCheck says what happens to answers that break the contract.
type ResponseCheck string

// The ways of TARN_VALIDATE_RESPONSES.
const (
	// ResponsesUnchecked sends answers as they are.
	ResponsesUnchecked ResponseCheck = "off"
	// ResponsesLogged sends them and logs what is wrong.
	ResponsesLogged ResponseCheck = "log"
	// ResponsesEnforced answers 500 instead, and undoes the change.
	ResponsesEnforced ResponseCheck = "fail"
)

// violation is an answer of ours that breaks the contract.
type violation struct {
	operation string
	status    int
	err       error
}

func (v *violation) Error() string {
	return fmt.Sprintf("the answer %d of %s breaks the contract: %v", v.status, v.operation, v.err)
}

// verifies reports whether the settings ask for answers to be held against the
// contract.
func (e *Edge) verifies() bool {
	return e.opts.ValidateResponses == ResponsesLogged || e.opts.ValidateResponses == ResponsesEnforced
}

// verify holds the answer against the document that it follows, if the settings
// ask for it, and each answer once. It fails only where violations are enforced.
func (e *Edge) verify(c echo.Context, x *Exchange) error {
	if x.op == nil || x.verified == x.answer {
		return nil
	}
	x.verified = x.answer
	if e.opts.Check != nil && x.answer.value != nil {
		if err := e.opts.Check(x.op.ID, x.answer.status, x.answer.value); err != nil {
			return err
		}
	}
	if !e.verifies() {
		return nil
	}
	err := x.op.checkAgainst(x.api.promised(x.op), x.answer.status, x.answer.body)
	if err == nil {
		return nil
	}
	if e.opts.ValidateResponses == ResponsesEnforced {
		return err
	}
	e.log.WarnContext(c.Request().Context(), "answer breaks the contract", "request_id", x.id, "error", err)
	return nil
}

// promised is an operation as the document has it that answers follow.
func (a *api) promised(op *operation) *openapi3.Operation {
	if a.published == nil {
		return op.spec
	}
	return a.published.Paths.Value(op.path).GetOperation(op.method)
}

// checkResponse holds a status and a body against what the contract promises.
func (op *operation) checkResponse(status int, body []byte) error {
	return op.checkAgainst(op.spec, status, body)
}

// jsonContent is the media type of the bodies that are held against a contract.
const jsonContent = "application/json"

// promise is what a document says of an operation's answers of a status: of the
// status itself, of its hundred, or of all others; nil where it says nothing.
func promise(spec *openapi3.Operation, status int) *openapi3.Response {
	ref := cmp.Or(spec.Responses.Status(status), spec.Responses.Default())
	if ref == nil {
		return nil
	}
	return ref.Value
}

// checkAgainst holds a status and a body against what a document promises of the
// operation. Statuses that it says nothing of are not judged.
func (op *operation) checkAgainst(spec *openapi3.Operation, status int, body []byte) error {
	promised := promise(spec, status)
	if promised == nil {
		return nil
	}
	media := promised.Content.Get(jsonContent)
	if media == nil || media.Schema == nil || len(body) == 0 {
		return nil
	}
	// Logs show what clients have sent: numbers, too, that no floating point can hold.
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return &violation{operation: op.ID, status: status, err: err}
	}
	err := media.Schema.Value.VisitJSON(value, openapi3.MultiErrors(), openapi3.VisitAsResponse(), openapi3.WithStringFormatValidators(formats))
	if err != nil {
		return &violation{operation: op.ID, status: status, err: err}
	}
	return nil
}
