package server_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tarn/server/servertest"
	"tarn/server/servertest/contracts"
	"tarn/store/storetest"
)

// unrefused are the places of names in bodies at which a number is refused in another
// way, or taken, and why.
var unrefused = map[string]string{
	"createEvent event.transaction_id":                                      "events are taken with numbers for texts by both modes",
	"createEvent event.code":                                                "likewise",
	"createEvent event.external_subscription_id":                            "likewise",
	"createBatchEvents events.[].transaction_id":                            "likewise",
	"createBatchEvents events.[].code":                                      "likewise",
	"createBatchEvents events.[].external_subscription_id":                  "likewise",
	"createPaymentRequest payment_request.payment_method.payment_method_id": "the invoices that are named are another customer's, and are not found first",
	"retryPayment payment_method.payment_method_id":                         "nobody looks at it",
	"updateBillingEntity tax_codes.[]":                                      "the body that is tried has a root, and what stands beside it is ignored",
	"updateBillingEntity invoice_custom_section_codes.[]":                   "likewise",
}

// TestRefusal_OfWrongNames sends, wherever the billing API's contract takes a text that
// names a record, a number and a truth value. The answer refuses that member, and never
// says that a record does not exist. The places are read from the contract.
func TestRefusal_OfWrongNames(t *testing.T) {
	t.Parallel()
	storetest.InSecondHalf(t)
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		w := newWrongNames(t, s)
		var tried []string
		for _, operation := range w.operations {
			for _, position := range operation.Positions() {
				// Names of members are texts always.
				if operation.Contract != "lago" || position.In != contracts.InBody || slices.Contains(position.Way, contracts.Name) {
					continue
				}
				place := operation.ID + " " + strings.Join(position.Way, ".")
				tried = append(tried, place)
				if unrefused[place] == "" {
					w.refuses(t, operation, position)
				}
			}
		}
		for place := range unrefused {
			assert.Contains(t, tried, place, "no longer in the contract")
		}
		require.Greater(t, len(tried), 150)
	})
}

// newWrongNames tells an organization that has something of everything.
func newWrongNames(t *testing.T, s *servertest.Server) *sweep {
	t.Helper()
	operations, err := contracts.Operations()
	require.NoError(t, err)
	w := &sweep{operations: operations, bodies: bodiesOf(t, operations)}
	w.mine = w.tell(t, s, servertest.Scenarios(t, "testdata")["organization"], "mine", "my own")
	return w
}

// refuses sends values of the wrong type to one position, in bodies that would be taken.
func (w *sweep) refuses(t *testing.T, operation contracts.Operation, position contracts.Position) {
	t.Helper()
	for _, wrong := range []any{json.Number("5"), true} {
		for _, body := range w.bodiesFor(operation, position, wrong, 2) {
			answer := sendTo(w.mine.server, operation.Method, w.target(operation, position, ""), body)
			if !assert.Equal(t, http.StatusUnprocessableEntity, answer.Code, "%s %s %s: %s", operation.ID, position, body, answer.Body) {
				continue
			}
			assert.Condition(t, func() bool { return tells(answer.Details(t), position) }, "%s %s %s: %s", operation.ID, position, body, answer.Body)
		}
	}
}

// tells reports whether details are about a position: the last name on its way is among
// the names of a field, or the one under which an object is reported as a whole.
func tells(details map[string]any, position contracts.Position) bool {
	names := slices.DeleteFunc(slices.Clone(position.Way), func(step string) bool { return step == contracts.Element })
	for field := range details {
		if slices.Contains(strings.Split(field, "."), names[len(names)-1]) || len(names) > 1 && field == names[len(names)-2] {
			return true
		}
	}
	return false
}
