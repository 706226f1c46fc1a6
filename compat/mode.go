// Package compat names whom the server follows where the published document and
// Lago's own server differ.
package compat

// Mode is whom requests and answers follow.
type Mode uint8

// The modes of TARN_COMPAT.
const (
	// Document gives answers that are valid by the published document.
	Document Mode = iota
	// Wire gives answers as Lago's own server sends them.
	Wire
)

// Of reads a mode by its name; every name but "wire" is the document's.
func Of(name string) Mode {
	if name == "wire" {
		return Wire
	}
	return Document
}

// String is the mode's name.
func (m Mode) String() string {
	if m == Wire {
		return "wire"
	}
	return "document"
}
