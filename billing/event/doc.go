// Package event reads what clients send in usage events: properties, numbers,
// timestamps and amounts, all of them decoded JSON whose numbers are
// json.Number. It decides which of them can be kept, and in which form, so that
// every database keeps them alike. It is pure: it knows no database, no HTTP
// and no clock.
package event
