package server

import (
	"context"

	"tarn/form"
	"tarn/gen"
	"tarn/store"
	"tarn/wallets"
	"tarn/wire"
)

// ReplaceWalletMetadata makes the body the metadata of a wallet.
func (s *Server) ReplaceWalletMetadata(ctx context.Context, request gen.ReplaceWalletMetadataRequestObject) (gen.ReplaceWalletMetadataResponseObject, error) {
	metadata, err := changeWalletMetadata(ctx, wallets.ByID(request.LagoID), replacedMetadata(request.Body))
	return gen.ReplaceWalletMetadata200JSONResponse(metadata), err
}

// MergeWalletMetadata adds keys to the metadata of a wallet, or changes them.
func (s *Server) MergeWalletMetadata(ctx context.Context, request gen.MergeWalletMetadataRequestObject) (gen.MergeWalletMetadataResponseObject, error) {
	metadata, err := changeWalletMetadata(ctx, wallets.ByID(request.LagoID), mergedMetadata(request.Body))
	return gen.MergeWalletMetadata200JSONResponse(metadata), err
}

// DeleteAllWalletMetadata takes the metadata of a wallet away.
func (s *Server) DeleteAllWalletMetadata(ctx context.Context, request gen.DeleteAllWalletMetadataRequestObject) (gen.DeleteAllWalletMetadataResponseObject, error) {
	metadata, err := changeWalletMetadata(ctx, wallets.ByID(request.LagoID), form.RemoveItemMetadata())
	return gen.DeleteAllWalletMetadata200JSONResponse(metadata), err
}

// DeleteWalletMetadataKey takes one key of the metadata of a wallet away.
func (s *Server) DeleteWalletMetadataKey(ctx context.Context, request gen.DeleteWalletMetadataKeyRequestObject) (gen.DeleteWalletMetadataKeyResponseObject, error) {
	metadata, err := wallets.RemoveMetadataKey(txFrom(ctx), wallets.ByID(request.LagoID), request.Key)
	return gen.DeleteWalletMetadataKey200JSONResponse(walletMetadata(metadata)), err
}

// ReplaceCustomerWalletMetadata makes the body the metadata of a customer's wallet.
func (s *Server) ReplaceCustomerWalletMetadata(ctx context.Context, request gen.ReplaceCustomerWalletMetadataRequestObject) (gen.ReplaceCustomerWalletMetadataResponseObject, error) {
	metadata, err := changeWalletMetadata(ctx, wallets.ByCode(request.ExternalCustomerID, request.WalletCode), replacedMetadata(request.Body))
	return gen.ReplaceCustomerWalletMetadata200JSONResponse(metadata), err
}

// MergeCustomerWalletMetadata adds keys to the metadata of a customer's wallet, or
// changes them.
func (s *Server) MergeCustomerWalletMetadata(ctx context.Context, request gen.MergeCustomerWalletMetadataRequestObject) (gen.MergeCustomerWalletMetadataResponseObject, error) {
	metadata, err := changeWalletMetadata(ctx, wallets.ByCode(request.ExternalCustomerID, request.WalletCode), mergedMetadata(request.Body))
	return gen.MergeCustomerWalletMetadata200JSONResponse(metadata), err
}

// DeleteAllCustomerWalletMetadata takes the metadata of a customer's wallet away.
func (s *Server) DeleteAllCustomerWalletMetadata(ctx context.Context, request gen.DeleteAllCustomerWalletMetadataRequestObject) (gen.DeleteAllCustomerWalletMetadataResponseObject, error) {
	metadata, err := changeWalletMetadata(ctx, wallets.ByCode(request.ExternalCustomerID, request.WalletCode), form.RemoveItemMetadata())
	return gen.DeleteAllCustomerWalletMetadata200JSONResponse(metadata), err
}

// DeleteCustomerWalletMetadataKey takes one key of the metadata of a customer's
// wallet away.
func (s *Server) DeleteCustomerWalletMetadataKey(ctx context.Context, request gen.DeleteCustomerWalletMetadataKeyRequestObject) (gen.DeleteCustomerWalletMetadataKeyResponseObject, error) {
	metadata, err := wallets.RemoveMetadataKey(txFrom(ctx), wallets.ByCode(request.ExternalCustomerID, request.WalletCode), request.Key)
	return gen.DeleteCustomerWalletMetadataKey200JSONResponse(walletMetadata(metadata)), err
}

func changeWalletMetadata(ctx context.Context, wallet wallets.Finder, change form.ItemMetadataChange) (gen.WalletMetadataResponse, error) {
	metadata, err := wallets.ChangeMetadata(txFrom(ctx), wallet, change)
	return walletMetadata(metadata), err
}

func walletMetadata(metadata store.ItemMetadata) gen.WalletMetadataResponse {
	return gen.WalletMetadataResponse{Metadata: wire.ItemMetadata(metadata)}
}
