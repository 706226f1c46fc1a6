package encode_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/encode"
)

// Where the published document asks for an address, one is written, whatever ours has:
// nobody's instead of none, the first one of several. Where it may be left out, it is.
func TestDocument_WritesAddresses(t *testing.T) {
	t.Parallel()
	const nobody = `"none@example.invalid"`
	for ours, want := range map[string][2]string{
		`null`:                                   {nobody, `null`},
		`""`:                                     {nobody, ``},
		`"a@b.co"`:                               {`"a@b.co"`, `"a@b.co"`},
		`"R\u0026D@b.co"`:                        {`"R\u0026D@b.co"`, `"R\u0026D@b.co"`},
		`"a.b+c@d-e.co.uk"`:                      {`"a.b+c@d-e.co.uk"`, `"a.b+c@d-e.co.uk"`},
		`"a@b.co,c@d.co"`:                        {`"a@b.co"`, `"a@b.co"`},
		`"a@b; R\u0026D@b.co"`:                   {`"R\u0026D@b.co"`, `"R\u0026D@b.co"`},
		`"a@b"`:                                  {nobody, ``},
		`"a@-b.co"`:                              {nobody, ``},
		`"a@b..co"`:                              {nobody, ``},
		`".a@b.co"`:                              {nobody, ``},
		`"a@b@c.co"`:                             {nobody, ``},
		`"é@b.co"`:                               {nobody, ``},
		`"` + strings.Repeat("a", 65) + `@b.co"`: {nobody, ``},
		`"a@` + strings.Repeat("b", 64) + `.co"`: {nobody, ``},
		`"a@` + strings.Repeat(strings.Repeat("b", 60)+".", 5) + `co"`: {nobody, ``},
	} {
		held := encode.Hold(encode.AnswerOf{Operation: "createPaymentRequest", Status: 200},
			[]byte(`{"payment_request":{"email":`+ours+`,"customer":{"email":`+ours+`}}}`))
		var got struct {
			PaymentRequest struct {
				Email    json.RawMessage `json:"email"`
				Customer struct {
					Email json.RawMessage `json:"email"`
				} `json:"customer"`
			} `json:"payment_request"`
		}
		require.NoError(t, json.Unmarshal(held, &got), ours)
		require.Equal(t, want, [2]string{string(got.PaymentRequest.Email), string(got.PaymentRequest.Customer.Email)}, ours)
	}
}
