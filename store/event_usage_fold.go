package store

import (
	"errors"
	"fmt"

	"tarn/billing/usage"
	"tarn/store/internal/usagesql"
)

// usageFold counts the events of one request.
type usageFold struct {
	request usage.Request
	reader  *usage.Reader
	fold    *usage.Fold
	// advance is nil unless the request is InAdvance.
	advance *usage.AdvanceFold
}

func newUsageFold(request usage.Request) *usageFold {
	f := &usageFold{request: request, reader: usage.NewReader(request), fold: usage.NewFold(request)}
	if request.InAdvance() {
		f.advance = usage.NewAdvanceFold(request)
	}
	return f
}

// add takes the next event, whose properties have been read.
func (f *usageFold) add(event usage.Event) bool {
	f.fold.Add(event)
	if f.advance != nil {
		f.advance.Add(event)
	}
	return true
}

func (f *usageFold) cells() []usage.Cell {
	cells := f.fold.Cells()
	if f.advance != nil {
		f.advance.Attach(cells)
	}
	return cells
}

// foldCells counts the events of a request one by one.
func (tx *Tx) foldCells(request usage.Request) ([]usage.Cell, error) {
	fold := newUsageFold(request)
	err := tx.EachUsageEvent(request, nil, fold.add)
	return fold.cells(), err
}

// usageStream are the events that some requests share.
type usageStream struct {
	usagesql.Stream
	folds []*usageFold
}

// foldStreams counts the events of requests one by one. It reads those of each
// metric and subscription once, however many requests want them, and all by one
// statement.
func (tx *Tx) foldStreams(requests []usage.Request) (_ [][]usage.Cell, err error) {
	folds, streams := shareStreams(requests)
	wanted := make([]usagesql.Stream, len(streams))
	for i, stream := range streams {
		wanted[i] = stream.Stream
	}
	rows, err := tx.rows(usagesql.SQLiteStreams(wanted))
	if err != nil {
		return nil, fmt.Errorf("read the events of usage: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var event usage.Event
		var number int
		properties, err := scanEvent(rows, &event, &number)
		if err != nil {
			return nil, fmt.Errorf("read an event of usage: %w", err)
		}
		for _, fold := range streams[number].folds {
			read := event
			if fold.request.Takes(read) && fold.reader.Read(&read, properties) {
				fold.add(read)
			}
		}
	}
	cells := make([][]usage.Cell, len(folds))
	for i, fold := range folds {
		cells[i] = fold.cells()
	}
	return cells, rows.Err()
}

// shareStreams are the folds of requests, and the streams of events that feed
// them.
func shareStreams(requests []usage.Request) ([]*usageFold, []*usageStream) {
	type metric struct{ subscription, code string }
	folds, shared := make([]*usageFold, len(requests)), map[metric]*usageStream{}
	var streams []*usageStream
	for i, request := range requests {
		folds[i] = newUsageFold(request)
		of, wanted := metric{request.Subscription, request.Metric.Code}, usagesql.StreamOf(request)
		stream := shared[of]
		if stream == nil {
			stream = &usageStream{Stream: wanted}
			shared[of], streams = stream, append(streams, stream)
		}
		stream.Stream = stream.Merge(wanted)
		stream.folds = append(stream.folds, folds[i])
	}
	return folds, streams
}
