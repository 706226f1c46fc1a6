// Package seed fills an organization with example data through the public API,
// as any client would. What it sends is in the files of the folder examples: a
// list of requests for each company.
package seed

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// examples are the requests of each company.
//
//go:embed examples/*.yaml
var examples embed.FS

// The companies whose data there is.
const (
	// AI sells language, image and speech models by usage.
	AI = "ai"
	// SaaS sells a tool for projects and documents by the seat.
	SaaS = "saas"
)

// Step is one request that makes one object.
type Step struct {
	Method string
	// Path is the request's path below /api/v1.
	Path string
	// Unless is the path of what is there once the step has been done: an
	// object, or a list that is not empty. Steps that the API refuses the second
	// time have none.
	Unless string
	// Body is the request's body. A scalar of the tag !id is a path below
	// /api/v1, without the first slash, and stands for the lago_id of the object
	// there.
	Body yaml.Node

	// origin is the file and line at which the step's body begins.
	origin string
}

// kind is what the step makes, in the plural.
func (s Step) kind() string {
	return strings.ReplaceAll(s.Path[strings.LastIndexByte(s.Path, '/')+1:], "_", " ")
}

// Example returns the steps of companies, one company after the other. It fails
// for companies that do not exist.
func Example(companies ...string) ([]Step, error) {
	var steps []Step
	for _, company := range companies {
		if !slices.Contains([]string{AI, SaaS}, company) {
			return nil, fmt.Errorf("seed: no such company: %q", company)
		}
		name := company + ".yaml"
		text, err := examples.ReadFile("examples/" + name)
		if err != nil {
			return nil, fmt.Errorf("seed: %w", err)
		}
		more, err := Parse(name, text)
		if err != nil {
			return nil, err
		}
		steps = append(steps, more...)
	}
	return steps, nil
}

// Parse reads steps from a YAML list of objects with the members method, path,
// unless and body; name is how errors call the text. It fails for other members
// and for steps without a method or a path.
func Parse(name string, text []byte) ([]Step, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	var steps []Step
	if err := decoder.Decode(&steps); err != nil {
		return nil, fmt.Errorf("seed: %s: %w", name, err)
	}
	for i := range steps {
		steps[i].origin = fmt.Sprintf("%s:%d", name, steps[i].Body.Line)
		if steps[i].Method == "" || !strings.HasPrefix(steps[i].Path, "/") {
			return nil, fmt.Errorf("seed: %s: step %d has no method or no path", name, i+1)
		}
	}
	return steps, nil
}
