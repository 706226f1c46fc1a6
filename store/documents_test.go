package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tarn/store"
)

func TestDocuments_AreKeptOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b, other := newBiller(t, s, "a"), newBiller(t, s, "b")
		subject := store.NewID()
		first := store.Document{
			ID: store.NewID(), Kind: store.DocumentOfInvoice, SubjectID: subject,
			FileName: "A-1.pdf", ContentType: "application/pdf", Content: []byte("\x00%PDF\xff"),
		}
		second := first
		second.ID, second.Content = store.NewID(), []byte("other")
		b.write(t, s, func(tx *store.Tx) {
			_, err := tx.Document(store.DocumentOfInvoice, subject)
			require.ErrorIs(t, err, store.ErrNotFound)
			kept, err := tx.InsertDocument(&first)
			require.NoError(t, err)
			require.True(t, kept)
			kept, err = tx.InsertDocument(&second)
			require.NoError(t, err)
			require.False(t, kept)
		})
		b.write(t, s, func(tx *store.Tx) {
			found, err := tx.Document(store.DocumentOfInvoice, subject)
			require.NoError(t, err)
			require.Equal(t, first.ID, found.ID)
			require.Empty(t, found.Content)
			whole, err := tx.DocumentByID(first.ID)
			require.NoError(t, err)
			require.Equal(t, []byte("\x00%PDF\xff"), whole.Content)
			require.Equal(t, "A-1.pdf", whole.FileName)
			_, err = tx.DocumentByID(second.ID)
			require.ErrorIs(t, err, store.ErrNotFound)
		})
		other.write(t, s, func(tx *store.Tx) {
			_, err := tx.DocumentByID(first.ID)
			require.ErrorIs(t, err, store.ErrNotFound)
			_, err = tx.Document(store.DocumentOfInvoice, subject)
			require.ErrorIs(t, err, store.ErrNotFound)
		})
	})
}

func TestLinks_OpenWhatTheyWereMadeFor(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b, other := newBiller(t, s, "a"), newBiller(t, s, "b")
		link := store.Link{Subject: store.NewID(), ExpiresAt: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
		var token, expired string
		b.write(t, s, func(tx *store.Tx) {
			var err error
			token, err = tx.SignLink(store.LinkToDocument, link)
			require.NoError(t, err)
			again, err := tx.SignLink(store.LinkToDocument, link)
			require.NoError(t, err)
			require.NotEqual(t, token, again)
			expired, err = tx.SignLink(store.LinkToDocument, store.Link{Subject: link.Subject, ExpiresAt: tx.Now()})
			require.NoError(t, err)
			opened, err := tx.OpenLink(store.LinkToDocument, token)
			require.NoError(t, err)
			require.Equal(t, link, opened)
			for _, closed := range []string{expired, "", "x", token + "x"} {
				_, err = tx.OpenLink(store.LinkToDocument, closed)
				require.ErrorIs(t, err, store.ErrNotFound)
			}
			_, err = tx.OpenLink(store.LinkToPortal, token)
			require.ErrorIs(t, err, store.ErrNotFound)
			organization, err := store.LinkOrganization(token)
			require.NoError(t, err)
			require.Equal(t, tx.Organization().ID, organization)
		})
		other.write(t, s, func(tx *store.Tx) {
			_, err := tx.OpenLink(store.LinkToDocument, token)
			require.ErrorIs(t, err, store.ErrNotFound)
		})
	})
}
