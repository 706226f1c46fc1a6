package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"tarn/clock"
)

// load is one kind of requests to one server, and how fast they were taken.
type load struct {
	name   string
	server *running
	// batch is how many events a request has; 0 for one that is no batch.
	batch int
	// reads says that the load reads the page of customers instead, writes that it makes
	// customers.
	reads, writes bool
	// after, if not nil, lets end what the requests of a round have set off.
	after func(ctx context.Context) error

	sent atomic.Int64
	// perSecond are the events taken, or pages read, a second: one figure for
	// each round.
	perSecond []float64
}

// run sends requests on so many connections for a while. Every request must
// succeed.
func (l *load) run(ctx context.Context, connections int, duration time.Duration) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var taken atomic.Int64
	var clients sync.WaitGroup
	begun := clock.Monotonic()
	for range connections {
		clients.Go(func() {
			transport := &http.Transport{MaxIdleConnsPerHost: 1}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport}
			for clock.Since(begun) < duration && ctx.Err() == nil {
				done, err := l.send(ctx, client)
				if err != nil {
					cancel(fmt.Errorf("%s: %w", l.name, err))
					return
				}
				taken.Add(int64(done))
			}
		})
	}
	clients.Wait()
	l.perSecond = append(l.perSecond, float64(taken.Load())/clock.Since(begun).Seconds())
	if err := context.Cause(ctx); err != nil || l.after == nil {
		return err
	}
	return l.after(ctx)
}

// send sends one request and says how many events were taken, or pages read.
func (l *load) send(ctx context.Context, client *http.Client) (int, error) {
	if l.reads {
		return 1, l.server.read(ctx, client, io.Discard)
	}
	if l.writes {
		body := fmt.Appendf(nil, `{"customer":{"external_id":"new_%d","name":"Customer","currency":"EUR"}}`, l.sent.Add(1))
		return 1, l.server.post(ctx, client, l.server.base+"/customers", body)
	}
	path, body, events := l.next()
	return events, l.server.post(ctx, client, path, body)
}

// next makes a request whose events nobody has sent before.
func (l *load) next() (path string, body []byte, events int) {
	if l.batch == 0 {
		body = append(body, `{"event":`...)
		return l.server.events, append(l.appendEvent(body), '}'), 1
	}
	body = append(body, `{"events":[`...)
	for i := range l.batch {
		if i > 0 {
			body = append(body, ',')
		}
		body = l.appendEvent(body)
	}
	return l.server.events + "/batch", append(body, `]}`...), l.batch
}

// appendEvent writes an event of one of a thousand subscriptions.
func (l *load) appendEvent(to []byte) []byte {
	n := l.sent.Add(1)
	to = append(to, `{"transaction_id":"`...)
	to = append(strconv.AppendInt(to, int64(l.batch), 10), "_tx_"...)
	to = strconv.AppendInt(to, n, 10)
	to = append(to, `","code":"api_calls","external_subscription_id":"subscription_`...)
	to = strconv.AppendInt(to, n%1000, 10)
	to = append(to, `","properties":{"calls":`...)
	to = strconv.AppendInt(to, n%100, 10)
	return append(to, `,"region":"europe","path":"/v1/things"}}`...)
}

// post sends a body, which must be answered with success.
func (r *running) post(ctx context.Context, client *http.Client, url string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	return r.do(client, request, io.Discard)
}

// read reads the page of customers into a writer.
func (r *running) read(ctx context.Context, client *http.Client, to io.Writer) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.customers, nil)
	if err != nil {
		return err
	}
	return r.do(client, request, to)
}

// do sends a request with the key, which must be answered with success, and
// reads the answer to its end, so that its connection serves again.
func (r *running) do(client *http.Client, request *http.Request, to io.Writer) error {
	request.Header.Set("Authorization", "Bearer "+r.key)
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		_ = response.Body.Close()
		return fmt.Errorf("answered %d: %s", response.StatusCode, text)
	}
	_, err = io.Copy(to, response.Body)
	return errors.Join(err, response.Body.Close())
}

// median is the middle of some figures, or the upper of the two middle ones.
func median(figures []float64) float64 {
	sorted := slices.Sorted(slices.Values(figures))
	return sorted[len(sorted)/2]
}

// against compares the load with another, round by round.
func (l *load) against(other *load) []float64 {
	ratios := make([]float64, len(l.perSecond))
	for i := range ratios {
		ratios[i] = l.perSecond[i] / other.perSecond[i]
	}
	return ratios
}

// report prints the medians, all rounds, and how each load compares with the
// first one: the median of the ratios of each round, whose parts were measured
// right after each other.
func report(out io.Writer, s settings, c comparison) {
	fmt.Fprintf(out, "%d connections, %d rounds of %s each, %s a second:\n\n", s.connections, s.rounds, s.duration, c.unit)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "load\tmedian\tratio\trounds")
	for _, l := range c.loads {
		fmt.Fprintf(table, "%s\t%.0f\t%.2f\t%.0f\n", l.name, median(l.perSecond), median(l.against(c.loads[0])), l.perSecond)
	}
	_ = table.Flush() // of a writer that was given: its failure is its owner's
	fmt.Fprintln(out)
}
