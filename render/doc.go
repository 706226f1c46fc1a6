// Package render makes documents that people read: invoices, credit notes and
// receipts as PDF.
//
// It takes values and returns bytes, the same ones for the same values: no
// database, no clock, nothing random. It computes no amount; whatever stands
// on a document was handed in. What it owns is how things look, and their words in each
// language; how dates, numbers and amounts are written there, locale knows.
package render
