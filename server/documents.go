package server

import (
	"context"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"tarn/compat"
	"tarn/gen"
	"tarn/invoicing"
	"tarn/nullable"
	"tarn/server/edge"
	"tarn/store"
	"tarn/web"
	"tarn/wire"
)

// DownloadInvoice makes a link to the invoice's file, on the server as the client
// addressed it. While there is no file yet it is made after the answer.
//
// Lago: the answer is empty then. The published document wants an invoice, so in
// its mode there is one, without a link.
func (s *Server) DownloadInvoice(ctx context.Context, request gen.DownloadInvoiceRequestObject) (gen.DownloadInvoiceResponseObject, error) {
	tx := txFrom(ctx)
	download, err := invoicing.DownloadInvoice(tx, request.LagoID)
	if err != nil {
		return nil, err
	}
	if download.Token == "" && tx.Compat() == compat.Wire {
		return download200Response{}, nil
	}
	object := wire.BareInvoice(download.Invoice)
	if download.Token != "" {
		object.FileURL = nullable.NewNullableWithValue(edge.From(ctx).Origin() + invoicing.DocumentsPath + download.Token)
	}
	return gen.DownloadInvoice200JSONResponse{Invoice: object}, nil
}

// download200Response answers that there is no file yet. Its name tells the edge
// that it is no JSON.
type download200Response struct{}

// VisitDownloadInvoiceResponse writes the answer.
func (download200Response) VisitDownloadInvoiceResponse(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusOK)
	return nil
}

// VisitDownloadCreditNoteResponse writes the answer.
func (r download200Response) VisitDownloadCreditNoteResponse(w http.ResponseWriter) error {
	return r.VisitDownloadInvoiceResponse(w)
}

// documentServer serves documents. What opens one is the token in the address,
// not a key.
type documentServer struct {
	store *store.Store
	pages *web.Portal
}

// serve answers with the document that the token names, or with a page that says
// that the link opens nothing, for whatever reason.
func (d *documentServer) serve(c echo.Context) error {
	document, err := d.open(c.Request().Context(), c.Param("token"))
	if err != nil {
		return unopened(c, d.pages, err)
	}
	return sendDocument(c, document)
}

// sendDocument answers with a document, which nobody may store.
func sendDocument(c echo.Context, document store.Document) error {
	header := c.Response().Header()
	header.Set(echo.HeaderContentDisposition, mime.FormatMediaType("inline", map[string]string{"filename": document.FileName}))
	header.Set(echo.HeaderCacheControl, "no-store")
	header.Set(echo.HeaderXContentTypeOptions, "nosniff")
	header.Set(echo.HeaderReferrerPolicy, "no-referrer")
	return c.Blob(http.StatusOK, document.ContentType, document.Content)
}

// open finds what a token opens.
func (d *documentServer) open(ctx context.Context, token string) (document store.Document, err error) {
	err = openLink(ctx, d.store, token, func(tx *store.Tx) (err error) {
		document, err = invoicing.OpenDocument(tx, token)
		return err
	})
	return document, err
}
