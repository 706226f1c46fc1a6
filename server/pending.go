package server

import (
	"context"

	"tarn/gen"
)

// pending answers 501 for the operations of the contract that are not written
// yet. Writing one means adding its method to Server and removing it here; the
// list only ever shrinks.
type pending struct{}

func (pending) CreateCustomerWallet(context.Context, gen.CreateCustomerWalletRequestObject) (gen.CreateCustomerWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateCustomerWalletAlert(context.Context, gen.CreateCustomerWalletAlertRequestObject) (gen.CreateCustomerWalletAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreatePayment(context.Context, gen.CreatePaymentRequestObject) (gen.CreatePaymentResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreatePaymentRequest(context.Context, gen.CreatePaymentRequestRequestObject) (gen.CreatePaymentRequestResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateWallet(context.Context, gen.CreateWalletRequestObject) (gen.CreateWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteAllCustomerWalletAlerts(context.Context, gen.DeleteAllCustomerWalletAlertsRequestObject) (gen.DeleteAllCustomerWalletAlertsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteAllCustomerWalletMetadata(context.Context, gen.DeleteAllCustomerWalletMetadataRequestObject) (gen.DeleteAllCustomerWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteAllWalletMetadata(context.Context, gen.DeleteAllWalletMetadataRequestObject) (gen.DeleteAllWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteCustomerWalletAlert(context.Context, gen.DeleteCustomerWalletAlertRequestObject) (gen.DeleteCustomerWalletAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteCustomerWalletMetadataKey(context.Context, gen.DeleteCustomerWalletMetadataKeyRequestObject) (gen.DeleteCustomerWalletMetadataKeyResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteWalletMetadataKey(context.Context, gen.DeleteWalletMetadataKeyRequestObject) (gen.DeleteWalletMetadataKeyResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DestroyCustomerWallet(context.Context, gen.DestroyCustomerWalletRequestObject) (gen.DestroyCustomerWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DestroyWallet(context.Context, gen.DestroyWalletRequestObject) (gen.DestroyWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerPaymentRequests(context.Context, gen.FindAllCustomerPaymentRequestsRequestObject) (gen.FindAllCustomerPaymentRequestsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerPayments(context.Context, gen.FindAllCustomerPaymentsRequestObject) (gen.FindAllCustomerPaymentsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerWallets(context.Context, gen.FindAllCustomerWalletsRequestObject) (gen.FindAllCustomerWalletsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllGrossRevenues(context.Context, gen.FindAllGrossRevenuesRequestObject) (gen.FindAllGrossRevenuesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllInvoiceCollections(context.Context, gen.FindAllInvoiceCollectionsRequestObject) (gen.FindAllInvoiceCollectionsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllInvoicedUsages(context.Context, gen.FindAllInvoicedUsagesRequestObject) (gen.FindAllInvoicedUsagesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllMrrs(context.Context, gen.FindAllMrrsRequestObject) (gen.FindAllMrrsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllOverdueBalances(context.Context, gen.FindAllOverdueBalancesRequestObject) (gen.FindAllOverdueBalancesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllPaymentReceipts(context.Context, gen.FindAllPaymentReceiptsRequestObject) (gen.FindAllPaymentReceiptsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllPaymentRequests(context.Context, gen.FindAllPaymentRequestsRequestObject) (gen.FindAllPaymentRequestsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllPayments(context.Context, gen.FindAllPaymentsRequestObject) (gen.FindAllPaymentsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllUsages(context.Context, gen.FindAllUsagesRequestObject) (gen.FindAllUsagesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllWallets(context.Context, gen.FindAllWalletsRequestObject) (gen.FindAllWalletsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindCustomerWallet(context.Context, gen.FindCustomerWalletRequestObject) (gen.FindCustomerWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindPayment(context.Context, gen.FindPaymentRequestObject) (gen.FindPaymentResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindPaymentReceipt(context.Context, gen.FindPaymentReceiptRequestObject) (gen.FindPaymentReceiptResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindPaymentRequest(context.Context, gen.FindPaymentRequestRequestObject) (gen.FindPaymentRequestResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindWallet(context.Context, gen.FindWalletRequestObject) (gen.FindWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) GetCustomerWalletAlert(context.Context, gen.GetCustomerWalletAlertRequestObject) (gen.GetCustomerWalletAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) GetCustomerWalletAlerts(context.Context, gen.GetCustomerWalletAlertsRequestObject) (gen.GetCustomerWalletAlertsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) MergeCustomerWalletMetadata(context.Context, gen.MergeCustomerWalletMetadataRequestObject) (gen.MergeCustomerWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) MergeWalletMetadata(context.Context, gen.MergeWalletMetadataRequestObject) (gen.MergeWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) ReplaceCustomerWalletMetadata(context.Context, gen.ReplaceCustomerWalletMetadataRequestObject) (gen.ReplaceCustomerWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) ReplaceWalletMetadata(context.Context, gen.ReplaceWalletMetadataRequestObject) (gen.ReplaceWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateCustomerWallet(context.Context, gen.UpdateCustomerWalletRequestObject) (gen.UpdateCustomerWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateCustomerWalletAlert(context.Context, gen.UpdateCustomerWalletAlertRequestObject) (gen.UpdateCustomerWalletAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateWallet(context.Context, gen.UpdateWalletRequestObject) (gen.UpdateWalletResponseObject, error) {
	return nil, notImplemented()
}
