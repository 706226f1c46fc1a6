package form

import (
	"net/mail"
	"strings"
	"unicode"

	"tarn/billing/iso"
	"tarn/fault"
)

// CheckCountry refuses a code that is no country's; none at all is fine.
func CheckCountry(details fault.Details, field string, code *string) {
	if code != nil && !iso.IsCountry(*code) {
		details.Add(field, "not_a_valid_country_code")
	}
}

// CleanEmail removes characters that cannot be seen and spaces around the
// text; what is empty then is no address at all.
func CleanEmail(email *string) *string {
	if email == nil {
		return nil
	}
	text := strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, *email))
	if text == "" {
		return nil
	}
	return &text
}

// IsEmail reports whether a text is an address, or several with commas
// between them.
func IsEmail(text string) bool {
	for address := range strings.SplitSeq(text, ",") {
		address = strings.TrimSpace(address)
		parsed, err := mail.ParseAddress(address)
		if err != nil || parsed.Address != address {
			return false
		}
	}
	return true
}
