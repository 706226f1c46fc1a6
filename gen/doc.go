// Package gen holds what oapi-codegen makes of the billing API's contract:
// types, and the Echo server interface with its strict wrapper. Nothing here is
// written by hand; a needed change belongs into openapi/overlay.yaml.
package gen

//go:generate go tool oapi-codegen -config models.cfg.yaml ../openapi/lago.yaml
//go:generate go tool oapi-codegen -config server.cfg.yaml ../openapi/lago.yaml
//go:generate go run ./nullables types.gen.go server.gen.go
