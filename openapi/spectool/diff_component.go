package spectool

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// components compares the shared components of both documents.
func (d *differ) components(users usage) []Subject {
	var out []Subject
	a, b := lookup(d.old, "components"), lookup(d.new, "components")
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
	for _, u := range users[ref] {
		s.Users = append(s.Users, u.operation)
		travels |= u.direction
	}
	if section == "securitySchemes" {
		travels = inbound // named by the document or an operation, not by a reference
	}
	was, is := lookup(d.old, "components", section, name), lookup(d.new, "components", section, name)
	switch {
	case was == nil && is == nil:
	case was == nil:
		s.Whole, s.Differences = true, []Difference{{Kind: Added, Text: brief(is)}}
	case is == nil:
		s.Whole, s.Differences = true, []Difference{{Kind: Removed, Breaking: section == "securitySchemes"}}
	default:
		for _, c := range d.component(section, was, is) {
			travelling := partChange{c, travels}
			s.Differences = append(s.Differences, Difference{Where: c.where, Kind: c.kind, Text: c.text, Breaking: travelling.breaking()})
		}
	}
	return s
}

// component compares two versions of one component by the kind its section
// holds.
func (d *differ) component(section string, a, b *yaml.Node) []change {
	switch section {
	case "schemas":
		return d.schema("", a, b)
	case "parameters", "headers":
		return d.parameter("", a, b)
	case "responses", "requestBodies":
		return d.content("", a, b)
	default:
		return keysExcept("", a, b, nil)
	}
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
