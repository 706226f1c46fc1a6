package audit_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tarn/audit"
)

// TestBody_KeepsWhatIsNoSecret in its order, with its numbers digit by digit,
// and without the spaces.
func TestBody_KeepsWhatIsNoSecret(t *testing.T) {
	t.Parallel()
	for sent, kept := range map[string]string{
		``:                                     ``,
		`null`:                                 `null`,
		` { "b" : 1 , "a" : [ true, null ] } `: `{"b":1,"a":[true,null]}`,
		`{"z":1,"a":2,"m":{"z":1,"a":2}}`:      `{"z":1,"a":2,"m":{"z":1,"a":2}}`,
		`[1.50, 1e300, -0, 12345678901234567890.123456789, 0.10]`: `[1.50,1e300,-0,12345678901234567890.123456789,0.10]`,
		`{"a":1,"a":2}`:               `{"a":1,"a":2}`,
		`{"html":"<b>&amp;</b>"}`:     `{"html":"<b>&amp;</b>"}`,
		`{"\u0061":"\u00e9\u0000\n"}`: `{"a":"é\u0000\n"}`,
		`[]`:                          `[]`,
		`{}`:                          `{}`,
		`"text"`:                      `"text"`,
		"{\"a\":\"\xff\"}":            `{"a":"` + "\uFFFD" + `"}`,
		`{"company":"x","pinned":1,"spanish":2,"rate_card":"y","key":"k","legal_number":"n","tokenless":"t"}`://
		`{"company":"x","pinned":1,"spanish":2,"rate_card":"y","key":"k","legal_number":"n","tokenless":"[FILTERED]"}`,
		`{"prompt_tokens":120,"totalTokens":4.5,"token_count":3}`: `{"prompt_tokens":120,"totalTokens":4.5,"token_count":3}`,
		`{"note":"{\"a\": 1}","url":"https://example.test/?a=1"}`: `{"note":"{\"a\": 1}","url":"https://example.test/?a=1"}`,
	} {
		require.Equal(t, kept, audit.NewRedactor(0).Body([]byte(sent)), "sent: %s", sent)
	}
}

// TestBody_QuotesNumbersThatNobodyCanRead: most readers of JSON stop at a number beyond
// those of floating point, and would show nothing of a log that has one.
func TestBody_QuotesNumbersThatNobodyCanRead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("9", 400)
	for sent, kept := range map[string]string{
		`-1e400`:                        `"-1e400"`,
		`{"a":[1E+309, 1.7e308, 1e-9]}`: `{"a":["1E+309",1.7e308,1e-9]}`,
		`[1e-5000]`:                     `[1e-5000]`,
		`[` + long + `]`:                `["` + long + `"]`,
		`["1e400",true,null]`:           `["1e400",true,null]`,
	} {
		require.Equal(t, kept, audit.NewRedactor(0).Body([]byte(sent)), "sent: %s", sent)
	}
}

// secretMembers are spellings of names whose values must never be kept.
var secretMembers = []string{
	"api_key", "apiKey", "API-KEY", "Api Key", "x-api-key", "lago_api_key", "hmac_key", "hmacKey", "webhook_hmac_key_old",
	"secret", "client_secret", "signingSecret", "SECRET", "token", "access_token", "refreshToken", "tokens", "csrf-token",
	"password", "PassWord", "new_password", "password_confirmation", "passwd", "pwd", "user_pwd", "pass", "passphrase",
	"authorization", "Authorization", "proxy-authorization", "auth", "credentials", "private_key", "accessKey", "signing_key", "encryption_key",
	"bearer", "cookie", "Set-Cookie", "session_id", "card_number", "cardNumber", "card", "credit_card", "creditCardNumber",
	"cvv", "cvc", "card_cvc", "pan", "card_pan", "cardPan", "iban", "customer_iban", "account_number", "routing_number", "pin", "otp", "ssn", "jwt",
}

// TestBody_HidesSecretsByName wherever they are and whatever they are.
func TestBody_HidesSecretsByName(t *testing.T) {
	t.Parallel()
	r := audit.NewRedactor(0)
	for _, name := range secretMembers {
		for _, value := range []string{`"hidden"`, `12345678`, `true`, `["hidden"]`, `{"deep":{"er":["hidden"]}}`, `["hidden",{"a":"hidden"}]`} {
			for form, kept := range map[string]string{
				`{%q:%s}`:                     `{%q:"[FILTERED]"}`,
				`{"a":1,%q:%s}`:               `{"a":1,%q:"[FILTERED]"}`,
				`{"a":[[{"b":{%q:%s}}],"c"]}`: `{"a":[[{"b":{%q:"[FILTERED]"}}],"c"]}`,
			} {
				if strings.HasSuffix(strings.ToLower(name), "tokens") && value == `12345678` {
					continue // a number of tokens
				}
				require.Equal(t, fmt.Sprintf(kept, name), r.Body(fmt.Appendf(nil, form, name, value)))
			}
		}
		require.Equal(t, fmt.Sprintf(`{%q:null}`, name), r.Body(fmt.Appendf(nil, `{%q:null}`, name)), "that there is none is no secret")
	}
}

// TestBody_HidesSecretsInsideTexts that hold JSON or an address.
func TestBody_HidesSecretsInsideTexts(t *testing.T) {
	t.Parallel()
	for sent, kept := range map[string]string{
		`{"payload":"{\"api_key\":\"hidden\",\"a\":1}"}`:           `{"payload":"{\"api_key\":\"[FILTERED]\",\"a\":1}"}`,
		`[" [ {\"password\":\"hidden\"} ] "]`:                      `["[{\"password\":\"[FILTERED]\"}]"]`,
		`{"a":"{\"b\":\"{\\\"token\\\":\\\"hidden\\\"}\"}"}`:       `{"a":"{\"b\":\"{\\\"token\\\":\\\"[FILTERED]\\\"}\"}"}`,
		`{"webhook_url":"https://u:hidden@host.test/p?a=1#f"}`:     `{"webhook_url":"https://[FILTERED]@host.test/p?a=1#f"}`,
		`{"webhook_url":"https://hidden@host.test"}`:               `{"webhook_url":"https://[FILTERED]@host.test"}`,
		`{"webhook_url":"https://host.test/p?a=1&token=hidden#f"}`: `{"webhook_url":"https://host.test/p?a=1&token=[FILTERED]#f"}`,
	} {
		require.Equal(t, kept, audit.NewRedactor(0).Body([]byte(sent)), "sent: %s", sent)
	}
}

// TestBody_ThatIsNoJSON becomes a JSON string that ends where a secret may
// begin.
func TestBody_ThatIsNoJSON(t *testing.T) {
	t.Parallel()
	for sent, kept := range map[string]string{
		`nonsense`:                          `"nonsense"`,
		`{"tax":`:                           `"{\"tax\":"`,
		`{"a":1} {"b":2}`:                   `"{\"a\":1} {\"b\":2}"`,
		`[1,]`:                              `"[1,]"`,
		"a\xffb\x00":                        `"a` + "\uFFFD" + `b\u0000"`,
		`{"a":1,"api_key":"hidden"`:         `"{\"a\":1,\"api_key[FILTERED]"`,
		`{"a":1,"API-Key":"hidden"} x`:      `"{\"a\":1,\"API-Key[FILTERED]"`,
		`name=x&user%5Bpassword%5D=hidden`:  `"name=x&user%5Bpassword[FILTERED]"`,
		`<a><hmac_key>hidden</hmac_key>`:    `"<a><hmac_key[FILTERED]"`,
		`my company has a card: hidden`:     `"my company has a card[FILTERED]"`,
		`cardPan=hidden&a=b`:                `"cardPan[FILTERED]"`,
		"name=\"secret\"\r\n\r\nhidden\r\n": `"name=\"secret[FILTERED]"`,
		`É Token hidden`:                    `"É Token[FILTERED]"`,
	} {
		require.Equal(t, kept, audit.NewRedactor(0).Body([]byte(sent)), "sent: %q", sent)
	}
}

// TestBody_OverTheLimit is only described.
func TestBody_OverTheLimit(t *testing.T) {
	t.Parallel()
	r := audit.NewRedactor(40)
	fits := `{"a":"` + strings.Repeat("x", 32) + `"}`
	require.Len(t, fits, 40)
	require.Equal(t, fits, r.Body([]byte(fits)))
	for _, body := range []string{
		`{"a":"` + strings.Repeat("x", 33) + `"}`, strings.Repeat("\x01", 20), // the latter grows when it is quoted
		`{"password":"` + strings.Repeat("p", 60) + `"}`,
	} {
		var summary struct {
			Omitted string `json:"omitted"`
			Size    int    `json:"size"`
			SHA256  string `json:"sha256"`
		}
		require.NoError(t, json.Unmarshal([]byte(r.Body([]byte(body))), &summary))
		sum := sha256.Sum256([]byte(body))
		require.Equal(t, hex.EncodeToString(sum[:]), summary.SHA256)
		require.Equal(t, len(body), summary.Size)
		require.NotEmpty(t, summary.Omitted)
	}
	kept := `"` + strings.Repeat("x", audit.DefaultBodyLimit-2) + `"`
	require.Equal(t, kept, audit.NewRedactor(-1).Body([]byte(kept)), "the default limit")
	require.Contains(t, audit.NewRedactor(0).Body([]byte(kept+" ")), "omitted")
}

// TestNewRedactor_TakesFurtherWords beside its own.
func TestNewRedactor_TakesFurtherWords(t *testing.T) {
	t.Parallel()
	r := audit.NewRedactor(0, "Internal-Note", "", " ")
	require.Equal(t, `{"the_internal_note_2":"[FILTERED]","api_key":"[FILTERED]","note":"n"}`,
		r.Body([]byte(`{"the_internal_note_2":"hidden","api_key":"hidden","note":"n"}`)))
	require.Equal(t, "internalNote=[FILTERED]&a=1", r.Query("internalNote=hidden&a=1"))
}

// TestQuery_HidesSecrets and leaves the rest as it was sent.
func TestQuery_HidesSecrets(t *testing.T) {
	t.Parallel()
	r := audit.NewRedactor(200)
	for sent, kept := range map[string]string{
		"":                                  "",
		"page=1&per_page=2":                 "page=1&per_page=2",
		"http_statuses[]=404&a=b+c%20d&&e=": "http_statuses[]=404&a=b+c%20d&&e=",
		"api_key=hidden":                    "api_key=[FILTERED]",
		"a=1&API%2DKEY=hidden&b=2":          "a=1&API%2DKEY=[FILTERED]&b=2",
		"a=1;token=hidden;b=2":              "a=1;token=[FILTERED];b=2",
		"user[password]=hidden":             "user[password]=[FILTERED]",
		"card%5Bnumber%5D=hidden":           "card%5Bnumber%5D=[FILTERED]",
		"secret=a=b":                        "secret=[FILTERED]",
		"password":                          "password",
		"filter=%7B%22token%22:%22hidden%22%7D&x=1": "filter=%7B%22token%22%3A%22%5BFILTERED%5D%22%7D&x=1",
		"next=https://u:hidden@h.test/":             "next=https%3A%2F%2F%5BFILTERED%5D%40h.test%2F",
		"%zzpassword=hidden":                        "%zzpassword[FILTERED]",
		"a=%zz+password+hidden&b=1":                 "a=%zz+password[FILTERED]&b=1",
		"search_term=secret+santa":                  "search_term=secret+santa",
	} {
		require.Equal(t, kept, r.Query(sent), "sent: %s", sent)
	}
	require.Equal(t, "[OMITTED: 201 bytes]", r.Query(strings.Repeat("x", 201)))
}
