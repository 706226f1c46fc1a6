package web

import "tarn/locale"

// CheckoutWords are what the pages say where customers pay.
func CheckoutWords(language locale.Language) checkoutWords { return checkoutWordsOf(language) }

// PortalWords are what the portal says in a language.
func PortalWords(language locale.Language) portalWords { return portalWordsOf(language) }
