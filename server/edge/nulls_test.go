package edge

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/fault"
	"tarn/openapi"
	"tarn/server/servertest/contracts"
)

// notAsAbsent are the members of creations for which null is refused in its own words,
// and why.
var notAsAbsent = map[string]string{
	"createCoupon coupon.reusable":                                      "Lago: null is reserved",
	"createSubscription subscription.activation_rules.[].timeout_hours": "Lago: null is no number of hours",
}

// known is a member that an operation must know, for those that answer nothing else.
var known = map[string]string{"createCustomer": "external_id", "createBillableMetric": "code"}

// Null for any optional member of something new is read as no member at all: the engine
// sees the same body, and what the contract refuses is the same. Where a creation may find
// what it makes, null takes a value away, and is only not refused.
func TestCreations_TakeNullForAbsent(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Lago()
	require.NoError(t, err)
	tried := map[string]bool{}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths.Map())) {
		item := doc.Paths.Value(path)
		if item.Post == nil || item.Post.RequestBody == nil {
			continue
		}
		op := newOperation(BillingAPI, http.MethodPost, path, item)
		for _, way := range optionalMembers(op.body, nil) {
			if op.judged || op.takesWhole(way) && memberSchema(op.body, way).Extensions["x-tarn-null-of-new"] == nil {
				continue // in content that is taken whole null is a value
			}
			place := op.ID + " " + strings.Join(way, ".")
			tried[place] = true
			for _, asWire := range []bool{false, true} {
				absent, null := op.readOf(t, way, false, asWire), op.readOf(t, way, true, asWire)
				switch {
				case notAsAbsent[place] != "":
					assert.NotEqual(t, absent.refused, null.refused, "%s is taken like an absent one", place)
				case upserts[op.ID]:
					assert.Equal(t, absent.refused, null.refused, "%s", place)
				default:
					assert.Equal(t, absent, null, "%s", place)
				}
			}
		}
	}
	require.Greater(t, len(tried), 300)
	for place := range notAsAbsent {
		assert.True(t, tried[place], "%s is no longer in the contract", place)
	}
}

// reading is what a body is read as.
type reading struct {
	refused fault.Details
	rest    string
}

// readOf reads a body that has a member at the end of a way, null or absent, and else
// only what leads there.
func (op *operation) readOf(t *testing.T, way []string, null, asWire bool) reading {
	t.Helper()
	parent := contracts.Put(nil, append(slices.Clone(way[:len(way)-1]), "x"), "stranger")
	if name := known[op.ID]; name != "" {
		parent = contracts.Put(parent, []string{op.root, name}, "k")
	}
	if null {
		parent = contracts.Put(parent, way, nil)
	}
	body, err := json.Marshal(parent)
	require.NoError(t, err)
	read, err := op.checkBody(body, asWire)
	if err == nil {
		return reading{rest: string(rewrite(read, func(value any) any { return value }))}
	}
	if left, isIncomplete := err.(*incomplete); isIncomplete { //nolint:errorlint // nobody has wrapped it
		return reading{left.refusal.Details, string(left.rest)}
	}
	refusal, _ := fault.As(err)
	return reading{refused: refusal.Details}
}

// optionalMembers are the ways to all members that need not be there.
func optionalMembers(schema *openapi3.Schema, way []string) [][]string {
	if schema == nil || len(way) > 9 {
		return nil
	}
	if items, _ := contracts.Items(schema); items != nil {
		return optionalMembers(items, append(slices.Clone(way), contracts.Element))
	}
	var ways [][]string
	members := contracts.Members(schema)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if slices.Contains(way, name) {
			continue // it contains itself
		}
		at := append(slices.Clone(way), name)
		if !requires(schema, name) && len(at) > 1 {
			ways = append(ways, at)
		}
		ways = append(ways, optionalMembers(members[name], at)...)
	}
	return ways
}
