package encode_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	openapi_types "github.com/oapi-codegen/runtime/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"tarn/compat"
	"tarn/encode"
	"tarn/gen"
	"tarn/gen/admin"
	"tarn/gen/requestlogs"
)

// answers are types of answers that hold, all together, the objects of the
// contract.
var answers = []any{
	gen.FindAllCustomers200JSONResponse{},
	gen.FindCustomer200JSONResponse{},
	gen.FindAllPlans200JSONResponse{},
	gen.FindPlan200JSONResponse{},
	gen.FindAllSubscriptions200JSONResponse{},
	gen.FindSubscription200JSONResponse{},
	gen.FindAllInvoices200JSONResponse{},
	gen.FindInvoice200JSONResponse{},
	gen.FindAllFees200JSONResponse{},
	gen.FindAllCreditNotes200JSONResponse{},
	gen.FindAllWallets200JSONResponse{},
	gen.FindAllTaxes200JSONResponse{},
	gen.FindAllCoupons200JSONResponse{},
	gen.FindAllAppliedCoupons200JSONResponse{},
	gen.FindAllAddOns200JSONResponse{},
	gen.FindAllEvents200JSONResponse{},
	gen.FindAllAPILogs200JSONResponse{},
	gen.FindAllActivityLogs200JSONResponse{},
	gen.FindAllBillableMetrics200JSONResponse{},
	gen.FindCustomerCurrentUsage200JSONResponse{},
	gen.FindAllPayments200JSONResponse{},
	gen.FindAllPaymentRequests200JSONResponse{},
	gen.GetSubscriptionAlerts200JSONResponse{},
	gen.CreateSubscriptionAlert200JSONResponse{},
	gen.FindAllFeatures200JSONResponse{},
	gen.FindAllWebhookEndpoints200JSONResponse{},
	gen.UpdateOrganization200JSONResponse{},
	gen.CreateBillingEntity200JSONResponse{},
	gen.EvaluateBillableMetricExpression200JSONResponse{},
	gen.FindAllSubscriptionEntitlements200JSONResponse{},
	gen.EventEstimateInstantFees200JSONResponse{},
	gen.FetchJSONPublicKey200JSONResponse{},
	admin.ListOrganizations200JSONResponse{},
	requestlogs.ListRequestLogs200JSONResponse{},
}

// TestAnswer_OnTheWireIsEncodingJSON for random values of the contracts' types.
func TestAnswer_OnTheWireIsEncodingJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		value := reflect.New(reflect.TypeOf(answers[rapid.IntRange(0, len(answers)-1).Draw(t, "type")]))
		fill(r, value.Elem(), 0)
		want, err := json.Marshal(value.Elem().Interface())
		require.NoError(t, err)
		got, err := encode.Answer([]byte("before "), compat.Wire, "any", 200, value.Elem().Interface())
		require.NoError(t, err)
		require.Equal(t, "before "+string(want), string(got))
	})
}

// texts are what JSON spells in a way of its own, and what not.
var texts = []string{"", "plain", "<b>&\"\\", "a\nb\rc\td\be\ff\x00\x1f\x7f", "é\u2028\u2029\u2027", "\xff\xe2\x80", "日本"}

// fill gives a value random content.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	switch target := v.Addr().Interface().(type) {
	case *time.Time:
		*target = time.Unix(r.Int64N(4e9), r.Int64N(2)*r.Int64N(1e9)).UTC()
		return
	case *openapi_types.Date:
		target.Time = time.Unix(r.Int64N(4e9), 0).UTC()
		return
	case *uuid.UUID:
		for i := range target {
			target[i] = byte(r.Uint32())
		}
		return
	case *json.Number:
		*target = []json.Number{"", "0", "-12.50", "1e9"}[r.IntN(4)]
		return
	case *json.RawMessage:
		*target = raw(r)
		return
	case interface {
		SetNull()
		IsSpecified() bool
	}:
		fillNullable(r, v, target.SetNull, depth)
		return
	case json.Unmarshaler:
		if v.Kind() == reflect.Struct {
			_ = target.UnmarshalJSON(raw(r))
			return
		}
	}
	fillKind(r, v, depth)
}

// raw is any JSON, with and without spaces.
func raw(r *rand.Rand) json.RawMessage {
	return json.RawMessage([]string{
		`null`, `{"a" : [1, "<\"\\ >", true ],` + "\n" + `"b":{}}`, `"text & \u2028` + "\u2028" + `"`, `-1.5e+3`, `[ ]`, `false`,
	}[r.IntN(6)])
}

func fillNullable(r *rand.Rand, v reflect.Value, setNull func(), depth int) {
	switch r.IntN(3) {
	case 0:
		setNull()
	case 1:
		get, _ := v.Type().MethodByName("Get")
		value := reflect.New(get.Type.Out(0))
		fill(r, value.Elem(), depth)
		v.Addr().MethodByName("Set").Call([]reflect.Value{value.Elem()})
	}
}

func fillKind(r *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts[r.IntN(len(texts))])
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(int32(r.Uint32())) * r.Int64N(2))
	case reflect.Float32, reflect.Float64:
		v.SetFloat([]float64{0.5, -2.5, 1e21, 1e-7, 123456789.125, 1e-10}[r.IntN(6)]) // encoding/json has no fraction for whole ones
	case reflect.Pointer:
		if r.IntN(3) > 0 && depth < 12 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem(), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(r, v.Field(i), depth+1)
			}
		}
	case reflect.Slice:
		if r.IntN(3) > 0 {
			v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		}
		for i := range v.Len() {
			fill(r, v.Index(i), depth+1)
		}
	case reflect.Map:
		if r.IntN(3) > 0 {
			v.Set(reflect.MakeMap(v.Type()))
		}
		for range r.IntN(3) * min(1, r.IntN(5)) {
			if v.IsNil() {
				break
			}
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(r, key, depth+1)
			fill(r, value, depth+1)
			// encoding/json leaves the order of keys that are spelled alike open.
			key.SetString(strings.ToValidUTF8(key.String(), ""))
			v.SetMapIndex(key, value)
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf([]any{"<text>", 1.5, true, json.Number("12"), map[string]any{"b": nil, "a": []any{1.0}}, [2]json.RawMessage{raw(r), raw(r)}}[r.IntN(6)]))
	default:
		panic("no answer has a " + v.Kind().String())
	}
}

// TestAnswer_WritesWholeRatesAsLagoDoes, in both modes.
func TestAnswer_WritesWholeRatesAsLagoDoes(t *testing.T) {
	t.Parallel()
	for rate, want := range map[float64]string{20: `"rate":20.0}`, -3: `"rate":-3.0}`, 0: `"rate":0.0}`, 12.5: `"rate":12.5}`, 1e21: `"rate":1e+21}`} {
		for _, mode := range []compat.Mode{compat.Wire, compat.Document} {
			written, err := encode.Answer(nil, mode, "createTax", 200, gen.CreateTax200JSONResponse{Tax: gen.TaxObject{Rate: rate}})
			require.NoError(t, err)
			require.Contains(t, string(written), want)
		}
	}
}

// TestAnswer_RefusesWhatJSONCannotSay instead of writing something else.
func TestAnswer_RefusesWhatJSONCannotSay(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{
		"a year of five digits": time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC),
		"a number that is none": json.Number("twelve"),
		"broken JSON":           json.RawMessage(`{"a"`),
		"a channel":             make(chan int),
	} {
		before := []byte("before")
		got, err := encode.Answer(before, compat.Wire, "any", 200, map[string]any{"member": value})
		require.Error(t, err, name)
		require.Equal(t, before, got, name)
		_, wanted := json.Marshal(value)
		require.Error(t, wanted, name)
	}
}
