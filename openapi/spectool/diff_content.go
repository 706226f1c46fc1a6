package spectool

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// content compares two request bodies or responses: whether they are required,
// their media types, headers and links. Either may be nil.
func (d *differ) content(where string, k kind, a, b *yaml.Node) []change {
	switch {
	case equalNodes(a, b):
		return nil
	case a == nil:
		c := change{where, Added, "now has content: " + brief(b), neutral}
		if target := resolved(d.new, b); target == nil || isTrue(lookup(target, "required")) {
			c.effect = narrowing
		}
		return []change{c}
	case b == nil:
		return []change{{where, Removed, "no longer has content", narrowing | vanishing}}
	}
	return d.referred(where, a, b, func(where string, a, b *yaml.Node) []change {
		out := requirement(where, lookup(a, "required"), lookup(b, "required"))
		out = append(out, d.mediaTypes(where, lookup(a, "content"), lookup(b, "content"))...)
		out = append(out, d.headers(where, lookup(a, "headers"), lookup(b, "headers"))...)
		out = append(out, d.links(where, lookup(a, "links"), lookup(b, "links"))...)
		return append(out, unknownKeys(where, k, a, b)...)
	})
}

// mediaTypes compares what is described for each media type.
func (d *differ) mediaTypes(where string, a, b *yaml.Node) []change {
	var out []change
	for _, media := range unionKeys(a, b) {
		was, is := lookup(a, media), lookup(b, media)
		place := where
		if media != "application/json" {
			place += " (" + media + ")"
		}
		switch {
		case was == nil:
			out = append(out, change{place, Added, "media type " + media, neutral})
		case is == nil:
			out = append(out, change{place, Removed, "media type " + media, narrowing | vanishing})
		default:
			out = append(out, d.mediaType(place, was, is)...)
		}
	}
	return out
}

// mediaType compares two descriptions of one media type.
func (d *differ) mediaType(where string, a, b *yaml.Node) []change {
	if equalNodes(a, b) {
		return nil
	}
	return d.referred(where, a, b, func(where string, a, b *yaml.Node) []change {
		out := d.schema(where, lookup(a, "schema"), lookup(b, "schema"))
		out = append(out, d.schema(where+"[]", lookup(a, "itemSchema"), lookup(b, "itemSchema"))...)
		out = append(out, d.encodings(where, lookup(a, "encoding"), lookup(b, "encoding"))...)
		return append(out, unknownKeys(where, kindMediaType, a, b)...)
	})
}

// encodings compares how the parts of a body are written.
func (d *differ) encodings(where string, a, b *yaml.Node) []change {
	var out []change
	for _, name := range unionKeys(a, b) {
		was, is := lookup(a, name), lookup(b, name)
		place := where + " encoding " + name
		out = append(out, keysExcept(place, was, is, []string{"headers"}, undecided)...)
		out = append(out, d.headers(place, lookup(was, "headers"), lookup(is, "headers"))...)
		if (was == nil) != (is == nil) && len(entries(was))+len(entries(is)) == 0 {
			out = append(out, valueChange(where, "encoding "+name, was, is, neutral))
		}
	}
	return out
}

// headers compares the headers of two responses.
func (d *differ) headers(where string, a, b *yaml.Node) []change {
	return d.named(where+" header ", a, b, d.parameter)
}

// links compares the links of two responses, by which a client finds what to
// ask next.
func (d *differ) links(where string, a, b *yaml.Node) []change {
	return d.named(where+" link ", a, b, func(where string, a, b *yaml.Node) []change {
		return keysExcept(where, a, b, []string{"description"}, undecided)
	})
}

// named compares what an answer has by name: whoever reads one that goes misses it, and
// nobody minds one that comes.
func (d *differ) named(where string, a, b *yaml.Node, compare func(where string, a, b *yaml.Node) []change) []change {
	var out []change
	for _, name := range unionKeys(a, b) {
		was, is := lookup(a, name), lookup(b, name)
		switch {
		case was == nil:
			out = append(out, change{where + name, Added, brief(is), neutral})
		case is == nil:
			out = append(out, change{where + name, Removed, "was " + brief(was), vanishing})
		default:
			out = append(out, d.referred(where+name, was, is, compare)...)
		}
	}
	return out
}

// responses compares two sets of responses by their status. One that only one
// document has is compared with what the other says of more statuses: "2XX" or
// "default".
func (d *differ) responses(a, b *yaml.Node) []change {
	var out []change
	for _, status := range unionKeys(a, b) {
		was, is := lookup(a, status), lookup(b, status)
		switch {
		case isExtension(status):
		case was == nil:
			out = append(out, change{status, Added, "new status: " + brief(is), neutral})
			if wider := widerAnswer(a, status); wider != nil {
				out = append(out, d.content(status, kindResponse, wider, is)...)
			}
		case is == nil:
			out = append(out, d.lostAnswer(status, was, a, b)...)
		default:
			out = append(out, d.content(status, kindResponse, was, is)...)
		}
	}
	return out
}

// lostAnswer says what it does that a status is described no longer.
func (d *differ) lostAnswer(status string, was, a, b *yaml.Node) []change {
	c := change{status, Removed, "status no longer described", neutral}
	wider := widerAnswer(b, status)
	narrower := slices.ContainsFunc(entries(b), func(e entry) bool { return covered(status, e.key) && widerAnswer(a, e.key) != nil })
	success := func(e entry) bool { return strings.HasPrefix(e.key, "2") }
	switch {
	case wider != nil:
		return append([]change{c}, d.content(status, kindResponse, was, wider)...)
	case narrower: // compared there
	case strings.HasPrefix(status, "2"), status == "default" && !slices.ContainsFunc(entries(a), success):
		c.effect = vanishing
	}
	return []change{c}
}

// covered reports whether a range of statuses has one.
func covered(wider, status string) bool {
	switch {
	case wider == status || status == "default":
		return false
	case wider == "default":
		return true
	}
	return len(wider) == 3 && len(status) == 3 && strings.EqualFold(wider[1:], "XX") && status[:1] == wider[:1]
}

// widerAnswer is what is said of a range that a status belongs to, or nil.
func widerAnswer(responses *yaml.Node, status string) *yaml.Node {
	var found *yaml.Node
	for _, e := range entries(responses) {
		if covered(e.key, status) && (found == nil || e.key != "default") {
			found = e.value
		}
	}
	return found
}
