package store

import (
	"errors"
	"strings"

	"tarn/billing/usage"
)

// ExplainUsage gives tests PostgreSQL's plan for the tallies of a request, made
// for the events that there are, as if reading the whole table were out of the
// question.
func (tx *Tx) ExplainUsage(request usage.Request) (string, error) {
	const large = "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)"
	if err := errors.Join(tx.sql().Exec("ANALYZE events").Error, tx.sql().Exec(large).Error); err != nil {
		return "", err
	}
	query, arguments := newUsageRead(tx, request).tallies()
	var lines []string
	err := tx.sql().Raw("EXPLAIN "+query, arguments...).Scan(&lines).Error
	return strings.Join(lines, "\n"), err
}
