package prepaid

import (
	"encoding/json"
	"unicode/utf8"
)

// How many pairs a transaction bears at most, and the rules and wallets that hand
// theirs to transactions.
const (
	MaxTransactionPairs = 15
	MaxRulePairs        = 5
)

// The limits of pairs, in characters.
const (
	maxKey   = 20
	maxValue = 100
)

// Pair is a key with a value.
type Pair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// Fault is what is wrong with pairs, in the contract's codes; empty for nothing.
type Fault string

// The faults of pairs.
const (
	FaultType    Fault = "invalid_type"
	FaultCount   Fault = "too_many_keys"
	FaultPair    Fault = "invalid_key_value_pair"
	FaultKey     Fault = "key_too_long"
	FaultValue   Fault = "value_too_long"
	FaultNesting Fault = "nested_structure_not_allowed"
)

// ReadPairs reads the pairs of a JSON document, which must be a list of objects with
// exactly a key and a value each. Of several faults it names the last one.
func ReadPairs(document json.RawMessage, most int) ([]Pair, Fault) {
	var items []map[string]any
	if json.Unmarshal(document, &items) != nil || items == nil {
		return nil, FaultType
	}
	var found Fault
	if len(items) > most {
		found = FaultCount
	}
	pairs := make([]Pair, len(items))
	for i, item := range items {
		if wrong := pairs[i].read(item); wrong != "" {
			found = wrong
		}
	}
	return pairs, found
}

// read reads one pair.
func (p *Pair) read(item map[string]any) Fault {
	for _, name := range []string{"key", "value"} {
		switch item[name].(type) {
		case map[string]any, []any:
			return FaultNesting
		}
	}
	key, isKey := item["key"].(string)
	value, isValue := item["value"].(string)
	p.Key, p.Value = key, value
	switch {
	case len(item) != 2 || !isKey || !isValue || key == "" || value == "":
		return FaultPair
	case utf8.RuneCountInString(value) > maxValue:
		return FaultValue
	case utf8.RuneCountInString(key) > maxKey:
		return FaultKey
	}
	return ""
}
