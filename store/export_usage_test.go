package store

import (
	"errors"
	"strings"

	"tarn/billing/usage"
	"tarn/store/internal/usagesql"
)

// ExplainUsage gives tests PostgreSQL's plan for the tallies of a request, made
// for the events that there are, as if reading the whole table were out of the
// question.
func (tx *Tx) ExplainUsage(request usage.Request) (string, error) {
	const large = "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"
	if err := errors.Join(tx.command("ANALYZE events", nil), tx.command(large, nil)); err != nil {
		return "", err
	}
	statement := usagesql.Count([]usagesql.Counted{{Request: request}})
	var lines []string
	err := tx.sql("EXPLAIN "+statement.Text, statement.Arguments).Scan(&lines).Error
	return strings.Join(lines, "\n"), err
}
