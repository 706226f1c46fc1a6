package servertest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/compat"
	"tarn/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(sharing{m}) }

// TestBorrow_SharesServersOneAfterTheOther, and no test sees what another has made;
// a server whose handler was taken works for nobody else.
//
//nolint:paralleltest // each of its parts is to find the server of the one before
func TestBorrow_SharesServersOneAfterTheOther(t *testing.T) {
	for _, dialect := range storetest.Dialects() {
		t.Run(dialect, func(t *testing.T) {
			var urls, keys []string
			borrow := func(name string, use func(t *testing.T, s *Server)) {
				t.Run(name, func(t *testing.T) {
					s := Borrow(t, dialect, compat.Document)
					urls, keys = append(urls, s.URL), append(keys, s.Key)
					require.Equal(t, "acme", s.Organization.Slug, "its name is as free as on an empty database")
					require.Empty(t, s.Get("/taxes").Status(t, http.StatusOK).JSON(t)["taxes"])
					s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20"}}`).Status(t, http.StatusOK)
					use(t, s)
				})
			}
			borrow("first", func(t *testing.T, s *Server) {
				for range 5 {
					s.At(t, "2024-01-01T00:00:00Z")
				}
			})
			borrow("second", func(t *testing.T, s *Server) {
				require.Equal(t, urls[0], s.URL)
				require.NotEqual(t, keys[0], s.Key)
				other := Borrow(t, dialect, compat.Document)
				require.NotEqual(t, s.URL, other.URL, "two tests never have one server at a time")
				require.NotEqual(t, s.URL, Borrow(t, dialect, compat.Wire).URL)
				s.Handler()
			})
			borrow("third", func(t *testing.T, s *Server) {
				require.NotEqual(t, urls[0], s.URL, "its handler was taken")
			})
		})
	}
}
