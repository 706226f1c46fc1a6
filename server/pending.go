package server

import (
	"context"

	"tarn/gen"
)

// pending answers 501 for the operations of the contract that are not written
// yet. Writing one means adding its method to Server and removing it here; the
// list only ever shrinks.
type pending struct{}

func (pending) FindAllGrossRevenues(context.Context, gen.FindAllGrossRevenuesRequestObject) (gen.FindAllGrossRevenuesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllInvoiceCollections(context.Context, gen.FindAllInvoiceCollectionsRequestObject) (gen.FindAllInvoiceCollectionsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllInvoicedUsages(context.Context, gen.FindAllInvoicedUsagesRequestObject) (gen.FindAllInvoicedUsagesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllMrrs(context.Context, gen.FindAllMrrsRequestObject) (gen.FindAllMrrsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllOverdueBalances(context.Context, gen.FindAllOverdueBalancesRequestObject) (gen.FindAllOverdueBalancesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllUsages(context.Context, gen.FindAllUsagesRequestObject) (gen.FindAllUsagesResponseObject, error) {
	return nil, notImplemented()
}
