package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen"
	"tarn/nullable"
	"tarn/wire"
)

// FindAllWebhookEndpoints lists the webhook endpoints.
func (s *Server) FindAllWebhookEndpoints(ctx context.Context, request gen.FindAllWebhookEndpointsRequestObject) (gen.FindAllWebhookEndpointsResponseObject, error) {
	endpoints, err := txFrom(ctx).WebhookEndpoints(page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllWebhookEndpoints200JSONResponse{
		WebhookEndpoints: wire.Each(endpoints.Rows, wire.WebhookEndpoint), Meta: wire.Meta(endpoints),
	}, nil
}

// CreateWebhookEndpoint adds a webhook endpoint.
func (s *Server) CreateWebhookEndpoint(ctx context.Context, request gen.CreateWebhookEndpointRequestObject) (gen.CreateWebhookEndpointResponseObject, error) {
	body := request.Body.WebhookEndpoint
	endpoint, err := engine.CreateWebhookEndpoint(txFrom(ctx), engine.WebhookEndpointInput{
		WebhookURL:    nullable.NewNullableWithValue(body.WebhookURL),
		SignatureAlgo: words(body.SignatureAlgo),
		Name:          body.Name,
		EventTypes:    body.EventTypes,
	})
	if err != nil {
		return nil, err
	}
	return gen.CreateWebhookEndpoint200JSONResponse{WebhookEndpoint: wire.WebhookEndpoint(endpoint)}, nil
}

// FindWebhookEndpoint shows a webhook endpoint.
func (s *Server) FindWebhookEndpoint(ctx context.Context, request gen.FindWebhookEndpointRequestObject) (gen.FindWebhookEndpointResponseObject, error) {
	endpoint, err := txFrom(ctx).WebhookEndpoint(request.LagoID)
	if err != nil {
		return nil, form.NotFound(err, "webhook_endpoint")
	}
	return gen.FindWebhookEndpoint200JSONResponse{WebhookEndpoint: wire.WebhookEndpoint(endpoint)}, nil
}

// UpdateWebhookEndpoint changes a webhook endpoint.
func (s *Server) UpdateWebhookEndpoint(ctx context.Context, request gen.UpdateWebhookEndpointRequestObject) (gen.UpdateWebhookEndpointResponseObject, error) {
	body := request.Body.WebhookEndpoint
	endpoint, err := engine.UpdateWebhookEndpoint(txFrom(ctx), request.LagoID, engine.WebhookEndpointInput{
		WebhookURL:    given(body.WebhookURL),
		SignatureAlgo: words(body.SignatureAlgo),
		Name:          body.Name,
		EventTypes:    body.EventTypes,
	})
	if err != nil {
		return nil, err
	}
	return gen.UpdateWebhookEndpoint200JSONResponse{WebhookEndpoint: wire.WebhookEndpoint(endpoint)}, nil
}

// DestroyWebhookEndpoint removes a webhook endpoint.
func (s *Server) DestroyWebhookEndpoint(ctx context.Context, request gen.DestroyWebhookEndpointRequestObject) (gen.DestroyWebhookEndpointResponseObject, error) {
	endpoint, err := engine.DeleteWebhookEndpoint(txFrom(ctx), request.LagoID)
	if err != nil {
		return nil, err
	}
	return gen.DestroyWebhookEndpoint200JSONResponse{WebhookEndpoint: wire.WebhookEndpoint(endpoint)}, nil
}
