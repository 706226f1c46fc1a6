package listen_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/notify/listen"
	"tarn/server/servertest"
	"tarn/store"
	"tarn/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// listening starts a listener and returns what it prints, line by line.
func listening(t *testing.T, l listen.Listener) (lines *bufio.Scanner, stop func() error) {
	t.Helper()
	read, write := io.Pipe()
	l.Out, l.Every, l.HTTP, l.AdminKey = write, time.Millisecond, http.DefaultClient, servertest.AdminKey
	ctx, cancel := context.WithCancel(t.Context())
	var working sync.WaitGroup
	var failure error
	working.Go(func() {
		failure = l.Run(ctx)
		_ = write.Close()
	})
	return bufio.NewScanner(read), func() error {
		cancel()
		_ = read.Close()
		working.Wait()
		return failure
	}
}

// next is the next line.
func next(t *testing.T, lines *bufio.Scanner) string {
	t.Helper()
	require.True(t, lines.Scan())
	return lines.Text()
}

// What happens after the beginning is printed once and sent on with a signature, which
// the receiver checks; in real time the inbox is opened for it.
func TestListener_PrintsAndSendsOn(t *testing.T) {
	t.Parallel()
	s := servertest.New(t, storetest.URL(t, store.SQLite))
	s.Post("/customers", `{"customer":{"external_id":"before"}}`).Status(t, http.StatusOK)
	receiver := s.NewReceiver(t)
	s.Admin(http.MethodPatch, "/admin/organizations/"+s.Organization.ID.String(), `{"webhook_inbox":false}`).Status(t, http.StatusOK)
	lines, stop := listening(t, listen.Listener{Server: s.URL, Forward: receiver.URL})
	require.Contains(t, next(t, lines), "webhook_inbox")
	require.Equal(t, "listening to Acme", next(t, lines))
	for i, want := range []string{"customer.created", "customer.updated", "customer.updated"} {
		if i == 2 {
			receiver.AnswerStatus(http.StatusTeapot)
		}
		s.Post("/customers", `{"customer":{"external_id":"acme <&>"}}`).Status(t, http.StatusOK)
		line := next(t, lines)
		require.Contains(t, line, "2026-01-15T10:30:00Z  "+want)
		require.True(t, strings.HasSuffix(line, map[bool]string{true: "418 I'm a teapot", false: "200 OK"}[i == 2]), line)
		require.Equal(t, want, receiver.Next().Type)
	}
	require.NoError(t, stop())
	require.Len(t, receiver.Received(), 3)
}

// Whoever listens says to whom, if there are several, and with which key.
func TestListener_AsksWhatItMustKnow(t *testing.T) {
	t.Parallel()
	s := servertest.New(t, storetest.URL(t, store.SQLite))
	s.NewOrganization(t, "Globex")
	l := listen.Listener{Server: s.URL, AdminKey: servertest.AdminKey, HTTP: http.DefaultClient, Out: io.Discard, Every: time.Second}
	require.ErrorContains(t, l.Run(t.Context()), "globex, acme")
	l.AdminKey = "x"
	require.ErrorContains(t, l.Run(t.Context()), "401")

	lines, stop := listening(t, listen.Listener{Server: s.URL, Organization: "acme", Forward: "http://127.0.0.1:1"})
	require.Equal(t, "listening to Acme", next(t, lines))
	s.Post("/customers", `{"customer":{"external_id":"acme"}}`).Status(t, http.StatusOK)
	assert.Contains(t, next(t, lines), "refused")
	require.NoError(t, stop())
}
