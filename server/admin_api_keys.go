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

// maxOverlapSeconds keeps what a client sends within the range of durations;
// what an overlap may be, the engine knows.
const maxOverlapSeconds = int64(1 << 32)

// ListAPIKeys lists the keys of an organization, newest first.
func (a *adminServer) ListAPIKeys(ctx context.Context, request admin.ListAPIKeysRequestObject) (admin.ListAPIKeysResponseObject, error) {
	var keys []store.APIKey
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		keys, err = tx.APIKeys()
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ListAPIKeys200JSONResponse{Body: admin.APIKeyList{APIKeys: wire.Each(keys, wire.APIKey)}}, nil
}

// CreateAPIKey makes a key.
func (a *adminServer) CreateAPIKey(ctx context.Context, request admin.CreateAPIKeyRequestObject) (admin.CreateAPIKeyResponseObject, error) {
	in := engine.APIKeyInput{Name: valueOf(request.Body.Name), ExpiresAt: instantOf(request.Body.ExpiresAt)}
	if request.Body.Permissions != nil {
		in.Permissions = store.Permissions{}
		for resource, modes := range *request.Body.Permissions {
			in.Permissions[resource] = texts(&modes)
		}
	}
	var key store.APIKey
	var value string
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		key, value, err = engine.CreateAPIKey(tx, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.CreateAPIKey201JSONResponse{NewAPIKeyAnswerJSONResponse: newKeyAnswer(key, value)}, nil
}

// RotateAPIKey makes a key that replaces another one.
func (a *adminServer) RotateAPIKey(ctx context.Context, request admin.RotateAPIKeyRequestObject) (admin.RotateAPIKeyResponseObject, error) {
	in := engine.RotationInput{}
	if body := request.Body; body != nil {
		in.Name, in.ExpiresAt = body.Name, instantOf(body.ExpiresAt)
		if seconds := body.OverlapSeconds; seconds != nil {
			if *seconds > maxOverlapSeconds {
				return nil, fault.Invalid("overlap_seconds", fault.CodeOutOfRange)
			}
			in.Overlap = time.Duration(*seconds) * time.Second
		}
	}
	var key store.APIKey
	var value string
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		key, value, _, err = engine.RotateAPIKey(tx, request.KeyID, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.RotateAPIKey201JSONResponse{NewAPIKeyAnswerJSONResponse: newKeyAnswer(key, value)}, nil
}

// RevokeAPIKey ends a key.
func (a *adminServer) RevokeAPIKey(ctx context.Context, request admin.RevokeAPIKeyRequestObject) (admin.RevokeAPIKeyResponseObject, error) {
	var key store.APIKey
	err := a.write(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		key, err = engine.RevokeAPIKey(tx, request.KeyID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.RevokeAPIKey200JSONResponse{Body: admin.APIKeyEnvelope{APIKey: wire.APIKey(key)}}, nil
}

// newKeyAnswer shows a key with its value, for the only time.
func newKeyAnswer(key store.APIKey, value string) admin.NewAPIKeyAnswerJSONResponse {
	object := wire.APIKey(key)
	object.Value = &value
	return admin.NewAPIKeyAnswerJSONResponse{Body: admin.NewAPIKeyEnvelope{APIKey: object}}
}

// valueOf is a member's value; nil when it is absent or null.
func valueOf[T any](member nullable.Nullable[T]) *T {
	value, err := member.Get()
	if err != nil {
		return nil
	}
	return &value
}

// instantOf is valueOf for instants, in the form in which they are kept.
func instantOf(member nullable.Nullable[time.Time]) *time.Time {
	at := valueOf(member)
	if at == nil {
		return nil
	}
	normal := clock.Normalize(*at)
	return &normal
}
