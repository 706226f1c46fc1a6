package spectool

import (
	"math/big"
	"slices"

	"gopkg.in/yaml.v3"
)

// isAnnotation reports whether a keyword limits nothing and moves nothing.
func isAnnotation(key string) bool {
	return slices.Contains([]string{"default", "deprecated", "title", "description", "$comment", "externalDocs", "example", "examples"}, key)
}

// keywordEffect says what a keyword with a plain value does by having appeared,
// vanished or changed.
func keywordEffect(key string, a, b *yaml.Node) effect {
	switch key {
	case "readOnly": // a member that clients must not send
		return flagEffect(a, b, narrowing, neutral)
	case "writeOnly": // one that they do not get
		return flagEffect(a, b, vanishing, neutral)
	case "uniqueItems":
		return flagEffect(a, b, narrowing, widening)
	case "nullable":
		return flagEffect(a, b, widening, narrowing)
	case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains":
		return boundEffect(key, a, b, narrowing, widening)
	case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains":
		return boundEffect(key, a, b, widening, narrowing)
	case "format":
		return formatEffect(a, b)
	case "xml":
		return undecided
	}
	switch {
	case isAnnotation(key):
		return neutral
	case a == nil:
		return narrowing
	case b == nil:
		return widening
	default:
		return undecided
	}
}

// flagEffect is one of two effects: of a flag that is set now, or no longer.
func flagEffect(a, b *yaml.Node, set, unset effect) effect {
	switch {
	case isTrue(a) == isTrue(b):
		return neutral
	case isTrue(b):
		return set
	default:
		return unset
	}
}

// boundEffect is one of two effects: of a bound that has gone up, or down.
func boundEffect(key string, a, b *yaml.Node, up, down effect) effect {
	was, is := boundOf(key, a), boundOf(key, b)
	if was == nil || is == nil {
		return undecided
	}
	switch was.Cmp(is) {
	case -1:
		return up
	case 1:
		return down
	default:
		return neutral
	}
}

// boundOf is the number that a bound stands for; without one it is what holds
// anyway.
func boundOf(key string, n *yaml.Node) *big.Float {
	if n != nil {
		return numberOf(n)
	}
	switch key {
	case "minLength", "minItems", "minProperties":
		return big.NewFloat(0)
	case "minContains":
		return big.NewFloat(1)
	case "minimum", "exclusiveMinimum":
		return new(big.Float).SetInf(true)
	default:
		return new(big.Float).SetInf(false)
	}
}

// formatEffect compares two formats, of which some include others.
func formatEffect(a, b *yaml.Node) effect {
	wider := map[string]string{"int32": "int64", "float": "double"}
	switch {
	case a == nil:
		return narrowing
	case b == nil:
		return widening
	case wider[a.Value] == b.Value:
		return widening
	case wider[b.Value] == a.Value:
		return narrowing
	default:
		return undecided
	}
}
