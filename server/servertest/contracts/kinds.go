package contracts

import "strings"

// special are the kinds of the members whose names do not say them.
var special = map[string]string{
	"external_customer_id":     "customer.external_id",
	"customer_external_id":     "customer.external_id",
	"external_subscription_id": "subscription.external_id",
	"external_ids":             "subscription.external_id",
	"transaction_id":           "event.transaction_id",
	"event_transaction_id":     "event.transaction_id",
	"voided_transaction_id":    "wallet_transaction.id",
	"method_id":                "payment_method.id",
	"key_id":                   "api_key.id",
	"campaign_code":            "dunning_campaign.code",
	"provider_customer_id":     "customer.provider_customer_id",
	"filter_by_charge_id":      "charge.id",
	"filter_by_charge_code":    "charge.code",
	"filter_by_metric_code":    "billable_metric.code",
}

// parents are what objects and lists hold whose names do not say it.
var parents = map[string]string{
	"taxes": "tax", "billing_entities": "billing_entity", "data": "request", "logs": "request", "api_logs": "request", "activity_logs": "activity",
	"fees": "fee", "default_payment_method": "payment_method", "billing_entity": "billing_entity",
}

// Singular is one of what a name lists.
func Singular(name string) string {
	if one, known := parents[name]; known {
		return one
	}
	if !strings.HasSuffix(name, "ss") {
		name = strings.TrimSuffix(name, "s")
	}
	return name
}

// KindOf says what the value of a parameter or member identifies: "plan.code" or
// "invoice.id". The parent is the object or the list that it lies in, which its name may
// leave to say. It is empty for everything that identifies nothing.
func KindOf(parent, name string) string {
	name = strings.TrimPrefix(strings.TrimSuffix(name, "[]"), "lago_")
	if kind, known := special[name]; known {
		return kind
	}
	one := Singular(parent)
	switch name {
	case "code", "codes":
		if one == "event" {
			return "billable_metric.code"
		}
		return one + ".code"
	case "id", "ids":
		return one + ".id"
	case "external_id":
		return one + ".external_id"
	case "key":
		if one == "metadata" {
			return "metadata.key"
		}
		return ""
	}
	for ending, member := range map[string]string{"_id": ".id", "_ids": ".id", "_code": ".code", "_codes": ".code"} {
		if base, is := strings.CutSuffix(name, ending); is {
			return base + member
		}
	}
	return ""
}

// KindOfSegment is KindOf for a parameter of a path, given by its segment.
func (o Operation) KindOfSegment(at int) string {
	segments := strings.Split(o.Path, "/")
	name, _ := Parameter(segments[at])
	parent := ""
	if at > 0 {
		parent = segments[at-1]
	}
	return KindOf(parent, name)
}
