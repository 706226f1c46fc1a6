package wire

import (
	"encoding/base64"
	"strings"
)

// publicKeyLine is the length of the lines into which a public key is broken.
const publicKeyLine = 60

// WebhookPublicKey is the key that webhooks are checked with, as the API shows
// it: its PEM text in base64, broken into lines.
//
// Lago: what is encoded is the PEM text, not the key in it, and every line ends
// with a line feed, the last one too.
func WebhookPublicKey(pem string) string {
	encoded := base64.StdEncoding.EncodeToString([]byte(pem))
	var lines strings.Builder
	for len(encoded) > 0 {
		length := min(publicKeyLine, len(encoded))
		lines.WriteString(encoded[:length] + "\n")
		encoded = encoded[length:]
	}
	return lines.String()
}
