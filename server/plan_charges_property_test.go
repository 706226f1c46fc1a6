package server_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/server/servertest"
	"tarn/store/storetest"
)

// anyJSON is a JSON value that a client may send by mistake or on purpose.
func anyJSON(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		if depth == 0 {
			kind = min(kind, 4)
		}
		switch kind {
		case 0:
			return rapid.SampledFrom([]any{nil, true, false}).Draw(t, "word")
		case 1:
			return json.Number(rapid.SampledFrom([]string{
				"0", "-1", "1.5", "1e2", "1e300", "-1e-300", "9223372036854775808", "123456789012345678901234567890",
			}).Draw(t, "number"))
		case 2, 3:
			return rapid.SampledFrom([]string{"", " ", "0.10", "-1", "1e999999999", ".5", "NaN", "\x00", "eu", "team", "standard"}).Draw(t, "amount")
		case 4:
			return rapid.String().Draw(t, "text")
		case 5:
			return rapid.SliceOfN(anyJSON(depth-1), 0, 3).Draw(t, "list")
		default:
			return rapid.MapOfN(propertyName(), anyJSON(depth-1), 0, 4).Draw(t, "object")
		}
	})
}

// propertyName is a name that some charge model knows, or any.
func propertyName() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom([]string{
		"amount", "rate", "package_size", "free_units", "graduated_ranges", "volume_ranges", "graduated_percentage_ranges",
		"from_value", "to_value", "per_unit_amount", "flat_amount", "fixed_amount", "free_units_per_events", "pricing_group_keys",
		"grouped_by", "presentation_group_keys", "value", "options", "custom_properties", "per_transaction_min_amount", "region",
	}), rapid.String())
}

// TestPlanCharges_AnswerAnyInput sends charges, filters and fixed charges with
// members of any value. The harness fails where one is answered 500; what is
// accepted must be read back as it was answered.
func TestPlanCharges_AnswerAnyInput(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	models := rapid.SampledFrom([]string{
		"standard", "graduated", "package", "percentage", "volume", "graduated_percentage", "dynamic", "custom",
	})
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		metric := newFilteredCharge(t, s, "")["lago_billable_metric_id"]
		addOn := newAddOn(t, s, "setup", "")["lago_id"]
		s.CheckAny(t, func(rt *rapid.T) {
			members := map[string]any{"code": "drawn", "charge_model": models.Draw(rt, "model"), "properties": anyJSON(3).Draw(rt, "properties")}
			for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
				"code", "charge_model", "billable_metric_id", "add_on_id", "add_on_code", "invoice_display_name", "pay_in_advance", "prorated", "invoiceable",
				"regroup_paid_fees", "min_amount_cents", "accepts_target_wallet", "applied_pricing_unit", "filters", "tax_codes", "units", "values",
				"cascade_updates", "apply_units_immediately",
			}), 0, 2, rapid.ID[string]).Draw(rt, "names") {
				members[name] = anyJSON(3).Draw(rt, name)
			}
			sendMembers(t, s, "charge", "/plans/startup/charges", members, map[string]any{"billable_metric_id": metric})
			sendMembers(t, s, "fixed_charge", fixedPath, members, map[string]any{"add_on_id": addOn})
			sendMembers(t, s, "filter", filtersPath, members, map[string]any{"values": map[string]any{"region": []string{"eu"}}})
		})
	})
}

// sendMembers creates an object of members, reads what was accepted, and
// deletes it again. Members that are needed are filled in.
func sendMembers(t *testing.T, s *servertest.Server, root, path string, members, needed map[string]any) {
	t.Helper()
	for name, value := range members {
		if _, fixed := needed[name]; !fixed {
			needed[name] = value
		}
	}
	body, err := json.Marshal(map[string]any{root: needed})
	require.NoError(t, err)
	response := s.Post(path, string(body))
	require.Contains(t, []int{http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity}, response.Code)
	if response.Code != http.StatusOK {
		return
	}
	created := member(t, response, root)
	name := created["code"]
	if root == "filter" {
		name = created["lago_id"]
	}
	require.Equal(t, []any{created["lago_id"]}, pluck(drawn(entries(t, s.Get(path+"?per_page=1000000"), root+"s"), created), "lago_id"))
	if text, isText := name.(string); isText && (root == "filter" || text == "drawn") {
		require.Equal(t, created, member(t, s.Get(path+"/"+text), root))
		s.Delete(path+"/"+text).Status(t, http.StatusOK)
	}
}

// drawn are those of the objects that are the same as one.
func drawn(objects []map[string]any, one map[string]any) []map[string]any {
	var same []map[string]any
	for _, object := range objects {
		if object["lago_id"] == one["lago_id"] {
			same = append(same, object)
		}
	}
	return same
}
