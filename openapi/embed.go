// Package openapi holds the three contracts that tarn serves: the billing API
// (bundled from upstream.yaml and the overlays by package spectool), request
// logs and administration, the last two written by hand. It loads them for the
// validator and hands out their bytes for publication. It knows nothing of what
// implements them.
package openapi

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// The contracts as text. The JSON files are written by "tarnspec bundle" from
// the YAML files and say the same; the library reads JSON in half the time.
var (
	//go:embed lago.yaml
	lagoYAML []byte
	//go:embed lago.json
	lagoJSON []byte
	//go:embed upstream.json
	upstreamJSON []byte
	//go:embed overlay.yaml
	overlay []byte
	//go:embed requestlogs.yaml
	requestLogsYAML []byte
	//go:embed requestlogs.json
	requestLogsJSON []byte
	//go:embed admin.yaml
	adminYAML []byte
	//go:embed admin.json
	adminJSON []byte
)

// Document is a contract as it is published.
type Document struct {
	// Name is the file's name without its extension: "lago", "requestlogs" or
	// "admin".
	Name string
	// Base is the path below which the contract's own paths are served, without
	// a slash at its end. It is empty where the contract spells whole paths.
	Base string
	// YAML and JSON are the same document in two notations. They are shared, so
	// a caller must not change them.
	YAML, JSON []byte
}

// Documents lists the contracts: the billing API, request logs, administration.
func Documents() []Document {
	return []Document{
		{Name: "lago", Base: "/api/v1", YAML: lagoYAML, JSON: lagoJSON},
		{Name: "requestlogs", YAML: requestLogsYAML, JSON: requestLogsJSON},
		{Name: "admin", YAML: adminYAML, JSON: adminJSON},
	}
}

// The contracts as the library reads them, each once for the process.
//
//nolint:gochecknoglobals // they never change
var (
	lago        = loading("lago", lagoJSON)
	upstream    = loading("upstream", upstreamJSON)
	requestLogs = loading("requestlogs", requestLogsJSON)
	admin       = loading("admin", adminJSON)
)

// Published is the document as it was published, in JSON; Served is the billing
// API's contract, which it became by our corrections. The caller must not
// change them.
func Published() []byte { return upstreamJSON }

// Corrections is the overlay that makes the billing API's contract of the
// published document. It is shared, so a caller must not change it.
func Corrections() []byte { return overlay }

// Served is the billing API's contract in JSON; see Published.
func Served() []byte { return lagoJSON }

// Lago loads the billing API's contract. The first call takes some tens of
// milliseconds; all calls return the same document, which nobody may change. An
// error means a broken build.
func Lago() (*openapi3.T, error) { return lago() }

// Upstream loads the document as it was published; see Lago.
func Upstream() (*openapi3.T, error) { return upstream() }

// RequestLogs loads the request-log contract; see Lago.
func RequestLogs() (*openapi3.T, error) { return requestLogs() }

// Admin loads the administration contract; see Lago.
func Admin() (*openapi3.T, error) { return admin() }

// loading returns a function that reads one contract and resolves its
// references when it is called first.
func loading(name string, data []byte) func() (*openapi3.T, error) {
	return sync.OnceValues(func() (*openapi3.T, error) {
		doc, err := openapi3.NewLoader().LoadFromData(data)
		if err != nil {
			return nil, fmt.Errorf("load contract %s: %w", name, err)
		}
		return doc, nil
	})
}
