package wire

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// parseParty reads a party in the style of a SIP header (RFC 3261 §20.10): "Name" <sip:user@host;params>, a bare
// URI, user@host or a bare number.
func parseParty(header string) pbxws.Party {
	name, uri := "", header
	if before, rest, ok := cutUnquoted(header); ok {
		name = strings.TrimSpace(before)
		uri, _, _ = strings.Cut(rest, ">")
	}
	return pbxws.Party{Name: unquoteName(name), Number: userOf(uri)}
}

// cutUnquoted cuts at the first "<" that no quoted name contains.
func cutUnquoted(s string) (before, after string, found bool) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '<' && !quoted:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// unquoteName takes the quotes and backslashes off a quoted-string (RFC 3261 §25.1).
func unquoteName(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	s = s[1 : len(s)-1]
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// userOf is the user part of a SIP or tel URI, without parameters.
func userOf(uri string) string {
	uri = strings.TrimSpace(uri)
	for _, scheme := range []string{"sips:", "sip:", "tel:"} {
		if len(uri) >= len(scheme) && strings.EqualFold(uri[:len(scheme)], scheme) {
			uri = uri[len(scheme):]
			break
		}
	}
	user, _, _ := strings.Cut(uri, "@")
	user, _, _ = strings.Cut(user, ";")
	if plain, err := url.PathUnescape(user); err == nil {
		return plain
	}
	return user
}

// PartyOf reads a party of a call: a SIP header, and separate members that take precedence.
func PartyOf(header, number, name string) pbxws.Party {
	p := parseParty(header)
	return pbxws.Party{Name: cmp.Or(name, p.Name), Number: cmp.Or(userOf(number), p.Number)}
}
