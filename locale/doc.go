// Package locale knows how people write in their languages: dates, numbers and amounts.
//
// It is pure: values in, texts out. What is said in a language belongs to whoever says it.
package locale
