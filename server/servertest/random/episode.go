// Package random sends random requests to servers on different databases and compares
// what they answer. It walks the contracts: each request is made of what they say of an
// operation, of what scenarios know of requests that succeed, of identifiers that earlier
// answers have shown, and of values at which something may break. It owns how requests
// are made, sent, compared and, when something is wrong, reduced to the few that show it.
package random

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tarn/server/servertest"
	"tarn/server/servertest/contracts"
)

// Arena is what episodes are played in: servers that must answer alike.
type Arena struct {
	// Servers are at least one.
	Servers []*servertest.Server
	// Receiver is an address that takes webhooks.
	Receiver string

	operations []contracts.Operation
	weights    []int
	stories    *stories
}

// NewArena makes an arena with the scenarios of a folder.
func NewArena(t testing.TB, folder, receiver string, servers ...*servertest.Server) *Arena {
	t.Helper()
	operations, err := contracts.Operations()
	if err != nil {
		t.Fatalf("random: %v", err)
	}
	for _, s := range servers {
		s.SendsByChance()
	}
	return &Arena{Servers: servers, Receiver: receiver, operations: operations, weights: weigh(operations), stories: read(t, folder, operations)}
}

// Failure is what is wrong with the answers to a request.
type Failure struct {
	// Request is the one that went wrong; What says how.
	Request Request
	What    string
}

// Episode is what has happened to a new organization.
type Episode struct {
	Requests []Request
	// Statuses counts how requests were answered, Reached which operations were answered
	// with a success.
	Statuses map[int]int
	Reached  map[string]bool
	// Failure is nil when nothing was wrong.
	Failure *Failure
}

// Play makes and sends so many requests, for a seed, and stops at the first failure. Then
// the requests are the few that are needed for it.
func (a *Arena) Play(ctx context.Context, seed, number uint64, count int) *Episode {
	episode := &Episode{Statuses: map[int]int{}, Reached: map[string]bool{}}
	g := &Generator{
		rand:       rand.New(rand.NewPCG(seed, number)), //nolint:gosec // it must be the same for one seed
		operations: a.operations, weights: a.weights, stories: a.stories, learned: contracts.Known{}, saved: map[string]string{},
	}
	worlds := a.worlds()
	for range count {
		request := g.Next()
		episode.Requests = append(episode.Requests, request)
		answer, failure := ask(ctx, worlds, request)
		if failure != nil {
			episode.Failure = failure
			episode.Requests, episode.Failure = a.reduce(ctx, episode.Requests, failure)
			return episode
		}
		episode.Statuses[answer.Status]++
		if operation, known := contracts.Find(a.operations, request.Method, request.Target); known && answer.Status < http.StatusMultipleChoices {
			episode.Reached[operation.ID] = true
		}
		g.Learn(request, answer)
	}
	return episode
}

// Replay sends requests again, in a new organization, and says what is wrong.
func (a *Arena) Replay(ctx context.Context, requests []Request) *Failure {
	worlds := a.worlds()
	for _, request := range requests {
		if _, failure := ask(ctx, worlds, request); failure != nil {
			return failure
		}
	}
	return nil
}

func (a *Arena) worlds() []*world {
	worlds := make([]*world, len(a.Servers))
	for i, server := range a.Servers {
		worlds[i] = newWorld(server, a.Receiver)
	}
	return worlds
}

// ask sends a request to all worlds at a time.
func ask(ctx context.Context, worlds []*world, request Request) (Answer, *Failure) {
	answers, errs := make([]Answer, len(worlds)), make([]error, len(worlds))
	var asking sync.WaitGroup
	for i, world := range worlds {
		asking.Go(func() { answers[i], errs[i] = world.send(ctx, request) })
	}
	asking.Wait()
	for i, world := range worlds {
		name := world.server.Store.Dialect()
		switch {
		case errs[i] != nil:
			return Answer{}, &Failure{request, fmt.Sprintf("%s: %v", name, errs[i])}
		case answers[i].Status >= http.StatusInternalServerError && answers[i].Status != http.StatusNotImplemented:
			return Answer{}, &Failure{request, fmt.Sprintf("%s: %s", name, answers[i])}
		case answers[i] != answers[0]:
			return Answer{}, &Failure{request, fmt.Sprintf("%s and %s differ: %s", worlds[0].server.Store.Dialect(), name, difference(answers[0], answers[i]))}
		}
	}
	return answers[0], nil
}

// difference shows where two answers differ.
func difference(a, b Answer) string {
	one, other := a.String(), b.String()
	at := 0
	for at < min(len(one), len(other)) && one[at] == other[at] {
		at++
	}
	const around = 300
	from := strings.ToValidUTF8(one[max(0, at-around):min(len(one), at+around)], "")
	to := strings.ToValidUTF8(other[max(0, at-around):min(len(other), at+around)], "")
	return fmt.Sprintf("\n  %s\n  %s", from, to)
}

// replays is how often requests are sent again at most to find those that matter.
const replays = 60

// reduce leaves out what is not needed for a failure: first many requests at a time, then
// fewer. The first, which makes the organization, and the last are always needed.
func (a *Arena) reduce(ctx context.Context, requests []Request, failure *Failure) ([]Request, *Failure) {
	left := replays
	for size := (len(requests) - 1) / 2; size > 0 && left > 0; size /= 2 {
		for at := len(requests) - 1 - size; at >= 1 && left > 0; at -= size {
			fewer := append(append([]Request{}, requests[:at]...), requests[at+size:]...)
			left--
			if again := a.Replay(ctx, fewer); again != nil && again.Request.Method == failure.Request.Method && again.Request.Number == failure.Request.Number {
				requests, failure = fewer, again
				at = min(at, len(requests)-1)
			}
		}
	}
	return requests, failure
}
