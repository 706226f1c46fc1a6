package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// TestTenancy_LinksOpenOneThing holds what links into two organizations open against what
// they are for: a link of one purpose opens nothing of another, and what is put together
// of the links of two organizations opens nothing at all.
func TestTenancy_LinksOpenOneThing(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	storetest.Run(t, func(t *testing.T, url string) {
		t.Helper()
		s := servertest.New(t, url)
		story := servertest.Scenarios(t, "testdata")["organization"]
		_, theirs := s.Tell(t, story, map[string]any{"mark": "theirs", "secret": "hidden-from-others"})
		_, mine := s.Tell(t, story, map[string]any{"mark": "mine", "secret": "my own"})
		names := []string{"portal", "checkout", "pay", "file"}
		for _, name := range names {
			folder, token := linkOf(t, theirs, name)
			require.Equal(t, http.StatusOK, s.Send(http.MethodGet, folder+token, "", nil).Code, name)
			_, own := linkOf(t, mine, name)
			for at := len(token) / 8; at < min(len(token), len(own)); at += len(token) / 8 {
				for _, mixed := range []string{token[:at] + own[at:], own[:at] + token[at:]} {
					if mixed != token && mixed != own { // they may begin alike
						opensNothing(t, s, folder+mixed)
					}
				}
			}
			for _, other := range names {
				if elsewhere, _ := linkOf(t, theirs, other); elsewhere != folder {
					opensNothing(t, s, elsewhere+token)
				}
			}
		}
	})
}

// linkOf is a link that a story has saved: the path up to its token, and the token.
func linkOf(t *testing.T, saved map[string]any, name string) (folder, token string) {
	t.Helper()
	address, err := url.Parse(fmt.Sprint(saved[name]))
	require.NoError(t, err)
	at := strings.LastIndex(address.Path, "/") + 1
	require.Greater(t, len(address.Path), at+20, "%s: %v", name, saved[name])
	return address.Path[:at], address.Path[at:]
}

// opensNothing sends a link that is not to open anything, and presses what would be there.
func opensNothing(t *testing.T, s *servertest.Server, link string) {
	t.Helper()
	for _, path := range []string{link, link + "/leave"} {
		answer := s.Send(http.MethodGet, path, "", nil)
		assert.Equal(t, http.StatusNotFound, answer.Code, path)
		assert.NotContains(t, string(answer.Body), "hidden-from-others", path)
	}
	assert.Equal(t, http.StatusNotFound, s.Send(http.MethodPost, link+"/pay", "", nil).Code, link)
}
