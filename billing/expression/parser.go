package expression

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// propertyPrefix stands before the name of a property.
const propertyPrefix = "event.properties."

// How tightly the operators bind their operands; noBinding is the power of
// every token that is no operator.
const (
	noBinding = iota
	sumBinding
	productBinding
)

// Parse reads an expression. The error is a *SyntaxError.
func Parse(source string) (*Expression, error) {
	if len(source) > maxSourceLength {
		return nil, syntaxError(source, 0, fmt.Sprintf("the expression is longer than %d bytes", maxSourceLength))
	}
	if offset, ok := invalidUTF8(source); ok {
		return nil, syntaxError(source, offset, "invalid UTF-8")
	}
	p := &parser{lexer: lexer{source: source}}
	if err := p.advance(); err != nil {
		return nil, err
	}
	root, err := p.expression(noBinding)
	if err != nil {
		return nil, err
	}
	if p.current.kind != tokenEnd {
		return nil, p.unexpected("an operator or the end")
	}
	return &Expression{root: root}, nil
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8.
func invalidUTF8(source string) (offset int, found bool) {
	for offset < len(source) {
		character, size := utf8.DecodeRuneInString(source[offset:])
		if character == utf8.RuneError && size == 1 {
			return offset, true
		}
		offset += size
	}
	return 0, false
}

// parser is a Pratt parser: it looks at one token and compares the binding
// powers of operators. All its errors are *SyntaxError.
type parser struct {
	lexer   lexer
	current token
	depth   int
}

// advance moves to the next token.
func (p *parser) advance() error {
	next, err := p.lexer.next()
	if err != nil {
		return err
	}
	p.current = next
	return nil
}

// expect moves past a token of the given kind, described for the error.
func (p *parser) expect(kind tokenKind, description string) error {
	if p.current.kind != kind {
		return p.unexpected(description)
	}
	return p.advance()
}

// unexpected makes the error for a current token that does not fit.
func (p *parser) unexpected(expected string) error {
	return p.fail(p.current, fmt.Sprintf("expected %s, found %s", expected, p.current.describe()))
}

// fail makes an error at a token.
func (p *parser) fail(at token, message string) error {
	return syntaxError(p.lexer.source, at.offset, message)
}

// expression reads an atom and all operators after it that bind tighter than
// minimum. Equal powers stop it, which makes operators associate to the left.
func (p *parser) expression(minimum int) (node, error) {
	left, err := p.atom()
	if err != nil {
		return nil, err
	}
	for {
		power, apply := operator(p.current.kind)
		if power <= minimum {
			return left, nil
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
		right, err := p.expression(power)
		if err != nil {
			return nil, err
		}
		left = &operationNode{apply: apply, left: left, right: right}
	}
}

// operator returns the binding power and the arithmetic of a token.
func operator(kind tokenKind) (power int, apply operation) {
	switch kind {
	case tokenPlus:
		return sumBinding, add
	case tokenMinus:
		return sumBinding, subtract
	case tokenStar:
		return productBinding, multiply
	case tokenSlash:
		return productBinding, divide
	default:
		return noBinding, nil
	}
}

// atom reads a value with at most one minus sign before it.
func (p *parser) atom() (node, error) {
	if p.current.kind != tokenMinus {
		return p.primary()
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.current.kind == tokenMinus {
		return nil, p.fail(p.current, "only one minus sign may stand before a value")
	}
	operand, err := p.primary()
	if err != nil {
		return nil, err
	}
	return &negationNode{operand: operand}, nil
}

// primary reads a literal, a variable, a call or a parenthesized expression.
func (p *parser) primary() (node, error) {
	start := p.current
	switch start.kind {
	case tokenNumber:
		number, err := parseNumber(start.text)
		if err != nil {
			return nil, p.fail(start, err.Error())
		}
		return &literalNode{value: numberValue(number)}, p.advance()
	case tokenText:
		return &literalNode{value: textValue(start.text)}, p.advance()
	case tokenName:
		return p.name()
	case tokenOpen:
		return p.parenthesized()
	default:
		return nil, p.unexpected("a value")
	}
}

// name reads a variable or a call.
func (p *parser) name() (node, error) {
	name := p.current
	called, isFunction := lookupFunction(name.text)
	if isFunction {
		if err := p.advance(); err != nil {
			return nil, err
		}
		return p.call(name, called)
	}
	variable, err := p.variable(name)
	if err != nil {
		return nil, err
	}
	return variable, p.advance()
}

// variable makes the node for the name of a variable.
func (p *parser) variable(name token) (node, error) {
	switch name.text {
	case "event.code":
		return codeNode{}, nil
	case "event.timestamp":
		return timestampNode{}, nil
	}
	property, ok := strings.CutPrefix(name.text, propertyPrefix)
	if !ok {
		return nil, p.fail(name, fmt.Sprintf("unknown variable or function %q", shorten(name.text)))
	}
	if !isIdentifier(property) {
		return nil, p.fail(name, fmt.Sprintf(
			"%q is no property: a name is a letter, then letters, digits and underscores", shorten(name.text)))
	}
	return &propertyNode{name: property}, nil
}

// parenthesized reads an expression in parentheses.
func (p *parser) parenthesized() (node, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	inner, err := p.expression(noBinding)
	if err != nil {
		return nil, err
	}
	return inner, p.close("an operator or \")\"")
}

// call reads the arguments of a function whose name the parser has passed.
func (p *parser) call(name token, called *function) (node, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	var arguments []node
	for {
		argument, err := p.expression(noBinding)
		if err != nil {
			return nil, err
		}
		arguments = append(arguments, argument)
		if p.current.kind != tokenComma {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if err := p.close("an operator, \",\" or \")\""); err != nil {
		return nil, err
	}
	if called.maximum != unlimited && len(arguments) > called.maximum {
		return nil, p.fail(name, fmt.Sprintf(
			"%s takes at most %d arguments, not %d", name.text, called.maximum, len(arguments)))
	}
	return &callNode{function: called, arguments: arguments}, nil
}

// open moves past an opening parenthesis and counts the depth.
func (p *parser) open() error {
	opening := p.current
	if err := p.expect(tokenOpen, "\"(\""); err != nil {
		return err
	}
	if p.depth == maxNestingDepth {
		return p.fail(opening, fmt.Sprintf("parentheses nest deeper than %d levels", maxNestingDepth))
	}
	p.depth++
	return nil
}

// close moves past the closing parenthesis; expected tells the error what else
// could have followed.
func (p *parser) close(expected string) error {
	p.depth--
	return p.expect(tokenClose, expected)
}
