package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// trail are the log rows and the webhooks that a transaction has added and not written
// yet. All of them together cost one statement, right before the commit; whatever reads
// them, removes them or moves the clock writes them first.
type trail struct {
	activities []*ActivityLog
	apiLogs    []*APILog
	requests   []*RequestLog
	webhooks   []*WebhookEvent
	deliveries []*WebhookDelivery
}

func (t *trail) empty() bool {
	return len(t.activities)+len(t.apiLogs)+len(t.requests)+len(t.webhooks) == 0
}

// own makes a new log row the tenant's; ErrTenancy when it is another's.
func (tx *Tx) own(organization *uuid.UUID) error {
	if *organization == uuid.Nil {
		*organization = tx.scope.Organization
	}
	if *organization != tx.scope.Organization {
		return fmt.Errorf("%w: a log row", ErrTenancy)
	}
	return nil
}

// trailBatch bounds how many rows of a log one statement adds.
const trailBatch = 200

// trailTables is how many tables the trail has rows for.
const trailTables = 5

// writeTrail adds the rows that wait. PostgreSQL takes those of all tables in one
// statement, SQLite, which has no way to go, in one for each table.
func (tx *Tx) writeTrail() error {
	if tx.trail.empty() {
		return nil
	}
	waiting := tx.trail
	tx.trail = trail{}
	inserts := slices.Concat(
		insertsOf(tx, "activity_logs", activityLogColumns, waiting.activities, (*ActivityLog).values),
		insertsOf(tx, "api_logs", apiLogColumns, waiting.apiLogs, (*APILog).values),
		insertsOf(tx, "request_logs", requestLogColumns, waiting.requests, (*RequestLog).values),
		insertsOf(tx, "webhook_events", webhookEventColumns, waiting.webhooks, (*WebhookEvent).values),
		insertsOf(tx, "webhook_deliveries", webhookDeliveryColumns, waiting.deliveries, (*WebhookDelivery).values),
	)
	if tx.store.dialect == Postgres && len(inserts) <= trailTables {
		inserts = []insert{together(inserts)}
	}
	for _, insert := range inserts {
		if _, err := tx.add(insert); err != nil {
			return fmt.Errorf("write the trail: %w", known(err))
		}
	}
	return nil
}

// insert is a statement that adds rows of an organization.
type insert struct {
	organization uuid.UUID
	text         string
	values       []any
}

// insertsOf are the statements that add rows of the tenant to a table. The
// columns and values are those beside the organization, which it adds itself.
func insertsOf[Row any](tx *Tx, table, columns string, rows []Row, values func(Row) []any) []insert {
	var inserts []insert
	organization := tx.organizationID().String()
	for part := range slices.Chunk(rows, trailBatch) {
		width := strings.Count(columns, ",") + 2
		marks := "(" + strings.Repeat("?, ", width-1) + "?)"
		next := insert{organization: tx.organizationID(), values: make([]any, 0, width*len(part))}
		for _, row := range part {
			next.values = append(append(next.values, organization), values(row)...)
		}
		next.text = "INSERT INTO " + table + " (organization_id, " + columns + ") VALUES " +
			strings.Repeat(marks+", ", len(part)-1) + marks
		inserts = append(inserts, next)
	}
	return inserts
}

// together makes one statement of a few.
func together(inserts []insert) insert {
	last := len(inserts) - 1
	if last == 0 {
		return inserts[0]
	}
	parts := make([]string, last)
	var values []any
	for i, insert := range inserts {
		values = append(values, insert.values...)
		if i < last {
			parts[i] = fmt.Sprintf("part%d AS (%s)", i, insert.text)
		}
	}
	text := "WITH " + strings.Join(parts, ", ") + " " + inserts[last].text
	return insert{organization: inserts[last].organization, text: text, values: values}
}

// The columns of the logs beside the organization, in the order of their rows'
// values.
const (
	activityLogColumns = "id, request_id, api_key_id, activity_type, activity_source, activity_object, " +
		"activity_object_changes, user_email, external_customer_id, external_subscription_id, resource_id, resource_type, " +
		"logged_at, created_at"
	apiLogColumns = "id, api_key_id, client_request_id, api_version, client, http_method, http_status, " +
		"request_origin, request_path, request_body, request_response, logged_at, created_at"
	requestLogColumns = "id, api_key_id, api_key_prefix, client_request_id, operation_id, method, path, " +
		"query, status_code, duration_ms, endpoint_type, billed_units, error_type, error_detail, logged_at"
)

func (row *ActivityLog) values() []any {
	changes, _ := json.Marshal(row.ActivityObjectChanges) // of JSON: cannot fail
	return []any{
		row.ID.String(), optionalText(row.RequestID), optionalText(row.APIKeyID),
		row.ActivityType, string(row.ActivitySource), string(row.ActivityObject), string(changes),
		row.UserEmail, row.ExternalCustomerID, row.ExternalSubscriptionID, row.ResourceID.String(), row.ResourceType,
		row.LoggedAt.UTC(), row.CreatedAt.UTC(),
	}
}

func (row *APILog) values() []any {
	return []any{
		row.ID.String(), row.APIKeyID.String(), row.ClientRequestID, row.APIVersion, row.Client,
		row.HTTPMethod, row.HTTPStatus, row.RequestOrigin, row.RequestPath, row.RequestBody, row.RequestResponse,
		row.LoggedAt.UTC(), row.CreatedAt.UTC(),
	}
}

func (row *RequestLog) values() []any {
	return []any{
		row.ID.String(), row.APIKeyID.String(), row.APIKeyPrefix, row.ClientRequestID,
		row.OperationID, row.Method, row.Path, row.Query, row.StatusCode, row.DurationMS, row.EndpointType, row.BilledUnits,
		row.ErrorType, row.ErrorDetail, row.LoggedAt.UTC(),
	}
}

// optionalText is an identifier in writing, or NULL.
func optionalText(id *uuid.UUID) any {
	if id == nil {
		return nil
	}
	return id.String()
}
