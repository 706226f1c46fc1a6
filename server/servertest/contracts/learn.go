package contracts

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Known are identifiers that answers have shown, by what they identify, oldest first and
// each once.
type Known map[string][]string

// Learn takes the identifiers of an answer, if it is JSON. The parent is what the answer
// is of where no name says it.
func (k Known) Learn(parent string, answer []byte) {
	decoder := json.NewDecoder(bytes.NewReader(answer))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) == nil {
		k.learn(parent, "", value)
	}
}

func (k Known) learn(parent, name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		if name != "" {
			parent = name
		}
		for _, member := range slices.Sorted(maps.Keys(value)) {
			k.learn(parent, member, value[member])
		}
	case []any:
		for _, element := range value {
			if _, isText := element.(string); isText {
				k.learn(parent, name, element)
				continue
			}
			k.learn(name, name, element)
		}
	case string:
		if kind := KindOf(parent, name); kind != "" {
			k.Add(kind, value)
		}
	}
}

// Add notes an identifier, as the newest of its kind.
func (k Known) Add(kind, value string) {
	if value == "" {
		return
	}
	if at := slices.Index(k[kind], value); at >= 0 {
		k[kind] = slices.Delete(k[kind], at, at+1)
	}
	k[kind] = append(k[kind], value)
}
