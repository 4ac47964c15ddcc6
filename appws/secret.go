package appws

import "github.com/patchcord/patchcord/internal/redact"

// hideSecrets replaces the secrets in a message and tells how many. Text that is no JSON is hidden
// whole if it speaks of a secret, for nothing in it can be told apart.
func hideSecrets(f *redact.Filter, text []byte) (clean []byte, hidden int) {
	if checkJSON(text) != nil && f.Mentions(text) {
		return []byte(redact.Whole(text)), 1
	}
	return f.Text(text)
}
