package edge

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"sync"

	"github.com/labstack/echo/v4"

	"tarn/encode"
)

// Encode makes what a handler returned the answer, in the mode that the server
// follows. What has no JSON comes back, and writes itself.
func Encode(c echo.Context, response any) (rest any, err error) {
	x := exchangeOf(c)
	status := statusOfType(reflect.TypeOf(response))
	if status == 0 {
		return response, nil
	}
	if err := x.answer.encode(x, status, response); err != nil {
		return nil, err
	}
	x.answer.body = append(x.answer.body, '\n')
	return nil, nil
}

// encode makes a value the answer.
func (a *answer) encode(x *Exchange, status int, value any) error {
	body, err := encode.Answer(a.body[:0], x.mode, x.op.id(), status, value)
	if err != nil {
		return fmt.Errorf("encode the answer of %s: %w", x.op.id(), err)
	}
	a.header.Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	a.status, a.body, a.value = status, body, value
	return nil
}

// generated is how the generated types of answers are named.
var generated = regexp.MustCompile(`(\d{3})([A-Za-z]*)Response(Body)?$`)

// statuses are those of types that were seen.
//
//nolint:gochecknoglobals // they follow from the generated code
var statuses sync.Map // reflect.Type → int

// statusOfType is the status that a type of answers stands for; 0 for one that
// is not JSON. Types that are not generated are those of successes.
func statusOfType(t reflect.Type) int {
	if t == nil {
		return 0
	}
	if known, found := statuses.Load(t); found {
		return known.(int) //nolint:errcheck // nothing else is in it
	}
	status := http.StatusOK
	if name := generated.FindStringSubmatch(t.Name()); name != nil {
		status, _ = strconv.Atoi(name[1]) // of digits: cannot fail
		if name[2] != "JSON" {
			status = 0
		}
	}
	statuses.Store(t, status)
	return status
}
