package session

import (
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm/schema"
)

// schemas are the structs that rows are read into without being tables.
var schemas sync.Map //nolint:gochecknoglobals // what is found out about types once

// cell is where a column's value goes.
type cell struct {
	// field points to the struct's field; nil for a column that has none.
	field any
	// json says that the column is the field's JSON.
	json bool
}

// cellOf is the cell of a field. Texts, numbers and truth values with a name of
// their own are filled as what they are made of.
func cellOf(field *schema.Field, value reflect.Value) cell {
	if field.Serializer != nil {
		return cell{field: value.Addr().Interface(), json: true}
	}
	return cell{field: plainly(value.Addr()).Interface()}
}

// plainly is a pointer to a named type as one to what that is made of.
func plainly(pointer reflect.Value) reflect.Value {
	if plain, ok := plainTypes[pointer.Type().Elem().Kind()]; ok {
		return pointer.Convert(plain)
	}
	return pointer
}

// plainTypes are what named types are made of.
var plainTypes = map[reflect.Kind]reflect.Type{
	reflect.String: reflect.TypeFor[*string](),
	reflect.Int:    reflect.TypeFor[*int](),
	reflect.Int64:  reflect.TypeFor[*int64](),
	reflect.Bool:   reflect.TypeFor[*bool](),
}

// nativeRows are rows as PostgreSQL sends them.
type nativeRows struct {
	pgx.Rows
	types *pgtype.Map
}

func (r nativeRows) columns() ([]string, error) {
	described := r.FieldDescriptions()
	names := make([]string, len(described))
	for i := range described {
		names[i] = described[i].Name
	}
	return names, nil
}

func (r nativeRows) next() bool { return r.Next() }

func (r nativeRows) close() error {
	r.Close()
	return r.Err()
}

func (r nativeRows) into(cells []cell) error {
	described, row := r.FieldDescriptions(), r.RawValues()
	texts := textsOf(described, row, cells)
	for i, raw := range row {
		if raw != nil && cells[i].isText(&described[i]) {
			texts.set(cells[i].field, len(raw))
			continue
		}
		if err := cells[i].decode(r.types, &described[i], raw); err != nil {
			return fmt.Errorf("read column %s: %w", described[i].Name, err)
		}
	}
	return nil
}

// texts are the texts of one row that are still to be given to its fields. Their
// bytes are copied at once, and fields that point to texts share a slice of them:
// a page of rows has some hundred texts.
type texts struct {
	rest    string
	pointed []string
}

// textsOf are the texts among the columns of a row.
func textsOf(described []pgconn.FieldDescription, row [][]byte, cells []cell) texts {
	var all strings.Builder
	length, pointers := 0, 0
	for i, raw := range row {
		if raw != nil && cells[i].isText(&described[i]) {
			length += len(raw)
			if _, points := cells[i].field.(**string); points {
				pointers++
			}
		}
	}
	all.Grow(length)
	for i, raw := range row {
		if raw != nil && cells[i].isText(&described[i]) {
			all.Write(raw)
		}
	}
	return texts{rest: all.String(), pointed: make([]string, 0, pointers)}
}

// set gives the next text, of so many bytes, to a field.
func (t *texts) set(field any, length int) {
	text := t.rest[:length]
	t.rest = t.rest[length:]
	switch field := field.(type) {
	case *string:
		*field = text
	case **string:
		t.pointed = append(t.pointed, text)
		*field = &t.pointed[len(t.pointed)-1]
	}
}

// isText reports whether a column is a text for a field that is one.
func (c *cell) isText(column *pgconn.FieldDescription) bool {
	if c.json || column.DataTypeOID != pgtype.TextOID && column.DataTypeOID != pgtype.VarcharOID {
		return false
	}
	switch c.field.(type) {
	case *string, **string:
		return true
	}
	return false
}

// decode reads a value as PostgreSQL sends it. Fields without a value are left
// as they are, which is empty. What is not decoded here, the driver decodes.
func (c *cell) decode(types *pgtype.Map, column *pgconn.FieldDescription, raw []byte) error {
	if raw == nil || c.field == nil {
		return nil
	}
	if c.json {
		return c.decodeJSON(column, raw)
	}
	known := false
	switch column.DataTypeOID {
	case pgtype.UUIDOID:
		known = column.Format == pgx.BinaryFormatCode && setUUID(c.field, raw)
	case pgtype.TimestamptzOID:
		known = column.Format == pgx.BinaryFormatCode && setTime(c.field, raw)
	case pgtype.BoolOID:
		known = column.Format == pgx.BinaryFormatCode && setBool(c.field, raw)
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		known = column.Format == pgx.BinaryFormatCode && setInt(c.field, raw)
	}
	if known {
		return nil
	}
	return types.Scan(column.DataTypeOID, column.Format, raw, c.field)
}

// decodeJSON reads a document; in its binary form a version goes before it.
func (c *cell) decodeJSON(column *pgconn.FieldDescription, raw []byte) error {
	if column.DataTypeOID == pgtype.JSONBOID && column.Format == pgx.BinaryFormatCode && len(raw) > 0 {
		raw = raw[1:]
	}
	return json.Unmarshal(raw, c.field)
}

func setUUID(field any, raw []byte) bool {
	if len(raw) != len(uuid.Nil) {
		return false
	}
	switch field := field.(type) {
	case *uuid.UUID:
		*field = uuid.UUID(raw)
	case **uuid.UUID:
		id := uuid.UUID(raw)
		*field = &id
	default:
		return false
	}
	return true
}

// epoch is where PostgreSQL's times begin, in microseconds.
const epoch = 946_684_800_000_000

// setTime leaves the two infinities to the driver.
func setTime(field any, raw []byte) bool {
	if len(raw) != 8 {
		return false
	}
	micros := int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // the sign is meant
	if micros+epoch < micros || micros == -1<<63 {
		return false
	}
	at := time.UnixMicro(micros + epoch).UTC()
	switch field := field.(type) {
	case *time.Time:
		*field = at
	case **time.Time:
		own := at // so that no other field's instant is on the heap
		*field = &own
	default:
		return false
	}
	return true
}

func setBool(field any, raw []byte) bool {
	if len(raw) != 1 {
		return false
	}
	switch field := field.(type) {
	case *bool:
		*field = raw[0] != 0
	case **bool:
		value := raw[0] != 0
		*field = &value
	default:
		return false
	}
	return true
}

func setInt(field any, raw []byte) bool {
	var number int64
	switch len(raw) {
	case 2:
		number = int64(int16(binary.BigEndian.Uint16(raw))) //nolint:gosec // the sign is meant
	case 4:
		number = int64(int32(binary.BigEndian.Uint32(raw))) //nolint:gosec // the sign is meant
	case 8:
		number = int64(binary.BigEndian.Uint64(raw)) //nolint:gosec // the sign is meant
	default:
		return false
	}
	switch field := field.(type) {
	case *int64:
		*field = number
	case **int64:
		own := number // as in setTime
		*field = &own
	case *int:
		*field = int(number)
	case **int:
		value := int(number)
		*field = &value
	default:
		return false
	}
	return true
}

// pooledRows are rows that come through database/sql.
type pooledRows struct{ rows *sql.Rows }

func (r pooledRows) columns() ([]string, error) { return r.rows.Columns() }

func (r pooledRows) next() bool { return r.rows.Next() }

func (r pooledRows) close() error {
	err := r.rows.Err()
	if closing := r.rows.Close(); err == nil {
		err = closing
	}
	return err
}

func (r pooledRows) into(cells []cell) error {
	targets := make([]any, len(cells))
	for i := range cells {
		targets[i] = &cells[i]
	}
	return r.rows.Scan(targets...)
}

// Scan reads a value as database/sql has it. Fields without a value are left as
// they are, which is empty.
func (c *cell) Scan(value any) error {
	if value == nil || c.field == nil {
		return nil
	}
	if c.json {
		return c.scanJSON(value)
	}
	switch value := value.(type) {
	case string:
		switch field := c.field.(type) {
		case *string:
			*field = value
			return nil
		case **string:
			*field = &value
			return nil
		}
	case int64:
		switch field := c.field.(type) {
		case *int64:
			*field = value
			return nil
		case *bool:
			*field = value != 0
			return nil
		}
	case time.Time:
		switch field := c.field.(type) {
		case *time.Time:
			*field = value
			return nil
		case **time.Time:
			*field = &value
			return nil
		}
	}
	return convert(c.field, value)
}

// scanJSON reads a document.
func (c *cell) scanJSON(value any) error {
	switch value := value.(type) {
	case string:
		return json.Unmarshal([]byte(value), c.field)
	case []byte:
		return json.Unmarshal(value, c.field)
	}
	return fmt.Errorf("a document comes as %T", value)
}

// convert puts a value into a field of another type.
func convert(field, value any) error {
	if scanner, ok := field.(sql.Scanner); ok {
		return scanner.Scan(value)
	}
	switch field := field.(type) {
	case *string:
		return convertTo(field, value)
	case *int:
		return convertTo(field, value)
	case *int64:
		return convertTo(field, value)
	case *bool:
		return convertTo(field, value)
	case *[]byte:
		return convertTo(field, value)
	case *time.Time:
		text, isText := value.(string)
		if !isText {
			return convertTo(field, value)
		}
		at, err := parseTime(text)
		*field = at
		return err
	}
	target := reflect.ValueOf(field).Elem()
	if target.Kind() != reflect.Pointer {
		return fmt.Errorf("a column of %T goes into no %s", value, target.Type())
	}
	fresh := reflect.New(target.Type().Elem())
	if err := convert(plainly(fresh).Interface(), value); err != nil {
		return err
	}
	target.Set(fresh)
	return nil
}

// convertTo converts as database/sql does.
func convertTo[T any](field *T, value any) error {
	var converted sql.Null[T]
	err := converted.Scan(value)
	*field = converted.V
	return err
}

// parseTime reads a time that SQLite's driver took for a text, because it is a
// result and no column.
func parseTime(text string) (time.Time, error) {
	at, err := time.Parse("2006-01-02 15:04:05.999999999Z07:00", text)
	if err != nil {
		at, err = time.Parse(time.RFC3339Nano, text)
	}
	return at.UTC(), err
}
