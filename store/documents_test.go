package store_test

import (
	"testing"

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

func TestSignDocumentLink_IsNotAPortalLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *store.Store) {
		b, other := newBiller(t, s, "a"), newBiller(t, s, "b")
		var document, again, theirs, portal []byte
		b.write(t, s, func(tx *store.Tx) {
			var err error
			document, err = tx.SignDocumentLink([]byte("x"))
			require.NoError(t, err)
			again, err = tx.SignDocumentLink([]byte("x"))
			require.NoError(t, err)
			portal, err = tx.SignPortalLink([]byte("x"))
			require.NoError(t, err)
		})
		other.write(t, s, func(tx *store.Tx) {
			var err error
			theirs, err = tx.SignDocumentLink([]byte("x"))
			require.NoError(t, err)
		})
		require.Len(t, document, 32)
		require.Equal(t, document, again)
		require.NotEqual(t, document, portal)
		require.NotEqual(t, document, theirs)
	})
}
