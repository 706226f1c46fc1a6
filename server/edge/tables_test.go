package edge

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/openapi"
)

// TestTables_NameWhatTheContractHas, so that no other version of the document
// empties a table of the edge unseen.
func TestTables_NameWhatTheContractHas(t *testing.T) {
	t.Parallel()
	doc, err := openapi.Lago()
	require.NoError(t, err)
	ids, tags := map[string]bool{}, map[string]bool{}
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			ids[operation.OperationID] = true
			for _, tag := range operation.Tags {
				tags[tag] = true
			}
		}
	}
	for table, named := range map[string][]string{
		"bodyLimits":            slices.Collect(maps.Keys(bodyLimits)),
		"exclusive":             slices.Collect(maps.Keys(exclusive)),
		"writingReads":          slices.Collect(maps.Keys(writingReads)),
		"wordyFilters":          slices.Collect(maps.Keys(wordyFilters)),
		"foundFirst":            slices.Collect(maps.Keys(foundFirst)),
		"knownMembersOnly":      slices.Collect(maps.Keys(knownMembersOnly)),
		"wrappers":              slices.Collect(maps.Keys(wrappers)),
		"permissionOfOperation": slices.Collect(maps.Keys(permissionOfOperation)),
	} {
		for _, id := range named {
			require.True(t, ids[id], "%s: no operation %s", table, id)
		}
	}
	for tag := range permissionOfTag {
		require.True(t, tags[tag], "permissionOfTag: no tag %s", tag)
	}
	for _, tag := range []string{"api_logs", "activity_logs", "events"} {
		require.True(t, tags[tag], "classify: no tag %s", tag)
	}
	paths := slices.Collect(maps.Keys(doc.Paths.Map()))
	for _, rule := range permissionOfPath {
		require.True(t, slices.ContainsFunc(paths, func(path string) bool { return strings.Contains(path, rule.part) }), "permissionOfPath: no path with %s", rule.part)
	}
	for _, family := range slashFamilies {
		require.NotNil(t, doc.Paths.Value("/"+family), "slashFamilies: no path /%s", family)
	}
	for route := range putOnly {
		item := doc.Paths.Value(template(strings.TrimPrefix(route, BillingBase)))
		require.NotNil(t, item, "putOnly: no path %s", route)
		require.NotNil(t, item.Put, "putOnly: no update at %s", route)
	}
}
