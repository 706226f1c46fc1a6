package encode

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// shape is what the published document asks of a value where our own contract
// promises less. No shape means that whatever the contract allows is valid.
type shape struct {
	takes kinds
	// words are the texts of an enumeration, nearest what stands for others.
	words   map[string]bool
	nearest map[string]json.RawMessage
	// under is the member that holds a value where an object is asked for.
	under string
	// patterns and format are those that only the published document has.
	patterns []*regexp.Regexp
	format   *format

	// members are an object's, rest is what other members must be; forbidden
	// says that there may be none.
	members   map[string]member
	required  []standIn
	rest      *shape
	forbidden bool
	// leftOut says that an object is no entry of a list when a member that must
	// be there has no value.
	leftOut bool

	items *shape
	// choices are the schemas of which a structured value must fit one.
	choices []choice
}

// choice is one of several schemas. Its shape is nil where the contracts agree
// on it.
type choice struct {
	shape    *shape
	required []string
}

// member is a member of an object.
type member struct {
	shape    *shape
	required bool
	// instead is what stands for the member's value where it has no valid one;
	// empty where the member is left out then.
	instead string
}

// standIn is a member that must be there.
type standIn struct{ name, value string }

// comparison makes shapes of two documents.
type comparison struct {
	mu              sync.Mutex
	published, ours *document
	shapes          map[string]*shape
	// stripped are schemas without their choices.
	stripped map[*schema]*schema
	// gaps are the places where the documents differ and nobody says what the
	// nearest value is.
	gaps []string
}

func newComparison(published, ours *document) *comparison {
	return &comparison{published: published, ours: ours, shapes: map[string]*shape{}, stripped: map[*schema]*schema{}}
}

// answer is the shape of an answer.
func (c *comparison) answer(operation string, status int) *shape {
	c.mu.Lock()
	defer c.mu.Unlock()
	published := c.published.answer(operation, status)
	if published == nil {
		return nil
	}
	return c.shape(operation, c.published.all(published), c.ours.all(c.ours.answer(operation, status)))
}

// object is the shape of a component, by the name of its Go type.
func (c *comparison) object(goName string) *shape {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, published := range c.published.Components.Schemas {
		if strings.EqualFold(name, goName) {
			return c.shape(name, c.published.all(published), c.ours.all(c.ours.Components.Schemas[name]))
		}
	}
	return nil
}

// webhook is the shape of what a webhook is about, whose values are of a component, by the
// name of its Go type.
func (c *comparison) webhook(eventType, member, goName string) *shape {
	c.mu.Lock()
	defer c.mu.Unlock()
	published := c.published.webhook(eventType, member)
	if published == nil {
		return nil
	}
	ours := c.ours.webhook(eventType, member)
	for name, component := range c.ours.Components.Schemas {
		if strings.EqualFold(name, goName) {
			ours = component
		}
	}
	return c.shape(eventType, c.published.all(published), c.ours.all(ours))
}

// shape compares what two lists of schemas ask of a value. A place is named in
// messages only.
func (c *comparison) shape(place string, published, ours []*schema) *shape {
	key := fmt.Sprint(published, ours)
	if known, found := c.shapes[key]; found {
		return known
	}
	s := &shape{takes: c.published.kindsOf(published), nearest: map[string]json.RawMessage{}}
	c.shapes[key] = s // before it is whole: schemas may contain themselves
	lacks := c.ours.kindsOf(ours) &^ s.takes
	for _, own := range ours {
		maps.Copy(s.nearest, own.Nearest)
		if own.Under != "" {
			s.under = own.Under
		}
		s.leftOut = s.leftOut || own.LeftOut
	}
	published, choices := c.expand(c.published, published)
	ours, ownChoices := c.expand(c.ours, ours)
	c.addTexts(s, published, ours)
	same := c.addMembers(s, place, published, ours)
	c.addItems(s, place, published, ours)
	c.addChoices(s, place, choices, ownChoices)
	if same && lacks == 0 && s.words == nil && s.patterns == nil && s.format == nil && s.items == nil && s.rest == nil && !s.forbidden && s.choices == nil {
		c.shapes[key] = nil
		return nil
	}
	return s
}

// expand replaces a choice that leaves just one schema for structured values
// by that schema. Choices among several are returned apart, each with what
// holds beside it.
func (c *comparison) expand(d *document, schemas []*schema) (whole []*schema, choices [][]*schema) {
	for _, s := range schemas {
		var fit [][]*schema
		for _, choice := range append(slices.Clone(s.AnyOf), s.OneOf...) {
			if list := d.all(choice); d.kindsOf(list)&structured != 0 {
				fit = append(fit, list)
			}
		}
		switch len(fit) {
		case 0:
			whole = append(whole, s)
		case 1:
			inner, further := c.expand(d, fit[0])
			whole = append(append(whole, c.strip(s)), inner...)
			choices = append(choices, further...)
		default:
			whole = append(whole, c.strip(s))
			choices = append(choices, fit...)
		}
	}
	for i := range choices {
		choices[i] = append(slices.Clone(whole), choices[i]...)
	}
	return whole, choices
}

// strip is a schema without its choices.
func (c *comparison) strip(s *schema) *schema {
	if known := c.stripped[s]; known != nil {
		return known
	}
	bare := *s
	bare.AnyOf, bare.OneOf = nil, nil
	c.stripped[s] = &bare
	return &bare
}

// addTexts compares enumerations, patterns and formats.
func (c *comparison) addTexts(s *shape, published, ours []*schema) {
	if s.takes&text != 0 {
		s.format = lostFormat(published, ours)
	}
	if list := words(published); list != nil {
		own := words(ours)
		if own == nil || slices.ContainsFunc(own, func(word string) bool { return !slices.Contains(list, word) }) {
			s.words = make(map[string]bool, len(list))
			for _, word := range list {
				s.words[word] = true
			}
		}
	}
	for _, one := range published {
		if one.Pattern == "" || slices.ContainsFunc(ours, func(own *schema) bool { return own.Pattern == one.Pattern }) {
			continue
		}
		s.patterns = append(s.patterns, regexp.MustCompile(one.Pattern))
	}
}

// addMembers compares the members of objects and reports whether they are the
// same.
func (c *comparison) addMembers(s *shape, place string, published, ours []*schema) (same bool) {
	same = true
	names, required, promised := map[string]bool{}, map[string]bool{}, map[string]bool{}
	var rest []*schema
	for _, one := range published {
		for name := range one.Properties {
			names[name] = true
		}
		for _, name := range one.Required {
			names[name], required[name] = true, true
		}
		if one.Additional != nil {
			s.forbidden = s.forbidden || one.Additional.forbidden
			rest = append(rest, c.published.all(&one.Additional.schema)...)
		}
	}
	for _, own := range ours {
		for _, name := range own.Required {
			promised[name] = true
		}
	}
	s.members = make(map[string]member, len(names))
	for _, name := range slices.Sorted(maps.Keys(names)) {
		one := member{required: required[name] && s.takes&object != 0}
		below := place + "." + name
		fits, own := c.property(c.published, published, name), c.property(c.ours, ours, name)
		one.shape = c.shape(below, fits, own)
		if one.required && !s.leftOut && (one.shape != nil || !promised[name]) {
			one.instead = c.nothing(fits, own)
			s.required = append(s.required, standIn{name, one.instead})
			c.checkWords(below, one, fits, own, promised[name])
		}
		if one.shape != nil || one.required && !promised[name] {
			same = false
		}
		s.members[name] = one
	}
	s.rest = c.shape(place+".*", rest, c.additional(ours))
	return same
}

// property are the schemas of a member.
func (c *comparison) property(d *document, schemas []*schema, name string) []*schema {
	var list []*schema
	for _, s := range schemas {
		list = append(list, d.all(s.Properties[name])...)
	}
	return list
}

// additional are our schemas of members without a property.
func (c *comparison) additional(ours []*schema) []*schema {
	var list []*schema
	for _, own := range ours {
		if own.Additional != nil {
			list = append(list, c.ours.all(&own.Additional.schema)...)
		}
	}
	return list
}

func (c *comparison) addItems(s *shape, place string, published, ours []*schema) {
	var items, own []*schema
	for _, one := range published {
		items = append(items, c.published.all(one.Items)...)
	}
	for _, one := range ours {
		own = append(own, c.ours.all(one.Items)...)
	}
	s.items = c.shape(place+"[]", items, own)
}

// addChoices compares choices among structured schemas. They are the same where
// each is.
func (c *comparison) addChoices(s *shape, place string, choices, ours [][]*schema) {
	differ := false
	list := make([]choice, len(choices))
	for i, schemas := range choices {
		var own []*schema
		if len(ours) == len(choices) {
			own = ours[i]
		}
		list[i].shape = c.shape(place, schemas, own)
		for _, one := range schemas {
			list[i].required = append(list[i].required, one.Required...)
		}
		differ = differ || list[i].shape != nil
	}
	if differ {
		s.choices = list
	}
}

// checkWords notes what a member that must be valid may carry of ours, when
// nobody says what is nearest to it.
func (c *comparison) checkWords(place string, m member, published, ours []*schema, promised bool) {
	if m.instead != "" {
		return
	}
	if !promised || c.ours.kindsOf(ours)&null != 0 && c.published.kindsOf(published)&null == 0 {
		c.gaps = append(c.gaps, place+": nothing is nearest to null")
	}
	if m.shape == nil || m.shape.words == nil {
		return
	}
	for _, word := range words(ours) {
		if !m.shape.words[word] && m.shape.nearest[word] == nil {
			c.gaps = append(c.gaps, fmt.Sprintf("%s: nothing is nearest to %q", place, word))
		}
	}
}

// nothing is the value of a member that must be there and has none: the
// emptiest one that is valid. It is empty for an enumeration, whose words mean
// something, unless the overlay names one of them.
func (c *comparison) nothing(published, ours []*schema) string {
	for _, own := range ours {
		if value := own.Nearest["null"]; value != nil {
			return string(value)
		}
	}
	takes := c.published.kindsOf(published)
	published, _ = c.expand(c.published, published)
	ours, _ = c.expand(c.ours, ours)
	switch {
	case takes&null != 0:
		return "null"
	case takes&text != 0:
		return emptyText(published)
	case takes&object != 0:
		return c.emptyObject(published, ours)
	case takes&array != 0:
		return "[]"
	case takes&(whole|fraction) != 0:
		return "0"
	case takes&boolean != 0:
		return "false"
	}
	return ""
}

func emptyText(published []*schema) string {
	if words(published) != nil {
		return ""
	}
	for _, one := range published {
		if f, asserted := formats[one.Format]; asserted {
			return quoted(f.nothing)
		}
		if one.Pattern != "" && regexp.MustCompile(one.Pattern).MatchString("0.0") {
			return `"0.0"`
		}
	}
	return `""`
}

// emptyObject has the members that must be there; there is none where one of
// them is an enumeration without a word for nothing.
func (c *comparison) emptyObject(published, ours []*schema) string {
	names := map[string]bool{}
	for _, one := range published {
		for _, name := range one.Required {
			names[name] = true
		}
	}
	text := []byte{'{'}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		value := c.nothing(c.property(c.published, published, name), c.property(c.ours, ours, name))
		if value == "" {
			return ""
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(append(appendText(text, name), ':'), value...)
	}
	return string(append(text, '}'))
}
