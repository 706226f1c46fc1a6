package server

import (
	"context"

	"tarn/engine"
	"tarn/gen"
	"tarn/server/edge"
)

// GetCustomerPortalURL makes a link into the customer's portal, on the server
// as the client addressed it.
func (s *Server) GetCustomerPortalURL(ctx context.Context, request gen.GetCustomerPortalURLRequestObject) (gen.GetCustomerPortalURLResponseObject, error) {
	token, err := engine.CustomerPortalToken(txFrom(ctx), request.ExternalCustomerID)
	if err != nil {
		return nil, err
	}
	answer := gen.GetCustomerPortalURL200JSONResponse{}
	answer.Customer.PortalURL = edge.From(ctx).Origin() + portalPath + token
	return answer, nil
}

// GenerateCustomerCheckoutURL asks the customer's payment provider for a link.
// It has no other answer than a refusal, since no provider can be connected.
func (s *Server) GenerateCustomerCheckoutURL(ctx context.Context, request gen.GenerateCustomerCheckoutURLRequestObject) (gen.GenerateCustomerCheckoutURLResponseObject, error) {
	return nil, engine.RequestCheckoutURL(txFrom(ctx), request.ExternalCustomerID)
}
