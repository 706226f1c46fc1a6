package store_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/billing/usage"
	"tarn/store"
)

// TestStatements_OfOneOrganizationOnly sends texts that do not keep to the
// tenant. None arrives.
func TestStatements_OfOneOrganizationOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			for _, text := range []string{
				"UPDATE taxes SET name = 'x'",
				"UPDATE taxes SET name = 'x' WHERE TRUE OR {tenant}",
				"DELETE FROM taxes WHERE organization_id IS NOT NULL",
				"INSERT INTO sequences (organization_id, name, value) VALUES ('x', 'x', 1)",
				"SELECT 1",
			} {
				require.ErrorIs(t, tx.Statement(text), store.ErrTenancy, text)
			}
			require.ErrorIs(t, tx.Command("DELETE FROM taxes"), store.ErrTenancy)
			var taxes []store.Tax
			require.ErrorIs(t, tx.DB().Where("code = 'x'").Or("TRUE").Find(&taxes).Error, store.ErrTenancy)
			require.ErrorIs(t, tx.DB().Where("code = 'x'").Or("TRUE").Delete(&store.Tax{}).Error, store.ErrTenancy)
			return tx.Statement("UPDATE taxes SET name = 'x' WHERE {tenant}")
		}))
	})
}

// TestStatements_HaveOneDoor looks for statements that do not go through the
// functions that put the tenant in.
func TestStatements_HaveOneDoor(t *testing.T) {
	t.Parallel()
	// These work above organizations, on tables that have no rows yet.
	above := map[string]bool{"create": true, "createPartition": true}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	doors := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		for _, declared := range parsed.Decls {
			function, isFunction := declared.(*ast.FuncDecl)
			if !isFunction || above[function.Name.Name] {
				continue
			}
			for _, call := range handWritten(function) {
				require.Equal(t, "statements.go", file, "%s: %s", function.Name.Name, call)
				doors++
			}
		}
	}
	require.Equal(t, 2, doors, "Raw and Exec are called once each")
}

// handWritten are the calls of a function that hand a text to the database as
// it is.
func handWritten(function *ast.FuncDecl) (calls []string) {
	ast.Inspect(function, func(node ast.Node) bool {
		call, isCall := node.(*ast.CallExpr)
		if !isCall || len(call.Args) == 0 {
			return true
		}
		selector, isSelector := call.Fun.(*ast.SelectorExpr)
		if !isSelector || isSystem(selector.X) {
			return true
		}
		switch selector.Sel.Name {
		case "Raw", "Exec":
			calls = append(calls, selector.Sel.Name)
		}
		return true
	})
	return calls
}

// isSystem reports whether an expression is sys.sql().
func isSystem(expression ast.Expr) bool {
	call, isCall := expression.(*ast.CallExpr)
	if !isCall {
		return false
	}
	selector, isSelector := call.Fun.(*ast.SelectorExpr)
	if !isSelector || selector.Sel.Name != "sql" {
		return false
	}
	name, isName := selector.X.(*ast.Ident)
	return isName && name.Name == "sys"
}

// twin is an organization that has everything under the names that another one
// uses too.
type twin struct {
	scope  store.Scope
	weight string
	active store.Subscription
}

// newTwin fills an organization: a subscription "sub" that started some days
// ago, and two events of "api" that weigh so much.
func newTwin(t *testing.T, s *store.Store, slug, weight string, days int) twin {
	t.Helper()
	w := twin{scope: tenant(t, s, slug), weight: weight}
	entity := newEntity(t, s, w.scope, "main")
	require.NoError(t, s.Write(t.Context(), w.scope, func(tx *store.Tx) error {
		customer := store.Customer{ID: store.NewID(), BillingEntityID: entity.ID, ExternalID: "c", AccountType: "customer", SequentialID: 1}
		require.NoError(t, tx.InsertCustomer(&customer))
		plan := newPlan("plan")
		require.NoError(t, tx.InsertPlan(plan))
		at := march.AddDate(0, 0, -days)
		w.active = store.Subscription{
			ID: store.NewID(), CustomerID: customer.ID, PlanID: plan.ID, ExternalID: "sub", Status: store.SubscriptionActive,
			BillingTime: "calendar", SubscriptionAt: at, StartedAt: &at, OnTerminationInvoice: store.TerminationGenerate,
		}
		require.NoError(t, tx.InsertSubscription(&w.active))
		record(t, tx, "sub", "api",
			metered{march, `{"value":` + weight + `,"user":"` + slug + `","cloud":"a"}`},
			metered{march.Add(1), `{"value":` + weight + `,"user":"` + slug + `2","cloud":"b"}`})
		return nil
	}))
	return w
}

func (w twin) write(t *testing.T, s *store.Store, fn func(tx *store.Tx)) {
	t.Helper()
	require.NoError(t, s.Write(t.Context(), w.scope, func(tx *store.Tx) error {
		fn(tx)
		return nil
	}))
}

// TestStatements_SeeNothingOfATwin runs everything that is written by hand for
// an organization whose twin has the same codes, external identifiers and
// transactions.
func TestStatements_SeeNothingOfATwin(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		ours, theirs := newTwin(t, s, "ours", "1", 10), newTwin(t, s, "theirs", "100", 20)

		for _, w := range []twin{ours, theirs} {
			w.write(t, s, func(tx *store.Tx) {
				start, err := tx.FirstStart("sub")
				require.NoError(t, err)
				require.WithinDuration(t, *w.active.StartedAt, *start, 0, "the first start")
				w.countsOwnUsage(t, tx)
			})
		}
		ours.write(t, s, func(tx *store.Tx) {
			for want := range int64(3) {
				value, err := tx.NextInSequence("numbers")
				require.NoError(t, err)
				require.Equal(t, want+1, value)
			}
			require.NoError(t, tx.LockCustomerCreation())
		})
		theirs.write(t, s, func(tx *store.Tx) {
			value, err := tx.NextInSequence("numbers")
			require.NoError(t, err)
			require.Equal(t, int64(1), value, "a sequence of one's own")
		})

		other := "other"
		ours.write(t, s, func(tx *store.Tx) { require.NoError(t, tx.SetEventValues("api", &other)) })
		theirs.write(t, s, func(tx *store.Tx) { theirs.countsOwnUsage(t, tx) })
		value := "value"
		ours.write(t, s, func(tx *store.Tx) {
			require.NoError(t, tx.SetEventValues("api", &value))
			ours.countsOwnUsage(t, tx)
			require.NoError(t, tx.DiscardEvents("api"))
		})
		theirs.write(t, s, func(tx *store.Tx) { theirs.countsOwnUsage(t, tx) })
		ours.takesTransactionsOf(t, s, theirs)
	})
}

// countsOwnUsage reads usage in every way in which databases count it.
func (w twin) countsOwnUsage(t *testing.T, tx *store.Tx) {
	t.Helper()
	for _, aggregation := range usage.Aggregations() {
		for _, grouped := range []bool{false, true} {
			for _, recurring := range []bool{false, true} {
				request := requestOf(aggregation)
				request.Metric.Recurring, request.Prorated, request.PayInAdvance, request.Precise = recurring, recurring, true, true
				if aggregation == usage.AggregationUniqueCount {
					request.Metric.Field = "user"
				}
				if grouped {
					request.GroupKeys = []string{"cloud"}
					request.Filters = []usage.Filter{{ID: uuid.New(), Values: map[string][]string{"cloud": {"a"}}}}
				}
				cells, err := usageCells(tx, request)
				require.NoError(t, err)
				require.Equal(t, printed(t, request, fold(t, tx, request)), printed(t, request, cells))
				found := 0
				require.NoError(t, tx.EachUsageEvent(request, nil, func(event usage.Event) bool {
					require.Equal(t, w.weight, event.Value.String())
					found++
					return true
				}))
				require.Equal(t, 2, found)
			}
		}
	}
}

// takesTransactionsOf adds the events of another organization once more: their
// transactions are free here.
func (w twin) takesTransactionsOf(t *testing.T, s *store.Store, other twin) {
	t.Helper()
	var rows []store.Event
	other.write(t, s, func(tx *store.Tx) {
		found, err := tx.Events(store.EventFilter{}, store.Page{})
		require.NoError(t, err)
		rows = found.Rows
	})
	require.Len(t, rows, 2)
	w.write(t, s, func(tx *store.Tx) {
		added := make([]*store.Event, len(rows))
		for i, row := range rows {
			row.ID, row.OrganizationID, row.Properties = store.NewID(), uuid.Nil, json.RawMessage(`{}`)
			added[i] = &row
		}
		taken, err := tx.InsertEvents(added)
		require.NoError(t, err)
		require.Empty(t, taken)
	})
}
