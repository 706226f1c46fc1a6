package edge

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"
)

// slashFamilies are the resources whose codes may contain a slash.
var slashFamilies = []string{"add_ons", "billable_metrics", "features", "coupons", "plans", "taxes"}

// joinCodes lets codes with raw slashes reach their operation.
//
// Lago: the code segment of these resources swallows slashes; a more specific
// nested route wins. An unknown path below such a resource is therefore read
// as a code, and answered as one that does not exist.
func (a *api) joinCodes() echo.MiddlewareFunc {
	families := a.families() // once: Echo puts its middlewares together anew for every request
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			a.joinCode(c.Request(), families)
			return next(c)
		}
	}
}

// families lists the routes by method and first segment.
func (a *api) families() map[string][]route {
	families := map[string][]route{}
	for key, op := range a.operations {
		method, _, _ := strings.Cut(key, " ")
		segments := strings.Split(strings.Trim(op.path, "/"), "/")
		families[method+segments[0]] = append(families[method+segments[0]], segments)
	}
	return families
}

// joinCode escapes the slashes of a code in the request's path.
func (a *api) joinCode(r *http.Request, families map[string][]route) {
	path, below := strings.CutPrefix(r.URL.EscapedPath(), a.base+"/")
	if !below {
		return
	}
	segments := strings.Split(path, "/")
	if len(segments) < 3 || !joinable(segments[0]) {
		return
	}
	if joined := longest(families[r.Method+segments[0]], segments); joined != nil {
		escaped := a.base + "/" + strings.Join(joined, "/")
		if plain, err := url.PathUnescape(escaped); err == nil {
			r.URL.Path, r.URL.RawPath = plain, escaped
		}
	}
}

func joinable(family string) bool {
	for _, name := range slashFamilies {
		if name == family {
			return true
		}
	}
	return false
}

// route is the segments of a path of the document.
type route []string

// longest finds the most specific route that takes the segments with several
// of them joined into the code; nil when a route takes them as they are, or
// none takes them.
func longest(routes []route, segments []string) []string {
	var best []string
	for _, r := range routes {
		joined := r.join(segments)
		if joined == nil {
			continue
		}
		if len(joined) == len(segments) {
			return nil
		}
		if len(joined) > len(best) {
			best = joined
		}
	}
	return best
}

// join fits segments to the route, letting its second segment, the code, take
// as many as are left over.
func (r route) join(segments []string) []string {
	extra := len(segments) - len(r)
	if extra < 0 || len(r) < 2 || !strings.HasPrefix(r[1], "{") {
		return nil
	}
	joined := append([]string{segments[0], strings.Join(segments[1:2+extra], "%2F")}, segments[2+extra:]...)
	for i, segment := range r {
		if !strings.HasPrefix(segment, "{") && segment != joined[i] {
			return nil
		}
	}
	return joined
}
