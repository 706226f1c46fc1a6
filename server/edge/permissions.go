package edge

import "strings"

// permissionResource is the name under which a key's permissions list an
// operation of the billing API.
func permissionResource(id, path, tag string) string {
	if resource, ok := permissionOfOperation[id]; ok {
		return resource
	}
	for _, rule := range permissionOfPath {
		if strings.Contains(path, rule.part) {
			return rule.resource
		}
	}
	return permissionOfTag[tag]
}

// permissionOfOperation are operations that neither path nor tag classify.
var permissionOfOperation = map[string]string{
	"findAllCustomerSubscriptions": "subscription",
}

// permissionOfPath are the parts of paths that decide, first match first.
var permissionOfPath = []struct{ part, resource string }{
	{"/alerts", "alert"},
	{"/lifetime_usage", "lifetime_usage"},
	{"/payment_methods", "payment_method"},
	{"/customers/{external_customer_id}/applied_coupons", "applied_coupon"},
	{"/applied_coupons", "applied_coupon"},
	{"/customers/{external_customer_id}/credit_notes", "credit_note"},
	{"/customers/{external_customer_id}/invoices", "invoice"},
	{"/customers/{external_customer_id}/payments", "payment"},
	{"/customers/{external_customer_id}/payment_requests", "payment_request"},
	{"/customers/{external_customer_id}/wallets", "wallet"},
	{"/current_usage", "customer_usage"},
	{"/projected_usage", "customer_usage"},
	{"/past_usage", "customer_usage"},
	{"/plans/", "plan"},
	{"/subscriptions/", "subscription"},
	{"/wallet_transactions", "wallet_transaction"},
	{"/payment_receipts", "invoice"},
	{"/webhooks/", "webhook_jwt_public_key"},
}

// permissionOfTag is what is left.
var permissionOfTag = map[string]string{
	"activity_logs": "activity_log", "api_logs": "api_log", "add_ons": "add_on", "analytics": "analytic",
	"billable_metrics": "billable_metric", "billing_entities": "billing_entity", "coupons": "coupon",
	"credit_notes": "credit_note", "customers": "customer", "events": "event", "features": "feature",
	"fees": "fee", "invoices": "invoice", "organizations": "organization", "payments": "payment",
	"payment_requests": "payment_request", "plans": "plan", "subscriptions": "subscription", "taxes": "tax",
	"wallets": "wallet", "webhook_endpoints": "webhook_endpoint", "webhooks": "webhook_jwt_public_key",
}

// pathResource is the resource that the last identifier of a path names.
func pathResource(path string) string {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for i := len(segments) - 1; i > 0; i-- {
		if strings.HasPrefix(segments[i], "{") {
			if segments[i] == "{filter_id}" {
				return "charge_filter"
			}
			return singular(segments[i-1])
		}
	}
	return "resource"
}

// pathResources are the resources that a path names.
func pathResources(path string) []string {
	resources := []string{pathResource(path)}
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for i, segment := range segments[1:] {
		if strings.HasPrefix(segment, "{") {
			resources = append(resources, singular(segments[i]))
		}
	}
	return resources
}

func adminNotFound(path string) string {
	switch {
	case strings.Contains(path, "{key_id}"):
		return "api_key"
	case strings.Contains(path, "{method_id}"):
		return "payment_method"
	case strings.Contains(path, "{payment_id}"):
		return "payment"
	}
	return "organization"
}

// singular is the singular of one of the contract's collections.
func singular(plural string) string {
	switch {
	case plural == "taxes":
		return "tax"
	case strings.HasSuffix(plural, "ies"):
		return strings.TrimSuffix(plural, "ies") + "y"
	}
	return strings.TrimSuffix(plural, "s")
}
