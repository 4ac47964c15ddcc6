package phone

import (
	"encoding/hex"
	"strings"
)

// numberOf takes what is to be dialled out of a link: tel: (RFC 3966), sip: and sips: (RFC 3261
// §19.1), callto: as browsers send it. Parameters and headers are left out, and of a SIP address
// the host too where its user is a number: the PBX at hand is asked for that number. What is no
// such link is given back as it is; ok is false for a link that cannot be read.
func numberOf(text string) (dial string, ok bool) {
	scheme, rest, isLink := strings.Cut(text, ":")
	if !isLink {
		return text, true
	}
	switch strings.ToLower(scheme) {
	case "tel", "callto", "sip", "sips":
	default:
		return text, true
	}
	rest = strings.TrimLeft(rest, "/")
	if i := strings.IndexAny(rest, ";?"); i >= 0 {
		rest = rest[:i]
	}
	if rest, ok = unescaped(rest); !ok {
		return "", false
	}
	if user, _, address := strings.Cut(rest, "@"); address {
		user, _, _ = strings.Cut(user, ":") // a password has no place in a number
		if strings.Trim(user, "+0123456789*#-.() ") == "" {
			return user, true
		}
	}
	return rest, true
}

// unescaped resolves %xx (RFC 3986 §2.1).
func unescaped(s string) (plain string, ok bool) {
	head, rest, more := strings.Cut(s, "%")
	for more {
		if len(rest) < 2 {
			return "", false
		}
		c, err := hex.DecodeString(rest[:2])
		if err != nil {
			return "", false
		}
		head += string(c)
		var next string
		next, rest, more = strings.Cut(rest[2:], "%")
		head += next
	}
	return head, true
}
