package server

import (
	"context"
	"strings"

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
	return gen.GenerateCustomerCheckoutURL200JSONResponse{Customer: wire.CheckoutURL(link.Customer, pageURL(ctx, link))}, nil
}

// pageURL is where a page for customers lies: on the server as the client addressed it, or
// on that of the payment provider.
func pageURL(ctx context.Context, link payments.PageLink) string {
	if strings.Contains(link.Address, "://") {
		return link.Address
	}
	return edge.From(ctx).Origin() + link.Address
}
