package prepaid_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"tarn/billing/prepaid"
)

func TestReadPairs(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 101)
	for document, wrong := range map[string]prepaid.Fault{
		`[]`:                        "",
		`[{"key":"a","value":"b"}]`: "",
		`[{"key":"` + long[:40] + `","value":"` + long[:200] + `"}]`: "",
		`null`:                               prepaid.FaultType,
		`{"key":"a","value":"b"}`:            prepaid.FaultType,
		`["a"]`:                              prepaid.FaultType,
		`"`:                                  prepaid.FaultType,
		`[{"key":"a"}]`:                      prepaid.FaultPair,
		`[{"key":"","value":"b"}]`:           prepaid.FaultPair,
		`[{"key":"a","value":""}]`:           prepaid.FaultPair,
		`[{"key":1,"value":"b"}]`:            prepaid.FaultPair,
		`[{"key":"a","value":null}]`:         prepaid.FaultPair,
		`[null]`:                             prepaid.FaultPair,
		`[{"key":"a","value":"b","more":1}]`: prepaid.FaultPair,
		`[{"key":"a","value":{"b":1}}]`:      prepaid.FaultNesting,
		`[{"key":["a"],"value":"b"}]`:        prepaid.FaultNesting,
		`[{"key":"` + long[:42] + `","value":"b"}]`:                                 prepaid.FaultKey,
		`[{"key":"a","value":"` + long + `"}]`:                                      prepaid.FaultValue,
		`[{"key":"a"},{"key":"` + long + `","value":"` + long + `"}]`:               prepaid.FaultValue,
		`[{"key":"a","value":"b"},{"key":"a","value":"b"},{"key":"a","value":"b"}]`: prepaid.FaultCount,
		`[{"key":"a","value":"b"},{"key":"a","value":"b"},{"key":"a","value":[]}]`:  prepaid.FaultNesting,
	} {
		pairs, found := prepaid.ReadPairs([]byte(document), 2)
		assert.Equal(t, wrong, found, document)
		if wrong == "" {
			assert.Len(t, pairs, strings.Count(document, "key"), document)
		}
	}
	pairs, _ := prepaid.ReadPairs([]byte(`[{"key":"a","value":"b"}]`), prepaid.MaxRulePairs)
	assert.Equal(t, []prepaid.Pair{{Key: "a", Value: "b"}}, pairs)
}
