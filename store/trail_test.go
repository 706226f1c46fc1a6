package store_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/store"
)

func pointer[T any](value T) *T { return &value }

// full are rows of the three logs in which no column is empty.
func full(scope store.Scope, at time.Time) (*store.ActivityLog, *store.APILog, *store.RequestLog) {
	key, request := store.NewID(), store.NewID()
	activity := &store.ActivityLog{
		ID: store.NewID(), OrganizationID: scope.Organization, RequestID: &request, APIKeyID: &key, ActivityType: "tax.updated",
		ActivitySource: store.SourceAPI, ActivityObject: json.RawMessage(`{"rate": 0.1, "name": "É?"}`),
		ActivityObjectChanges: map[string][2]json.RawMessage{"rate": {json.RawMessage(`0.2`), json.RawMessage(`null`)}},
		UserEmail:             pointer("who@acme.test"), ExternalCustomerID: pointer("customer"), ExternalSubscriptionID: pointer("subscription"),
		ResourceID: store.NewID(), ResourceType: "Tax", LoggedAt: at, CreatedAt: at.Add(time.Second),
	}
	apiLog := &store.APILog{
		ID: request, OrganizationID: scope.Organization, APIKeyID: key, ClientRequestID: pointer("theirs"), APIVersion: "v1", Client: "curl",
		HTTPMethod: "put", HTTPStatus: 422, RequestOrigin: "https://tarn.test/", RequestPath: "/taxes/?", RequestBody: `{"a":"?"}`,
		RequestResponse: pointer(`{"status":422}`), LoggedAt: at, CreatedAt: at.Add(time.Second),
	}
	requestLog := &store.RequestLog{
		ID: request, OrganizationID: scope.Organization, APIKeyID: key, APIKeyPrefix: "prefix", ClientRequestID: pointer("theirs"),
		OperationID: "updateTax", Method: "PUT", Path: "/api/v1/taxes/?", Query: "a=?", StatusCode: 422, DurationMS: 3,
		EndpointType: "write", BilledUnits: 2, ErrorType: pointer("unprocessable_entity"), ErrorDetail: pointer("rate"), LoggedAt: at,
	}
	return activity, apiLog, requestLog
}

func TestTrail_KeepsEveryColumn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		scope := tenant(t, s, "a")
		activity, apiLog, requestLog := full(scope, epoch)
		bareActivity := &store.ActivityLog{
			ID: store.NewID(), OrganizationID: scope.Organization, ActivitySource: store.SourceSystem, ActivityObject: json.RawMessage(`{}`),
			ActivityObjectChanges: map[string][2]json.RawMessage{}, LoggedAt: epoch, CreatedAt: epoch,
		}
		bareAPILog := &store.APILog{ID: store.NewID(), OrganizationID: scope.Organization, LoggedAt: epoch, CreatedAt: epoch}
		bareRequestLog := &store.RequestLog{ID: store.NewID(), OrganizationID: scope.Organization, LoggedAt: epoch}
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			return errors.Join(
				tx.InsertActivityLog(activity), tx.InsertAPILog(apiLog), tx.InsertRequestLog(requestLog),
				tx.InsertActivityLog(bareActivity), tx.InsertAPILog(bareAPILog), tx.InsertRequestLog(bareRequestLog),
			)
		}))
		require.NoError(t, s.Read(t.Context(), scope, func(tx *store.Tx) error {
			for _, want := range []*store.ActivityLog{activity, bareActivity} {
				row, err := tx.ActivityLog(want.ID)
				require.NoError(t, err)
				row.LoggedAt, row.CreatedAt = row.LoggedAt.UTC(), row.CreatedAt.UTC()
				require.JSONEq(t, string(want.ActivityObject), string(row.ActivityObject))
				row.ActivityObject = want.ActivityObject
				require.Equal(t, *want, row)
			}
			for _, want := range []*store.APILog{apiLog, bareAPILog} {
				row, err := tx.APILog(want.ID)
				require.NoError(t, err)
				row.LoggedAt, row.CreatedAt = row.LoggedAt.UTC(), row.CreatedAt.UTC()
				require.Equal(t, *want, row)
			}
			for _, want := range []*store.RequestLog{requestLog, bareRequestLog} {
				row, err := tx.RequestLog(want.ID)
				require.NoError(t, err)
				row.LoggedAt = row.LoggedAt.UTC()
				require.Equal(t, *want, row)
			}
			return nil
		}))
	})
}

// TestTrail_IsOfTheTransaction: it can be read within it, is undone with it,
// and takes no rows of another organization.
func TestTrail_IsOfTheTransaction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		mine, theirs, refused := tenant(t, s, "mine"), tenant(t, s, "theirs"), errors.New("refused")
		add := func(tx *store.Tx, organization uuid.UUID) error {
			activity, apiLog, requestLog := full(store.Scope{Organization: organization}, tx.Now())
			return errors.Join(tx.InsertActivityLog(activity), tx.InsertAPILog(apiLog), tx.InsertRequestLog(requestLog))
		}
		require.ErrorIs(t, s.Write(t.Context(), mine, func(tx *store.Tx) error { return add(tx, theirs.Organization) }), store.ErrTenancy)
		require.ErrorIs(t, s.Write(t.Context(), mine, func(tx *store.Tx) error {
			require.NoError(t, add(tx, uuid.Nil))
			requireLogs(t, tx, 1)
			require.NoError(t, add(tx, uuid.Nil))
			return refused
		}), refused)
		for _, scope := range []store.Scope{mine, theirs} {
			require.NoError(t, s.Read(t.Context(), scope, func(tx *store.Tx) error {
				requireLogs(t, tx, 0)
				return nil
			}))
		}
		require.NoError(t, s.System(t.Context(), func(sys *store.System) error {
			tx, err := sys.As(mine)
			if err != nil {
				return err
			}
			return add(tx, uuid.Nil)
		}))
		require.NoError(t, s.Read(t.Context(), mine, func(tx *store.Tx) error {
			requireLogs(t, tx, 1)
			return nil
		}))
	})
}

// TestTrail_OfAnySize is written whole, counted, and uncounted when it goes.
func TestTrail_OfAnySize(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		const rows = 450
		scope := tenant(t, s, "a")
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			for range rows {
				activity, apiLog, requestLog := full(scope, tx.Now())
				require.NoError(t, errors.Join(tx.InsertActivityLog(activity), tx.InsertAPILog(apiLog), tx.InsertRequestLog(requestLog)))
			}
			return nil
		}))
		require.NoError(t, s.Write(t.Context(), scope, func(tx *store.Tx) error {
			requireLogs(t, tx, rows)
			deleted := tx.DB().Where("id IN (?)", tx.DB().Model(&store.APILog{}).Select("id").Limit(50)).Delete(&store.APILog{})
			require.Equal(t, int64(50), deleted.RowsAffected)
			logs, err := tx.APILogs(store.APILogFilter{}, store.Page{})
			require.Equal(t, int64(rows-50), logs.Total)
			failed, failedErr := tx.APILogs(store.APILogFilter{Statuses: []store.StatusRange{{From: 400, To: 599}}}, store.Page{})
			require.Equal(t, int64(rows-50), failed.Total)
			require.Len(t, failed.Rows, store.DefaultPageSize)
			none, noneErr := tx.APILogs(store.APILogFilter{Statuses: []store.StatusRange{{From: 404, To: 404}}}, store.Page{})
			require.Zero(t, none.Total)
			require.Empty(t, none.Rows)
			exact, exactErr := tx.APILogs(store.APILogFilter{Statuses: []store.StatusRange{{From: 422, To: 422}}}, store.Page{Size: 1})
			require.Equal(t, int64(rows-50), exact.Total)
			require.Len(t, exact.Rows, 1)
			return errors.Join(err, failedErr, noneErr, exactErr)
		}))
	})
}

// requireLogs holds the number of rows of each log against the expected one.
func requireLogs(t *testing.T, tx *store.Tx, rows int) {
	t.Helper()
	activities, err := tx.ActivityLogs(store.ActivityLogFilter{}, store.Page{})
	require.NoError(t, err)
	require.Equal(t, int64(rows), activities.Total)
	apiLogs, err := tx.APILogs(store.APILogFilter{}, store.Page{})
	require.NoError(t, err)
	require.Equal(t, int64(rows), apiLogs.Total)
	requests, _, err := tx.RequestLogs(store.RequestLogFilter{From: epoch, To: epoch.Add(time.Second)}, nil, rows+1)
	require.NoError(t, err)
	require.Len(t, requests, rows)
}
