package wire

import (
	"tarn/gen"
	"tarn/nullable"
	"tarn/store"
)

// ItemMetadata is the metadata of an item as its own endpoints show it: null
// where the item never had any, or lost it.
func ItemMetadata(metadata store.ItemMetadata) nullable.Nullable[gen.MetadataObject] {
	if metadata == nil {
		return nullable.NewNullNullable[gen.MetadataObject]()
	}
	return nullable.NewNullableWithValue(gen.MetadataObject(metadata))
}

// itemMetadataMember is the metadata as a member of its item, which has none
// when there are no keys.
func itemMetadataMember(metadata store.ItemMetadata) nullable.Nullable[gen.MetadataObject] {
	if len(metadata) == 0 {
		return nullable.Nullable[gen.MetadataObject]{}
	}
	return ItemMetadata(metadata)
}

// keptItemMetadata is the metadata as a member of its item, which has none where there
// never was any, or where it was taken away.
//
// Lago: metadata without keys is sent of credit notes and wallets, unlike that of plans.
func keptItemMetadata(metadata store.ItemMetadata) nullable.Nullable[gen.MetadataObject] {
	if metadata == nil {
		return nullable.Nullable[gen.MetadataObject]{}
	}
	return ItemMetadata(metadata)
}
