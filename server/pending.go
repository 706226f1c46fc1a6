package server

import (
	"context"

	"tarn/gen"
)

// pending answers 501 for the operations of the contract that are not written
// yet. Writing one means adding its method to Server and removing it here; the
// list only ever shrinks.
type pending struct{}

func (pending) CreateBatchEvents(context.Context, gen.CreateBatchEventsRequestObject) (gen.CreateBatchEventsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateCreditNote(context.Context, gen.CreateCreditNoteRequestObject) (gen.CreateCreditNoteResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateCustomerWallet(context.Context, gen.CreateCustomerWalletRequestObject) (gen.CreateCustomerWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateCustomerWalletAlert(context.Context, gen.CreateCustomerWalletAlertRequestObject) (gen.CreateCustomerWalletAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateEvent(context.Context, gen.CreateEventRequestObject) (gen.CreateEventResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateInvoice(context.Context, gen.CreateInvoiceRequestObject) (gen.CreateInvoiceResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreatePayment(context.Context, gen.CreatePaymentRequestObject) (gen.CreatePaymentResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreatePaymentRequest(context.Context, gen.CreatePaymentRequestRequestObject) (gen.CreatePaymentRequestResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateSubscription(context.Context, gen.CreateSubscriptionRequestObject) (gen.CreateSubscriptionResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateSubscriptionAlert(context.Context, gen.CreateSubscriptionAlertRequestObject) (gen.CreateSubscriptionAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateSubscriptionChargeFilter(context.Context, gen.CreateSubscriptionChargeFilterRequestObject) (gen.CreateSubscriptionChargeFilterResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateWallet(context.Context, gen.CreateWalletRequestObject) (gen.CreateWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) CreateWalletTransaction(context.Context, gen.CreateWalletTransactionRequestObject) (gen.CreateWalletTransactionResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteAllCreditNoteMetadata(context.Context, gen.DeleteAllCreditNoteMetadataRequestObject) (gen.DeleteAllCreditNoteMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteAllCustomerWalletAlerts(context.Context, gen.DeleteAllCustomerWalletAlertsRequestObject) (gen.DeleteAllCustomerWalletAlertsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteAllCustomerWalletMetadata(context.Context, gen.DeleteAllCustomerWalletMetadataRequestObject) (gen.DeleteAllCustomerWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteAllSubscriptionAlerts(context.Context, gen.DeleteAllSubscriptionAlertsRequestObject) (gen.DeleteAllSubscriptionAlertsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteAllWalletMetadata(context.Context, gen.DeleteAllWalletMetadataRequestObject) (gen.DeleteAllWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteCreditNoteMetadataKey(context.Context, gen.DeleteCreditNoteMetadataKeyRequestObject) (gen.DeleteCreditNoteMetadataKeyResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteCustomerWalletAlert(context.Context, gen.DeleteCustomerWalletAlertRequestObject) (gen.DeleteCustomerWalletAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteCustomerWalletMetadataKey(context.Context, gen.DeleteCustomerWalletMetadataKeyRequestObject) (gen.DeleteCustomerWalletMetadataKeyResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteFee(context.Context, gen.DeleteFeeRequestObject) (gen.DeleteFeeResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteSubscriptionAlert(context.Context, gen.DeleteSubscriptionAlertRequestObject) (gen.DeleteSubscriptionAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DeleteWalletMetadataKey(context.Context, gen.DeleteWalletMetadataKeyRequestObject) (gen.DeleteWalletMetadataKeyResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DestroyCustomerWallet(context.Context, gen.DestroyCustomerWalletRequestObject) (gen.DestroyCustomerWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DestroySubscription(context.Context, gen.DestroySubscriptionRequestObject) (gen.DestroySubscriptionResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DestroySubscriptionChargeFilter(context.Context, gen.DestroySubscriptionChargeFilterRequestObject) (gen.DestroySubscriptionChargeFilterResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DestroySubscriptionEntitlement(context.Context, gen.DestroySubscriptionEntitlementRequestObject) (gen.DestroySubscriptionEntitlementResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DestroySubscriptionEntitlementPrivilege(context.Context, gen.DestroySubscriptionEntitlementPrivilegeRequestObject) (gen.DestroySubscriptionEntitlementPrivilegeResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DestroyWallet(context.Context, gen.DestroyWalletRequestObject) (gen.DestroyWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DownloadCreditNote(context.Context, gen.DownloadCreditNoteRequestObject) (gen.DownloadCreditNoteResponseObject, error) {
	return nil, notImplemented()
}

func (pending) DownloadInvoice(context.Context, gen.DownloadInvoiceRequestObject) (gen.DownloadInvoiceResponseObject, error) {
	return nil, notImplemented()
}

func (pending) EstimateCreditNote(context.Context, gen.EstimateCreditNoteRequestObject) (gen.EstimateCreditNoteResponseObject, error) {
	return nil, notImplemented()
}

func (pending) EventBatchEstimateInstantFees(context.Context, gen.EventBatchEstimateInstantFeesRequestObject) (gen.EventBatchEstimateInstantFeesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) EventEstimateFees(context.Context, gen.EventEstimateFeesRequestObject) (gen.EventEstimateFeesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) EventEstimateInstantFees(context.Context, gen.EventEstimateInstantFeesRequestObject) (gen.EventEstimateInstantFeesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FinalizeInvoice(context.Context, gen.FinalizeInvoiceRequestObject) (gen.FinalizeInvoiceResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCreditNotes(context.Context, gen.FindAllCreditNotesRequestObject) (gen.FindAllCreditNotesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerCreditNotes(context.Context, gen.FindAllCustomerCreditNotesRequestObject) (gen.FindAllCustomerCreditNotesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerInvoices(context.Context, gen.FindAllCustomerInvoicesRequestObject) (gen.FindAllCustomerInvoicesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerPastUsage(context.Context, gen.FindAllCustomerPastUsageRequestObject) (gen.FindAllCustomerPastUsageResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerPaymentRequests(context.Context, gen.FindAllCustomerPaymentRequestsRequestObject) (gen.FindAllCustomerPaymentRequestsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerPayments(context.Context, gen.FindAllCustomerPaymentsRequestObject) (gen.FindAllCustomerPaymentsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerSubscriptions(context.Context, gen.FindAllCustomerSubscriptionsRequestObject) (gen.FindAllCustomerSubscriptionsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllCustomerWallets(context.Context, gen.FindAllCustomerWalletsRequestObject) (gen.FindAllCustomerWalletsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllEvents(context.Context, gen.FindAllEventsRequestObject) (gen.FindAllEventsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllFees(context.Context, gen.FindAllFeesRequestObject) (gen.FindAllFeesResponseObject, error) {
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

func (pending) FindAllInvoices(context.Context, gen.FindAllInvoicesRequestObject) (gen.FindAllInvoicesResponseObject, error) {
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

func (pending) FindAllSubscriptionChargeFilters(context.Context, gen.FindAllSubscriptionChargeFiltersRequestObject) (gen.FindAllSubscriptionChargeFiltersResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllSubscriptionCharges(context.Context, gen.FindAllSubscriptionChargesRequestObject) (gen.FindAllSubscriptionChargesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllSubscriptionEntitlements(context.Context, gen.FindAllSubscriptionEntitlementsRequestObject) (gen.FindAllSubscriptionEntitlementsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllSubscriptionFixedCharges(context.Context, gen.FindAllSubscriptionFixedChargesRequestObject) (gen.FindAllSubscriptionFixedChargesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllSubscriptions(context.Context, gen.FindAllSubscriptionsRequestObject) (gen.FindAllSubscriptionsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllUsages(context.Context, gen.FindAllUsagesRequestObject) (gen.FindAllUsagesResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllWalletTransactionConsumptions(context.Context, gen.FindAllWalletTransactionConsumptionsRequestObject) (gen.FindAllWalletTransactionConsumptionsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllWalletTransactionFundings(context.Context, gen.FindAllWalletTransactionFundingsRequestObject) (gen.FindAllWalletTransactionFundingsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllWalletTransactions(context.Context, gen.FindAllWalletTransactionsRequestObject) (gen.FindAllWalletTransactionsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindAllWallets(context.Context, gen.FindAllWalletsRequestObject) (gen.FindAllWalletsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindCreditNote(context.Context, gen.FindCreditNoteRequestObject) (gen.FindCreditNoteResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindCustomerCurrentUsage(context.Context, gen.FindCustomerCurrentUsageRequestObject) (gen.FindCustomerCurrentUsageResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindCustomerProjectedUsage(context.Context, gen.FindCustomerProjectedUsageRequestObject) (gen.FindCustomerProjectedUsageResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindCustomerWallet(context.Context, gen.FindCustomerWalletRequestObject) (gen.FindCustomerWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindEvent(context.Context, gen.FindEventRequestObject) (gen.FindEventResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindFee(context.Context, gen.FindFeeRequestObject) (gen.FindFeeResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindInvoice(context.Context, gen.FindInvoiceRequestObject) (gen.FindInvoiceResponseObject, error) {
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

func (pending) FindSubscription(context.Context, gen.FindSubscriptionRequestObject) (gen.FindSubscriptionResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindSubscriptionCharge(context.Context, gen.FindSubscriptionChargeRequestObject) (gen.FindSubscriptionChargeResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindSubscriptionChargeFilter(context.Context, gen.FindSubscriptionChargeFilterRequestObject) (gen.FindSubscriptionChargeFilterResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindSubscriptionFixedCharge(context.Context, gen.FindSubscriptionFixedChargeRequestObject) (gen.FindSubscriptionFixedChargeResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindWallet(context.Context, gen.FindWalletRequestObject) (gen.FindWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) FindWalletTransaction(context.Context, gen.FindWalletTransactionRequestObject) (gen.FindWalletTransactionResponseObject, error) {
	return nil, notImplemented()
}

func (pending) GetCustomerWalletAlert(context.Context, gen.GetCustomerWalletAlertRequestObject) (gen.GetCustomerWalletAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) GetCustomerWalletAlerts(context.Context, gen.GetCustomerWalletAlertsRequestObject) (gen.GetCustomerWalletAlertsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) GetSubscriptionAlert(context.Context, gen.GetSubscriptionAlertRequestObject) (gen.GetSubscriptionAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) GetSubscriptionAlerts(context.Context, gen.GetSubscriptionAlertsRequestObject) (gen.GetSubscriptionAlertsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) GetSubscriptionLifetimeUsage(context.Context, gen.GetSubscriptionLifetimeUsageRequestObject) (gen.GetSubscriptionLifetimeUsageResponseObject, error) {
	return nil, notImplemented()
}

func (pending) InvoicePaymentURL(context.Context, gen.InvoicePaymentURLRequestObject) (gen.InvoicePaymentURLResponseObject, error) {
	return nil, notImplemented()
}

func (pending) InvoicePreview(context.Context, gen.InvoicePreviewRequestObject) (gen.InvoicePreviewResponseObject, error) {
	return nil, notImplemented()
}

func (pending) LoseDisputeInvoice(context.Context, gen.LoseDisputeInvoiceRequestObject) (gen.LoseDisputeInvoiceResponseObject, error) {
	return nil, notImplemented()
}

func (pending) MergeCreditNoteMetadata(context.Context, gen.MergeCreditNoteMetadataRequestObject) (gen.MergeCreditNoteMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) MergeCustomerWalletMetadata(context.Context, gen.MergeCustomerWalletMetadataRequestObject) (gen.MergeCustomerWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) MergeWalletMetadata(context.Context, gen.MergeWalletMetadataRequestObject) (gen.MergeWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) OverrideSubscriptionCharge(context.Context, gen.OverrideSubscriptionChargeRequestObject) (gen.OverrideSubscriptionChargeResponseObject, error) {
	return nil, notImplemented()
}

func (pending) OverrideSubscriptionFixedCharge(context.Context, gen.OverrideSubscriptionFixedChargeRequestObject) (gen.OverrideSubscriptionFixedChargeResponseObject, error) {
	return nil, notImplemented()
}

func (pending) RefreshInvoice(context.Context, gen.RefreshInvoiceRequestObject) (gen.RefreshInvoiceResponseObject, error) {
	return nil, notImplemented()
}

func (pending) ReplaceCreditNoteMetadata(context.Context, gen.ReplaceCreditNoteMetadataRequestObject) (gen.ReplaceCreditNoteMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) ReplaceCustomerWalletMetadata(context.Context, gen.ReplaceCustomerWalletMetadataRequestObject) (gen.ReplaceCustomerWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) ReplaceWalletMetadata(context.Context, gen.ReplaceWalletMetadataRequestObject) (gen.ReplaceWalletMetadataResponseObject, error) {
	return nil, notImplemented()
}

func (pending) RetryInvoice(context.Context, gen.RetryInvoiceRequestObject) (gen.RetryInvoiceResponseObject, error) {
	return nil, notImplemented()
}

func (pending) RetryPayment(context.Context, gen.RetryPaymentRequestObject) (gen.RetryPaymentResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateCreditNote(context.Context, gen.UpdateCreditNoteRequestObject) (gen.UpdateCreditNoteResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateCustomerWallet(context.Context, gen.UpdateCustomerWalletRequestObject) (gen.UpdateCustomerWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateCustomerWalletAlert(context.Context, gen.UpdateCustomerWalletAlertRequestObject) (gen.UpdateCustomerWalletAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateFee(context.Context, gen.UpdateFeeRequestObject) (gen.UpdateFeeResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateInvoice(context.Context, gen.UpdateInvoiceRequestObject) (gen.UpdateInvoiceResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateSubscription(context.Context, gen.UpdateSubscriptionRequestObject) (gen.UpdateSubscriptionResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateSubscriptionAlert(context.Context, gen.UpdateSubscriptionAlertRequestObject) (gen.UpdateSubscriptionAlertResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateSubscriptionChargeFilter(context.Context, gen.UpdateSubscriptionChargeFilterRequestObject) (gen.UpdateSubscriptionChargeFilterResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateSubscriptionEntitlements(context.Context, gen.UpdateSubscriptionEntitlementsRequestObject) (gen.UpdateSubscriptionEntitlementsResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateSubscriptionLifetimeUsage(context.Context, gen.UpdateSubscriptionLifetimeUsageRequestObject) (gen.UpdateSubscriptionLifetimeUsageResponseObject, error) {
	return nil, notImplemented()
}

func (pending) UpdateWallet(context.Context, gen.UpdateWalletRequestObject) (gen.UpdateWalletResponseObject, error) {
	return nil, notImplemented()
}

func (pending) VoidCreditNote(context.Context, gen.VoidCreditNoteRequestObject) (gen.VoidCreditNoteResponseObject, error) {
	return nil, notImplemented()
}

func (pending) VoidInvoice(context.Context, gen.VoidInvoiceRequestObject) (gen.VoidInvoiceResponseObject, error) {
	return nil, notImplemented()
}

func (pending) WalletTransactionPaymentURL(context.Context, gen.WalletTransactionPaymentURLRequestObject) (gen.WalletTransactionPaymentURLResponseObject, error) {
	return nil, notImplemented()
}
