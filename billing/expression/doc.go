// Package expression owns the arithmetic language of billable metrics: it
// parses the text of a metric's expression once and evaluates it against
// events, with exact decimals.
//
// The language has numbers (12 or 12.5), texts in single quotes, the variables
// event.code, event.timestamp and event.properties.NAME, the operators
// + - * / with their usual precedence, parentheses, one minus sign before a
// value, and the functions concat, round, ceil, floor, least and greatest,
// each also in UPPER CASE or Capitalized. Only the plain space separates
// tokens.
//
//	Expression = Atom { ("+" | "-" | "*" | "/") Atom } .
//	Atom       = [ "-" ] Primary .
//	Primary    = Call | Variable | Number | Text | "(" Expression ")" .
//	Call       = Function "(" Expression { "," Expression } ")" .
//	Variable   = "event.code" | "event.timestamp" | "event.properties." Name .
//	Name       = letter { letter | digit | "_" } .
//	Number     = digit { digit } [ "." digit { digit } ] .
//	Text       = "'" { any character but "'" } "'" .
//
// Values are numbers or texts. Numbers keep their scale (12.50 has two decimal
// places) through sums and products, which shows only in concat; a result is
// written in its shortest form.
//
// The package is pure: it knows no database, no HTTP and no clock. Whatever
// the source and the event are, the work and the memory that they cost are
// bounded by the constants in limits.go.
package expression
