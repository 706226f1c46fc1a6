package web

import "tarn/locale"

// PortalWords are what the portal says in a language.
func PortalWords(language locale.Language) portalWords { return portalWordsOf(language) } //nolint:revive // tests read the fields
