package spectool

import (
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// sheet is a document that corrections are laid over. It knows the parent of
// every node, so that a target can be taken out and its place told.
type sheet struct {
	root    *yaml.Node
	parents map[*yaml.Node]*yaml.Node
	// replaced has what the references were that a correction has replaced.
	replaced map[*yaml.Node]string
}

func newSheet(root *yaml.Node) *sheet {
	s := &sheet{root: root, parents: map[*yaml.Node]*yaml.Node{}, replaced: map[*yaml.Node]string{}}
	s.adopt(root)
	return s
}

// adopt notes the parents of everything below n.
func (s *sheet) adopt(n *yaml.Node) {
	for _, child := range n.Content {
		s.parents[child] = n
		s.adopt(child)
	}
}

// apply carries out a correction. It returns the places of its targets as they
// were before, and whether it has changed anything.
func (s *sheet) apply(c correction) (places []string, changed bool) {
	targets := c.selector.Query(s.root)
	for _, target := range targets {
		places = append(places, s.place(target))
	}
	for _, target := range targets {
		switch {
		case c.remove:
			s.remove(target)
			changed = true
		case c.move != "":
			changed = s.move(target, strings.Split(c.move, "/")) || changed
		default:
			before := copyNode(target)
			s.merge(target, c.update)
			s.adopt(target)
			changed = changed || !equalNodes(before, target)
		}
	}
	return places, changed
}

// place spells where a node is: the keys above it, and for the entries of
// sequences what tells them apart.
func (s *sheet) place(n *yaml.Node) string {
	parent := s.parents[n]
	if parent == nil {
		return "#"
	}
	i := slices.Index(parent.Content, n)
	switch {
	case i < 0:
		return s.place(parent)
	case parent.Kind == yaml.MappingNode:
		return s.place(parent) + "/" + pointerStep(parent.Content[i-i%2].Value)
	default:
		return s.place(parent) + "/" + pointerStep(entryName(n, i))
	}
}

// pointerStep spells a key as a step of a JSON pointer.
func pointerStep(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

// pointerKey is the key that a step of a JSON pointer spells.
func pointerKey(step string) string {
	return strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
}

// entryName tells an entry of a sequence from the others: by its value, its
// name or its reference, and where it has none of these by its position.
func entryName(n *yaml.Node, position int) string {
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	for _, key := range []string{"name", "$ref"} {
		if name := text(n, key); name != "" {
			return refName(name)
		}
	}
	return strconv.Itoa(position)
}

// remove takes a node out of its parent.
func (s *sheet) remove(n *yaml.Node) {
	parent := s.parents[n]
	if parent == nil {
		return
	}
	i := slices.Index(parent.Content, n)
	switch {
	case i < 0:
	case parent.Kind == yaml.MappingNode:
		parent.Content = slices.Delete(parent.Content, i-i%2, i-i%2+2)
	default:
		parent.Content = slices.Delete(parent.Content, i, i+1)
	}
	delete(s.parents, n)
}

// move carries a node to another place, which steps name from the mapping that
// holds it. What is at that place already stays, as under an update.
func (s *sheet) move(n *yaml.Node, steps []string) bool {
	parent := s.parents[n]
	if parent == nil || parent.Kind != yaml.MappingNode {
		return false
	}
	s.remove(n)
	s.merge(parent, s.at(parent, steps, n))
	s.adopt(parent)
	return true
}

// at makes the update that brings value to the place that steps name from n. A
// position in a sequence that exists is filled in place.
func (s *sheet) at(n *yaml.Node, steps []string, value *yaml.Node) *yaml.Node {
	if len(steps) == 0 {
		return value
	}
	below := lookup(n, steps[0])
	if position, err := strconv.Atoi(steps[0]); err == nil {
		if n != nil && n.Kind == yaml.SequenceNode && position < len(n.Content) {
			s.merge(n.Content[position], s.at(n.Content[position], steps[1:], value))
			return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		}
		return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{s.at(nil, steps[1:], value)}}
	}
	return mapping(steps[0], s.at(below, steps[1:], value))
}

// merge lays update over target as the Overlay specification says: mappings
// are merged key by key, sequences are appended, anything else is replaced. The
// sequences that JSON Schema treats as sets do not take a value twice, so that a
// correction which a new version has made itself does no harm, and a type that
// stands alone is a set of one.
func (s *sheet) merge(target, update *yaml.Node) {
	s.mergeValue(target, copyNode(update), "")
}

// mergeValue is merge for an update that may be used up; key is the one
// whose value is merged.
func (s *sheet) mergeValue(target, update *yaml.Node, key string) {
	single := key == "type" && target.Kind == yaml.ScalarNode && update.Kind == yaml.SequenceNode
	if single && !slices.Contains(scalarList(update), target.Value) {
		*target = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{copyNode(target)}}
	}
	switch {
	case target.Kind == yaml.MappingNode && update.Kind == yaml.MappingNode:
		for _, e := range entries(update) {
			if old := lookup(target, e.key); old != nil {
				s.mergeValue(old, e.value, e.key)
			} else {
				setKey(target, e.key, e.value)
			}
		}
	case target.Kind == yaml.SequenceNode && update.Kind == yaml.SequenceNode:
		for _, item := range update.Content {
			if !isSet(key) || !slices.ContainsFunc(target.Content, func(n *yaml.Node) bool { return equalNodes(n, item) }) {
				target.Content = append(target.Content, item)
			}
		}
	default:
		if _, known := s.replaced[target]; key == "$ref" && !known {
			s.replaced[target] = target.Value
		}
		*target = *update
	}
}

// isSet reports whether a keyword's sequence is a set.
func isSet(key string) bool { return key == "type" || key == "enum" || key == "required" }
