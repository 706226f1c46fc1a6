package server

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tarn/billing/revenue"
	"tarn/fault"
	"tarn/gen"
	"tarn/store"
	"tarn/wire"
)

// FindAllGrossRevenues shows by month what was billed.
func (s *Server) FindAllGrossRevenues(ctx context.Context, request gen.FindAllGrossRevenuesRequestObject) (gen.FindAllGrossRevenuesResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	asked, err := analyticsOf(tx, params.Currency, params.Months, params.BillingEntityCode)
	if err != nil {
		return nil, err
	}
	asked.filter.ExternalCustomerID = params.ExternalCustomerID
	rows, err := tx.GrossRevenue(asked.filter)
	if err != nil {
		return nil, err
	}
	return gen.FindAllGrossRevenues200JSONResponse{GrossRevenues: wire.Each(rows, wire.GrossRevenue)}, nil
}

// FindAllOverdueBalances shows by month what is overdue.
func (s *Server) FindAllOverdueBalances(ctx context.Context, request gen.FindAllOverdueBalancesRequestObject) (gen.FindAllOverdueBalancesResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	asked, err := analyticsOf(tx, params.Currency, params.Months, params.BillingEntityCode)
	if err != nil {
		return nil, err
	}
	asked.filter.ExternalCustomerID = params.ExternalCustomerID
	rows, err := tx.OverdueBalances(asked.filter)
	if err != nil {
		return nil, err
	}
	return gen.FindAllOverdueBalances200JSONResponse{OverdueBalances: wire.Each(rows, wire.OverdueBalance)}, nil
}

// FindAllInvoiceCollections shows by month and payment status what was billed. A
// month in which nothing was billed has a row that says so, unless one currency was
// asked for.
func (s *Server) FindAllInvoiceCollections(ctx context.Context, request gen.FindAllInvoiceCollectionsRequestObject) (gen.FindAllInvoiceCollectionsResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	asked, err := premiumAnalyticsOf(tx, params.Currency, params.Months, params.BillingEntityCode)
	if err != nil {
		return nil, err
	}
	rows, err := tx.InvoiceCollections(asked.filter)
	if err != nil {
		return nil, err
	}
	objects := []gen.InvoiceCollectionObject{}
	for month := asked.from; month < asked.until; month++ {
		before := len(objects)
		for ; len(rows) > 0 && rows[0].Month == month.String(); rows = rows[1:] {
			objects = append(objects, wire.InvoiceCollection(rows[0]))
		}
		if len(objects) == before && asked.filter.Currency == "" {
			objects = append(objects, wire.NoInvoiceCollection(month.String()))
		}
	}
	return gen.FindAllInvoiceCollections200JSONResponse{InvoiceCollections: objects}, nil
}

// FindAllInvoicedUsages shows by month and metric what was billed of usage.
func (s *Server) FindAllInvoicedUsages(ctx context.Context, request gen.FindAllInvoicedUsagesRequestObject) (gen.FindAllInvoicedUsagesResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	asked, err := premiumAnalyticsOf(tx, params.Currency, params.Months, params.BillingEntityCode)
	if err != nil {
		return nil, err
	}
	rows, err := tx.SumsOfInvoicedUsage(asked.filter)
	if err != nil {
		return nil, err
	}
	return gen.FindAllInvoicedUsages200JSONResponse{InvoicedUsages: wire.Each(rows, wire.InvoicedUsage)}, nil
}

// FindAllMrrs shows the recurring revenue of each month. A month without any has a
// row that says so, unless one currency was asked for.
func (s *Server) FindAllMrrs(ctx context.Context, request gen.FindAllMrrsRequestObject) (gen.FindAllMrrsResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	asked, err := premiumAnalyticsOf(tx, params.Currency, params.Months, params.BillingEntityCode)
	if err != nil {
		return nil, err
	}
	sums, err := tx.RecurringRevenue(asked.filter)
	if err != nil {
		return nil, err
	}
	objects := []gen.MrrObject{}
	for month := asked.from; month < asked.until; month++ {
		before := len(objects)
		for _, currency := range slices.Sorted(maps.Keys(sums)) {
			if cents, found := sums[currency].In(month); found {
				objects = append(objects, wire.Mrr(month.String(), currency, cents))
			}
		}
		if len(objects) == before && asked.filter.Currency == "" {
			objects = append(objects, wire.NoMrr(month.String()))
		}
	}
	return gen.FindAllMrrs200JSONResponse{Mrrs: objects}, nil
}

// analyticsQuery is what is asked of a figure: its months, and the rest.
type analyticsQuery struct {
	// from is the first month and until the first one after the last.
	from, until revenue.Month
	filter      store.AnalyticsFilter
}

// analyticsOf reads the parameters that all figures have. Months end with the
// present one and begin with that in which the organization was created at the
// earliest. A billing entity that does not exist limits nothing.
//
// Lago: months are of UTC, whatever the zones of the organization and its
// customers.
func analyticsOf(tx *store.Tx, currency, months, entity *string) (analyticsQuery, error) {
	asked := analyticsQuery{from: revenue.MonthAt(tx.Organization().CreatedAt), until: revenue.MonthAt(tx.Now()) + 1}
	if months != nil {
		asked.from = max(asked.from, asked.until-monthsIn(*months))
	}
	asked.filter = store.AnalyticsFilter{
		From: asked.from.String(), Until: asked.until.String(), Currency: strings.ToUpper(textOr(currency)),
	}
	var err error
	asked.filter.BillingEntityID, err = entityIn(tx, entity)
	return asked, err
}

// entityIn finds the billing entity that a parameter names; nil for none, and for one that
// does not exist.
func entityIn(tx *store.Tx, code *string) (*uuid.UUID, error) {
	if textOr(code) == "" {
		return nil, nil
	}
	row, err := tx.BillingEntity(*code)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return &row.ID, err
}

// premiumAnalyticsOf is analyticsOf for a figure that needs the premium licence.
func premiumAnalyticsOf(tx *store.Tx, currency, months, entity *string) (analyticsQuery, error) {
	if !tx.Organization().Premium() {
		return analyticsQuery{}, fault.Denied("feature_unavailable")
	}
	return analyticsOf(tx, currency, months, entity)
}

// monthsIn reads a number of months as far as a text has one: at least one, and
// fewer than there are.
func monthsIn(text string) revenue.Month {
	text = strings.TrimSpace(text)
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	number, err := strconv.ParseInt(text[:digits], 10, 32)
	if err != nil && digits > 0 {
		number = math.MaxInt32 / 2
	}
	return revenue.Month(max(number, 1))
}
