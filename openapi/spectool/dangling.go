package spectool

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// cutDangling removes every local reference below n that leads nowhere in root,
// and every Go type that no component gives, and lists where it was and what it
// named. A schema is left empty, which fits
// everything; anything else (a parameter, a header, a body) is of no use without
// its reference and goes with it.
func (s *sheet) cutDangling(n *yaml.Node, place string) []string {
	var list []string
	if ref := s.danglingRef(n); ref != "" {
		deleteKey(n, "$ref")
		list = append(list, place+" -> "+ref)
	}
	if name := s.danglingType(n); name != "" {
		deleteKey(n, goType)
		list = append(list, place+" -> "+goType+" "+name)
	}
	for _, e := range entries(n) {
		below := place + "/" + pointerStep(e.key)
		if ref, kept := s.keepReplaced(e.value); kept {
			list = append(list, below+" -> "+ref+", so what was published stays")
		}
		if ref := s.danglingRef(e.value); ref != "" && onlyByReference(place, e.key) {
			list = append(list, below+" -> "+ref)
			deleteKey(n, e.key)
			continue
		}
		list = append(list, s.cutDangling(e.value, below)...)
	}
	if n.Kind != yaml.SequenceNode {
		return list
	}
	kept := n.Content[:0]
	for i, item := range n.Content {
		below := place + "/" + strconv.Itoa(i)
		if ref, kept := s.keepReplaced(item); kept {
			list = append(list, below+" -> "+ref+", so what was published stays")
		}
		if ref := s.danglingRef(item); ref != "" && strings.HasSuffix(place, "/parameters") {
			list = append(list, below+" -> "+ref)
			continue
		}
		kept = append(kept, item)
		list = append(list, s.cutDangling(item, below)...)
	}
	n.Content = kept
	return list
}

// keepReplaced gives a reference back that a correction has replaced by one that
// leads nowhere in this version.
func (s *sheet) keepReplaced(n *yaml.Node) (string, bool) {
	ref := lookup(n, "$ref")
	before, replaced := s.replaced[ref]
	if ref == nil || !replaced || resolve(s.root, ref.Value) != nil || resolve(s.root, before) == nil {
		return "", false
	}
	wanted := ref.Value
	ref.Value = before
	return wanted, true
}

// danglingRef is the local reference in n that leads nowhere, if there is one.
func (s *sheet) danglingRef(n *yaml.Node) string {
	ref := lookup(n, "$ref")
	if ref == nil || ref.Kind != yaml.ScalarNode || !strings.HasPrefix(ref.Value, "#/") || resolve(s.root, ref.Value) != nil {
		return ""
	}
	return ref.Value
}

// goType is the extension that gives a schema a Go type; one without a package
// is that of a component.
const goType = "x-go-type"

// ownType is a Go type of the generated package.
var ownType = regexp.MustCompile(`^(?:\[\]|\*)*([A-Z]\w*)$`)

// danglingType is the Go type that n asks for and no component gives, if it asks
// for one.
func (s *sheet) danglingType(n *yaml.Node) string {
	found := ownType.FindStringSubmatch(text(n, goType))
	if found == nil || lookup(s.root, "components", "schemas", found[1]) != nil {
		return ""
	}
	return found[1]
}

// onlyByReference reports whether the value of a key is nothing without its
// reference.
func onlyByReference(place, key string) bool {
	return key == "requestBody" || strings.HasSuffix(place, "/headers")
}
