package vodia

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	// maxTrace bounds the text of one trace frame in bytes.
	maxTrace = 64 << 10
	// maxExcerpt bounds what is kept of a frame that nobody understood.
	maxExcerpt = 4 << 10
)

// secretLine finds key material inside an SDP (RFC 8839 §5.4, RFC 4568 §9.1) as it stands in
// a JSON string, secretMember members that hold a secret by their name.
var (
	secretLine   = regexp.MustCompile(`(?i)(a=ice-pwd:|a=crypto:|inline:)[^\\"\r\n]+`)
	secretMember = regexp.MustCompile(`(?i)("[^"\\]*(?:password|passwd|secret|token|session|credential)[^"\\]*"\s*:\s*)"(?:[^"\\]|\\.)*"?`)
)

const hidden = "(hidden)"

// scrub makes a frame fit for a trace: secrets hidden, length bounded. It cuts twice, so that
// a secret across the cut is still seen as one and a huge frame is not searched to its end.
func scrub(frame []byte, limit int, secrets ...string) string {
	size := len(frame)
	text := string(frame[:min(size, limit+1024)])
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, hidden)
		}
	}
	text = secretLine.ReplaceAllString(text, "${1}"+hidden)
	text = secretMember.ReplaceAllString(text, `${1}"`+hidden+`"`)
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "")
	}
	if size > limit {
		text += fmt.Sprintf(" ... (%d bytes in all)", size)
	}
	return text
}

// excerpt is the start of a frame for an Unrecognized.
func excerpt(frame []byte, secrets ...string) string { return scrub(frame, maxExcerpt, secrets...) }
