package server

import (
	"context"
	"encoding/json"

	"tarn/gen"
	"tarn/metering"
	"tarn/server/edge"
	"tarn/wire"
)

// FindCustomerCurrentUsage shows what a subscription has used in its running
// period.
func (s *Server) FindCustomerCurrentUsage(ctx context.Context, request gen.FindCustomerCurrentUsageRequestObject) (gen.FindCustomerCurrentUsageResponseObject, error) {
	usage, err := metering.CurrentUsage(txFrom(ctx), usageInput(request.ExternalCustomerID, request.Params))
	if err != nil {
		return nil, err
	}
	return gen.FindCustomerCurrentUsage200JSONResponse{CustomerUsage: wire.Usage(usage)}, nil
}

// FindCustomerProjectedUsage shows the same, and what it comes to if the rest of
// the period goes on as it began.
func (s *Server) FindCustomerProjectedUsage(ctx context.Context, request gen.FindCustomerProjectedUsageRequestObject) (gen.FindCustomerProjectedUsageResponseObject, error) {
	usage, err := metering.ProjectedUsage(txFrom(ctx), metering.UsageInput{
		ExternalCustomerID:     request.ExternalCustomerID,
		ExternalSubscriptionID: textOr(request.Params.ExternalSubscriptionID),
		ApplyTaxes:             unlessFalse(request.Params.ApplyTaxes),
	})
	if err != nil {
		return nil, err
	}
	return gen.FindCustomerProjectedUsage200JSONResponse{CustomerProjectedUsage: wire.ProjectedUsage(usage)}, nil
}

// FindAllCustomerPastUsage lists the usage that was invoiced, latest period
// first.
func (s *Server) FindAllCustomerPastUsage(ctx context.Context, request gen.FindAllCustomerPastUsageRequestObject) (gen.FindAllCustomerPastUsageResponseObject, error) {
	params := request.Params
	periods, err := metering.PastUsage(txFrom(ctx), metering.PastUsageInput{
		ExternalCustomerID:     request.ExternalCustomerID,
		ExternalSubscriptionID: params.ExternalSubscriptionID,
		BillableMetricCode:     filled(params.BillableMetricCode),
		Page:                   page(params.Page, either(params.PeriodsCount, params.PerPage)),
	})
	if err != nil {
		return nil, err
	}
	return gen.FindAllCustomerPastUsage200JSONResponse{
		UsagePeriods: wire.Each(periods.Rows, wire.Usage), Meta: wire.Meta(periods),
	}, nil
}

// usageInput reads which part of the usage is wanted. The former names of
// parameters count where the present ones are not given.
func usageInput(customer string, params gen.FindCustomerCurrentUsageParams) metering.UsageInput {
	in := metering.UsageInput{
		ExternalCustomerID:     customer,
		ExternalSubscriptionID: textOr(params.ExternalSubscriptionID),
		ApplyTaxes:             unlessFalse(params.ApplyTaxes),
		ChargeID:               either(filled(params.ChargeID), filled(params.FilterByChargeID)),
		ChargeCode:             either(filled(params.ChargeCode), filled(params.FilterByChargeCode)),
		BillableMetricCode:     either(filled(params.BillableMetricCode), filled(params.FilterByMetricCode)),
		Groups:                 edge.ListsOf(params.Group),
		PresentationKeys:       namesIn(params.FilterByPresentation),
		SkipGrouping:           params.SkipGrouping != nil && *params.SkipGrouping,
		FullUsage:              params.FullUsage != nil && *params.FullUsage,
	}
	if len(in.Groups) == 0 {
		in.Groups = edge.ListsOf(params.FilterByGroup)
	}
	return in
}

// textOr is a text, empty when it is absent.
func textOr(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// unlessFalse is a switch that is on when it is absent.
func unlessFalse(on *bool) bool { return on == nil || *on }

// namesIn reads a JSON list of names; nil when it is absent or none.
func namesIn(text *string) []string {
	if text == nil {
		return nil
	}
	var names []string
	if json.Unmarshal([]byte(*text), &names) != nil {
		return nil
	}
	return names
}
