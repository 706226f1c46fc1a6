package spectool

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// spell writes a value so that two values are spelled alike only when they are
// the same: 1 and 1.0 are, 1 and "1" are not, and the order of an object's
// members means nothing. A text has quotes only where it could be taken for
// something else.
func spell(n *yaml.Node) string {
	var parts []string
	switch n.Kind {
	case yaml.MappingNode:
		for _, e := range entries(n) {
			parts = append(parts, strconv.Quote(e.key)+": "+spell(e.value))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	case yaml.SequenceNode:
		for _, item := range n.Content {
			parts = append(parts, spell(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case yaml.ScalarNode, yaml.AliasNode, yaml.DocumentNode:
	}
	switch kindOfScalar(n) {
	case "!!str":
		return spellText(n.Value)
	case "!!null":
		return "null"
	case "!!bool":
		return strings.ToLower(n.Value)
	}
	if number := numberOf(n); number != nil {
		return number.Text('f', -1)
	}
	return n.ShortTag() + " " + n.Value
}

// spellText spells a text.
func spellText(s string) string {
	plain := yaml.Node{Kind: yaml.ScalarNode, Value: s}
	if s == "" || kindOfScalar(&plain) != "!!str" || strings.ContainsAny(s, "\"\n,[]{}") {
		return strconv.Quote(s)
	}
	return s
}

// kindOfScalar is the tag of a scalar as JSON would have it, which knows no
// dates.
func kindOfScalar(n *yaml.Node) string {
	if tag := n.ShortTag(); tag != "!!timestamp" {
		return tag
	}
	return "!!str"
}

// precision is how many bits of numbers are compared, and maxExponent bounds the
// power of two of those that are: 1e999999999 would take gigabytes to spell.
const (
	precision   = 512
	maxExponent = 1 << 14
)

// numberOf is the number that n is, or nil.
func numberOf(n *yaml.Node) *big.Float {
	if n == nil || n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" && n.ShortTag() != "!!float" {
		return nil
	}
	number, _, err := big.ParseFloat(n.Value, 0, precision, big.ToNearestEven)
	if err != nil || max(number.MantExp(nil), -number.MantExp(nil)) > maxExponent {
		return nil
	}
	return number
}

// sameScalar reports whether two scalars are the same value.
func sameScalar(a, b *yaml.Node) bool {
	return a.ShortTag() == b.ShortTag() && a.Value == b.Value || spell(a) == spell(b)
}

// spellings lists the values of a sequence, or the one value that n is.
func spellings(n *yaml.Node) []string {
	switch {
	case n == nil:
		return nil
	case n.Kind != yaml.SequenceNode:
		return []string{spell(n)}
	}
	list := make([]string, 0, len(n.Content))
	for _, item := range n.Content {
		list = append(list, spell(item))
	}
	return list
}
