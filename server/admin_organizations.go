package server

import (
	"context"
	"time"

	"tarn/clock"
	"tarn/engine"
	"tarn/fault"
	"tarn/gen/admin"
	"tarn/nullable"
	"tarn/store"
	"tarn/wire"
)

// ListOrganizations lists every organization, newest first.
func (a *adminServer) ListOrganizations(ctx context.Context, request admin.ListOrganizationsRequestObject) (admin.ListOrganizationsResponseObject, error) {
	var list store.List[store.Organization]
	err := a.store.SystemRead(ctx, func(sys *store.System) (err error) {
		list, err = sys.Organizations(page(request.Params.Page, request.Params.PerPage))
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ListOrganizations200JSONResponse{Body: admin.OrganizationList{
		Organizations: wire.Each(list.Rows, a.organization),
		Meta:          admin.PaginationMeta(wire.Meta(list)),
	}}, nil
}

// CreateOrganization makes an organization and its first key.
func (a *adminServer) CreateOrganization(ctx context.Context, request admin.CreateOrganizationRequestObject) (admin.CreateOrganizationResponseObject, error) {
	body := request.Body
	in, err := organizationInput(admin.OrganizationUpdateInput{
		Name: &body.Name, Email: body.Email, Plan: body.Plan, AuditLogsPeriod: body.AuditLogsPeriod,
		DefaultCurrency: body.DefaultCurrency, Country: body.Country, Timezone: body.Timezone,
		DocumentNumberPrefix: body.DocumentNumberPrefix, Premium: body.Premium,
		WebhookInbox: body.WebhookInbox, DocumentedWebhooksOnly: body.DocumentedWebhooksOnly,
	})
	if err != nil {
		return nil, err
	}
	var frozenAt *time.Time
	if body.Clock != nil {
		now := clock.Normalize(body.Clock.Now)
		frozenAt = &now
	}
	var made engine.NewOrganization
	err = a.store.System(ctx, func(sys *store.System) (err error) {
		made, err = engine.CreateOrganization(sys, requestID(ctx), frozenAt, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.CreateOrganization201JSONResponse{Body: admin.OrganizationCreated{
		Organization: a.organization(made.Organization), APIKey: made.KeyValue,
	}}, nil
}

// FindOrganization shows an organization.
func (a *adminServer) FindOrganization(ctx context.Context, request admin.FindOrganizationRequestObject) (admin.FindOrganizationResponseObject, error) {
	var org store.Organization
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) error {
		org = tx.Organization()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return admin.FindOrganization200JSONResponse{OrganizationAnswerJSONResponse: a.answer(org)}, nil
}

// UpdateOrganization changes an organization's settings.
func (a *adminServer) UpdateOrganization(ctx context.Context, request admin.UpdateOrganizationRequestObject) (admin.UpdateOrganizationResponseObject, error) {
	in, err := organizationInput(*request.Body)
	if err != nil {
		return nil, err
	}
	var org store.Organization
	err = a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		org, err = engine.UpdateOrganization(tx, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.UpdateOrganization200JSONResponse{OrganizationAnswerJSONResponse: a.answer(org)}, nil
}

// DestroyOrganization removes an organization with all its data.
func (a *adminServer) DestroyOrganization(ctx context.Context, request admin.DestroyOrganizationRequestObject) (admin.DestroyOrganizationResponseObject, error) {
	var org store.Organization
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		org, err = engine.DeleteOrganization(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.DestroyOrganization200JSONResponse{OrganizationAnswerJSONResponse: a.answer(org)}, nil
}

// organizationInput holds the words of the input against those of the billing
// API, which shows them to its clients.
func organizationInput(body admin.OrganizationUpdateInput) (engine.OrganizationInput, error) {
	details := fault.Details{}
	if body.DefaultCurrency != nil && !wire.KnownCurrency(*body.DefaultCurrency) {
		details.Add("default_currency", fault.CodeInvalid)
	}
	if body.Timezone != nil && !wire.KnownTimezone(*body.Timezone) {
		details.Add("timezone", fault.CodeInvalid)
	}
	in := engine.OrganizationInput{
		Name:                   given(body.Name),
		Email:                  body.Email,
		AuditLogsPeriod:        body.AuditLogsPeriod,
		DefaultCurrency:        given(body.DefaultCurrency),
		Country:                body.Country,
		Timezone:               given(body.Timezone),
		DocumentNumberPrefix:   given(body.DocumentNumberPrefix),
		WebhookInbox:           body.WebhookInbox,
		DocumentedWebhooksOnly: given(body.DocumentedWebhooksOnly),
	}
	if body.Plan != nil {
		in.Plan = nullable.NewNullableWithValue(string(*body.Plan))
	}
	if body.Premium != nil {
		in.PremiumLicensed = given(body.Premium.Licensed)
		if body.Premium.Integrations != nil {
			in.PremiumIntegrations = nullable.NewNullableWithValue(texts(body.Premium.Integrations))
		}
	}
	return in, details.Err()
}
