package prepaid

import (
	"slices"

	"github.com/google/uuid"
)

// Scope is what a wallet pays for.
type Scope[Kind comparable] struct {
	Code string
	// Kinds and Metrics limit it; without any of them it pays for everything.
	Kinds   []Kind
	Metrics []uuid.UUID
}

// Pays reports whether the wallet pays for something of a kind: for the usage of a
// metric, which is no metric for everything else, and for what names a wallet by its
// code, which is then the only one that pays.
func (s Scope[Kind]) Pays(kind Kind, metric uuid.UUID, target string) bool {
	if target != "" {
		return target == s.Code
	}
	if len(s.Kinds) == 0 && len(s.Metrics) == 0 {
		return true
	}
	return slices.Contains(s.Kinds, kind) || metric != uuid.Nil && slices.Contains(s.Metrics, metric)
}
