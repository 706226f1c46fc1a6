package server

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"tarn/billing/money"
	"tarn/engine"
	"tarn/fault"
	"tarn/form"
	"tarn/gen"
	"tarn/nullable"
	"tarn/server/edge"
	"tarn/wire"
)

// InvoicePreview shows an invoice without making it.
func (s *Server) InvoicePreview(ctx context.Context, request gen.InvoicePreviewRequestObject) (gen.InvoicePreviewResponseObject, error) {
	body := request.Body
	in := engine.PreviewInput{
		BillingEntityCode: textOr(body.BillingEntityCode),
		PlanCode:          textOr(body.PlanCode),
		BillingTime:       textOr(body.BillingTime),
		SubscriptionAt:    given(body.SubscriptionAt),
	}
	coupons, subscriptions, err := previewParts(*body)
	if err != nil {
		return nil, err
	}
	if body.Customer != nil {
		in.Customer = previewedCustomer(*body.Customer)
		in.NamesIntegrations = body.Customer.IntegrationCustomers != nil && len(*body.Customer.IntegrationCustomers) > 0
	}
	readPreviewedSubscriptions(&in, subscriptions)
	if in.Coupons, err = previewedCoupons(coupons); err != nil {
		return nil, err
	}
	row, err := engine.PreviewInvoice(txFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	return gen.InvoicePreview200JSONResponse{Invoice: wire.PreviewedInvoice(row)}, nil
}

// previewParts are the coupons and the subscriptions of a preview. What is no list
// and no object is refused before anything else.
func previewParts(body gen.InvoicePreviewInput) (coupons []json.RawMessage, subscriptions map[string]any, err error) {
	raw, _ := body.Coupons.Get() // null is none
	if len(raw) > 0 && json.Unmarshal(raw, &coupons) != nil {
		return nil, nil, &fault.Error{Kind: fault.BadRequest, Message: "coupons_must_be_an_array"}
	}
	raw, _ = body.Subscriptions.Get() // null is none
	if subscriptions, err = decodeObject(raw); err != nil || len(raw) > 0 && subscriptions == nil {
		return nil, nil, &fault.Error{Kind: fault.BadRequest, Message: "subscriptions_must_be_an_object"}
	}
	return coupons, subscriptions, nil
}

// previewedCustomer is what a preview says of the customer.
func previewedCustomer(body gen.InvoicePreviewInput_Customer) engine.CustomerInput {
	in := engine.CustomerInput{
		ExternalID:              textOr(body.ExternalID),
		Name:                    given(body.Name),
		TaxIdentificationNumber: given(body.TaxIdentificationNumber),
		Currency:                words(given(body.Currency)),
		Timezone:                words(given(body.Timezone)),
		Address: engine.AddressInput{
			AddressLine1: given(body.AddressLine1), AddressLine2: body.AddressLine2, City: given(body.City),
			State: given(body.State), Country: words(given(body.Country)),
		},
	}
	if shipping, err := body.ShippingAddress.Get(); err == nil {
		in.ShippingAddress = engine.AddressInput{
			AddressLine1: shipping.AddressLine1, AddressLine2: shipping.AddressLine2, City: shipping.City,
			State: shipping.State, Zipcode: shipping.Zipcode, Country: words(shipping.Country),
		}
	}
	return in
}

// readPreviewedSubscriptions puts what a preview says of subscriptions into its
// input. What cannot be read is null there.
func readPreviewedSubscriptions(in *engine.PreviewInput, body map[string]any) {
	in.NewPlanCode = plainText(body["plan_code"])
	if body["external_ids"] != nil {
		in.ExternalIDs = previewedIDs(body["external_ids"])
	}
	switch at, _, isInstant := edge.ParseDay(plainText(body["terminated_at"])); {
	case body["terminated_at"] == nil || body["terminated_at"] == "":
	case isInstant:
		in.TerminatedAt.Set(at)
	default:
		in.TerminatedAt.SetNull()
	}
}

// previewedIDs are the external ids of a list; null for what is none.
func previewedIDs(value any) form.Optional[[]string] {
	list, isList := value.([]any)
	ids := make([]string, 0, len(list))
	for _, entry := range list {
		id := plainText(entry)
		isList = isList && (id != "" || entry == "" || entry == nil)
		if id != "" {
			ids = append(ids, id)
		}
	}
	if !isList {
		return nullable.NewNullNullable[[]string]()
	}
	return nullable.NewNullableWithValue(ids)
}

// plainText is a decoded text, or a number as it was written; empty for anything
// else.
func plainText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// previewedCoupon is a coupon of a preview. The contract has judged its members.
type previewedCoupon struct {
	Code           string           `json:"code"`
	Name           string           `json:"name"`
	CouponType     string           `json:"coupon_type"`
	AmountCents    *json.Number     `json:"amount_cents"`
	AmountCurrency *string          `json:"amount_currency"`
	PercentageRate *decimal.Decimal `json:"percentage_rate"`
}

// previewedCoupons reads the coupons of a preview. It refuses numbers that are none
// or too large.
func previewedCoupons(bodies []json.RawMessage) ([]engine.PreviewCoupon, error) {
	coupons, details := make([]engine.PreviewCoupon, len(bodies)), fault.Details{}
	for i, raw := range bodies {
		var body previewedCoupon
		if json.Unmarshal(raw, &body) != nil {
			details.Add(fmt.Sprintf("coupons.%d", i), fault.CodeInvalid)
			continue
		}
		coupons[i] = engine.PreviewCoupon{
			Code: body.Code, Name: body.Name, CouponType: body.CouponType, AmountCurrency: given(body.AmountCurrency),
		}
		if body.AmountCents != nil {
			cents, err := body.AmountCents.Int64()
			if err != nil || money.Beyond(cents) {
				details.Add(fmt.Sprintf("coupons.%d.amount_cents", i), fault.CodeOutOfRange)
			}
			coupons[i].AmountCents.Set(cents)
		}
		if body.PercentageRate != nil {
			if !form.Representable(*body.PercentageRate) {
				details.Add(fmt.Sprintf("coupons.%d.percentage_rate", i), fault.CodeOutOfRange)
			}
			coupons[i].PercentageRate.Set(*body.PercentageRate)
		}
	}
	return coupons, details.Err()
}
