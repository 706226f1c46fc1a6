// Package vat knows the value added tax of the European Union as far as it
// decides which tax a sale bears: the standard rates of the member countries,
// the territories where other rates hold, and how VAT numbers are spelled. It
// is pure, and asks nobody whether a number that is spelled well was ever
// given to anyone.
package vat
