package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"tarn/store"
)

// biller is an organization that can bill: a customer with a subscription.
type biller struct {
	twin

	customer uuid.UUID
	entity   uuid.UUID
}

func newBiller(t *testing.T, s *store.Store, slug string) biller {
	t.Helper()
	b := biller{twin: newTwin(t, s, slug, "1", 10)}
	b.customer = b.active.CustomerID
	b.write(t, s, func(tx *store.Tx) {
		customer, err := tx.CustomerByID(b.customer)
		require.NoError(t, err)
		b.entity = customer.BillingEntityID
	})
	return b
}

// invoice is a draft without amounts.
func (b biller) invoice() *store.Invoice {
	return &store.Invoice{
		ID: store.NewID(), CustomerID: b.customer, BillingEntityID: b.entity, InvoiceType: store.InvoiceSubscription,
		Status: store.InvoiceDraft, PaymentStatus: store.PaymentPending, Number: "ACM-DRAFT", Currency: "EUR", BilledAt: march,
		IssuingDate: "2026-03-01", PaymentDueDate: "2026-03-31", ExpectedFinalizationDate: "2026-03-04",
	}
}

// finalized is an invoice that was issued so many days after the epoch, with its
// numbers.
func (b biller) finalized(days int, sequential int64, entity *int64) *store.Invoice {
	row := b.invoice()
	at := epoch.AddDate(0, 0, days)
	row.Status, row.FinalizedAt, row.SequentialID, row.EntitySequentialID = store.InvoiceFinalized, &at, &sequential, entity
	return row
}

// fee is one of the subscription.
func (b biller) fee(invoice *uuid.UUID) store.Fee {
	return store.Fee{
		ID: store.NewID(), CustomerID: b.customer, InvoiceID: invoice, SubscriptionID: &b.active.ID, FeeType: store.FeeSubscription,
		ItemID: b.active.PlanID, ItemCode: "plan", ItemName: "plan", AmountCurrency: "EUR", PaymentStatus: store.PaymentPending,
	}
}

// insertWhole adds an invoice that has something of everything.
func (b biller) insertWhole(t *testing.T, tx *store.Tx) *store.Invoice {
	t.Helper()
	order, granted := "PO-Ä1", int64(3)
	row := b.invoice()
	row.PurchaseOrderNumber, row.PrepaidGrantedCreditAmountCents = &order, &granted
	row.TaxesRate, row.InvoiceType = decimal.RequireFromString("12.34567"), store.InvoiceProgressiveBilling
	require.NoError(t, tx.InsertInvoice(row))
	day, from, to := "2026-03-01", march, march.AddDate(0, 1, 0).Add(-time.Microsecond)
	require.NoError(t, tx.InsertBillingPeriods([]store.BillingPeriod{{
		ID: store.NewID(), InvoiceID: row.ID, SubscriptionID: b.active.ID, Reason: store.ReasonPeriodic,
		SubscriptionFrom: from, SubscriptionTo: to, ChargesFrom: &from, ChargesTo: &to, BilledDay: &day,
	}}))
	fee, raise := b.fee(&row.ID), b.fee(&row.ID)
	aggregated, events, text := decimal.RequireFromString("0.5"), int64(7), "eu"
	fee.Filters = map[string][]string{"region": {"eu", "us"}}
	fee.GroupedBy = map[string]*string{"cloud": &text, "zone": nil}
	fee.TotalAggregatedUnits, fee.EventsCount = &aggregated, &events
	fee.AmountDetails, fee.PresentationBreakdowns = json.RawMessage(`{"a":"1.0"}`), json.RawMessage(`[{"b":[]}]`)
	fee.PreciseAmountCents = decimal.RequireFromString("12345678901234567.123456789012345")
	fee.AppliedTaxes = []store.FeeTax{
		{ID: store.NewID(), TaxID: store.NewID(), TaxCode: "z", TaxName: "Z", AmountCurrency: "EUR"},
		{ID: store.NewID(), TaxID: store.NewID(), TaxCode: "a", TaxName: "A", AmountCurrency: "EUR", TaxRate: decimal.NewFromInt(20)},
	}
	raise.TrueUpParentFeeID = &fee.ID
	require.NoError(t, tx.InsertFees([]store.Fee{fee, raise}))
	require.NoError(t, tx.InsertCredits([]store.Credit{{
		ID: store.NewID(), InvoiceID: row.ID, Kind: store.CreditOfCreditNote, AmountCents: 1, AmountCurrency: "EUR", Code: "n", Name: "n",
	}}))
	require.NoError(t, tx.InsertInvoiceTaxes([]store.InvoiceTax{{
		ID: store.NewID(), InvoiceID: row.ID, TaxID: store.NewID(), TaxCode: "a", TaxName: "A", AmountCurrency: "EUR",
	}}))
	require.NoError(t, tx.InsertInvoiceUsageThresholds([]store.InvoiceUsageThreshold{{
		ID: store.NewID(), InvoiceID: row.ID, UsageThresholdID: store.NewID(), AmountCents: 5,
		ThresholdCreatedAt: march, ThresholdUpdatedAt: march,
	}}))
	require.NoError(t, tx.InsertInvoiceErrorDetails([]store.InvoiceErrorDetail{{
		ID: store.NewID(), InvoiceID: row.ID, ErrorCode: "tax_error", Details: map[string]any{"why": "unknown"},
	}}))
	return row
}

func TestInvoices_AreReadWithAllThatBelongsToThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b, other := newBiller(t, s, "a"), newBiller(t, s, "b")
		var id uuid.UUID
		b.write(t, s, func(tx *store.Tx) { id = b.insertWhole(t, tx).ID })
		b.write(t, s, func(tx *store.Tx) {
			row, err := tx.InvoiceForUpdate(id)
			require.NoError(t, err)
			require.Equal(t, "po-ä1", *row.PurchaseOrderSearch)
			require.Equal(t, "acm-draft", row.NumberSearch)
			require.Equal(t, "12.34567", row.TaxesRate.String())
			require.Equal(t, int64(3), *row.PrepaidGrantedCreditAmountCents)
			require.Nil(t, row.PrepaidPurchasedCreditAmountCents)
			require.Equal(t, "c", row.Customer.ExternalID)
			require.Equal(t, "main", row.BillingEntity.Code)
			require.Len(t, row.BillingPeriods, 1)
			require.Equal(t, "sub", row.BillingPeriods[0].Subscription.ExternalID)
			require.Equal(t, "plan", row.BillingPeriods[0].Subscription.Plan.Code)
			require.Nil(t, row.BillingPeriods[0].FixedChargesFrom)
			require.Len(t, row.Credits, 1)
			require.Len(t, row.AppliedTaxes, 1)
			require.Len(t, row.AppliedThresholds, 1)
			require.Equal(t, "unknown", row.ErrorDetails[0].Details["why"])
			checkWholeFees(t, row.Fees)
		})
		other.write(t, s, func(tx *store.Tx) {
			_, err := tx.InvoiceByID(id)
			require.ErrorIs(t, err, store.ErrNotFound)
			_, err = tx.InvoiceForUpdate(id)
			require.ErrorIs(t, err, store.ErrNotFound)
		})
	})
}

// checkWholeFees looks at the fees of insertWhole.
func checkWholeFees(t *testing.T, fees []store.Fee) {
	t.Helper()
	require.Len(t, fees, 2)
	fee, raise := fees[0], fees[1]
	require.Equal(t, raise.ID, *fee.TrueUpFeeID)
	require.Equal(t, fee.ID, *raise.TrueUpParentFeeID)
	require.Nil(t, raise.TrueUpFeeID)
	require.Equal(t, map[string][]string{"region": {"eu", "us"}}, fee.Filters)
	require.Equal(t, "eu", *fee.GroupedBy["cloud"])
	require.Contains(t, fee.GroupedBy, "zone")
	require.JSONEq(t, `{"a":"1.0"}`, string(fee.AmountDetails))
	require.JSONEq(t, `[{"b":[]}]`, string(fee.PresentationBreakdowns))
	require.Equal(t, "12345678901234567.123456789012345", fee.PreciseAmountCents.String())
	require.Equal(t, "0.5", fee.TotalAggregatedUnits.String())
	require.Equal(t, int64(7), *fee.EventsCount)
	require.Len(t, fee.AppliedTaxes, 2)
	require.Equal(t, "a", fee.AppliedTaxes[0].TaxCode)
	require.Equal(t, "20", fee.AppliedTaxes[0].TaxRate.String())
	require.Equal(t, "c", *fee.ExternalCustomerID)
	require.Equal(t, "sub", *fee.ExternalSubscriptionID)
	require.Nil(t, raise.Filters)
	require.Nil(t, raise.GroupedBy)
	require.Nil(t, raise.AmountDetails)
	require.Nil(t, raise.EventsCount)
}

func TestInvoices_AreMadeAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b := newBiller(t, s, "a")
		b.write(t, s, func(tx *store.Tx) {
			kept, row := b.invoice(), b.insertWhole(t, tx)
			require.NoError(t, tx.InsertInvoice(kept))
			require.NoError(t, tx.InsertFees([]store.Fee{b.fee(&kept.ID)}))
			require.NoError(t, tx.DeleteInvoiceParts(row))
			for _, part := range []any{&store.BillingPeriod{}, &store.FeeTax{}, &store.Credit{}, &store.InvoiceTax{}, &store.InvoiceUsageThreshold{}} {
				var count int64
				require.NoError(t, tx.DB().Model(part).Count(&count).Error)
				require.Zero(t, count, "%T", part)
			}
			read, err := tx.InvoiceByID(row.ID)
			require.NoError(t, err)
			require.Empty(t, read.Fees)
			require.Len(t, read.ErrorDetails, 1)
			other, err := tx.InvoiceByID(kept.ID)
			require.NoError(t, err)
			require.Len(t, other.Fees, 1)

			read.Number, read.PurchaseOrderNumber, read.PaymentStatus = "ACM-001", nil, store.PaymentSucceeded
			require.NoError(t, tx.UpdateInvoice(&read))
			read, err = tx.InvoiceByID(row.ID)
			require.NoError(t, err)
			require.Equal(t, "acm-001", read.NumberSearch)
			require.Nil(t, read.PurchaseOrderSearch)
			require.Equal(t, store.PaymentSucceeded, read.PaymentStatus)
		})
	})
}

func TestInvoices_KeysAreTakenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b, number, day := newBiller(t, s, "a"), int64(4), "2026-03-01"
		period := func(invoice *store.Invoice, billed *string) []store.BillingPeriod {
			return []store.BillingPeriod{{
				ID: store.NewID(), InvoiceID: invoice.ID, SubscriptionID: b.active.ID, Reason: store.ReasonPeriodic,
				SubscriptionFrom: march, SubscriptionTo: march, BilledDay: billed,
			}}
		}
		row := b.finalized(0, 1, &number)
		b.write(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.InsertInvoice(row))
			require.NoError(t, tx.InsertInvoice(b.invoice()), "drafts have no numbers")
			require.NoError(t, tx.InsertInvoice(b.invoice()))
			require.NoError(t, tx.InsertBillingPeriods(period(row, &day)))
			require.NoError(t, tx.InsertBillingPeriods(period(row, nil)))
			require.NoError(t, tx.InsertBillingPeriods(period(row, nil)))
		})
		for name, insert := range map[string]func(*store.Tx) error{
			"customer's number": func(tx *store.Tx) error { return tx.InsertInvoice(b.finalized(0, 1, nil)) },
			"entity's number":   func(tx *store.Tx) error { return tx.InsertInvoice(b.finalized(0, 2, &number)) },
			"billed day":        func(tx *store.Tx) error { return tx.InsertBillingPeriods(period(row, &day)) },
		} {
			require.ErrorIs(t, s.Write(t.Context(), b.scope, insert), store.ErrDuplicate, name)
		}
	})
}

func TestInvoices_GoWithTheirOrganization(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b, other := newBiller(t, s, "a"), newBiller(t, s, "b")
		for _, w := range []biller{b, other} {
			w.write(t, s, func(tx *store.Tx) { w.insertWhole(t, tx) })
		}
		b.write(t, s, func(tx *store.Tx) { require.NoError(t, tx.DeleteOrganization()) })
		require.NoError(t, s.System(t.Context(), func(sys *store.System) error {
			for table, want := range map[any]int64{
				&store.Invoice{}: 1, &store.BillingPeriod{}: 1, &store.Fee{}: 2, &store.FeeTax{}: 2, &store.Credit{}: 1,
				&store.InvoiceTax{}: 1, &store.InvoiceErrorDetail{}: 1, &store.InvoiceUsageThreshold{}: 1,
			} {
				var count int64
				require.NoError(t, sys.DB().Model(table).Count(&count).Error)
				require.Equal(t, want, count, "%T", table)
			}
			return nil
		}))
	})
}

func TestInvoices_NumbersOfCustomersCountByBillingEntity(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b := newBiller(t, s, "a")
		second := newEntity(t, s, b.scope, "second")
		b.write(t, s, func(tx *store.Tx) {
			next := func(entity uuid.UUID, want int64) {
				number, err := nextNumber(tx, b.customer, entity)
				require.NoError(t, err)
				require.Equal(t, want, number)
			}
			next(b.entity, 1)
			for _, number := range []int64{1, 2} {
				require.NoError(t, tx.InsertInvoice(b.finalized(0, number, nil)))
			}
			elsewhere := b.finalized(0, 1, nil)
			elsewhere.BillingEntityID = second.ID
			require.NoError(t, tx.InsertInvoice(elsewhere))
			require.NoError(t, tx.InsertInvoice(b.invoice()))
			next(second.ID, 2)
			next(b.entity, 3)
			number, err := nextNumber(tx, store.NewID(), b.entity)
			require.NoError(t, err)
			require.Equal(t, int64(1), number, "of another customer")
		})
	})
}

func TestInvoices_NumbersOfBillingEntitiesGoOnBehindThoseOfCustomers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b := newBiller(t, s, "a")
		b.write(t, s, func(tx *store.Tx) {
			next := func(want int64) {
				t.Helper()
				number, err := tx.NextEntitySequentialID(b.entity)
				require.NoError(t, err)
				require.Equal(t, want, number)
			}
			insert := func(days int, sequential int64, entity *int64, change func(*store.Invoice)) {
				row := b.finalized(days, sequential, entity)
				change(row)
				require.NoError(t, tx.InsertInvoice(row))
			}
			unchanged := func(*store.Invoice) {}
			next(1)
			for number := range int64(9) {
				insert(int(number), number+1, nil, unchanged)
			}
			require.NoError(t, tx.InsertInvoice(b.invoice()), "drafts do not count")
			insert(20, 10, nil, func(row *store.Invoice) { row.SelfBilled = true })
			next(10)
			tenth, fifteenth := int64(10), int64(15)
			insert(30, 11, &tenth, unchanged)
			next(11)
			insert(31, 12, &fifteenth, func(row *store.Invoice) { row.Status = store.InvoiceVoided })
			next(16)
			insert(32, 13, nil, unchanged)
			next(16)
			for number := range int64(6) {
				insert(33, 14+number, nil, unchanged)
			}
			next(19)
		})
	})
}

func TestInvoices_AreReadInAFixedNumberOfQueries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b, sent, queries := newBiller(t, s, "a"), 0, map[int]int{}
		require.NoError(t, s.Bare().Callback().Query().After("gorm:query").Register("test:count", func(*gorm.DB) { sent++ }))
		b.write(t, s, func(tx *store.Tx) {
			row := b.insertWhole(t, tx)
			for count := range 9 {
				fees := make([]store.Fee, 100)
				for i := range fees {
					fees[i] = b.fee(&row.ID)
					fees[i].AppliedTaxes = []store.FeeTax{{
						ID: store.NewID(), TaxID: store.NewID(), TaxCode: fmt.Sprint(i), TaxName: "T", AmountCurrency: "EUR",
					}}
				}
				require.NoError(t, tx.InsertFees(fees))
				sent = 0
				read, err := tx.InvoiceByID(row.ID)
				require.NoError(t, err)
				require.Len(t, read.Fees, 2+100*(count+1))
				queries[count] = sent
			}
		})
		require.Equal(t, queries[0], queries[8])
	})
}

// nextNumber is the number of a customer's next invoice of a billing entity.
func nextNumber(tx *store.Tx, customer, entity uuid.UUID) (int64, error) {
	next, err := tx.NextSequentialIDs([]*store.Invoice{{CustomerID: customer, BillingEntityID: entity}})
	if err != nil {
		return 0, err
	}
	return next[0], nil
}
