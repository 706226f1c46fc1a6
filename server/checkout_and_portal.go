package server

import (
	"context"

	"tarn/engine"
	"tarn/gen"
	"tarn/payments"
	"tarn/server/edge"
	"tarn/wire"
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

// GenerateCustomerCheckoutURL makes a link to where the customer leaves a way to pay.
func (s *Server) GenerateCustomerCheckoutURL(ctx context.Context, request gen.GenerateCustomerCheckoutURLRequestObject) (gen.GenerateCustomerCheckoutURLResponseObject, error) {
	link, err := payments.CheckoutPage(txFrom(ctx), request.ExternalCustomerID)
	if err != nil {
		return nil, err
	}
	return gen.GenerateCustomerCheckoutURL200JSONResponse{Customer: wire.CheckoutURL(link.Customer, pageURL(ctx, checkoutPath, link))}, nil
}

// pageURL is where a link leads, on the server as the client addressed it.
func pageURL(ctx context.Context, path string, link payments.PageLink) string {
	return edge.From(ctx).Origin() + path + link.Token
}
