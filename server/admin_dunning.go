package server

import (
	"context"
	"strconv"

	"tarn/fault"
	"tarn/gen/admin"
	"tarn/nullable"
	"tarn/payments"
	"tarn/store"
	"tarn/wire"
)

// ListDunningCampaigns lists the dunning campaigns, newest first.
func (a *adminServer) ListDunningCampaigns(ctx context.Context, request admin.ListDunningCampaignsRequestObject) (admin.ListDunningCampaignsResponseObject, error) {
	var rows []store.DunningCampaign
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		rows, err = tx.DunningCampaigns()
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ListDunningCampaigns200JSONResponse{Body: admin.DunningCampaignList{DunningCampaigns: wire.Each(rows, wire.DunningCampaign)}}, nil
}

// CreateDunningCampaign adds a dunning campaign.
func (a *adminServer) CreateDunningCampaign(ctx context.Context, request admin.CreateDunningCampaignRequestObject) (admin.CreateDunningCampaignResponseObject, error) {
	body := request.Body.DunningCampaign
	in, err := campaignInput(admin.DunningCampaignChanges{
		Code: &body.Code, Name: &body.Name, Description: body.Description,
		MaxAttempts: &body.MaxAttempts, DaysBetweenAttempts: &body.DaysBetweenAttempts, Thresholds: &body.Thresholds,
	})
	if err != nil {
		return nil, err
	}
	row, err := a.campaign(ctx, request.OrganizationID, func(tx *store.Tx) (store.DunningCampaign, error) { return payments.CreateCampaign(tx, in) })
	if err != nil {
		return nil, err
	}
	return admin.CreateDunningCampaign201JSONResponse{Body: row}, nil
}

// UpdateDunningCampaign changes a dunning campaign.
func (a *adminServer) UpdateDunningCampaign(ctx context.Context, request admin.UpdateDunningCampaignRequestObject) (admin.UpdateDunningCampaignResponseObject, error) {
	in, err := campaignInput(request.Body.DunningCampaign)
	if err != nil {
		return nil, err
	}
	row, err := a.campaign(ctx, request.OrganizationID, func(tx *store.Tx) (store.DunningCampaign, error) {
		return payments.UpdateCampaign(tx, request.Code, in)
	})
	if err != nil {
		return nil, err
	}
	return admin.UpdateDunningCampaign200JSONResponse{DunningCampaignAnswerJSONResponse: admin.DunningCampaignAnswerJSONResponse{Body: row}}, nil
}

// DestroyDunningCampaign deletes a dunning campaign.
func (a *adminServer) DestroyDunningCampaign(ctx context.Context, request admin.DestroyDunningCampaignRequestObject) (admin.DestroyDunningCampaignResponseObject, error) {
	row, err := a.campaign(ctx, request.OrganizationID, func(tx *store.Tx) (store.DunningCampaign, error) {
		return payments.DeleteCampaign(tx, request.Code)
	})
	if err != nil {
		return nil, err
	}
	return admin.DestroyDunningCampaign200JSONResponse{DunningCampaignAnswerJSONResponse: admin.DunningCampaignAnswerJSONResponse{Body: row}}, nil
}

// campaign is what a change has made of a dunning campaign.
func (a *adminServer) campaign(
	ctx context.Context, organization admin.OrganizationID, change func(*store.Tx) (store.DunningCampaign, error),
) (envelope admin.DunningCampaignEnvelope, err error) {
	err = a.write(ctx, organization, func(tx *store.Tx) error {
		row, err := change(tx)
		envelope.DunningCampaign = wire.DunningCampaign(row)
		return err
	})
	return envelope, err
}

// campaignInput holds the currencies of the input against those that the billing API
// knows.
func campaignInput(body admin.DunningCampaignChanges) (payments.CampaignInput, error) {
	in := payments.CampaignInput{
		Code: given(body.Code), Name: given(body.Name), Description: body.Description,
		MaxAttempts: given(body.MaxAttempts), DaysBetweenAttempts: given(body.DaysBetweenAttempts),
	}
	if body.Thresholds == nil {
		return in, nil
	}
	details := fault.Details{}
	thresholds := make([]payments.CampaignThreshold, len(*body.Thresholds))
	for i, threshold := range *body.Thresholds {
		thresholds[i] = payments.CampaignThreshold{Currency: threshold.Currency, AmountCents: threshold.AmountCents}
		if !wire.KnownCurrency(threshold.Currency) {
			details.Add("thresholds."+strconv.Itoa(i)+".currency", fault.CodeInvalid)
		}
	}
	in.Thresholds = nullable.NewNullableWithValue(thresholds)
	return in, details.Err()
}

// FindCustomerDunning shows how a customer is reminded.
func (a *adminServer) FindCustomerDunning(ctx context.Context, request admin.FindCustomerDunningRequestObject) (admin.FindCustomerDunningResponseObject, error) {
	var row payments.Dunning
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.DunningOf(tx, request.ExternalCustomerID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.FindCustomerDunning200JSONResponse{CustomerDunningAnswerJSONResponse: customerDunning(row)}, nil
}

// ChooseCustomerDunning says how a customer is reminded.
func (a *adminServer) ChooseCustomerDunning(ctx context.Context, request admin.ChooseCustomerDunningRequestObject) (admin.ChooseCustomerDunningResponseObject, error) {
	body := request.Body.Dunning
	var row payments.Dunning
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.ChooseDunning(tx, request.ExternalCustomerID, payments.DunningInput{CampaignCode: body.CampaignCode, Exclude: given(body.Exclude)})
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ChooseCustomerDunning200JSONResponse{CustomerDunningAnswerJSONResponse: customerDunning(row)}, nil
}

func customerDunning(row payments.Dunning) admin.CustomerDunningAnswerJSONResponse {
	return admin.CustomerDunningAnswerJSONResponse{Body: admin.CustomerDunningEnvelope{Dunning: admin.CustomerDunning{
		CampaignCode: wire.DunningCampaignCode(row.Campaign), Exclude: row.Exclude, Attempts: wire.Each(row.Attempts, wire.DunningAttempt),
	}}}
}

// FindBillingEntityDunning shows which campaign reminds the customers of a billing entity.
func (a *adminServer) FindBillingEntityDunning(
	ctx context.Context, request admin.FindBillingEntityDunningRequestObject,
) (admin.FindBillingEntityDunningResponseObject, error) {
	var row *store.DunningCampaign
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.DunningOfEntity(tx, request.BillingEntityCode)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.FindBillingEntityDunning200JSONResponse{BillingEntityDunningAnswerJSONResponse: entityDunning(row)}, nil
}

// ChooseBillingEntityDunning says which campaign reminds the customers of a billing
// entity.
func (a *adminServer) ChooseBillingEntityDunning(
	ctx context.Context, request admin.ChooseBillingEntityDunningRequestObject,
) (admin.ChooseBillingEntityDunningResponseObject, error) {
	var row *store.DunningCampaign
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = payments.ChooseDunningOfEntity(tx, request.BillingEntityCode, payments.DunningInput{CampaignCode: request.Body.Dunning.CampaignCode})
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ChooseBillingEntityDunning200JSONResponse{BillingEntityDunningAnswerJSONResponse: entityDunning(row)}, nil
}

func entityDunning(row *store.DunningCampaign) admin.BillingEntityDunningAnswerJSONResponse {
	return admin.BillingEntityDunningAnswerJSONResponse{Body: admin.BillingEntityDunningEnvelope{
		Dunning: admin.BillingEntityDunning{CampaignCode: wire.DunningCampaignCode(row)},
	}}
}
