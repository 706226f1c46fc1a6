package notify

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// TestPause_GrowsByTheFourthPower compares with the waits of the original.
func TestPause_GrowsByTheFourthPower(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 3*time.Second, pause(1, 0))
	assert.Equal(t, 3150*time.Millisecond, pause(1, 1))
	assert.Equal(t, 18*time.Second, pause(2, 0))
	assert.Equal(t, 20400*time.Millisecond, pause(2, 1))
}

// TestKept_IsTextOfLimitedLength whatever an endpoint answers.
func TestKept_IsTextOfLimitedLength(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "a�b", kept("a\xff\x00b", 10))
	assert.Equal(t, "aé", kept("aéé", 4))
	rapid.Check(t, func(rt *rapid.T) {
		text, length := string(rapid.SliceOf(rapid.Byte()).Draw(rt, "text")), rapid.IntRange(0, 20).Draw(rt, "length")
		got := kept(text, length)
		assert.LessOrEqual(rt, len(got), length)
		assert.NotContains(rt, got, "\x00")
		assert.Equal(rt, strings.ToValidUTF8(got, "?"), got)
	})
}

// TestReason_LeavesOutTheAddress that the attempt keeps already.
func TestReason_LeavesOutTheAddress(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "refused", reason(&url.Error{Op: "Post", URL: "https://a.example", Err: errors.New("refused")}))
	assert.Equal(t, "refused", reason(errors.New("refused")))
}
