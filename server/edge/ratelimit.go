package edge

import (
	"math"
	"strconv"
	"sync"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"tarn/clock"
	"tarn/fault"
)

// limiter bounds how many requests an organization makes a second. A nil
// *limiter does not.
type limiter struct {
	perSecond rate.Limit
	burst     int

	mu      sync.Mutex
	buckets map[uuid.UUID]*rate.Limiter
}

func newLimiter(perSecond float64) *limiter {
	if perSecond <= 0 {
		return nil
	}
	return &limiter{
		perSecond: rate.Limit(perSecond), burst: int(math.Ceil(perSecond)), buckets: map[uuid.UUID]*rate.Limiter{},
	}
}

// admit takes a request from the organization's allowance and tells the client
// what is left, in the headers of Lago's cloud.
func (l *limiter) admit(x *Exchange) error {
	if l == nil || !x.authenticated {
		return nil
	}
	l.mu.Lock()
	bucket := l.buckets[x.org.ID]
	if bucket == nil {
		bucket = rate.NewLimiter(l.perSecond, l.burst)
		l.buckets[x.org.ID] = bucket
	}
	l.mu.Unlock()
	now := clock.Monotonic()
	admitted := bucket.AllowN(now, 1)
	left := max(0, bucket.TokensAt(now))
	wait := math.Ceil((float64(l.burst) - left) / float64(l.perSecond))
	x.limits = map[string]string{
		"X-Ratelimit-Limit":     strconv.Itoa(l.burst),
		"X-Ratelimit-Remaining": strconv.Itoa(int(left)),
		"X-Ratelimit-Reset":     strconv.Itoa(int(wait)),
	}
	if !admitted {
		return &fault.Error{Kind: fault.RateLimited, Code: "rate_limited", Message: "Too many requests; try again later."}
	}
	return nil
}
