package named

import (
	"fmt"
	"regexp"
	"strings"
)

// table is one that a text reads, changes or deletes from.
type table struct {
	name, alias string
	// listed says that a comma follows, and another table behind it.
	listed bool
}

// Keywords are in capitals and names in small letters, as in all texts of tarn.
var (
	reading   = regexp.MustCompile(`\b(?:FROM|JOIN|UPDATE|USING) (?:ONLY )?([a-z_][a-z0-9_]*)\b(?:\.[a-z_]+)?( (?:AS )?[a-z_][a-z0-9_]*\b)?([(,])?`)
	inserting = regexp.MustCompile(`\bINSERT INTO\b`)
	defining  = regexp.MustCompile(`\b([a-z_][a-z0-9_]*) AS (?:MATERIALIZED |NOT MATERIALIZED )?\(`)
)

// tables are those that a text reads, without the ones that it defines itself,
// and how many times it inserts.
func tables(text string) (read []table, inserts int) {
	text = strings.Join(strings.Fields(text), " ")
	own := map[string]bool{}
	for _, found := range defining.FindAllStringSubmatch(text, -1) {
		own[found[1]] = true
	}
	for _, found := range reading.FindAllStringSubmatch(text, -1) {
		isFunction := found[3] == "(" && found[2] == ""
		if isFunction || own[found[1]] && found[3] != "," {
			continue
		}
		alias := strings.TrimPrefix(strings.TrimSpace(found[2]), "AS ")
		read = append(read, table{name: found[1], alias: alias, listed: found[3] == ","})
	}
	return read, len(inserting.FindAllString(text, -1))
}

// keepsToTenant returns ErrTenant unless the text keeps to one organization; see
// Bind.
func (s Statement) keepsToTenant() error {
	read, inserts := tables(s.Text)
	found := marks(s.Text)
	if len(read) == 0 && inserts == 0 {
		return fmt.Errorf("%w: it has no table, which is for commands: %s", ErrTenant, s.Text)
	}
	if found[organization] < inserts {
		return fmt.Errorf("%w: an INSERT without {organization}: %s", ErrTenant, s.Text)
	}
	wanted := map[string]int{}
	for _, table := range read {
		mark := tenant
		if table.alias != "" {
			mark += ":" + table.alias
		}
		if table.listed {
			return fmt.Errorf("%w: a comma instead of a JOIN behind %s: %s", ErrTenant, table.name, s.Text)
		}
		if wanted[mark]++; found[mark] < wanted[mark] {
			return fmt.Errorf("%w: %s without {%s}: %s", ErrTenant, table.name, mark, s.Text)
		}
	}
	return s.conditionsHold()
}

// conditionsHold returns ErrTenant when an alternative makes a {tenant} void.
func (s Statement) conditionsHold() error {
	text := strings.Join(strings.Fields(s.Text), " ")
	for rest := text; ; {
		at := strings.Index(rest, "{"+tenant)
		if at < 0 {
			return nil
		}
		before := rest[:at]
		if !strings.HasSuffix(before, "WHERE ") && !strings.HasSuffix(before, " ON ") {
			return fmt.Errorf("%w: {tenant} must come first in its condition: %s", ErrTenant, s.Text)
		}
		rest = rest[at+1:]
		if hasAlternative(rest) {
			return fmt.Errorf("%w: an OR beside {tenant}: %s", ErrTenant, s.Text)
		}
	}
}

// hasAlternative reports whether a condition goes on with an OR before the
// parenthesis that is around it closes.
func hasAlternative(condition string) bool {
	depth := 0
	for i := range len(condition) {
		switch condition[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return false
			}
		case 'O':
			if depth == 0 && strings.HasPrefix(condition[i:], "OR ") && condition[i-1] == ' ' {
				return true
			}
		}
	}
	return false
}
