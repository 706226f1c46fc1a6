package openapitest

import (
	"errors"
	"net/mail"
	"net/url"
	"regexp"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
)

// formats are those of the documents that mean something to validators. One of the two
// asserts them by itself, this is what the other one asserts: as far as they differ,
// what the stricter of usual validators do.
var formats = map[string]openapi3.StringFormatValidator{
	"email":     openapi3.NewCallbackValidator(checkEmail),
	"uri":       openapi3.NewCallbackValidator(checkURI),
	"uuid":      openapi3.NewCallbackValidator(uuid.Validate),
	"date-time": openapi3.NewCallbackValidator(func(text string) error { return parse(time.RFC3339, text) }),
	"date":      openapi3.NewCallbackValidator(func(text string) error { return parse(time.DateOnly, text) }),
}

func parse(layout, text string) error {
	_, err := time.Parse(layout, text)
	return err
}

// domain is what usual validators take behind the at sign of an address.
var domain = regexp.MustCompile(`(?i)@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

func checkEmail(text string) error {
	address, err := mail.ParseAddress(text)
	switch {
	case err != nil:
		return err
	case address.Address != text || !domain.MatchString(text):
		return errors.New("no plain address")
	}
	return nil
}

func checkURI(text string) error {
	address, err := url.Parse(text)
	if err == nil && !address.IsAbs() {
		err = errors.New("not absolute")
	}
	return err
}
