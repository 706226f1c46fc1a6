package store

// ItemMetadata is what clients note on plans, wallets and credit notes: texts
// by key. A key may stand without a text. Nil means that the item never had
// metadata, or lost it; an empty map that it has none now.
type ItemMetadata map[string]*string
