package spectool

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// components compares the shared components of both documents.
func (d *differ) components(users usage) []Subject {
	var out []Subject
	a, b := lookup(d.old, "components"), lookup(d.new, "components")
	d.sealedRefs = d.sealedParts()
	for _, section := range unionKeys(a, b) {
		for _, name := range unionKeys(lookup(a, section), lookup(b, section)) {
			if s := d.sharedComponent(section, name, users); len(s.Differences) > 0 {
				out = append(out, s)
			}
		}
	}
	return out
}

// sharedComponent compares one component.
func (d *differ) sharedComponent(section, name string, users usage) Subject {
	ref := "#/components/" + section + "/" + pointerStep(name)
	s := Subject{Name: singular(section) + " " + name, place: ref}
	var travels direction
	for _, u := range users.of(ref) {
		s.Users = append(s.Users, u.operation)
		travels |= u.direction
	}
	if section == "securitySchemes" {
		travels = inbound // named by the document or an operation, not by a reference
	}
	d.sealed = d.sealedRefs[ref]
	defer func() { d.sealed = false }()
	was, is := lookup(d.old, "components", section, name), lookup(d.new, "components", section, name)
	switch {
	case was == nil && is == nil:
	case section == "pathItems" && was != nil && is != nil && (refersTo(d.old, ref) || refersTo(d.new, ref)):
		// compared as the paths that refer to it
	case was == nil:
		s.Whole, s.Differences = true, []Difference{{Kind: Added, Text: brief(is), Breaking: refersTo(d.old, ref)}}
	case is == nil:
		missed := section == "securitySchemes" || refersTo(d.new, ref)
		s.Whole, s.Differences = true, []Difference{{Kind: Removed, Breaking: missed}}
	default:
		for _, c := range d.component(section, was, is, travels) {
			s.Differences = append(s.Differences, Difference{Where: c.where, Kind: c.kind, Text: c.text, Breaking: c.breaking()})
		}
	}
	return s
}

// component compares two versions of one component by the kind its section
// holds.
func (d *differ) component(section string, a, b *yaml.Node, travels direction) []partChange {
	var list []change
	switch section {
	case "callbacks":
		return d.callback("", resolved(d.old, a), resolved(d.new, b))
	case "schemas":
		list = d.schema("", a, b)
	case "parameters", "headers":
		list = d.referred("", a, b, d.parameter)
	case "responses":
		list = d.content("", kindResponse, a, b)
	case "requestBodies":
		list = d.content("", kindRequestBody, a, b)
	case "mediaTypes":
		list = d.mediaType("", a, b)
	case "securitySchemes":
		list = keysExcept("", a, b, append(proseOf(kindSecurityScheme), "bearerFormat", "deprecated"), undecided)
		for _, key := range []string{"bearerFormat", "deprecated"} {
			if was, is := lookup(a, key), lookup(b, key); !equalNodes(was, is) {
				list = append(list, valueChange("", key, was, is, neutral))
			}
		}
	default:
		list = keysExcept("", a, b, nil, undecided)
	}
	out := make([]partChange, 0, len(list))
	for _, c := range list {
		out = append(out, partChange{c, travels})
	}
	return out
}

// refersTo reports whether something below n is a reference to ref.
func refersTo(n *yaml.Node, ref string) bool {
	return text(n, "$ref") == ref || slices.ContainsFunc(n.Content, func(child *yaml.Node) bool { return refersTo(child, ref) })
}

// usersOf is usageOf with what only callbacks reach, and what only a
// discriminator names.
func usersOf(root *yaml.Node) usage {
	named := copyNode(root)
	spellMappings(named)
	out, sent := usageOf(named), usage{}
	for _, op := range operations(named) {
		reached := map[string]direction{}
		reach(named, lookup(op.node, "callbacks"), inbound|outbound, reached)
		for ref, dir := range reached {
			sent[ref] = append(sent[ref], user{operation: op, direction: dir})
		}
	}
	out.merge(sent)
	return out
}

// spellMappings makes references of the names in the mappings of discriminators.
func spellMappings(n *yaml.Node) {
	if list := lookup(n, "discriminator", "mapping"); list != nil {
		for i := 1; i < len(list.Content); i += 2 {
			ref := list.Content[i].Value
			if !strings.Contains(ref, "/") {
				ref = "#/components/schemas/" + ref
			}
			list.Content[i] = mapping("$ref", stringNode(ref))
		}
	}
	for _, child := range n.Content {
		spellMappings(child)
	}
}

// of lists who reaches a component as a whole or only a part of it.
func (u usage) of(ref string) []user {
	whole := usage{ref: slices.Clone(u[ref])}
	for part, users := range u {
		if strings.HasPrefix(part, ref+"/") {
			whole.merge(usage{ref: users})
		}
	}
	return whole[ref]
}

// sealedParts are the components that can be a part of a schema which refuses
// members that no part of it knows.
func (d *differ) sealedParts() map[string]bool {
	out := map[string]bool{}
	var look func(root, n *yaml.Node)
	look = func(root, n *yaml.Node) {
		if seals(n) {
			reached := map[string]direction{}
			reach(root, n, inbound, reached)
			for ref := range reached {
				out[ref] = true
			}
		}
		for _, child := range n.Content {
			look(root, child)
		}
	}
	look(d.old, d.old)
	look(d.new, d.new)
	return out
}

// singular is the name of one entry of a section of components.
func singular(section string) string {
	switch section {
	case "requestBodies":
		return "request body"
	case "securitySchemes":
		return "security scheme"
	case "pathItems":
		return "path item"
	case "mediaTypes":
		return "media type"
	default:
		return strings.TrimSuffix(section, "s")
	}
}
