package engine

import (
	"context"

	"github.com/google/uuid"

	"tarn/nullable"
	"tarn/store"
)

// firstOrganization is the name of the organization that an empty database
// gets.
const firstOrganization = "Default"

// Bootstrap makes an organization where there is none, and returns the value of
// its key: the one that is asked for, or one by chance when that is empty. It
// returns nothing where there is an organization already. Of several processes
// that start on one database at once, one does it. Nobody can read the key again.
func Bootstrap(ctx context.Context, s *store.Store, wanted string) (key string, err error) {
	if wanted != "" {
		if err := CheckAPIKeyValue(wanted); err != nil {
			return "", err
		}
	}
	err = s.System(ctx, func(sys *store.System) error {
		key = ""
		if err := sys.Lock("tarn_bootstrap"); err != nil {
			return err
		}
		exists, err := sys.HasOrganizations()
		if err != nil || exists {
			return err
		}
		made, err := createOrganization(sys, uuid.Nil, nil,
			OrganizationInput{Name: nullable.NewNullableWithValue(firstOrganization)}, APIKeyInput{Value: wanted})
		key = made.KeyValue
		return err
	})
	if err != nil {
		return "", err
	}
	return key, nil
}
