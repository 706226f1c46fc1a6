package engine

import (
	"strings"

	"github.com/google/uuid"

	"tarn/audit"
	"tarn/fault"
	"tarn/form"
	"tarn/store"
)

// The bounds of webhook endpoints.
const (
	maxWebhookEndpoints = 10
	maxWebhookURLLength = 2048
)

// The ways in which webhooks are signed. An endpoint that chooses none gets
// the first.
const (
	signatureJWT  = "jwt"
	signatureHMAC = "hmac"
)

// everyEventType stands for all event types.
const everyEventType = "*"

// WebhookEndpointInput is what a client says of a webhook endpoint. On
// creation, what is absent gets its default; on update it stays as it is.
type WebhookEndpointInput struct {
	WebhookURL form.Optional[string]
	// SignatureAlgo is jwt or hmac; null means jwt.
	SignatureAlgo form.Optional[string]
	Name          form.Optional[string]
	// EventTypes are what the endpoint receives; null and "*" mean everything.
	EventTypes form.Optional[[]string]
}

// CreateWebhookEndpoint adds a webhook endpoint. It refuses addresses that are
// missing, taken or not of the web, unknown event types, and an eleventh
// endpoint.
func CreateWebhookEndpoint(tx *store.Tx, in WebhookEndpointInput) (store.WebhookEndpoint, error) {
	endpoint := store.WebhookEndpoint{ID: store.NewID(), SignatureAlgo: signatureJWT}
	if err := tx.LockOrganization(); err != nil {
		return endpoint, err
	}
	count, err := tx.CountWebhookEndpoints()
	if err != nil {
		return endpoint, err
	}
	details, err := setWebhookEndpoint(tx, &endpoint, in)
	if err != nil {
		return endpoint, err
	}
	if count >= maxWebhookEndpoints {
		// Lago: there is no text for the rule, so clients are shown an internal
		// key of it; the rule's own name is what they can be meant to see.
		details.Add("base", "exceeded_limit")
	}
	if err := details.Err(); err != nil {
		return endpoint, err
	}
	if err := tx.InsertWebhookEndpoint(&endpoint); err != nil {
		return endpoint, form.Taken(err, "webhook_url")
	}
	if err := tx.RouteWebhooks(); err != nil {
		return endpoint, err
	}
	return endpoint, audit.Created(tx, audit.WebhookEndpoint(endpoint))
}

// UpdateWebhookEndpoint changes a webhook endpoint under the rules of its
// creation.
func UpdateWebhookEndpoint(tx *store.Tx, id uuid.UUID, in WebhookEndpointInput) (store.WebhookEndpoint, error) {
	if err := tx.LockOrganization(); err != nil {
		return store.WebhookEndpoint{}, err
	}
	endpoint, err := tx.WebhookEndpointForUpdate(id)
	if err != nil {
		return endpoint, form.NotFound(err, "webhook_endpoint")
	}
	before := audit.Before(audit.WebhookEndpoint(endpoint))
	details, err := setWebhookEndpoint(tx, &endpoint, in)
	if err != nil {
		return endpoint, err
	}
	if err := details.Err(); err != nil {
		return endpoint, err
	}
	if err := tx.UpdateWebhookEndpoint(&endpoint); err != nil {
		return endpoint, form.Taken(err, "webhook_url")
	}
	if err := tx.RouteWebhooks(); err != nil {
		return endpoint, err
	}
	return endpoint, audit.Updated(tx, before, audit.WebhookEndpoint(endpoint))
}

// DeleteWebhookEndpoint removes a webhook endpoint. The answer and the activity
// show it as it last was.
func DeleteWebhookEndpoint(tx *store.Tx, id uuid.UUID) (store.WebhookEndpoint, error) {
	if err := tx.LockOrganization(); err != nil {
		return store.WebhookEndpoint{}, err
	}
	endpoint, err := tx.WebhookEndpointForUpdate(id)
	if err != nil {
		return endpoint, form.NotFound(err, "webhook_endpoint")
	}
	if err := tx.DeleteWebhookEndpoint(endpoint); err != nil {
		return endpoint, err
	}
	if err := tx.RouteWebhooks(); err != nil {
		return endpoint, err
	}
	return endpoint, audit.Deleted(tx, audit.WebhookEndpoint(endpoint))
}

// setWebhookEndpoint puts the input into the row and returns the rules that it
// breaks.
func setWebhookEndpoint(tx *store.Tx, endpoint *store.WebhookEndpoint, in WebhookEndpointInput) (fault.Details, error) {
	details := fault.Details{}
	if in.WebhookURL.IsNull() {
		endpoint.WebhookURL = ""
	}
	form.Assign(&endpoint.WebhookURL, in.WebhookURL)
	if in.SignatureAlgo.IsNull() {
		endpoint.SignatureAlgo = signatureJWT
	}
	form.Assign(&endpoint.SignatureAlgo, in.SignatureAlgo)
	form.AssignNullable(&endpoint.Name, in.Name)
	if endpoint.SignatureAlgo != signatureJWT && endpoint.SignatureAlgo != signatureHMAC {
		details.Add("signature_algo", fault.CodeInvalid)
	}
	setEventTypes(details, endpoint, in.EventTypes)
	return details, checkWebhookURL(tx, details, endpoint)
}

// setEventTypes puts the list of event types into the row.
func setEventTypes(details fault.Details, endpoint *store.WebhookEndpoint, input form.Optional[[]string]) {
	if input.IsNull() {
		endpoint.EventTypes = nil
	}
	names, err := input.Get()
	if err != nil {
		return // absent or null
	}
	types := make([]string, 0, len(names))
	for _, name := range names {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			types = append(types, name)
		}
	}
	types = form.Distinct(types)
	if len(types) == 1 && types[0] == everyEventType {
		endpoint.EventTypes = nil
		return
	}
	if unknown := unknownEventTypes(types); len(unknown) > 0 {
		details.Add("event_types", "contains invalid types: "+form.QuotedList(unknown))
		return
	}
	endpoint.EventTypes = types
}

func unknownEventTypes(types []string) []string {
	var unknown []string
	for _, name := range types {
		if !isWebhookEventType(name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// checkWebhookURL checks the address. A missing one breaks two rules, and both
// report.
func checkWebhookURL(tx *store.Tx, details fault.Details, endpoint *store.WebhookEndpoint) error {
	if form.Blank(endpoint.WebhookURL) {
		details.Add("webhook_url", fault.CodeMandatory)
	}
	switch {
	case len(endpoint.WebhookURL) > maxWebhookURLLength:
		details.Add("webhook_url", fault.CodeTooLong)
		return nil
	case !form.IsWebAddress(endpoint.WebhookURL):
		details.Add("webhook_url", "url_is_invalid")
		return nil
	}
	taken, err := tx.WebhookURLTaken(endpoint.WebhookURL, endpoint.ID)
	if err != nil {
		return err
	}
	if taken {
		details.Add("webhook_url", fault.CodeAlreadyExist)
	}
	return nil
}
