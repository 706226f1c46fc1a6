package edge

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/labstack/echo/v4"

	"tarn/fault"
)

// bodyBinder decodes the body that the edge has validated into the generated
// type, whatever the content type says: the edge has read it as JSON too.
type bodyBinder struct{}

// Bind decodes the body. What the contract allows and the type cannot hold,
// such as an integer beyond 64 bits, is an invalid value.
func (bodyBinder) Bind(target any, c echo.Context) error {
	input := exchangeOf(c).input
	if len(input) == 0 {
		return nil
	}
	// Numbers that have no type of their own keep all their digits.
	decoder := json.NewDecoder(bytes.NewReader(input))
	decoder.UseNumber()
	err := decoder.Decode(target)
	if err == nil {
		return nil
	}
	var mismatch *json.UnmarshalTypeError
	field := "base"
	if errors.As(err, &mismatch) && mismatch.Field != "" {
		field = belowRoot(mismatch.Field, exchangeOf(c).op.root)
	}
	return fault.Invalid(field, fault.CodeInvalid)
}

// belowRoot is a field's path without the body's root key.
func belowRoot(field, root string) string {
	if below := len(root) + 1; root != "" && len(field) > below && field[:below] == root+"." {
		return field[below:]
	}
	return field
}
