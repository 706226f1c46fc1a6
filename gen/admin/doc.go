// Package admin is generated from openapi/admin.yaml: the models of the administration contract, its Echo routes and
// its strict server interface. Nothing in it is written by hand except this comment.
package admin

//go:generate go tool oapi-codegen -config cfg.yaml ../../openapi/admin.yaml
//go:generate go run ../nullables admin.gen.go
