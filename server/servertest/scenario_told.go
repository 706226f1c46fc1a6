package servertest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// checkTold compares what webhooks have told since this was asked for the last time with
// what a step says: each entry is a type, or an object of a type and what its body holds
// at least.
func (told *telling) checkTold(t *testing.T, title string, want []any) {
	t.Helper()
	news := told.news(t)
	types, wanted := make([]any, len(news)), make([]any, len(want))
	for i, one := range news {
		types[i] = one["type"]
	}
	for i, entry := range want {
		wanted[i] = entry
		if object, isObject := entry.(map[string]any); isObject {
			wanted[i] = object["type"]
		}
	}
	require.Equal(t, wanted, types, title)
	for i, entry := range want {
		object, isObject := entry.(map[string]any)
		if !isObject {
			continue
		}
		if difference := differs(told.server.Store.Compat(), told.filled(t, object["body"]), news[i]["body"]); difference != "" {
			require.Fail(t, "another webhook than expected", "%s: %s: %s\nbody: %v", title, types[i], difference, news[i]["body"])
		}
	}
}

// news are the webhooks since the last time, oldest first.
func (told *telling) news(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	for {
		path := "/admin/organizations/" + told.organization + "/webhooks?order=oldest"
		if told.seen != "" {
			path += "&after=" + told.seen
		}
		list, _ := told.server.Admin(http.MethodGet, path, "").Status(t, http.StatusOK).JSON(t)["webhooks"].([]any)
		if len(list) == 0 {
			return all
		}
		for _, entry := range list {
			webhook, _ := entry.(map[string]any)
			told.seen, _ = webhook["id"].(string)
			all = append(all, webhook)
		}
	}
}
