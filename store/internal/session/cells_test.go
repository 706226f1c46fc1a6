package session

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// word is a text with a name of its own.
type word string

// to is a pointer to a value.
func to[T any](value T) *T { return &value }

// cellFor is the cell of a variable.
func cellFor(variable any, json bool) cell {
	if json {
		return cell{field: variable, json: true}
	}
	return cell{field: plainly(reflect.ValueOf(variable)).Interface()}
}

// column is one column of a row and what its field becomes.
type column struct {
	oid uint32
	// sent is encoded as PostgreSQL would send it.
	sent any
	// pooled is the value as database/sql has it.
	pooled any
	want   any
	json   bool
}

func columns() map[string]column {
	id := uuid.MustParse("0190d0f4-6b1c-7c7e-9f0a-3a8d5c1b2e4f")
	at := time.Date(2024, time.February, 29, 23, 59, 59, 123_456_000, time.UTC)
	early := time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)
	amount := decimal.RequireFromString("1234567890123456789.012345")
	numeric := pgtype.Numeric{Int: amount.Coefficient(), Exp: amount.Exponent(), Valid: true}
	return map[string]column{
		"text":                 {oid: pgtype.TextOID, sent: "a", pooled: "a", want: "a"},
		"optional text":        {oid: pgtype.TextOID, sent: "", pooled: "", want: to("")},
		"named text":           {oid: pgtype.TextOID, sent: "a", pooled: "a", want: word("a")},
		"optional named text":  {oid: pgtype.TextOID, sent: "a", pooled: "a", want: to(word("a"))},
		"identifier":           {oid: pgtype.UUIDOID, sent: [16]byte(id), pooled: id.String(), want: id},
		"optional identifier":  {oid: pgtype.UUIDOID, sent: [16]byte(id), pooled: id.String(), want: &id},
		"instant":              {oid: pgtype.TimestamptzOID, sent: at, pooled: at, want: at},
		"optional instant":     {oid: pgtype.TimestamptzOID, sent: at, pooled: at, want: &at},
		"first instant":        {oid: pgtype.TimestamptzOID, sent: early, pooled: early, want: early},
		"instant as text":      {oid: pgtype.TimestamptzOID, sent: at, pooled: "2024-02-29 23:59:59.123456+00:00", want: at},
		"truth":                {oid: pgtype.BoolOID, sent: true, pooled: int64(1), want: true},
		"optional truth":       {oid: pgtype.BoolOID, sent: false, pooled: int64(0), want: to(false)},
		"small number":         {oid: pgtype.Int2OID, sent: int16(-2), pooled: int64(-2), want: -2},
		"number":               {oid: pgtype.Int4OID, sent: int32(-3), pooled: int64(-3), want: -3},
		"optional number":      {oid: pgtype.Int4OID, sent: int32(3), pooled: int64(3), want: to(3)},
		"large number":         {oid: pgtype.Int8OID, sent: int64(-1 << 62), pooled: int64(-1 << 62), want: int64(-1 << 62)},
		"optional, large":      {oid: pgtype.Int8OID, sent: int64(1 << 62), pooled: int64(1 << 62), want: to(int64(1 << 62))},
		"decimal":              {oid: pgtype.NumericOID, sent: numeric, pooled: amount.String(), want: amount},
		"optional decimal":     {oid: pgtype.NumericOID, sent: numeric, pooled: amount.String(), want: &amount},
		"document":             {oid: pgtype.JSONBOID, sent: []string{"a"}, pooled: `["a"]`, want: []string{"a"}, json: true},
		"document, not binary": {oid: pgtype.JSONOID, sent: []string{"a"}, pooled: []byte(`["a"]`), want: []string{"a"}, json: true},
		"bytes":                {oid: pgtype.ByteaOID, sent: []byte{0, 1}, pooled: []byte{0, 1}, want: []byte{0, 1}},
	}
}

func TestCell_ReadsWhatPostgreSQLSends(t *testing.T) {
	t.Parallel()
	for name, c := range columns() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			types := pgtype.NewMap() // one each, as a connection has: it remembers what it has met
			for _, format := range []int16{pgx.BinaryFormatCode, pgx.TextFormatCode} {
				raw, err := types.Encode(c.oid, format, c.sent, []byte{})
				require.NoError(t, err)
				described := &pgconn.FieldDescription{DataTypeOID: c.oid, Format: format}
				got := reflect.New(reflect.TypeOf(c.want))
				read := cellFor(got.Interface(), c.json)
				require.NoError(t, read.decode(types, described, nil))
				require.True(t, got.Elem().IsZero(), "NULL leaves it empty")
				require.NoError(t, read.decode(types, described, raw))
				requireSame(t, c.want, got.Elem().Interface())
			}
		})
	}
}

func TestCell_ReadsWhatDatabaseSQLHas(t *testing.T) {
	t.Parallel()
	for name, c := range columns() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := reflect.New(reflect.TypeOf(c.want))
			read := cellFor(got.Interface(), c.json)
			require.NoError(t, read.Scan(nil))
			require.True(t, got.Elem().IsZero(), "NULL leaves it empty")
			require.NoError(t, read.Scan(c.pooled))
			requireSame(t, c.want, got.Elem().Interface())
		})
	}
}

// requireSame compares instants as instants: text has a zone of its own.
func requireSame(t *testing.T, want, got any) {
	t.Helper()
	if want, isTime := want.(time.Time); isTime {
		require.True(t, want.Equal(got.(time.Time)), got) //nolint:forcetypeassert // of the same type
		return
	}
	if want, isTime := want.(*time.Time); isTime {
		require.True(t, want.Equal(*got.(*time.Time)), got) //nolint:forcetypeassert // of the same type
		return
	}
	require.Equal(t, want, got)
}

func TestCell_RefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		oid  uint32
		raw  []byte
		into any
	}{
		"infinity":      {pgtype.TimestamptzOID, []byte{0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, new(time.Time)},
		"long ago":      {pgtype.TimestamptzOID, []byte{0x80, 0, 0, 0, 0, 0, 0, 0}, new(time.Time)},
		"text as truth": {pgtype.TextOID, []byte("perhaps"), new(bool)},
		"no document":   {pgtype.JSONBOID, []byte{1, '{'}, new([]string)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			types := pgtype.NewMap()
			read := cellFor(c.into, c.oid == pgtype.JSONBOID)
			require.Error(t, read.decode(types, &pgconn.FieldDescription{DataTypeOID: c.oid, Format: pgx.BinaryFormatCode}, c.raw))
		})
	}
	var none struct{ a int }
	require.Error(t, (&cell{field: &none}).Scan("a"))
	require.Error(t, (&cell{field: new(time.Time)}).Scan("yesterday"))
	require.Error(t, (&cell{field: new([]string), json: true}).Scan(1.5))
}

// The texts of a row are copied together and stay apart.
func TestTexts_AreOfTheirFields(t *testing.T) {
	t.Parallel()
	var plain string
	var named word
	var pointed, other, missing *string
	cells := []cell{cellFor(&pointed, false), cellFor(&plain, false), {}, cellFor(&missing, false), cellFor(&named, false), cellFor(&other, false)}
	described := make([]pgconn.FieldDescription, len(cells))
	for i := range described {
		described[i].DataTypeOID = pgtype.TextOID
	}
	row := [][]byte{[]byte("a"), []byte("bc"), []byte("passed over"), nil, []byte("d"), {}}
	found := textsOf(described, row, cells)
	for i, raw := range row {
		if raw != nil && cells[i].isText(&described[i]) {
			found.set(cells[i].field, len(raw))
		}
	}
	row[0][0] = 'z' // the driver uses its memory again
	require.Equal(t, []any{to("a"), "bc", (*string)(nil), word("d"), to("")}, []any{pointed, plain, missing, named, other})
	require.Empty(t, found.rest)
}
