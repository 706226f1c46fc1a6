// Command tarnspec runs the contract pipeline: import, bundle, diff, coverage
// and bump. "tarn spec" has the same commands; this one exists because it
// depends on neither the generated code nor the server, so it still builds when
// a new version of the contract has broken both.
package main

import (
	"github.com/alecthomas/kong"

	"tarn/openapi/spectool"
)

func main() {
	var commands spectool.Commands
	ctx := kong.Parse(&commands,
		kong.Name("tarnspec"),
		kong.Description("Works on the contract's documents."),
		kong.UsageOnError(),
	)
	ctx.FatalIfErrorf(ctx.Run())
}
