// Package named binds hand-written statements. Their arguments have names, so
// that the order in which a text mentions them does not matter, and the
// condition that keeps a statement to one organization is a mark that is put in
// here: a text that reads or writes a table without it is refused.
//
// A text has these marks:
//
//	{name}          the argument of that name
//	{tenant}        the condition on the organization
//	{tenant:e}      the condition on the organization of the table e
//	{organization}  the organization itself, for new rows
package named

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"tarn/clock"
)

// Arguments are values by their names.
type Arguments map[string]any

// Identifier is an argument that is written into the text: the name of a table.
// Only commands take one.
type Identifier string

// Statement is a text with its arguments.
type Statement struct {
	Text      string
	Arguments Arguments
}

// The errors of statements. Each is a defect of the program.
var (
	// ErrTenant is the error of a text that does not keep to one organization.
	ErrTenant = errors.New("named: the statement does not keep to its organization")
	// ErrArgument is the error of a text and arguments that do not fit together.
	ErrArgument = errors.New("named: the statement and its arguments do not fit")
)

// Names of the marks that are not arguments.
const (
	tenant       = "tenant"
	organization = "organization"
)

// Bind makes the statement one of an organization: a text with a question mark
// for each value, and the values in their order.
//
// It returns ErrTenant unless each table that the text reads, changes or deletes
// from has its own {tenant} right behind a WHERE or an ON, with no OR beside it,
// and each INSERT has an {organization}.
func (s Statement) Bind(id uuid.UUID) (string, []any, error) {
	if err := verdicts.verdict(s.Text, s.keepsToTenant); err != nil {
		return "", nil, err
	}
	for _, value := range s.Arguments {
		if _, isName := value.(Identifier); isName {
			return "", nil, fmt.Errorf("%w: only commands take names of tables: %s", ErrArgument, s.Text)
		}
	}
	return s.bind(id)
}

// BindCommand binds a statement that reads and changes no rows of any
// organization: a lock, a setting, a question about the schema. It returns
// ErrTenant when the text names a table that is not one of the database's own.
func (s Statement) BindCommand() (string, []any, error) {
	reads, inserts := tables(s.Text)
	for _, table := range reads {
		if table.listed || !strings.HasPrefix(table.name, "pg_") {
			return "", nil, fmt.Errorf("%w: a command about %s", ErrTenant, table.name)
		}
	}
	if inserts > 0 || marks(s.Text)[tenant] > 0 {
		return "", nil, fmt.Errorf("%w: a command with rows: %s", ErrTenant, s.Text)
	}
	return s.bind(uuid.Nil)
}

// bind replaces the marks of the text.
func (s Statement) bind(id uuid.UUID) (string, []any, error) {
	var text strings.Builder
	var values []any
	used := map[string]bool{}
	rest := s.Text
	for {
		before, name, after, found := nextMark(rest)
		if strings.Contains(before, "?") {
			return "", nil, fmt.Errorf("%w: arguments have names, not question marks: %s", ErrArgument, s.Text)
		}
		text.WriteString(before)
		if !found {
			break
		}
		rest = after
		name, alias, _ := strings.Cut(name, ":")
		switch name {
		case tenant:
			text.WriteString(qualified(alias) + " = ?")
			values = append(values, id)
			continue
		case organization:
			text.WriteByte('?')
			values = append(values, id)
			continue
		}
		value, known := s.Arguments[name]
		if !known {
			return "", nil, fmt.Errorf("%w: no argument %q", ErrArgument, name)
		}
		used[name] = true
		if table, isName := value.(Identifier); isName {
			if !identifier.MatchString(string(table)) {
				return "", nil, fmt.Errorf("%w: no name of a table: %q", ErrArgument, table)
			}
			text.WriteString(string(table))
			continue
		}
		text.WriteByte('?')
		values = append(values, bounded(value))
	}
	if len(used) != len(s.Arguments) {
		return "", nil, fmt.Errorf("%w: some argument of %d is not used: %s", ErrArgument, len(s.Arguments), s.Text)
	}
	return text.String(), values, nil
}

// bounded takes an instant that no row can have to the nearest that one can: as a
// text, which SQLite compares, it would be in the wrong order.
func bounded(value any) any {
	if at, isInstant := value.(time.Time); isInstant {
		return clock.Bounded(at).UTC()
	}
	return value
}

var identifier = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

func qualified(alias string) string {
	if alias == "" {
		return "organization_id"
	}
	return alias + ".organization_id"
}

// nextMark cuts a text around its first mark. Braces that PostgreSQL's arrays
// and patterns have are none, since no name follows them.
func nextMark(text string) (before, name, after string, found bool) {
	for start := 0; ; {
		open := strings.IndexByte(text[start:], '{')
		if open < 0 {
			return text, "", "", false
		}
		start += open + 1
		end := strings.IndexByte(text[start:], '}')
		if end > 0 && text[start] >= 'a' && text[start] <= 'z' {
			return text[:start-1], text[start : start+end], text[start+end+1:], true
		}
	}
}

// Replace puts something else in the place of each argument's mark. The marks of
// the organization stay.
func Replace(text string, with func(name string) string) string {
	var replaced strings.Builder
	for {
		before, name, after, found := nextMark(text)
		replaced.WriteString(before)
		if !found {
			return replaced.String()
		}
		if kind, _, _ := strings.Cut(name, ":"); kind == tenant || kind == organization {
			replaced.WriteString("{" + name + "}")
		} else {
			replaced.WriteString(with(name))
		}
		text = after
	}
}

// marks counts the marks of a text by their names.
func marks(text string) map[string]int {
	counts := map[string]int{}
	for {
		_, name, after, found := nextMark(text)
		if !found {
			return counts
		}
		counts[name]++
		text = after
	}
}
