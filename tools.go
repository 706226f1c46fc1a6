//go:build tools

// Package tools names the programs that this module is built with, so that tools which read imports see them too. Go
// itself takes them from the tool directives of go.mod ("go tool oapi-codegen"); a test keeps the two in step.
package tools

import (
	_ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
)
