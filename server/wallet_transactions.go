package server

import (
	"context"
	"slices"

	"tarn/form"
	"tarn/gen"
	"tarn/payments"
	"tarn/server/edge"
	"tarn/store"
	"tarn/wallets"
	"tarn/wire"
)

// CreateWalletTransaction tops a wallet up, and voids some of its credits.
func (s *Server) CreateWalletTransaction(ctx context.Context, request gen.CreateWalletTransactionRequestObject) (gen.CreateWalletTransactionResponseObject, error) {
	body := request.Body.WalletTransaction
	in := wallets.TransactionInput{
		WalletID:                         body.WalletID,
		PaidCredits:                      body.PaidCredits,
		GrantedCredits:                   body.GrantedCredits,
		VoidedCredits:                    body.VoidedCredits,
		InvoiceRequiresSuccessfulPayment: given(body.InvoiceRequiresSuccessfulPayment),
		Name:                             body.Name,
		Metadata:                         body.Metadata,
		Priority:                         body.Priority,
		PurchaseOrderNumber:              body.PurchaseOrderNumber,
		PaymentMethod:                    mapped(body.PaymentMethod, paymentMethodInput),
		VoidedTransactionID:              body.VoidedTransactionID,
		CustomSections:                   customSections(body.InvoiceCustomSection),
	}
	form.Assign(&in.IgnorePaidTopUpLimits, given(body.IgnorePaidTopUpLimits))
	made, err := wallets.CreateTransactions(txFrom(ctx), in)
	if err != nil {
		return nil, err
	}
	return gen.CreateWalletTransaction200JSONResponse{WalletTransactions: wire.Each(made, wire.WalletTransaction)}, nil
}

// FindAllWalletTransactions lists what came into a wallet and went out of it.
//
// Lago: words that the filters do not know are passed over.
func (s *Server) FindAllWalletTransactions(ctx context.Context, request gen.FindAllWalletTransactionsRequestObject) (gen.FindAllWalletTransactionsResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	if _, err := tx.WalletByID(request.LagoID); err != nil {
		return nil, form.NotFound(err, "wallet")
	}
	filter := store.WalletTransactionFilter{
		WalletID: request.LagoID,
		Status:   knownWord(params.Status, store.TransactionPending, store.TransactionSettled, store.TransactionFailed),
		Kind:     knownWord(params.TransactionStatus, store.TransactionPurchased, store.TransactionGranted, store.TransactionVoided, store.TransactionInvoiced),
		Type:     knownWord(params.TransactionType, store.TransactionInbound, store.TransactionOutbound),
	}
	filter.Metadata, _ = metadataPairs(edge.From(ctx).Query())
	rows, err := tx.WalletTransactions(filter, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllWalletTransactions200JSONResponse{WalletTransactions: wire.Each(rows.Rows, wire.WalletTransaction), Meta: wire.Meta(rows)}, nil
}

// knownWord is a word if it is among those that are known, and empty otherwise.
func knownWord[Word ~string](word *string, known ...Word) Word {
	if word == nil || !slices.Contains(known, Word(*word)) {
		return ""
	}
	return Word(*word)
}

// FindWalletTransaction shows a transaction of a wallet.
func (s *Server) FindWalletTransaction(ctx context.Context, request gen.FindWalletTransactionRequestObject) (gen.FindWalletTransactionResponseObject, error) {
	row, err := txFrom(ctx).WalletTransactionByID(request.LagoID)
	if err != nil {
		return nil, form.NotFound(err, "wallet_transaction")
	}
	return gen.FindWalletTransaction200JSONResponse(wire.ShownWalletTransaction(row)), nil
}

// FindAllWalletTransactionConsumptions lists what has used credits that came in.
func (s *Server) FindAllWalletTransactionConsumptions(ctx context.Context, request gen.FindAllWalletTransactionConsumptionsRequestObject) (gen.FindAllWalletTransactionConsumptionsResponseObject, error) {
	rows, err := wallets.Consumptions(txFrom(ctx), request.LagoID, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllWalletTransactionConsumptions200JSONResponse{
		WalletTransactionConsumptions: wire.Each(rows.Rows, wire.WalletTransactionConsumption), Meta: wire.Meta(rows),
	}, nil
}

// FindAllWalletTransactionFundings lists of what credits were made that went out.
func (s *Server) FindAllWalletTransactionFundings(ctx context.Context, request gen.FindAllWalletTransactionFundingsRequestObject) (gen.FindAllWalletTransactionFundingsResponseObject, error) {
	rows, err := wallets.Fundings(txFrom(ctx), request.LagoID, page(request.Params.Page, request.Params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllWalletTransactionFundings200JSONResponse{
		WalletTransactionFundings: wire.Each(rows.Rows, wire.WalletTransactionFunding), Meta: wire.Meta(rows),
	}, nil
}

// WalletTransactionPaymentURL makes a link to where a top-up can be paid.
func (s *Server) WalletTransactionPaymentURL(ctx context.Context, request gen.WalletTransactionPaymentURLRequestObject) (gen.WalletTransactionPaymentURLResponseObject, error) {
	row, err := wallets.PurchaseToPay(txFrom(ctx), request.LagoID)
	if err != nil {
		return nil, err
	}
	link, err := payments.PurchasePage(txFrom(ctx), *row.InvoiceID)
	if err != nil {
		return nil, err
	}
	return gen.WalletTransactionPaymentURL200JSONResponse(wire.WalletTransactionPaymentURL(row.ID, link.Customer, pageURL(ctx, link))), nil
}
