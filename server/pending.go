package server

import (
	"context"

	"tarn/gen"
)

// pending answers 501 for the operations of the contract that are not written
// yet. Writing one means adding its method to Server and removing it here; the
// list only ever shrinks.
type pending struct{}

func (pending) FindAllUsages(context.Context, gen.FindAllUsagesRequestObject) (gen.FindAllUsagesResponseObject, error) {
	return nil, notImplemented()
}
