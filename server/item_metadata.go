package server

import (
	"tarn/form"
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// The changes of item metadata, which every kind of item takes alike: the
// operations of an item choose one of these and name the item.

// replacedMetadata makes what the body says the metadata.
func replacedMetadata(body *gen.MetadataUpdateInput) form.ItemMetadataChange {
	return form.ReplaceItemMetadata(itemMetadata(body.Metadata))
}

// mergedMetadata adds what the body says to the metadata.
func mergedMetadata(body *gen.MetadataUpdateInput) form.ItemMetadataChange {
	return form.MergeItemMetadata(itemMetadata(body.Metadata))
}

// itemMetadata is the metadata of a body, alone or as a member of its item.
func itemMetadata(body nullable.Nullable[gen.MetadataInput]) nullable.Nullable[store.ItemMetadata] {
	return mapped(body, func(pairs gen.MetadataInput) store.ItemMetadata { return store.ItemMetadata(pairs) })
}
