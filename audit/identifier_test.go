package audit_test

import (
	"bytes"
	"path"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/audit"
)

// identifier draws any 128 bits.
func identifier(t *rapid.T, label string) uuid.UUID {
	return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label))
}

// TestRequestID_KnownSpellings holds both spellings against values that were
// worked out by hand.
func TestRequestID_KnownSpellings(t *testing.T) {
	t.Parallel()
	for spelled, id := range map[string]string{
		"req_00000000000000000000000000": "00000000-0000-0000-0000-000000000000",
		"req_00000000000000000000000001": "00000000-0000-0000-0000-000000000001",
		"req_0000000000000000000000000Z": "00000000-0000-0000-0000-00000000001f",
		"req_00000000000000000000000010": "00000000-0000-0000-0000-000000000020",
		"req_7ZZZZZZZZZZZZZZZZZZZZZZZZZ": "ffffffff-ffff-ffff-ffff-ffffffffffff",
		"req_40000000000000000000000000": "80000000-0000-0000-0000-000000000000",
		// The example of the ULID specification.
		"req_01ARZ3NDEKTSV4RRFFQ69G5FAV": "01563e3a-b5d3-d676-4c61-efb99302bd5b",
	} {
		require.Equal(t, spelled, audit.FormatRequestID(uuid.MustParse(id)))
		parsed, ok := audit.ParseRequestID(spelled)
		require.True(t, ok, spelled)
		require.Equal(t, id, parsed.String())
	}
}

// TestParseRequestID_TakesBothSpellings in any case, with the letters that
// people mistake for digits.
func TestParseRequestID_TakesBothSpellings(t *testing.T) {
	t.Parallel()
	want := uuid.MustParse("01563e3a-b5d3-d676-4c61-efb99302bd5b")
	for _, text := range []string{
		"01563e3a-b5d3-d676-4c61-efb99302bd5b", "01563E3A-B5D3-D676-4C61-EFB99302BD5B",
		"req_01ARZ3NDEKTSV4RRFFQ69G5FAV", "REQ_01arz3ndektsv4rrffq69g5fav", "req_oIARZ3NDEKTSV4RRFFQ69G5FAV", "req_0lARZ3NDEKTSV4RRFFQ69G5FAV",
	} {
		id, ok := audit.ParseRequestID(text)
		require.True(t, ok, text)
		require.Equal(t, want, id, text)
	}
}

// TestParseRequestID_RefusesTheRest, which no look-up may confuse with an
// identifier.
func TestParseRequestID_RefusesTheRest(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "req_", "req", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "req_01ARZ3NDEKTSV4RRFFQ69G5FA", "req_01ARZ3NDEKTSV4RRFFQ69G5FAVX",
		"req_81ARZ3NDEKTSV4RRFFQ69G5FAV", "req_ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "req_U1ARZ3NDEKTSV4RRFFQ69G5FAV", "req-01ARZ3NDEKTSV4RRFFQ69G5FAV",
		"req_01ARZ3NDEKTSV4RRFFQ69G5FA=", "req_01ARZ3NDEKTSV4RRFFQ69G5FA ", "req_01ARZ3NDEKTSV4RRFFQ69G5F\u00e9", "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV",
		"01563e3ab5d3d6764c61efb99302bd5b", "{01563e3a-b5d3-d676-4c61-efb99302bd5b}", "urn:uuid:01563e3a-b5d3-d676-4c61-efb99302bd5b",
		"01563e3a-b5d3-d676-4c61-efb99302bd5g", "01563e3a+b5d3-d676-4c61-efb99302bd5b", "01563e3a-b5d3-d676-4c61-efb99302bd5b ",
	} {
		_, ok := audit.ParseRequestID(text)
		require.False(t, ok, "%q", text)
	}
}

// TestRequestID_RoundTrip shows that neither spelling loses a bit and that
// both sort like the bits.
func TestRequestID_RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		one, other := identifier(t, "one"), identifier(t, "other")
		spelled := audit.FormatRequestID(one)
		require.Regexp(t, `^req_[0-7][0-9A-HJKMNP-TV-Z]{25}$`, spelled)
		for _, text := range []string{spelled, strings.ToLower(spelled), one.String(), strings.ToUpper(one.String())} {
			parsed, ok := audit.ParseRequestID(text)
			require.True(t, ok, text)
			require.Equal(t, one, parsed)
		}
		require.Equal(t, bytes.Compare(one[:], other[:]), strings.Compare(spelled, audit.FormatRequestID(other)))
	})
}

// TestParseRequestID_NeverAcceptsTwice: what is accepted is the spelling of
// just one identifier.
func TestParseRequestID_NeverAcceptsTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`req_[0-9A-Za-z]{25,27}`), rapid.StringMatching(`[0-9a-g-]{36}`)).Draw(t, "text")
		id, ok := audit.ParseRequestID(text)
		if !ok {
			return
		}
		plain := strings.NewReplacer("I", "1", "L", "1", "O", "0").Replace(strings.ToUpper(text))
		require.Contains(t, []string{strings.ToUpper(audit.FormatRequestID(id)), strings.ToUpper(id.String())}, plain)
	})
}

// TestRequestIDPatterns_FitWhatIsSpelledSo: a part of a spelling finds its
// identifier, and nothing whose spelling does not contain it.
func TestRequestIDPatterns_FitWhatIsSpelledSo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id, other := identifier(t, "id"), identifier(t, "other")
		spelled := audit.FormatRequestID(id)
		from := rapid.IntRange(4, len(spelled)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(spelled)).Draw(t, "to")
		for _, text := range []string{spelled[from:to], strings.ToLower(spelled[from:to])} {
			patterns := audit.RequestIDPatterns(text)
			require.True(t, fitsAny(t, patterns, id), "%s in %s: %v", text, spelled, patterns)
			require.Equal(t, strings.Contains(audit.FormatRequestID(other)[4:], spelled[from:to]), fitsAny(t, patterns, other))
		}
		beginning := spelled[:to]
		require.True(t, fitsAny(t, audit.RequestIDPatterns(beginning), id))
		require.Equal(t, strings.HasPrefix(audit.FormatRequestID(other), beginning), fitsAny(t, audit.RequestIDPatterns(beginning), other))
	})
	for _, text := range []string{"", "req_", "/api/v1", "taxes-", "01ARZ3NDEKTSV4RRFFQ69G5FAV0", "req_u", "req_9"} {
		require.Empty(t, audit.RequestIDPatterns(text), text)
	}
}

// fitsAny reads the patterns as file names, which have the same signs.
func fitsAny(t require.TestingT, patterns []string, id uuid.UUID) bool {
	for _, pattern := range patterns {
		fits, err := path.Match(pattern, id.String())
		require.NoError(t, err)
		if fits {
			return true
		}
	}
	return false
}
