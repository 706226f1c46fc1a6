// Command nullables makes generated code use tarn's own type for members that
// may be null:
//
//	go run tarn/gen/nullables FILE...
//
// The generator writes for a library whose type is a map, which encoding/json
// leaves out when it is empty. Ours is a struct and is left out when it is zero.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
	"regexp"
)

// omitted is a nullable member that may be left out.
var omitted = regexp.MustCompile("(?m)(\\snullable\\.Nullable\\[.*\\] +`json:\"[^\",]*),omitempty\"`$")

// library is the import that the generator writes, ours the one that it becomes.
const (
	library = `"github.com/oapi-codegen/nullable"`
	ours    = `"tarn/nullable"`
)

func main() {
	for _, path := range os.Args[1:] {
		if err := rewrite(path); err != nil {
			fmt.Fprintln(os.Stderr, "nullables:", err)
			os.Exit(1)
		}
	}
}

// rewrite changes one generated file in place.
func rewrite(path string) error {
	code, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	code = omitted.ReplaceAll(code, []byte("$1,omitzero\"`"))
	code = bytes.ReplaceAll(code, []byte(library), []byte(ours))
	code, err = format.Source(code)
	if err != nil {
		return fmt.Errorf("format %s: %w", path, err)
	}
	return os.WriteFile(path, code, 0o644) //nolint:gosec // source code is for everybody
}
