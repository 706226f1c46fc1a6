package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/audit"
)

// planted is a value that no log may contain, in no spelling.
const planted = "sk_live_PLANTED"

// document is a JSON text together with the text that the log shall keep.
type document struct{ sent, kept string }

// space draws white space that JSON allows between two tokens.
func space() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"", "", "", " ", "\n\t", "\r\n  "})
}

// harmlessNames are names of the contract and others that look a little like
// secrets.
func harmlessNames() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"name", "code", "company", "rate", "external_id", "key", "number", "spanish", "opinion"}),
		rapid.StringMatching(`[a-f]{0,3}`), rapid.SampledFrom([]string{"é\n", `"`, `\`, "<&>", "\x00"}),
	)
}

// scalars are texts, numbers digit by digit, those beyond all readers as texts, and the rest.
func scalars() *rapid.Generator[document] {
	literals := rapid.SampledFrom([]string{"true", "false", "null", "0", "-0.0", "1e-7", "123456789012345678901234567890", "0.100"})
	texts := rapid.Map(rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z {}\[\]"\\<>&]*`)), plainJSON)
	beyond := rapid.Just(document{sent: "1E+400", kept: `"1E+400"`})
	return rapid.OneOf(rapid.Map(rapid.OneOf(literals, texts), func(text string) document { return document{text, text} }), beyond)
}

// plainJSON is a text as JSON without escapes for HTML.
func plainJSON(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text)
	return strings.TrimSuffix(out.String(), "\n")
}

func documents(depth int) *rapid.Generator[document] {
	return rapid.Custom(func(t *rapid.T) document {
		shape := 0
		if depth > 0 {
			shape = rapid.IntRange(0, 2).Draw(t, "shape")
		}
		if shape == 0 {
			return scalars().Draw(t, "value")
		}
		var sent, kept []string
		for range rapid.IntRange(0, 4).Draw(t, "length") {
			value := documents(depth-1).Draw(t, "value")
			if shape == 1 {
				sent, kept = append(sent, value.sent), append(kept, value.kept)
				continue
			}
			name := plainJSON(harmlessNames().Draw(t, "name"))
			if rapid.Bool().Draw(t, "secret") {
				name = plainJSON(rapid.SampledFrom(secretMembers).Draw(t, "secret name"))
				hidden := rapid.SampledFrom([]string{`%q`, `[1,%q]`, `{"a":{"b":[%q]}}`, `{"token":%q,"c":null}`}).Draw(t, "form")
				value = document{fmt.Sprintf(hidden, planted), `"[FILTERED]"`}
			}
			gap := space().Draw(t, "gap")
			sent, kept = append(sent, gap+name+gap+":"+gap+value.sent), append(kept, name+":"+value.kept)
		}
		gap := space().Draw(t, "gap")
		if shape == 1 {
			return document{"[" + gap + strings.Join(sent, gap+",") + gap + "]", "[" + strings.Join(kept, ",") + "]"}
		}
		return document{"{" + gap + strings.Join(sent, gap+",") + gap + "}", "{" + strings.Join(kept, ",") + "}"}
	})
}

// TestBody_KeepsAllButSecrets holds what is kept against what was drawn
// together with the body: order, numbers and texts as they were, secrets gone.
func TestBody_KeepsAllButSecrets(t *testing.T) {
	t.Parallel()
	r := audit.NewRedactor(1 << 20)
	rapid.Check(t, func(t *rapid.T) {
		drawn := documents(4).Draw(t, "document")
		if diff := cmp.Diff(drawn.kept, r.Body([]byte(drawn.sent))); diff != "" {
			t.Fatalf("kept (-want +got):\n%s", diff)
		}
	})
}

// TestBody_LeaksNothingWhenBroken cuts and damages bodies anywhere: what is
// kept is valid JSON all the same, and has no secret in it.
func TestBody_LeaksNothingWhenBroken(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := audit.NewRedactor(rapid.SampledFrom([]int{1, 100, 1 << 20}).Draw(t, "limit"))
		body := []byte(documents(4).Draw(t, "document").sent)
		switch rapid.IntRange(0, 2).Draw(t, "damage") {
		case 0:
			body = body[:rapid.IntRange(0, len(body)).Draw(t, "cut")]
		case 1:
			noise := rapid.SampledFrom([]string{",", "}", "\"", "\xff", "\x00", "x"}).Draw(t, "noise")
			at := rapid.SampledFrom(joints(body)).Draw(t, "at")
			body = slices.Insert(body, at, []byte(noise)...)
		default:
			body = append(body, rapid.SliceOf(rapid.Byte()).Draw(t, "tail")...)
		}
		requireClean(t, r.Body(body), len(body))
	})
}

// joints are the places between names and values; damage inside a name would
// make it another one.
func joints(body []byte) []int {
	places := []int{0}
	for i, c := range body {
		if strings.IndexByte(",:[]{}", c) >= 0 {
			places = append(places, i)
		}
	}
	return places
}

// TestBody_IsAlwaysJSON whatever bytes arrive.
func TestBody_IsAlwaysJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		requireClean(t, audit.NewRedactor(1<<20).Body(body), len(body))
	})
}

func requireClean(t require.TestingT, kept string, size int) {
	require.Equal(t, size == 0, kept == "")
	if size == 0 {
		return
	}
	require.True(t, json.Valid([]byte(kept)), "kept: %s", kept)
	require.True(t, utf8.ValidString(kept))
	require.NotContains(t, kept, "\x00")
	require.NotContains(t, kept, planted)
}

// TestQuery_LeaksNothing however a secret's name is escaped and nested.
func TestQuery_LeaksNothing(t *testing.T) {
	t.Parallel()
	r := audit.NewRedactor(0)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(secretMembers).Draw(t, "name")
		if rapid.Bool().Draw(t, "nested") {
			name = "user[" + name + "]"
		}
		if escaped := rapid.Bool().Draw(t, "escaped"); escaped {
			name = url.QueryEscape(name)
		}
		value := planted + rapid.SampledFrom([]string{"", "=x", "%20x", "%zz", "?"}).Draw(t, "ending")
		before := rapid.SampledFrom([]string{"", "a=1&", "a=%zz&", "&", ";b;"}).Draw(t, "before")
		after := rapid.SampledFrom([]string{"", "&page=2", ";b=1", "&"}).Draw(t, "after")
		kept := r.Query(before + name + "=" + value + after)
		require.NotContains(t, kept, planted)
		require.Equal(t, before+name+"=[FILTERED]"+after, kept)
	})
}

// FuzzBody looks for a body that makes the log anything but JSON.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{`{"api_key":"x"}`, `[1,`, "\xff", `{"a":"{\"b\":1}"}`, `"https://u:p@h/?token=1"`, `{"tokens":{}}`} {
		f.Add([]byte(seed))
	}
	r := audit.NewRedactor(1 << 12)
	f.Fuzz(func(t *testing.T, body []byte) {
		requireClean(t, r.Body(bytes.ReplaceAll(body, []byte(planted), nil)), len(bytes.ReplaceAll(body, []byte(planted), nil)))
	})
}
