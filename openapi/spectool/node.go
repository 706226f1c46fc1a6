package spectool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// errNotMapping is returned when a document's root is not a mapping.
var errNotMapping = errors.New("the document's root is not a mapping")

// yaml11Word matches the plain words that YAML 1.1 readers take for booleans.
// The country code NO is the usual victim, so such strings are always quoted.
var yaml11Word = regexp.MustCompile(`^(?i:y|yes|n|no|on|off)$`)

// readDocument parses the YAML or JSON file at path and returns its root
// mapping with every alias replaced by a copy of what it stands for.
func readDocument(path string) (*yaml.Node, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	root, err := parseDocument(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return root, nil
}

// parseDocument is readDocument for bytes already in memory.
func parseDocument(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	if err := decoder.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, errNotMapping
	} else if err != nil {
		return nil, fmt.Errorf("parse document: %w", err)
	}
	if err := decoder.Decode(&more); err == nil {
		return nil, fmt.Errorf("%w at line %d", errSecondDocument, more.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("parse document: %w", err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, errNotMapping
	}
	r := reading{open: map[*yaml.Node]bool{}}
	if err := r.check(doc.Content[0], "#"); err != nil {
		return nil, err
	}
	root := copyNode(doc.Content[0])
	if root.Kind != yaml.MappingNode {
		return nil, errNotMapping
	}
	mergeKeys(root)
	return root, nil
}

// Why a file is refused that YAML itself allows: parts of it would be passed
// over, or there would be no end.
var (
	errSecondDocument = errors.New("the file holds a second YAML document")
	errDuplicateKey   = errors.New("the key is there twice")
	errKeyNotText     = errors.New("the key is no text")
	errSelfReference  = errors.New("the alias stands for something that contains it")
	errTooLarge       = errors.New("the aliases make the document too large")
)

// maxNodes bounds how large aliases can make a document.
const maxNodes = 5_000_000

// mergeTag is the tag of the key "<<".
const mergeTag = "!!merge"

// reading checks what the parser has let pass.
type reading struct {
	open  map[*yaml.Node]bool // what is being looked into
	nodes int
}

// check reports the first thing at or below n for which the document is refused.
func (r *reading) check(n *yaml.Node, place string) error {
	refused := func(err error, at *yaml.Node, key string) error {
		return fmt.Errorf("line %d: %s: %w", at.Line, place+key, err)
	}
	if r.nodes++; r.nodes > maxNodes {
		return refused(errTooLarge, n, "")
	}
	if r.open[n] {
		return refused(errSelfReference, n, "")
	}
	r.open[n] = true
	defer delete(r.open, n)
	if n.Kind == yaml.AliasNode {
		return r.check(n.Alias, place)
	}
	known := map[string]bool{}
	for i, child := range n.Content {
		below := place + "/" + strconv.Itoa(i)
		if n.Kind == yaml.MappingNode {
			key := n.Content[i-i%2]
			if key.Kind == yaml.AliasNode {
				key = key.Alias
			}
			switch step := "/" + pointerStep(key.Value); {
			case key.Kind != yaml.ScalarNode:
				return refused(errKeyNotText, key, "")
			case i%2 == 1:
				below = place + step
			case known[key.Value]:
				return refused(errDuplicateKey, n.Content[i], step)
			}
			known[key.Value] = true
		}
		if err := r.check(child, below); err != nil {
			return err
		}
	}
	return nil
}

// mergeKeys puts in place of every key "<<" what it merges; the mapping's own
// keys and the earlier ones win.
func mergeKeys(n *yaml.Node) {
	for _, child := range n.Content {
		mergeKeys(child)
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	i := slices.IndexFunc(n.Content, func(key *yaml.Node) bool { return key.Tag == mergeTag })
	if i < 0 || i%2 != 0 {
		return
	}
	merged := []*yaml.Node{n.Content[i+1]}
	if merged[0].Kind == yaml.SequenceNode {
		merged = merged[0].Content
	}
	n.Content = slices.Delete(n.Content, i, i+2)
	for _, from := range merged {
		for _, e := range entries(from) {
			if keyIndex(n, e.key) < 0 {
				setKey(n, e.key, e.value)
			}
		}
	}
}

// copyNode returns a deep copy of n without comments, anchors and styles, and
// with aliases resolved.
func copyNode(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return copyNode(n.Alias)
	}
	c := &yaml.Node{Kind: n.Kind, Tag: n.ShortTag(), Value: n.Value}
	if c.Kind == yaml.ScalarNode && c.Tag == "!!str" && yaml11Word.MatchString(c.Value) {
		c.Style = yaml.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		c.Content = append(c.Content, copyNode(child))
	}
	return c
}

// encodeYAML writes root as YAML with two spaces of indentation, preceded by
// header, which must consist of comment lines or be empty.
func encodeYAML(root *yaml.Node, header string) ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteString(header)
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("encode document: %w", err)
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("encode document: %w", err)
	}
	return buf.Bytes(), nil
}

// entry is one key of a mapping with its value.
type entry struct {
	key   string
	value *yaml.Node
}

// entries lists the keys of a mapping in document order; any other node has
// none.
func entries(n *yaml.Node) []entry {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	list := make([]entry, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		list = append(list, entry{key: n.Content[i].Value, value: n.Content[i+1]})
	}
	return list
}

// lookup follows keys from n through nested mappings. It returns nil when one
// of them is missing.
func lookup(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		i := keyIndex(n, key)
		if i < 0 {
			return nil
		}
		n = n.Content[i+1]
	}
	return n
}

// keyIndex gives the position of key in the content of mapping n, or -1.
func keyIndex(n *yaml.Node, key string) int {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// text returns the scalar below n at keys, or "" when there is none.
func text(n *yaml.Node, keys ...string) string {
	v := lookup(n, keys...)
	if v == nil || v.Kind != yaml.ScalarNode {
		return ""
	}
	return v.Value
}

// setKey gives key in mapping n the value v, in place when the key exists.
func setKey(n *yaml.Node, key string, v *yaml.Node) {
	if i := keyIndex(n, key); i >= 0 {
		n.Content[i+1] = v
		return
	}
	n.Content = append(n.Content, stringNode(key), v)
}

// deleteKey removes key from mapping n if it is there.
func deleteKey(n *yaml.Node, key string) {
	if i := keyIndex(n, key); i >= 0 {
		n.Content = slices.Delete(n.Content, i, i+2)
	}
}

// equalNodes reports whether two trees hold the same data. The order of a
// mapping's keys does not matter, that of a sequence does, and 1 is 1.0.
func equalNodes(a, b *yaml.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	switch a.Kind {
	case yaml.MappingNode:
		for _, e := range entries(a) {
			if other := lookup(b, e.key); other == nil || !equalNodes(e.value, other) {
				return false
			}
		}
		return true
	case yaml.SequenceNode:
		for i := range a.Content {
			if !equalNodes(a.Content[i], b.Content[i]) {
				return false
			}
		}
		return true
	default:
		return sameScalar(a, b)
	}
}

// stringNode makes a string scalar.
func stringNode(s string) *yaml.Node {
	return copyNode(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s})
}

// scalarList returns the scalars of a sequence, or the one scalar that n is.
func scalarList(n *yaml.Node) []string {
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.ScalarNode:
		return []string{n.Value}
	case n.Kind != yaml.SequenceNode:
		return nil
	}
	list := make([]string, 0, len(n.Content))
	for _, item := range n.Content {
		list = append(list, item.Value)
	}
	return list
}

// httpMethods are the operations of a path item in the order we print them.
var httpMethods = [...]string{"get", "query", "put", "post", "patch", "delete", "options", "head", "trace"}

// methodsOf lists the operations of a path item by their methods: those that
// OpenAPI has a word for in lower case, any other as it is spelled.
func methodsOf(item *yaml.Node) []entry {
	var list []entry
	for _, method := range httpMethods {
		if node := lookup(item, method); node != nil {
			list = append(list, entry{method, node})
		}
	}
	return append(list, entries(lookup(item, "additionalOperations"))...)
}

// pathItem is the path item n with the one that it refers to, if that is in the
// document. What stands beside the reference wins.
func pathItem(root, n *yaml.Node) *yaml.Node {
	seen := map[*yaml.Node]bool{}
	for target := resolve(root, text(n, "$ref")); target != nil && !seen[target]; target = resolve(root, text(n, "$ref")) {
		seen[target] = true
		own := entries(n)
		n = &yaml.Node{Kind: target.Kind, Tag: target.Tag, Content: slices.Clone(target.Content)}
		for _, e := range own {
			if e.key != "$ref" {
				setKey(n, e.key, e.value)
			}
		}
	}
	return n
}

// Operation identifies one operation or webhook of a document.
type Operation struct {
	// Method is the HTTP method in upper case, or "WEBHOOK".
	Method string `json:"method"`
	// Path is the path template, or the webhook's name.
	Path string `json:"path"`
	// ID is the operation id; it may be empty in a foreign document.
	ID string `json:"id,omitempty"`
	// Tag is the first tag, or "".
	Tag string `json:"tag,omitempty"`

	item *yaml.Node
	node *yaml.Node
}

// String gives the operation as a reader looks for it: method, path and id.
func (o Operation) String() string {
	name := o.Method + " " + o.Path
	if o.ID == "" {
		return name
	}
	return name + " (" + o.ID + ")"
}

// IsWebhook reports whether the operation is a message that we send.
func (o Operation) IsWebhook() bool { return o.Method == "WEBHOOK" }

// same reports whether two versions of an operation are meant, moved or not.
func (o Operation) same(other Operation) bool {
	return o.String() == other.String() || o.ID != "" && o.ID == other.ID && o.IsWebhook() == other.IsWebhook()
}

// pointer is where the operation's path stands in its document, as a JSON
// pointer: what is said for a whole path is said for each of its operations.
func (o Operation) pointer() string {
	section := "paths"
	if o.IsWebhook() {
		section = "webhooks"
	}
	path, _, _ := strings.Cut(o.Path, " (")
	return "#/" + section + "/" + pointerStep(path)
}

// operations lists every operation of the document in path and method order,
// then every webhook by name.
func operations(root *yaml.Node) []Operation {
	var list []Operation
	collect := func(section string) {
		items := entries(lookup(root, section))
		slices.SortFunc(items, func(a, b entry) int { return strings.Compare(a.key, b.key) })
		for _, e := range items {
			item := pathItem(root, e.value)
			for _, method := range methodsOf(item) {
				op := newOperation(e.key, method, item)
				if section == "webhooks" {
					op.Method = "WEBHOOK"
					if method.key != "post" {
						op.Path += " (" + method.key + ")"
					}
				}
				list = append(list, op)
			}
		}
	}
	collect("paths")
	collect("webhooks")
	return list
}

// newOperation is the operation of a path item under one of its methods.
func newOperation(path string, method entry, item *yaml.Node) Operation {
	op := Operation{Method: method.key, Path: path, ID: text(method.value, "operationId"), item: item, node: method.value}
	if slices.Contains(httpMethods[:], method.key) {
		op.Method = strings.ToUpper(method.key)
	}
	if tags := scalarList(lookup(method.value, "tags")); len(tags) > 0 {
		op.Tag = tags[0]
	}
	return op
}
