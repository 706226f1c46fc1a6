package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"tarn/invoicing"
	"tarn/server/servertest"
	"tarn/store"
)

// storedWallet makes a wallet of a customer in euros, one for a credit.
func storedWallet(t *testing.T, s *servertest.Server, customer, code string, change func(*store.Wallet)) string {
	t.Helper()
	row := store.Wallet{
		ID: store.NewID(), Status: store.WalletActive, Currency: "EUR", Code: code, Priority: 50, RateAmount: decimal.NewFromInt(1),
		PaymentMethodType: store.PaymentMethodProvider, AllowedFeeTypes: []store.FeeType{},
	}
	withinOrganization(t, s, func(tx *store.Tx) error {
		owner, err := tx.Customer(customer)
		require.NoError(t, err)
		row.CustomerID = owner.ID
		if change != nil {
			change(&row)
		}
		return tx.InsertWallet(&row)
	})
	return row.ID.String()
}

// moveCredits makes transactions of a wallet.
func moveCredits(t *testing.T, s *servertest.Server, wallet, members string) []map[string]any {
	t.Helper()
	return entries(t, s.Post("/wallet_transactions", transactionBody(wallet, members)), "wallet_transactions")
}

func transactionBody(wallet, members string) string {
	return fmt.Sprintf(`{"wallet_transaction":{"wallet_id":%q,%s}}`, wallet, members)
}

// foundTransaction is a transaction of a wallet.
func foundTransaction(t *testing.T, s *servertest.Server, id any) map[string]any {
	t.Helper()
	return member(t, s.Get("/wallet_transactions/"+id.(string)), "wallet_transaction")
}

// requireBalance holds the balance of a wallet against its transactions: the wallet
// and what is left of what came in must be the sum of what settled.
func requireBalance(t *testing.T, s *servertest.Server, wallet string, cents int64, credits string) {
	t.Helper()
	withinOrganization(t, s, func(tx *store.Tx) error {
		row, err := tx.WalletByID(uuid.MustParse(wallet))
		require.NoError(t, err)
		require.Equal(t, cents, row.BalanceCents)
		require.Equal(t, credits, row.CreditsBalance.String())
		sum, left := movedCents(t, tx, row.ID)
		require.Equal(t, cents, sum, "of all transactions")
		require.Equal(t, cents, left, "left of all that came in")
		return nil
	})
}

// movedCents are what settled transactions of a wallet have moved, and what is left
// of those that came in.
func movedCents(t *testing.T, tx *store.Tx, wallet uuid.UUID) (sum, left int64) {
	t.Helper()
	rows, err := tx.WalletTransactions(store.WalletTransactionFilter{WalletID: wallet, Status: store.TransactionSettled}, store.Page{Size: 10000})
	require.NoError(t, err)
	for _, moved := range rows.Rows {
		if moved.TransactionType == store.TransactionOutbound {
			sum -= moved.AmountCents
			require.Nil(t, moved.RemainingAmountCents)
			continue
		}
		sum += moved.AmountCents
		left += *moved.RemainingAmountCents
	}
	return sum, left
}

func TestWalletTransactions_ShowEveryField(t *testing.T) {
	t.Parallel()
	servertest.RunOnWire(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := storedWallet(t, s, "acme", "main", func(row *store.Wallet) {
			order := "PO-1"
			row.PurchaseOrderNumber = &order
		})
		moveCredits(t, s, wallet, `"granted_credits":"5.01"`) // what a request grants is not there yet when it voids
		made := moveCredits(t, s, wallet, `"paid_credits":"10.5","granted_credits":"20","voided_credits":"5.004","name":"Spring","priority":3,
			"metadata":[{"key":"a","value":"b"}],"invoice_requires_successful_payment":false`)
		require.Equal(t, []any{"purchased", "granted", "voided"}, pluck(made, "transaction_status"))
		entity := member(t, s.Get("/customers/acme"), "customer")["billing_entity_code"]
		const common = `"billing_entity_code":%q,"lago_wallet_id":%q,"lago_credit_note_id":null,"lago_voided_invoice_id":null,"source":"manual",
			"name":"Spring","metadata":[{"key":"a","value":"b"}],"payment_method":{"payment_method_id":null,"payment_method_type":"provider"},
			"purchase_order_number":"PO-1","created_at":"2026-01-15T10:30:00Z","failed_at":null,"invoice_requires_successful_payment":false,%s}`
		for i, rest := range []string{
			`"lago_invoice_id":null,"status":"pending","transaction_type":"inbound","transaction_status":"purchased","amount":"10.5","credit_amount":"10.5",
				"priority":3,"remaining_amount_cents":null,"remaining_credit_amount":null,"settled_at":null`,
			`"lago_invoice_id":null,"status":"settled","transaction_type":"inbound","transaction_status":"granted","amount":"20.0","credit_amount":"20.0",
				"priority":3,"remaining_amount_cents":2000,"remaining_credit_amount":"20.0","settled_at":"2026-01-15T10:30:00Z"`,
			`"lago_invoice_id":null,"status":"settled","transaction_type":"outbound","transaction_status":"voided","amount":"5.0","credit_amount":"5.004",
				"priority":50,"remaining_amount_cents":null,"remaining_credit_amount":null,"settled_at":"2026-01-15T10:30:00Z"`,
		} {
			requireJSON(t, fmt.Sprintf("{"+common, entity, wallet, rest), identified(t, made[i]))
		}
		requireBalance(t, s, wallet, 2001, "20.006")
		method := newPaymentMethod(t, s, "acme", byDefault(true))
		chosen := moveCredits(t, s, wallet, `"paid_credits":"1","payment_method":{"payment_method_type":"provider","payment_method_id":"`+method+`"}`)[0]
		requireMembers(t, `{"payment_method":{"payment_method_type":"provider","payment_method_id":"`+method+`"}}`, chosen)

		found := s.Get("/wallet_transactions/"+made[1]["lago_id"].(string)).Status(t, http.StatusOK).JSON(t)
		shown := found["wallet_transaction"].(map[string]any)
		require.Equal(t, []any{}, shown["applied_invoice_custom_sections"])
		require.Equal(t, "15.0", shown["remaining_credit_amount"], "its priority lets it be voided before the first grant")
		for name, value := range shown {
			require.Equal(t, value, found[name], name)
		}
	})
}

func TestWalletTransactions_RefuseWhatBreaksARule(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := storedWallet(t, s, "acme", "main", func(row *store.Wallet) {
			low, high := int64(1000), int64(5000)
			row.PaidTopUpMinAmountCents, row.PaidTopUpMaxAmountCents = &low, &high
		})
		over := storedWallet(t, s, "acme", "over", func(row *store.Wallet) { row.Status = store.WalletTerminated })
		other := storedWallet(t, s, "acme", "other", nil)
		spent := moveCredits(t, s, wallet, `"granted_credits":"10"`)[0]["lago_id"].(string)
		moveCredits(t, s, wallet, `"voided_credits":"10"`)
		granted := moveCredits(t, s, wallet, `"granted_credits":"10"`)[0]["lago_id"].(string)
		foreign := moveCredits(t, s, other, `"granted_credits":"10"`)[0]["lago_id"].(string)
		huge := strings.Repeat("9", 26)
		for members, details := range map[string]string{
			`"paid_credits":"-1"`:                                        `{"paid_credits":["invalid_paid_credits","invalid_amount"]}`,
			`"paid_credits":""`:                                          `{"paid_credits":["invalid_paid_credits","invalid_amount"]}`,
			`"paid_credits":"1e2"`:                                       `{"paid_credits":["invalid_paid_credits","invalid_amount"]}`,
			`"paid_credits":"` + huge + `"`:                              `{"paid_credits":["invalid_paid_credits","invalid_amount"]}`,
			`"granted_credits":"` + huge[1:] + `"`:                       `{"granted_credits":["invalid_granted_credits","invalid_amount"]}`,
			`"granted_credits":"1000000000000000"`:                       `{"granted_credits":["invalid_granted_credits","invalid_amount"]}`,
			`"granted_credits":"ten"`:                                    `{"granted_credits":["invalid_granted_credits","invalid_amount"]}`,
			`"granted_credits":"0.004"`:                                  `{"granted_credits":["amount_rounds_to_zero"]}`,
			`"paid_credits":"0.004"`:                                     `{"paid_credits":["amount_rounds_to_zero"]}`,
			`"voided_credits":"10.00001"`:                                `{"voided_credits":["insufficient_credits"]}`,
			`"voided_credits":"x"`:                                       `{"voided_credits":["invalid_voided_credits","invalid_amount"]}`,
			`"paid_credits":"9.99"`:                                      `{"paid_credits":["amount_below_minimum"]}`,
			`"paid_credits":"50.01"`:                                     `{"paid_credits":["amount_above_maximum"]}`,
			`"name":"` + strings.Repeat("é", 256) + `"`:                  `{"name":["too_long"]}`,
			`"priority":0`:                                               `{"priority":["value_is_invalid"]}`,
			`"priority":51`:                                              `{"priority":["value_is_invalid"]}`,
			`"purchase_order_number":"` + strings.Repeat("1", 256) + `"`: `{"purchase_order_number":["value_is_too_long"]}`,
			`"metadata":"text"`:                                          `{"metadata":["invalid_type"]}`,
			`"metadata":[{"key":"a"}]`:                                   `{"metadata":["invalid_key_value_pair"]}`,
			`"metadata":[` + strings.Repeat(`{"key":"a","value":"b"},`, 15) + `{"key":"a","value":"b"}]`: `{"metadata":["too_many_keys"]}`,
			`"payment_method":{"payment_method_type":"provider","payment_method_id":"` + granted + `"}`:  `{"payment_method":["invalid_payment_method"]}`,
			`"voided_transaction_id":"` + wallet + `"`:                                                   `{"voided_transaction_id":["wallet_transaction_not_found"]}`,
			`"voided_transaction_id":"` + foreign + `"`:                                                  `{"voided_transaction_id":["wallet_transaction_not_found"]}`,
			`"voided_transaction_id":"x"`:                                                                `{"voided_transaction_id":["wallet_transaction_not_found"]}`,
			`"voided_transaction_id":"` + spent + `"`:                                                    `{"voided_transaction_id":["no_remaining_amount"]}`,
			`"voided_transaction_id":"` + granted + `","voided_credits":"10","granted_credits":"-"`:      `{"granted_credits":["invalid_granted_credits","invalid_amount"]}`,
			`"voided_credits":"11","name":"` + strings.Repeat("n", 256) + `","metadata":1`:               `{"voided_credits":["insufficient_credits"],"name":["too_long"],"metadata":["invalid_type"]}`,
		} {
			requireDetails(t, details, s.Post("/wallet_transactions", transactionBody(wallet, members)))
		}
		requireDetails(t, `{"wallet_id":["wallet_is_terminated"]}`, s.Post("/wallet_transactions", transactionBody(over, `"paid_credits":"1"`)))
		requireDetails(t, `{"wallet_id":["wallet_not_found"]}`, s.Post("/wallet_transactions", transactionBody(granted, `"paid_credits":"1"`)))
		requireDetails(t, `{"wallet_id":["wallet_not_found"]}`, s.Post("/wallet_transactions", `{"wallet_transaction":{"wallet_id":"x"}}`))
		requireDetails(t, `{"wallet_id":["wallet_not_found"]}`, s.Post("/wallet_transactions", `{"wallet_transaction":{"paid_credits":"1"}}`))
		requireNoParameter(t, "wallet_transaction", s.Post("/wallet_transactions", `{}`))
		requireBalance(t, s, wallet, 1000, "10")

		require.Empty(t, moveCredits(t, s, wallet, `"paid_credits":"0","granted_credits":"0.0","voided_credits":"0"`))
		require.Len(t, moveCredits(t, s, wallet, `"paid_credits":"50.01","ignore_paid_top_up_limits":true`), 1)
	})
}

// TestWalletTransactions_VoidWhatIsNamed: of one grant no more than is left of it, and
// all of it where nobody says how much.
func TestWalletTransactions_VoidWhatIsNamed(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := storedWallet(t, s, "acme", "main", nil)
		moveCredits(t, s, wallet, `"granted_credits":"30","priority":1`)
		late := moveCredits(t, s, wallet, `"granted_credits":"10"`)[0]["lago_id"]
		requireDetails(t, `{"amount_cents":["exceeds_remaining_transaction_amount"]}`,
			s.Post("/wallet_transactions", transactionBody(wallet, fmt.Sprintf(`"voided_transaction_id":%q,"voided_credits":"10.01"`, late))))
		moveCredits(t, s, wallet, fmt.Sprintf(`"voided_transaction_id":%q,"voided_credits":"4"`, late))
		require.EqualValues(t, "600", foundTransaction(t, s, late)["remaining_amount_cents"])
		voided := moveCredits(t, s, wallet, fmt.Sprintf(`"voided_transaction_id":%q`, late))
		require.Equal(t, "6.0", voided[0]["amount"])
		require.EqualValues(t, "0", foundTransaction(t, s, late)["remaining_amount_cents"])
		requireBalance(t, s, wallet, 3000, "30")
	})
}

// TestWalletTransactions_NeverVoidMoneyThatIsNotThere: credits and money drift apart
// where credits are worth parts of a cent, and the money decides.
func TestWalletTransactions_NeverVoidMoneyThatIsNotThere(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := storedWallet(t, s, "acme", "main", nil)
		moveCredits(t, s, wallet, `"granted_credits":"1"`)
		for range 4 {
			moveCredits(t, s, wallet, `"voided_credits":"0.005"`)
		}
		requireBalance(t, s, wallet, 96, "0.98")
		requireDetails(t, `{"amount_cents":["exceeds_available_amount"]}`, s.Post("/wallet_transactions", transactionBody(wallet, `"voided_credits":"0.98"`)))
		requireBalance(t, s, wallet, 96, "0.98")
	})
}

func TestWalletTransactions_AreListed(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := storedWallet(t, s, "acme", "main", nil)
		moveCredits(t, s, wallet, `"granted_credits":"1","metadata":[{"key":"c","value":"1"}]`)
		moveCredits(t, s, wallet, `"paid_credits":"1","granted_credits":"2","voided_credits":"1","metadata":[{"key":"a","value":"1"},{"key":"b","value":"2"}]`)
		moveCredits(t, s, wallet, `"granted_credits":"3","metadata":[{"key":"a","value":"2"}]`)
		for query, amounts := range map[string][]any{
			"?transaction_status=granted":                            {"1.0", "2.0", "3.0"},
			"?status=settled&transaction_type=outbound":              {"1.0"},
			"?status=pending":                                        {"1.0"},
			"?status=nonsense&transaction_status=invoiced":           {},
			"?transaction_type=inbound&per_page=1&page=2":            nil,
			"?metadata[a]=2":                                         {"3.0"},
			"?metadata[b]=&metadata[c]=&transaction_type=inbound":    {"3.0"},
			"?metadata[a]=1&metadata[b]=2&transaction_type=outbound": {"1.0"},
			"?metadata[a]=1&metadata[b]=1":                           {},
		} {
			rows := entries(t, s.Get("/wallets/"+wallet+"/wallet_transactions"+query), "wallet_transactions")
			if amounts == nil {
				require.Len(t, rows, 1, query)
				continue
			}
			require.Equal(t, amounts, pluck(rows, "amount"), query)
		}
		require.Len(t, entries(t, s.Get("/wallets/"+wallet+"/wallet_transactions?status=nonsense"), "wallet_transactions"), 5)
		requireNotFound(t, "wallet", s.Get("/wallets/"+uuid.NewString()+"/wallet_transactions"))
		requireNotFound(t, "wallet_transaction", s.Get("/wallet_transactions/"+uuid.NewString()))
	})
}

// TestWalletTransactions_ShowWhereTheyWent page by page: what came in, by all that it
// paid, and what went out, by all that it came from.
func TestWalletTransactions_ShowWhereTheyWent(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := storedWallet(t, s, "acme", "main", nil)
		came := moveCredits(t, s, wallet, `"granted_credits":"3"`)[0]["lago_id"].(string)
		moveCredits(t, s, wallet, `"granted_credits":"3"`)
		moveCredits(t, s, wallet, `"voided_credits":"1"`)
		went := moveCredits(t, s, wallet, `"voided_credits":"4"`)[0]["lago_id"].(string)
		requirePages(t, s.Get, "/wallet_transactions/"+came+"/consumptions", "wallet_transaction_consumptions")
		requirePages(t, s.Get, "/wallet_transactions/"+went+"/fundings", "wallet_transaction_fundings")
	})
}

// purchase asks for credits, and returns the transaction and the identifier of the
// invoice that sells them.
func purchase(t *testing.T, s *servertest.Server, wallet, members string) (transaction, invoice string) {
	t.Helper()
	transaction = moveCredits(t, s, wallet, members)[0]["lago_id"].(string)
	return transaction, foundTransaction(t, s, transaction)["lago_invoice_id"].(string)
}

func TestWalletTransactions_ArePaidByTheirInvoice(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/taxes", `{"tax":{"name":"VAT","code":"vat","rate":"20","applied_to_organization":true}}`).Status(t, http.StatusOK)
		member(t, s.Post("/customers", `{"customer":{"external_id":"acme","timezone":"Asia/Tokyo","net_payment_term":10}}`), "customer")
		wallet := storedWallet(t, s, "acme", "main", func(row *store.Wallet) {
			row.RateAmount, row.PaymentMethodType = decimal.RequireFromString("2.5"), store.PaymentMethodProvider
		})
		transaction, id := purchase(t, s, wallet, `"paid_credits":"10.333","name":"Spring","purchase_order_number":"PO-7"`)
		invoice := member(t, s.Get("/invoices/"+id), "invoice")
		requireMembers(t, `{"invoice_type":"credit","status":"finalized","payment_status":"pending","currency":"EUR","fees_amount_cents":2583,
			"taxes_amount_cents":0,"coupons_amount_cents":0,"total_amount_cents":2583,"issuing_date":"2026-01-15","payment_due_date":"2026-01-25",
			"purchase_order_number":"PO-7","sequential_id":1}`, invoice)
		fee := objects(t, invoice, "fees")[0]
		requireMembers(t, `{"amount_cents":2583,"units":"10.332","precise_unit_amount":"2.5","taxes_amount_cents":0}`, fee)
		requireMembers(t, `{"type":"credit","code":"credit","name":"Spring","description":"credit","invoice_display_name":"Spring","item_type":"WalletTransaction","lago_item_id":"`+transaction+`"}`, fee["item"].(map[string]any))
		require.NotContains(t, fee, "from_date")
		requireBalance(t, s, wallet, 0, "0")
		requirePaymentRefused(t, s, transaction, "no_linked_payment_provider")

		s.Put("/invoices/"+id, `{"invoice":{"payment_status":"failed"}}`).Status(t, http.StatusOK)
		requireMembers(t, `{"status":"failed","failed_at":"2026-01-15T10:30:00Z","settled_at":null,"remaining_amount_cents":null}`, foundTransaction(t, s, transaction))
		s.Put("/invoices/"+id, `{"invoice":{"payment_status":"succeeded"}}`).Status(t, http.StatusOK)
		settled := `{"status":"settled","failed_at":"2026-01-15T10:30:00Z","settled_at":"2026-01-15T10:30:00Z","remaining_amount_cents":2583,"remaining_credit_amount":"10.332"}`
		requireMembers(t, settled, foundTransaction(t, s, transaction))
		for _, status := range []string{"failed", "succeeded", "pending"} {
			s.Put("/invoices/"+id, `{"invoice":{"payment_status":"`+status+`"}}`).Status(t, http.StatusOK)
			requireMembers(t, settled, foundTransaction(t, s, transaction))
		}
		requireBalance(t, s, wallet, 2583, "10.332")
		requirePaymentRefused(t, s, transaction, "wallet_transaction_already_settled")
		granted := moveCredits(t, s, wallet, `"granted_credits":"1"`)[0]["lago_id"].(string)
		requirePaymentRefused(t, s, granted, "wallet_transaction_not_purchased")
		requireNotFound(t, "wallet_transaction", s.Post("/wallet_transactions/"+wallet+"/payment_url", ""))

		// A top-up whose invoice is voided waits for ever; nothing comes and nothing goes.
		waiting, id := purchase(t, s, wallet, `"paid_credits":"1"`)
		s.Post("/invoices/"+id+"/void", "").Status(t, http.StatusOK)
		require.Equal(t, "pending", foundTransaction(t, s, waiting)["status"])
		requireBalance(t, s, wallet, 2833, "11.332")
	})
}

func requirePaymentRefused(t *testing.T, s *servertest.Server, transaction, code string) {
	t.Helper()
	requireDetails(t, `{"base":["`+code+`"]}`, s.Post("/wallet_transactions/"+transaction+"/payment_url", ""))
}

// TestWalletTransactions_WaitForAPaymentUnseen: an invoice that must be paid first is
// open, so nobody finds it; paid, it is issued and due on that day.
func TestWalletTransactions_WaitForAPaymentUnseen(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		member(t, s.Post("/customers", `{"customer":{"external_id":"acme","net_payment_term":30}}`), "customer")
		wallet := storedWallet(t, s, "acme", "main", func(row *store.Wallet) { row.InvoiceRequiresSuccessfulPayment = true })
		transaction, id := purchase(t, s, wallet, `"paid_credits":"10"`)
		require.Equal(t, true, foundTransaction(t, s, transaction)["invoice_requires_successful_payment"])
		requireNotFound(t, "invoice", s.Get("/invoices/"+id))
		requireNotFound(t, "invoice", s.Put("/invoices/"+id, `{"invoice":{"payment_status":"succeeded"}}`))
		require.Empty(t, entries(t, s.Get("/invoices"), "invoices"))

		s.Travel(t, time.Date(2026, 1, 20, 23, 30, 0, 0, time.UTC))
		withinOrganization(t, s, func(tx *store.Tx) error {
			row, err := tx.InvoiceForUpdate(uuid.MustParse(id))
			require.NoError(t, err)
			require.True(t, strings.HasSuffix(row.Number, "-DRAFT"), row.Number)
			changed, err := invoicing.SetPaymentStatus(tx, &row, store.PaymentSucceeded)
			require.True(t, changed)
			return err
		})
		s.Travel(t, time.Date(2026, 1, 20, 23, 31, 0, 0, time.UTC))
		requireMembers(t, `{"status":"finalized","payment_status":"succeeded","issuing_date":"2026-01-20","payment_due_date":"2026-01-20","sequential_id":1,"net_payment_term":30}`,
			member(t, s.Get("/invoices/"+id), "invoice"))
		requireBalance(t, s, wallet, 1000, "10")
		require.Equal(t, []any{"invoice.paid_credit_added", "wallet_transaction.updated", "wallet_transaction.created"},
			pluck(entries(t, s.Get("/activity_logs?activity_types[]=wallet_transaction.created&activity_types[]=wallet_transaction.updated&activity_types[]=invoice.paid_credit_added"), "activity_logs"), "activity_type"))

		_, id = purchase(t, s, wallet, `"paid_credits":"10","invoice_requires_successful_payment":false`)
		s.Get("/invoices/"+id).Status(t, http.StatusOK)
	})
}

// TestWalletTransactions_OfOthers: another organization's wallets and transactions do
// not exist.
func TestWalletTransactions_OfOthers(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := storedWallet(t, s, "acme", "main", nil)
		transaction, _ := purchase(t, s, wallet, `"paid_credits":"1"`)
		granted := moveCredits(t, s, wallet, `"granted_credits":"1"`)[0]["lago_id"].(string)
		_, key := s.NewOrganization(t, "Other")
		for _, path := range []string{"", "/consumptions", "/fundings"} {
			requireNotFound(t, "wallet_transaction", s.DoAs(key, http.MethodGet, "/wallet_transactions/"+granted+path, ""))
		}
		requireNotFound(t, "wallet_transaction", s.DoAs(key, http.MethodPost, "/wallet_transactions/"+transaction+"/payment_url", ""))
		requireNotFound(t, "wallet", s.DoAs(key, http.MethodGet, "/wallets/"+wallet+"/wallet_transactions", ""))
		requireDetails(t, `{"wallet_id":["wallet_not_found"]}`, s.DoAs(key, http.MethodPost, "/wallet_transactions", transactionBody(wallet, `"granted_credits":"1"`)))
		requireBalance(t, s, wallet, 100, "1")
	})
}

// TestWalletTransactions_LeaveActivities on their wallet: when they are made, and when
// a purchase settles or fails.
func TestWalletTransactions_LeaveActivities(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		newCustomer(t, s, "acme")
		wallet := storedWallet(t, s, "acme", "main", nil)
		_, id := purchase(t, s, wallet, `"paid_credits":"1"`)
		s.Put("/invoices/"+id, `{"invoice":{"payment_status":"failed"}}`).Status(t, http.StatusOK)
		s.Put("/invoices/"+id, `{"invoice":{"payment_status":"succeeded"}}`).Status(t, http.StatusOK)
		moveCredits(t, s, wallet, `"voided_credits":"0.4"`)
		logs := entries(t, s.Get("/activity_logs?resource_types[]=Wallet&external_customer_id=acme"), "activity_logs")
		slices.Reverse(logs)
		require.Equal(t, []any{"wallet_transaction.created", "wallet_transaction.updated", "wallet_transaction.updated", "wallet_transaction.created"}, pluck(logs, "activity_type"))
		for _, log := range logs {
			require.Equal(t, wallet, log["resource_id"].(string))
		}
		requireJSON(t, `{"status":["failed","settled"],"settled_at":[null,"2026-01-15T10:30:00Z"],"remaining_amount_cents":[null,100],"remaining_credit_amount":[null,"1.0"]}`,
			logs[2]["activity_object_changes"])
	})
}
