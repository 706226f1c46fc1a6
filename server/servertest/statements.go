package servertest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// statements are what a request said to the database.
type statements struct {
	mu    sync.Mutex
	texts []string
}

type statementsKey struct{}

// noteStatement keeps a statement that was made for a counted request.
func noteStatement(ctx context.Context, text string) {
	if made, counted := ctx.Value(statementsKey{}).(*statements); counted {
		made.mu.Lock()
		defer made.mu.Unlock()
		made.texts = append(made.texts, text)
	}
}

// Statements sends a request to the billing API, or to the administration or the
// customers' portal when the path is one of these, and returns the statements that it made: those for the
// work that it made due too, which is done before the answer, and not the
// request log of a read, which is written behind it.
func (s *Server) Statements(t testing.TB, method, path, body string) []string {
	t.Helper()
	made := &statements{}
	ctx := context.WithValue(context.WithoutCancel(t.Context()), statementsKey{}, made)
	target := "/api/v1" + path
	if strings.HasPrefix(path, "/admin") || strings.HasPrefix(path, "/customer-portal/") {
		target = path
	}
	request := httptest.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+s.Key)
	request.Header.Set("X-Admin-Api-Key", AdminKey)
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	s.running.handler.ServeHTTP(answer, request)
	require.Less(t, answer.Code, http.StatusBadRequest, "%s %s: %s", method, path, answer.Body)
	made.mu.Lock()
	defer made.mu.Unlock()
	return made.texts
}
