package server

// pending answers 501 for the operations of the contract that are not written
// yet. Writing one means adding its method to Server and removing it here; the
// list only ever shrinks, until another version of the contract brings more.
type pending struct{}
