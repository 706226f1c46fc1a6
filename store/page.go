package store

import (
	"fmt"
	"math"
	"slices"

	"gorm.io/gorm"

	"tarn/store/internal/session"
)

// DefaultPageSize is the number of rows of a page when the caller names none.
const DefaultPageSize = 100

// Page is one page of a list.
type Page struct {
	// Number counts from 1; less means 1.
	Number int
	// Size is the number of rows; less than 1 means DefaultPageSize. There is
	// no upper limit.
	Size int
}

// Normalized fills in the defaults.
func (p Page) Normalized() Page {
	p.Number = max(p.Number, 1)
	if p.Size < 1 {
		p.Size = DefaultPageSize
	}
	return p
}

// offset is how many rows lie before the page; beyond the range of integers it
// is the largest one, before which no list reaches.
func (p Page) offset() int {
	if p.Number-1 > math.MaxInt/p.Size {
		return math.MaxInt
	}
	return (p.Number - 1) * p.Size
}

// List is one page of rows and what is known of the whole list.
type List[T any] struct {
	Rows []T
	// Page is the page that was read, with its defaults filled in.
	Page Page
	// Total counts the rows of all pages.
	Total int64
}

// Pages is the number of pages, zero for an empty list.
func (l List[T]) Pages() int {
	if l.Total == 0 {
		return 0
	}
	return int((l.Total-1)/int64(l.Page.Size)) + 1 // no sum that could leave 64 bits
}

// batchSize bounds how many rows one statement names: databases take a limited
// number of values.
const batchSize = 1000

// inBatches hands rows to a function in parts of at most batchSize.
func inBatches[T any](rows []T, load func([]T) error) error {
	for part := range slices.Chunk(rows, batchSize) {
		if err := load(part); err != nil {
			return err
		}
	}
	return nil
}

// list reads one page of a query in the given order.
func list[T any](query *gorm.DB, page Page, order string) (List[T], error) {
	result := List[T]{Page: page.Normalized()}
	query = query.Session(&gorm.Session{})
	rows := query.Order(order).Offset(result.Page.offset()).Limit(result.Page.Size)
	if err := session.Fetch(session.CountOf(query, &result.Total), session.RowsOf(rows, &result.Rows)); err != nil {
		return result, fmt.Errorf("read the list: %w", err)
	}
	return result, nil
}
