package server_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tarn/fault"
	"tarn/invoicing"
	"tarn/server/servertest"
	"tarn/store"
)

// The contract's next version deletes drafts; the rule is there already.
func TestInvoices_DraftsAreDeleted(t *testing.T) {
	t.Parallel()
	servertest.Run(t, func(t *testing.T, s *servertest.Server) {
		s.Post("/customers", `{"customer":{"external_id":"acme","name":"Acme","currency":"EUR"}}`).Status(t, http.StatusOK)
		draft := issue(t, s, "acme", func(_ *store.Tx, row *store.Invoice) { row.Status = store.InvoiceDraft })
		final := issue(t, s, "acme", nil)
		remove := func(id string) (err error) {
			withinOrganization(t, s, func(tx *store.Tx) error {
				_, err = invoicing.Delete(tx, uuid.MustParse(id))
				return nil
			})
			return err
		}
		require.NoError(t, remove(draft))
		s.Get("/invoices/"+draft).Status(t, http.StatusNotFound)
		require.True(t, fault.Is(remove(draft), fault.NotFound))
		refusal, isFault := fault.As(remove(final))
		require.True(t, isFault)
		require.Equal(t, "not_deletable", refusal.Code)
		s.Get("/invoices/"+final).Status(t, http.StatusOK)
	})
}
