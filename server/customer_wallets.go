package server

import (
	"context"

	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wallets"
	"tarn/wire"
)

// FindAllCustomerWallets lists the wallets of a customer.
func (s *Server) FindAllCustomerWallets(ctx context.Context, request gen.FindAllCustomerWalletsRequestObject) (gen.FindAllCustomerWalletsResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	customer, err := tx.Customer(request.ExternalCustomerID)
	if err != nil {
		return nil, form.NotFound(err, "customer")
	}
	filter := store.WalletFilter{CustomerID: &customer.ID}
	list, err := listWallets(tx, filter, params.CurrencyFilter, params.BillingEntityCodes, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllCustomerWallets200JSONResponse(list), nil
}

// CreateCustomerWallet adds a wallet to the customer that the path names.
//
// Lago: a customer in the body counts for nothing.
func (s *Server) CreateCustomerWallet(ctx context.Context, request gen.CreateCustomerWalletRequestObject) (gen.CreateCustomerWalletResponseObject, error) {
	wallet, err := wallets.Create(txFrom(ctx), wallets.OfPath(request.ExternalCustomerID), newWalletInput(request.Body.Wallet))
	return gen.CreateCustomerWallet200JSONResponse{Wallet: wire.Wallet(wallet)}, err
}

// FindCustomerWallet shows a wallet of a customer.
func (s *Server) FindCustomerWallet(ctx context.Context, request gen.FindCustomerWalletRequestObject) (gen.FindCustomerWalletResponseObject, error) {
	wallet, err := wallets.Find(txFrom(ctx), wallets.ByCode(request.ExternalCustomerID, request.Code))
	return gen.FindCustomerWallet200JSONResponse{Wallet: wire.Wallet(wallet)}, err
}

// UpdateCustomerWallet changes a wallet of a customer.
func (s *Server) UpdateCustomerWallet(ctx context.Context, request gen.UpdateCustomerWalletRequestObject) (gen.UpdateCustomerWalletResponseObject, error) {
	wallet, err := wallets.Update(txFrom(ctx), wallets.ByCode(request.ExternalCustomerID, request.Code), walletInput(request.Body.Wallet))
	return gen.UpdateCustomerWallet200JSONResponse{Wallet: wire.Wallet(wallet)}, err
}

// DestroyCustomerWallet ends a wallet of a customer.
func (s *Server) DestroyCustomerWallet(ctx context.Context, request gen.DestroyCustomerWalletRequestObject) (gen.DestroyCustomerWalletResponseObject, error) {
	wallet, err := wallets.Terminate(txFrom(ctx), wallets.ByCode(request.ExternalCustomerID, request.Code))
	return gen.DestroyCustomerWallet200JSONResponse{Wallet: wire.Wallet(wallet)}, err
}
