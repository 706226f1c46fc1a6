package server

import (
	"context"

	"tarn/gen"
	"tarn/wire"
)

// FetchJSONPublicKey shows the key that webhooks are checked with, as JSON.
func (s *Server) FetchJSONPublicKey(ctx context.Context, _ gen.FetchJSONPublicKeyRequestObject) (gen.FetchJSONPublicKeyResponseObject, error) {
	key, err := txFrom(ctx).WebhookPublicKey()
	if err != nil {
		return nil, err
	}
	object, err := wire.WebhookPublicKeyObject(key)
	if err != nil {
		return nil, err
	}
	return gen.FetchJSONPublicKey200JSONResponse{Webhook: object}, nil
}

// FetchPublicKey shows the key that webhooks are checked with, as text.
func (s *Server) FetchPublicKey(ctx context.Context, _ gen.FetchPublicKeyRequestObject) (gen.FetchPublicKeyResponseObject, error) {
	key, err := txFrom(ctx).WebhookPublicKey()
	if err != nil {
		return nil, err
	}
	return gen.FetchPublicKey200TextResponse(wire.WebhookPublicKey(key)), nil
}
