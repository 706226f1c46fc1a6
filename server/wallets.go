package server

import (
	"context"

	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wallets"
	"tarn/wire"
)

// FindAllWallets lists the wallets, those of one customer where one is named.
func (s *Server) FindAllWallets(ctx context.Context, request gen.FindAllWalletsRequestObject) (gen.FindAllWalletsResponseObject, error) {
	tx, params := txFrom(ctx), request.Params
	filter := store.WalletFilter{}
	if params.ExternalCustomerID != nil {
		customer, err := tx.Customer(*params.ExternalCustomerID)
		if err != nil {
			return nil, form.NotFound(err, "customer")
		}
		filter.CustomerID = &customer.ID
	}
	list, err := listWallets(tx, filter, params.CurrencyFilter, params.BillingEntityCodes, page(params.Page, params.PerPage))
	if err != nil {
		return nil, err
	}
	return gen.FindAllWallets200JSONResponse(list), nil
}

// CreateWallet adds a wallet to the customer that the body names.
func (s *Server) CreateWallet(ctx context.Context, request gen.CreateWalletRequestObject) (gen.CreateWalletResponseObject, error) {
	body := request.Body.Wallet
	externalID := ""
	if body.ExternalCustomerID != nil {
		externalID = *body.ExternalCustomerID
	}
	wallet, err := wallets.Create(txFrom(ctx), wallets.OfBody(externalID), newWalletInput(body))
	return gen.CreateWallet200JSONResponse{Wallet: wire.Wallet(wallet)}, err
}

// FindWallet shows a wallet.
func (s *Server) FindWallet(ctx context.Context, request gen.FindWalletRequestObject) (gen.FindWalletResponseObject, error) {
	wallet, err := wallets.Find(txFrom(ctx), wallets.ByID(request.LagoID))
	return gen.FindWallet200JSONResponse{Wallet: wire.Wallet(wallet)}, err
}

// UpdateWallet changes a wallet.
func (s *Server) UpdateWallet(ctx context.Context, request gen.UpdateWalletRequestObject) (gen.UpdateWalletResponseObject, error) {
	wallet, err := wallets.Update(txFrom(ctx), wallets.ByID(request.LagoID), walletInput(request.Body.Wallet))
	return gen.UpdateWallet200JSONResponse{Wallet: wire.Wallet(wallet)}, err
}

// DestroyWallet ends a wallet.
func (s *Server) DestroyWallet(ctx context.Context, request gen.DestroyWalletRequestObject) (gen.DestroyWalletResponseObject, error) {
	wallet, err := wallets.Terminate(txFrom(ctx), wallets.ByID(request.LagoID))
	return gen.DestroyWallet200JSONResponse{Wallet: wire.Wallet(wallet)}, err
}

// listWallets lists wallets under the filters that all lists of them share.
func listWallets(
	tx *store.Tx, filter store.WalletFilter, currency *gen.CurrencyFilter, entities *[]string, page store.Page,
) (gen.WalletsPaginated, error) {
	if currency != nil {
		filter.Currency = *currency
	}
	var err error
	if filter.BillingEntityIDs, err = billingEntityIDs(tx, all(entities)); err != nil {
		return gen.WalletsPaginated{}, err
	}
	list, err := tx.Wallets(filter, page)
	return gen.WalletsPaginated{Wallets: wire.Each(list.Rows, wire.Wallet), Meta: wire.Meta(list)}, err
}
