package form

import (
	"maps"
	"unicode/utf8"

	"tarn/fault"
	"tarn/store"
)

// The limits of item metadata; lengths are in characters.
const (
	maxItemMetadataKeys  = 50
	maxItemMetadataKey   = 100
	maxItemMetadataValue = 255
)

// ItemMetadataChange is what a request does to the metadata of an item. It
// returns what the metadata shall be and leaves what it was handed alone. Every
// kind of item that has metadata takes the same changes.
type ItemMetadataChange func(store.ItemMetadata) (store.ItemMetadata, error)

// ReplaceItemMetadata makes the input the metadata. Absent and null change
// nothing. It refuses what is over the limits with a Validation fault.
func ReplaceItemMetadata(input Optional[store.ItemMetadata]) ItemMetadataChange {
	return func(metadata store.ItemMetadata) (store.ItemMetadata, error) {
		if !Given(input) {
			return metadata, nil
		}
		// An empty map is kept, and tells an item that has no metadata now from
		// one that never had any.
		replaced := store.ItemMetadata{}
		maps.Copy(replaced, input.MustGet())
		return replaced, checkItemMetadata(replaced)
	}
}

// MergeItemMetadata adds the input's keys to the metadata, or changes them: a
// key whose text is null is kept with null. Absent, null and an empty input
// change nothing. It refuses what is over the limits with a Validation fault.
func MergeItemMetadata(input Optional[store.ItemMetadata]) ItemMetadataChange {
	return func(metadata store.ItemMetadata) (store.ItemMetadata, error) {
		added, _ := input.Get() // absent and null add nothing
		if len(added) == 0 {
			return metadata, nil
		}
		merged := store.ItemMetadata{}
		maps.Copy(merged, metadata)
		maps.Copy(merged, added)
		return merged, checkItemMetadata(merged)
	}
}

// RemoveItemMetadata takes all metadata away, as if the item never had any.
func RemoveItemMetadata() ItemMetadataChange {
	return func(store.ItemMetadata) (store.ItemMetadata, error) { return nil, nil }
}

// RemoveItemMetadataKey takes one key away; one that is not there is no error.
// Where the item has no metadata it returns a NotFound fault.
func RemoveItemMetadataKey(key string) ItemMetadataChange {
	return func(metadata store.ItemMetadata) (store.ItemMetadata, error) {
		if metadata == nil {
			return nil, fault.Missing("metadata")
		}
		rest := maps.Clone(metadata)
		delete(rest, key)
		return rest, nil
	}
}

// checkItemMetadata checks the limits.
//
// Lago: what is wrong with metadata is told in words, under "value".
func checkItemMetadata(metadata store.ItemMetadata) error {
	details := fault.Details{}
	if len(metadata) > maxItemMetadataKeys {
		details.Add("value", "cannot have more than 50 keys")
	}
	longKey, longValue := false, false
	for key, value := range metadata {
		longKey = longKey || utf8.RuneCountInString(key) > maxItemMetadataKey
		longValue = longValue || value != nil && utf8.RuneCountInString(*value) > maxItemMetadataValue
	}
	if longKey {
		details.Add("value", "cannot have keys longer than 100 characters")
	}
	if longValue {
		details.Add("value", "cannot have values longer than 255 characters")
	}
	return details.Err()
}
