package record

import (
	"encoding/json"

	"github.com/patchcord/patchcord/internal/redact"
)

// hideSecrets replaces the secrets in a message and counts them. Text that is no JSON and mentions
// a secret is hidden as a whole.
func hideSecrets(f *redact.Filter, text []byte) (clean []byte, hidden int) {
	if !json.Valid(text) && f.Mentions(text) {
		return []byte(redact.Whole(text)), 1
	}
	return f.Text(text)
}
