package number

import (
	"net/url"
	"strings"
)

// IsLink tells whether a text is a link to a number: tel:, sip:, sips: or callto:.
func IsLink(text string) bool {
	_, _, ok := link(text)
	return ok
}

// link reads tel: (RFC 3966), sip: and sips: (RFC 3261 §19.1), and callto: as browsers send it. If
// the user of a SIP address is a number the host is dropped, since our own PBX dials it. ok is
// false if the text is no link.
func link(t string) (n Number, why string, ok bool) {
	scheme, rest, ok := strings.Cut(t, ":")
	if !ok {
		return Number{}, "", false
	}
	switch strings.ToLower(scheme) {
	case "tel", "callto":
		n, why = telephone(strings.TrimLeft(rest, "/"))
	case "sip", "sips":
		n, why = sip(strings.TrimLeft(rest, "/"))
	default:
		return Number{}, "", false
	}
	if why != "" && strings.ContainsAny(t, " \n") { // "Tel: 0721/555016 Fax: ..." is no link
		if found := findIn(t); len(found) > 0 {
			return found[0], "", true
		}
	}
	return n, why, true
}

const unreadable = "the link cannot be read"

func telephone(rest string) (Number, string) {
	rest, _, _ = strings.Cut(rest, "?")
	if user, _, ok := strings.Cut(rest, "@"); ok { // callto:203@pbx
		return sip(user + "@pbx")
	}
	text, tones, why := parameters(rest)
	if why != "" {
		return Number{}, why
	}
	return named(text, tones)
}

// parameters removes the parameters from a number: ext (RFC 3966 §5.3) and postd (RFC 2806) become
// tones, others do not change what is dialled. A semicolon before digits is a pause.
func parameters(s string) (text, tones, why string) {
	parts := strings.Split(s, ";")
	kept := parts[0]
	for _, p := range parts[1:] {
		name, value, isParameter := strings.Cut(p, "=")
		switch {
		case !isParameter && strings.Trim(p, "0123456789*#,%") == "" || !isParameter && strings.TrimSpace(p) != p:
			kept += ";" + p
		case isParameter && (strings.EqualFold(name, "ext") || strings.EqualFold(name, "postd")):
			v, err := url.PathUnescape(value)
			if err != nil {
				return "", "", unreadable
			}
			tones += ofTones(v)
		}
	}
	text, err := url.PathUnescape(kept)
	if err != nil {
		return "", "", unreadable
	}
	return text, tones, ""
}

// named reads the number of a link, or the name in its place.
func named(text, tones string) (Number, string) {
	text = strings.TrimSpace(plain(text))
	if strings.ContainsFunc(text, isForeign) {
		return Number{}, "the number has characters that cannot be dialled"
	}
	n, ok := whole(text)
	switch {
	case ok:
		n.Tones += tones
		return n, ""
	case text == "":
		return Number{}, "the link names no number"
	case isWithheldWord(text):
		return Number{}, withheld
	case isWord(text):
		return Number{Dial: text, Tones: tones, Kind: Word}, ""
	}
	return Number{}, "there is no number in that link"
}

func sip(rest string) (Number, string) {
	user, host, isAddress := cutHost(rest)
	if !isAddress {
		user, _, _ = strings.Cut(rest, "?")
		if isHost(user) {
			return Number{}, "the link names no number"
		}
	}
	return addressed(user, host)
}

// cutHost cuts at the last @ that is not part of parameters or headers.
func cutHost(rest string) (user, host string, ok bool) {
	at := strings.IndexByte(rest, '@')
	if at < 0 {
		return rest, "", false
	}
	host = rest[at+1:]
	if i := strings.IndexAny(host, ";?"); i >= 0 {
		host = host[:i]
	}
	return rest[:at], host, true
}

// isHost is true for an IP address, which is no number although it has only digits.
func isHost(s string) bool {
	s, _, _ = strings.Cut(s, ";")
	if strings.HasPrefix(s, "[") {
		return true
	}
	s, _, _ = strings.Cut(s, ":")
	return strings.Count(s, ".") == 3 && strings.Trim(s, "0123456789.") == ""
}

// addressed reads the user part of an address, with or without a scheme. A password in it is
// dropped.
func addressed(user, host string) (Number, string) {
	user, _, _ = strings.Cut(user, ":")
	text, tones, why := parameters(user)
	if why != "" {
		return Number{}, why
	}
	if Withheld(text+"@"+host) && host != "" {
		return Number{}, withheld
	}
	n, why := named(text, tones)
	if why == "" && n.Kind == Word && host != "" {
		if strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") != "" {
			return Number{}, "there is no number in that"
		}
		n.Kind, n.Dial = Address, n.Dial+"@"+host
	}
	return n, why
}
