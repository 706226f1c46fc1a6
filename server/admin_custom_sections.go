package server

import (
	"context"

	"tarn/engine"
	"tarn/form"
	"tarn/gen/admin"
	"tarn/store"
	"tarn/wire"
)

// ListInvoiceCustomSections lists the custom sections, newest first.
func (a *adminServer) ListInvoiceCustomSections(
	ctx context.Context, request admin.ListInvoiceCustomSectionsRequestObject,
) (admin.ListInvoiceCustomSectionsResponseObject, error) {
	var rows []store.InvoiceCustomSection
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		rows, err = tx.CustomSections()
		return err
	})
	if err != nil {
		return nil, err
	}
	return admin.ListInvoiceCustomSections200JSONResponse{
		Body: admin.InvoiceCustomSectionList{InvoiceCustomSections: wire.Each(rows, wire.CustomSection)},
	}, nil
}

// CreateInvoiceCustomSection adds a custom section.
func (a *adminServer) CreateInvoiceCustomSection(
	ctx context.Context, request admin.CreateInvoiceCustomSectionRequestObject,
) (admin.CreateInvoiceCustomSectionResponseObject, error) {
	body := request.Body.InvoiceCustomSection
	in := customSectionInput(admin.InvoiceCustomSectionChanges{
		Code: &body.Code, Name: &body.Name, DisplayName: body.DisplayName, Details: body.Details, Description: body.Description,
	})
	envelope, err := a.customSection(ctx, request.OrganizationID, func(tx *store.Tx) (store.InvoiceCustomSection, error) {
		return engine.CreateCustomSection(tx, in)
	})
	if err != nil {
		return nil, err
	}
	return admin.CreateInvoiceCustomSection201JSONResponse{Body: envelope}, nil
}

// FindInvoiceCustomSection shows a custom section.
func (a *adminServer) FindInvoiceCustomSection(
	ctx context.Context, request admin.FindInvoiceCustomSectionRequestObject,
) (admin.FindInvoiceCustomSectionResponseObject, error) {
	var row store.InvoiceCustomSection
	err := a.read(ctx, request.OrganizationID, func(tx *store.Tx) (err error) {
		row, err = tx.CustomSection(request.Code)
		return form.NotFound(err, "invoice_custom_section")
	})
	if err != nil {
		return nil, err
	}
	envelope := admin.InvoiceCustomSectionEnvelope{InvoiceCustomSection: wire.CustomSection(row)}
	return admin.FindInvoiceCustomSection200JSONResponse{
		InvoiceCustomSectionAnswerJSONResponse: admin.InvoiceCustomSectionAnswerJSONResponse{Body: envelope},
	}, nil
}

// UpdateInvoiceCustomSection changes a custom section.
func (a *adminServer) UpdateInvoiceCustomSection(
	ctx context.Context, request admin.UpdateInvoiceCustomSectionRequestObject,
) (admin.UpdateInvoiceCustomSectionResponseObject, error) {
	in := customSectionInput(request.Body.InvoiceCustomSection)
	envelope, err := a.customSection(ctx, request.OrganizationID, func(tx *store.Tx) (store.InvoiceCustomSection, error) {
		return engine.UpdateCustomSection(tx, request.Code, in)
	})
	if err != nil {
		return nil, err
	}
	return admin.UpdateInvoiceCustomSection200JSONResponse{
		InvoiceCustomSectionAnswerJSONResponse: admin.InvoiceCustomSectionAnswerJSONResponse{Body: envelope},
	}, nil
}

// DestroyInvoiceCustomSection deletes a custom section.
func (a *adminServer) DestroyInvoiceCustomSection(
	ctx context.Context, request admin.DestroyInvoiceCustomSectionRequestObject,
) (admin.DestroyInvoiceCustomSectionResponseObject, error) {
	envelope, err := a.customSection(ctx, request.OrganizationID, func(tx *store.Tx) (store.InvoiceCustomSection, error) {
		return engine.DeleteCustomSection(tx, request.Code)
	})
	if err != nil {
		return nil, err
	}
	return admin.DestroyInvoiceCustomSection200JSONResponse{
		InvoiceCustomSectionAnswerJSONResponse: admin.InvoiceCustomSectionAnswerJSONResponse{Body: envelope},
	}, nil
}

// customSection is what a change has made of a custom section.
func (a *adminServer) customSection(
	ctx context.Context, organization admin.OrganizationID, change func(*store.Tx) (store.InvoiceCustomSection, error),
) (envelope admin.InvoiceCustomSectionEnvelope, err error) {
	err = a.write(ctx, organization, func(tx *store.Tx) error {
		row, err := change(tx)
		envelope.InvoiceCustomSection = wire.CustomSection(row)
		return err
	})
	return envelope, err
}

func customSectionInput(body admin.InvoiceCustomSectionChanges) engine.CustomSectionInput {
	return engine.CustomSectionInput{
		Code: given(body.Code), Name: given(body.Name), DisplayName: body.DisplayName, Details: body.Details, Description: body.Description,
	}
}
