// Package requestlogs is generated from openapi/requestlogs.yaml: the models of the request-log contract, its Echo
// routes and its strict server interface. Nothing in it is written by hand except this comment.
package requestlogs

//go:generate go tool oapi-codegen -config cfg.yaml ../../openapi/requestlogs.yaml
//go:generate go run ../nullables requestlogs.gen.go
