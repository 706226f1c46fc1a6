package form_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/billing/money"
	"tarn/fault"
	"tarn/form"
	"tarn/nullable"
	"tarn/store"
)

// set is an input with a value.
func set[T any](value T) form.Optional[T] { return nullable.NewNullableWithValue(value) }

// null is an input that is null.
func null[T any]() form.Optional[T] { return nullable.NewNullNullable[T]() }

// absent is an input that was not sent.
func absent[T any]() form.Optional[T] { return form.Optional[T]{} }

// to is a pointer to a value.
func to[T any](value T) *T { return &value }

func TestGiven(t *testing.T) {
	t.Parallel()
	require.True(t, form.Given(set(0)))
	require.False(t, form.Given(null[int]()))
	require.False(t, form.Given(absent[int]()))
}

func TestAssign_KeepsWhatIsAbsentOrNull(t *testing.T) {
	t.Parallel()
	field := 1
	form.Assign(&field, absent[int]())
	form.Assign(&field, null[int]())
	require.Equal(t, 1, field)
	form.Assign(&field, set(2))
	require.Equal(t, 2, field)
}

func TestAssignText_EmptiesWhatIsNull(t *testing.T) {
	t.Parallel()
	type word string
	field := word("one")
	form.AssignText(&field, absent[string]())
	require.Equal(t, word("one"), field)
	form.AssignText(&field, set("two"))
	require.Equal(t, word("two"), field)
	form.AssignText(&field, null[string]())
	require.Empty(t, field)
}

func TestAssignNullable_EmptiesWhatIsNull(t *testing.T) {
	t.Parallel()
	field := to(1)
	form.AssignNullable(&field, absent[int]())
	require.Equal(t, to(1), field)
	form.AssignNullable(&field, set(2))
	require.Equal(t, to(2), field)
	form.AssignNullable(&field, null[int]())
	require.Nil(t, field)
}

func TestAssignGiven_KeepsWhatIsAbsentOrNull(t *testing.T) {
	t.Parallel()
	field := to(1)
	form.AssignGiven(&field, absent[int]())
	form.AssignGiven(&field, null[int]())
	require.Equal(t, to(1), field)
	form.AssignGiven(&field, set(2))
	require.Equal(t, to(2), field)
}

func TestTrimmed_KeepsWhatIsAbsentOrNull(t *testing.T) {
	t.Parallel()
	require.Equal(t, set("a b"), form.Trimmed(set(" a b\n")))
	require.Equal(t, set(""), form.Trimmed(set(" ")))
	require.Equal(t, null[string](), form.Trimmed(null[string]()))
	require.Equal(t, absent[string](), form.Trimmed(absent[string]()))
}

func TestFilledOrNull_MakesBlankTextsNull(t *testing.T) {
	t.Parallel()
	require.Equal(t, set("a b"), form.FilledOrNull(set(" a b\n")))
	require.Equal(t, null[string](), form.FilledOrNull(set(" \t")))
	require.Equal(t, null[string](), form.FilledOrNull(null[string]()))
	require.Equal(t, absent[string](), form.FilledOrNull(absent[string]()))
}

func TestNotFound_WordsWhatTheStoreMisses(t *testing.T) {
	t.Parallel()
	require.Equal(t, fault.Missing("plan"), form.NotFound(fmt.Errorf("plans: %w", store.ErrNotFound), "plan"))
	broken := errors.New("the database is gone")
	require.Equal(t, broken, form.NotFound(broken, "plan"))
	require.NoError(t, form.NotFound(nil, "plan"))
}

func TestTaken_WordsWhatTheStoreHasAlready(t *testing.T) {
	t.Parallel()
	refused := fault.Invalid("code", "value_already_exist")
	require.Equal(t, refused, form.Taken(fmt.Errorf("plans: %w", store.ErrDuplicate), "code"))
	broken := errors.New("the database is gone")
	require.Equal(t, broken, form.Taken(broken, "code"))
	require.NoError(t, form.Taken(nil, "code"))
}

// TestChecks holds each check against what it lets pass and what it refuses.
func TestChecks(t *testing.T) {
	t.Parallel()
	passes := fault.Details{}
	cases := map[string]struct {
		check func(fault.Details)
		want  fault.Details
	}{
		"codes of fields": {func(d fault.Details) {
			form.AddCodes(d, map[string][]string{"a": {"one", "two"}, "b": {"three"}})
		}, fault.Details{"a": []string{"one", "two"}, "b": []string{"three"}}},
		"a word that is known":    {func(d fault.Details) { form.CheckWord(d, "kind", "once", []string{"once"}) }, passes},
		"a word that is not":      {func(d fault.Details) { form.CheckWord(d, "kind", "Once", []string{"once"}) }, fault.Details{"kind": []string{"value_is_invalid"}}},
		"a free code":             {func(d fault.Details) { form.CheckCode(d, "a", false) }, passes},
		"a taken code":            {func(d fault.Details) { form.CheckCode(d, "a", true) }, fault.Details{"code": []string{"value_already_exist"}}},
		"a blank code":            {func(d fault.Details) { form.CheckCode(d, " ", true) }, fault.Details{"code": []string{"value_is_mandatory"}}},
		"a text within its limit": {func(d fault.Details) { form.CheckFilled(d, "name", "äöü", 3) }, passes},
		"a text over its limit":   {func(d fault.Details) { form.CheckFilled(d, "name", "äöüß", 3) }, fault.Details{"name": []string{"value_is_too_long"}}},
		"a blank text":            {func(d fault.Details) { form.CheckFilled(d, "name", "    ", 3) }, fault.Details{"name": []string{"value_is_mandatory"}}},
		"no text":                 {func(d fault.Details) { form.CheckLongest(d, "name", nil, 3) }, passes},
		"a long text":             {func(d fault.Details) { form.CheckLongest(d, "name", to("äöüß"), 3) }, fault.Details{"name": []string{"value_is_too_long"}}},
		"no days":                 {func(d fault.Details) { form.CheckDays(d, "term", to(0)) }, passes},
		"days nobody named":       {func(d fault.Details) { form.CheckDays(d, "term", nil) }, passes},
		"days below zero":         {func(d fault.Details) { form.CheckDays(d, "term", to(-1)) }, fault.Details{"term": []string{"value_is_out_of_range"}}},
		"the most days":           {func(d fault.Details) { form.CheckDays(d, "term", to(math.MaxInt32)) }, passes},
		"days beyond the column":  {func(d fault.Details) { form.CheckDays(d, "term", to(math.MaxInt32+1)) }, fault.Details{"term": []string{"value_is_out_of_range"}}},
		"a country":               {func(d fault.Details) { form.CheckCountry(d, "country", to("FR")) }, passes},
		"no country":              {func(d fault.Details) { form.CheckCountry(d, "country", nil) }, passes},
		"no country's code":       {func(d fault.Details) { form.CheckCountry(d, "country", to("XX")) }, fault.Details{"country": []string{"not_a_valid_country_code"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			details := fault.Details{}
			c.check(details)
			require.Equal(t, c.want, details)
		})
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	require.True(t, form.Blank(" \t\n"))
	require.False(t, form.Blank(" a "))
	require.True(t, form.Unfilled(nil))
	require.True(t, form.Unfilled(to(" ")))
	require.False(t, form.Unfilled(to("a")))

	require.True(t, form.Equal[string](nil, nil))
	require.True(t, form.Equal(to("a"), to("a")))
	require.False(t, form.Equal(to("a"), to("b")))
	require.False(t, form.Equal(to("a"), nil))
	require.False(t, form.Equal(nil, to("a")))

	words := []string{"b", "a", "b"}
	require.Equal(t, []string{"b", "a"}, form.Distinct(words))
	require.Equal(t, []string{"a", "b"}, form.SortedSet(words))
	require.Equal(t, []string{"b", "a", "b"}, words, "the list itself stays as it is")
	require.Equal(t, []string{}, form.SortedSet(nil))

	require.Equal(t, `["a", "b\"c"]`, form.QuotedList([]string{"a", `b"c`}))
	require.Equal(t, "[]", form.QuotedList(nil))
}

func TestIdentifier_ThatIsNoneIsZero(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	require.Equal(t, id, form.Identifier(set(id.String())))
	for name, input := range map[string]form.Optional[string]{
		"absent": absent[string](), "null": null[string](), "empty": set(""), "malformed": set("plan"),
	} {
		require.Equal(t, uuid.Nil, form.Identifier(input), name)
	}
}

func TestIsWebAddress(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"http://a.example", "https://a.example:8443/hook?x=1", "HTTPS://a.example"} {
		require.True(t, form.IsWebAddress(text), text)
	}
	for _, text := range []string{
		"", "a.example", "ftp://a.example", "https://", "https:///hook", "http://:80", "https://a.example/a b", "https://ä.example", "https://a.example\n",
	} {
		require.False(t, form.IsWebAddress(text), "%q", text)
	}
}

func TestRepresentable_BoundsTheDigitsOnBothSidesOfThePoint(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"0": true, "-12.5": true,
		strings.Repeat("9", 300):              true,
		"1" + strings.Repeat("0", 300):        false,
		"1e299":                               true,
		"1e300":                               false,
		"1e-300":                              true,
		"1e-301":                              false,
		"-1" + strings.Repeat("0", 300):       false,
		"0." + strings.Repeat("0", 300) + "1": false,
	} {
		require.Equal(t, want, form.Representable(decimal.RequireFromString(text)), text)
	}
}

func TestCheckSums(t *testing.T) {
	t.Parallel()
	require.NoError(t, form.CheckSums())
	require.NoError(t, form.CheckSums(money.MaxCents, -money.MaxCents))
	refusal, refused := fault.As(form.CheckSums(0, money.MaxCents+1))
	require.True(t, refused)
	require.Equal(t, fault.Details{"amount_cents": []string{"value_is_out_of_range"}}, refusal.Details)
}

func TestFitsColumn_Is32Bits(t *testing.T) {
	t.Parallel()
	require.True(t, form.FitsColumn(math.MaxInt32))
	require.True(t, form.FitsColumn(math.MinInt32))
	require.False(t, form.FitsColumn(math.MaxInt32+1))
	require.False(t, form.FitsColumn(math.MinInt32-1))
}

func TestInstant_ReadsManySpellings(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)
	for _, text := range []string{
		"2026-03-01T12:30:00Z", "2026-03-01T13:30:00+01:00", "2026-03-01T13:30:00+0100", "2026-03-01T12:30Z", "2026-03-01T12:30:00",
		"2026-03-01T12:30", "2026-03-01 12:30:00Z", "2026-03-01 13:30:00 +0100", "2026-03-01 12:30:00 UTC", "2026-03-01 12:30:00",
		"2026-03-01T12:30:00.0000009Z",
	} {
		at, err := form.Instant(text)
		require.NoError(t, err, text)
		require.Equal(t, want, at, text)
	}
	day, err := form.Instant("2026-03-01")
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), day, "a day alone is its beginning")
}

func TestInstant_Refuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "soon", "12:30", "2026-02-30", "2026-03-01T25:00:00Z", "9999-12-31T23:59:59-01:00", "1772368200"} {
		_, err := form.Instant(text)
		require.Error(t, err, "%q", text)
	}
}

func TestCleanEmail(t *testing.T) {
	t.Parallel()
	require.Equal(t, to("ada@example.com"), form.CleanEmail(to(" \u200bada@exam\u00adple.com\n")))
	require.Nil(t, form.CleanEmail(to("\u200b ")))
	require.Nil(t, form.CleanEmail(nil))
}

func TestIsEmail_TakesOneOrSeveral(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"ada@example.com", "ada@example.com, bob@example.com", "a+b@sub.example.com"} {
		require.True(t, form.IsEmail(text), text)
	}
	for _, text := range []string{"", "ada", "ada@", "@example.com", "ada@example.com,", "Ada <ada@example.com>", "ada@example.com; bob@example.com"} {
		require.False(t, form.IsEmail(text), "%q", text)
	}
}

func TestAssignOr_TakesTheDefaultForNull(t *testing.T) {
	t.Parallel()
	field := 1
	form.AssignOr(&field, absent[int](), 7)
	require.Equal(t, 1, field)
	form.AssignOr(&field, set(2), 7)
	require.Equal(t, 2, field)
	form.AssignOr(&field, null[int](), 7)
	require.Equal(t, 7, field)
}
