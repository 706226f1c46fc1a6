package expression

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// tokenKind tells the tokens of the language apart.
type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenNumber
	tokenText
	tokenName
	tokenPlus
	tokenMinus
	tokenStar
	tokenSlash
	tokenOpen
	tokenClose
	tokenComma
)

// token is a piece of the source. The text of a tokenText is without its
// quotes; a tokenName is a function or a whole variable with its dots.
type token struct {
	kind   tokenKind
	text   string
	offset int
}

// describe names the token in an error message.
func (t token) describe() string {
	switch t.kind {
	case tokenEnd:
		return "the end"
	case tokenText:
		return "a text"
	case tokenNumber:
		return "the number " + shorten(t.text)
	default:
		return fmt.Sprintf("%q", shorten(t.text))
	}
}

// shorten cuts a text from the source to a length fit for a message.
func shorten(text string) string {
	if utf8.RuneCountInString(text) <= maxQuotedLength {
		return text
	}
	return string([]rune(text)[:maxQuotedLength]) + "…"
}

// lexer cuts a source into tokens.
type lexer struct {
	source string
	offset int
}

// next returns the next token, and tokenEnd for ever after the last. The error
// is a *SyntaxError.
func (l *lexer) next() (token, error) {
	for l.offset < len(l.source) && l.source[l.offset] == ' ' {
		l.offset++
	}
	if l.offset == len(l.source) {
		return token{kind: tokenEnd, offset: l.offset}, nil
	}
	first := l.source[l.offset]
	switch {
	case isDigit(first):
		return l.number()
	case isLetter(first):
		return l.take(tokenName, l.run(l.offset, isNamePart)), nil
	case first == '\'':
		return l.quoted()
	}
	if kind, ok := symbolKind(first); ok {
		return l.take(kind, l.offset+1), nil
	}
	return token{}, l.unexpectedCharacter()
}

// take makes a token of the source up to end and moves past it.
func (l *lexer) take(kind tokenKind, end int) token {
	taken := token{kind: kind, text: l.source[l.offset:end], offset: l.offset}
	l.offset = end
	return taken
}

// run returns the offset after the longest run of bytes that belong.
func (l *lexer) run(start int, belongs func(byte) bool) int {
	for start < len(l.source) && belongs(l.source[start]) {
		start++
	}
	return start
}

// number reads digits, and a fraction if a point follows.
func (l *lexer) number() (token, error) {
	end := l.run(l.offset, isDigit)
	if end < len(l.source) && l.source[end] == '.' {
		point := end
		end = l.run(point+1, isDigit)
		if end == point+1 {
			return token{}, syntaxError(l.source, end, "expected a digit after the decimal point")
		}
	}
	return l.take(tokenNumber, end), nil
}

// quoted reads a text in single quotes. There is no way to write a quote
// inside one.
func (l *lexer) quoted() (token, error) {
	start := l.offset
	length := strings.IndexByte(l.source[start+1:], '\'')
	if length < 0 {
		return token{}, syntaxError(l.source, start, "the text that starts here has no closing quote")
	}
	l.offset = start + 1 + length + 1
	return token{kind: tokenText, text: l.source[start+1 : start+1+length], offset: start}, nil
}

// unexpectedCharacter makes the error for the character that starts no token.
func (l *lexer) unexpectedCharacter() error {
	character, _ := utf8.DecodeRuneInString(l.source[l.offset:])
	switch character {
	case '\t', '\n', '\r':
		return syntaxError(l.source, l.offset,
			fmt.Sprintf("unexpected %q: only spaces may stand between tokens", character))
	case '"':
		return syntaxError(l.source, l.offset, "unexpected '\"': texts stand in single quotes")
	default:
		return syntaxError(l.source, l.offset, fmt.Sprintf("unexpected character %q", character))
	}
}

// symbolKind returns the kind of a token of one character.
func symbolKind(symbol byte) (tokenKind, bool) {
	switch symbol {
	case '+':
		return tokenPlus, true
	case '-':
		return tokenMinus, true
	case '*':
		return tokenStar, true
	case '/':
		return tokenSlash, true
	case '(':
		return tokenOpen, true
	case ')':
		return tokenClose, true
	case ',':
		return tokenComma, true
	default:
		return tokenEnd, false
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isIdentifierPart(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

// isNamePart holds for dots too, so that a variable is one token: spaces
// inside it are errors, and it never ends in the middle of a word.
func isNamePart(c byte) bool { return isIdentifierPart(c) || c == '.' }

// isIdentifier reports whether a text can name a property.
func isIdentifier(text string) bool {
	if text == "" || !isLetter(text[0]) {
		return false
	}
	for i := range len(text) {
		if !isIdentifierPart(text[i]) {
			return false
		}
	}
	return true
}
