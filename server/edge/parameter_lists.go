package edge

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"

	"tarn/billing/usage"
)

// settleLists rewrites a parameter whose members are lists of texts so that each
// member has one value, a JSON list. It takes name[key]=text, once or several
// times, name[key][]=text, and a JSON object of texts or of lists of texts as
// name. What has another form is dropped.
//
// Lago: all of these are understood, and nothing is refused.
func settleLists(query url.Values, name string) {
	members := map[string][]string{}
	for _, written := range slices.Sorted(maps.Keys(query)) {
		key, isMember := strings.CutPrefix(written, name)
		if !isMember || key != "" && key[0] != '[' {
			continue
		}
		if key == "" {
			for _, text := range query[written] {
				readLists(members, text)
			}
		} else if member := memberName(key); member != "" {
			members[member] = append(members[member], query[written]...)
		}
		delete(query, written)
	}
	for member, texts := range members {
		if encoded, err := json.Marshal(texts); err == nil {
			query[name+"["+member+"]"] = []string{string(encoded)}
		}
	}
}

// memberName reads the name of a member between brackets, with which a list may
// have an empty pair more; empty for what is none.
func memberName(brackets string) string {
	member := strings.TrimSuffix(strings.TrimPrefix(brackets, "["), "[]")
	member, closed := strings.CutSuffix(member, "]")
	if !closed || strings.ContainsAny(member, "[]") {
		return ""
	}
	return member
}

// readLists reads members from a JSON object. Values that are no texts stand for
// their texts, as in events.
func readLists(members map[string][]string, text string) {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &object) != nil {
		return
	}
	for key, value := range object {
		if strings.ContainsAny(key, "[]") || key == "" {
			continue
		}
		var values []json.RawMessage
		if json.Unmarshal(value, &values) != nil {
			values = []json.RawMessage{value}
		}
		for _, value := range values {
			if text := usage.PropertyText(value); text != nil {
				members[key] = append(members[key], *text)
			}
		}
	}
}

// ListsOf reads what settleLists has written; nil for an absent parameter.
func ListsOf(members *map[string]string) map[string][]string {
	if members == nil {
		return nil
	}
	lists := make(map[string][]string, len(*members))
	for name, encoded := range *members {
		var texts []string
		if json.Unmarshal([]byte(encoded), &texts) == nil {
			lists[name] = texts
		}
	}
	return lists
}
