package engine

import (
	"context"

	"github.com/google/uuid"
	"github.com/oapi-codegen/nullable"

	"tarn/store"
)

// firstOrganization is the name of the organization that an empty database
// gets.
const firstOrganization = "Default"

// Bootstrap makes an organization where there is none, and returns the value of
// its key; empty where there is one already. Of several processes that start on
// one database at once, one does it. Nobody can read the key again.
func Bootstrap(ctx context.Context, s *store.Store) (key string, err error) {
	err = s.System(ctx, func(sys *store.System) error {
		key = ""
		if err := sys.Lock("tarn_bootstrap"); err != nil {
			return err
		}
		exists, err := sys.HasOrganizations()
		if err != nil || exists {
			return err
		}
		made, err := CreateOrganization(sys, uuid.Nil, nil, OrganizationInput{Name: nullable.NewNullableWithValue(firstOrganization)})
		key = made.KeyValue
		return err
	})
	if err != nil {
		return "", err
	}
	return key, nil
}
