package server_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
)

// TestRoutes_SlashesAndHead answer as the plain path and GET do.
func TestRoutes_SlashesAndHead(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		header := http.Header{"Authorization": {"Bearer " + s.Key}}
		s.Send(http.MethodPost, "//api/v1/taxes/", `{"tax":{"name":"VAT","code":"eu/std","rate":"20"}}`, header).Status(t, 200)
		for _, path := range []string{"/api/v1/taxes", "/api/v1/taxes/eu/std", "/api/v1/taxes?per_page=1", "/api/v1/taxes/none", "/health", "/ready", "/docs", "/v1/organization/logs"} {
			plain := s.Send(http.MethodGet, path, "", header)
			address, query := path, ""
			if path == "/api/v1/taxes?per_page=1" {
				address, query = "/api/v1/taxes", "?per_page=1"
			}
			for _, spelled := range []string{address + "/" + query, "/" + address + query, "/" + address + "/" + query} {
				require.Equal(t, plain.Code, s.Send(http.MethodGet, spelled, "", header).Code, spelled)
			}
			head := s.Send(http.MethodHead, path, "", header)
			require.Equal(t, plain.Code, head.Code, path)
			require.Empty(t, head.Body, path)
			require.Equal(t, plain.Header.Get("Content-Type"), head.Header.Get("Content-Type"), path)
		}
	})
}

// TestPaging_OfHugeNumbers gives the same answer on each database, with sums
// that do not leave 64 bits.
func TestPaging_OfHugeNumbers(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		for i := range 2 {
			s.Post("/taxes", fmt.Sprintf(`{"tax":{"name":"VAT","code":"t%d","rate":"20"}}`, i)).Status(t, 200)
		}
		for _, path := range []string{"/taxes", "/api_logs", "/activity_logs", "/api_logs?request_paths=-1", "/events", "/customers"} {
			separator := "?"
			if path == "/api_logs?request_paths=-1" {
				separator = "&"
			}
			for _, huge := range []string{"2147483647", "2147483648", "9223372036854775807", "9223372036854775808", "99999999999999999999"} {
				s.Get(path+separator+"page="+huge).Status(t, 200)
				s.Get(path+separator+"page="+huge+"&per_page="+huge).Status(t, 200)
				meta := s.Get(path+separator+"per_page="+huge).Status(t, 200).JSON(t)["meta"].(map[string]any)
				pages := int64(1)
				if number(t, meta["total_count"]) == 0 {
					pages = 0
				}
				require.Equal(t, pages, number(t, meta["total_pages"]), "%s per_page=%s", path, huge)
			}
		}
		s.Get("/customers/nobody/past_usage?external_subscription_id=x&periods_count=99999999999999999999").Status(t, 422)
		s.Logs("?status_code=99999999999999999999").Status(t, 400)
		s.Logs("?limit=99999999999999999999").Status(t, 400)
	})
}
