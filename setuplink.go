package main

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui"
)

var errNoServer = errors.New("the server is written like pbx.example.com, or as in a browser: https://pbx.example.com:8443")

// serverURL is the address of a PBX as config.toml has it: a host alone means https.
func serverURL(text string) (string, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || !slices.Contains([]string{"https", "http", "wss", "ws"}, u.Scheme) || u.Hostname() == "" ||
		strings.HasSuffix(u.Host, ":") || strings.ContainsAny(u.Host, " \t") {
		return "", errNoServer
	}
	return u.Scheme + "://" + u.Host, nil
}

// Read takes a link apart: https://host/..., with the user in front of the host or in the query,
// sip:201@host, 201@host, or a host alone. An empty one proposes a name for the profile.
func (s *setup) Read(link string, d tui.Draft) (tui.Draft, tui.Finding) {
	link = strings.TrimSpace(link)
	var ok bool
	switch scheme, rest, _ := strings.Cut(link, ":"); {
	case link == "":
		ok = true
	case strings.Contains(link, "://"):
		ok = readWeb(link, &d)
	case scheme == "sip" || scheme == "sips" || scheme == "tel":
		ok = readSIP(rest, true, &d)
	case strings.Contains(link, "@"):
		ok = readSIP(link, false, &d)
	default:
		ok = readWeb("https://"+link, &d)
		d.Server = strings.TrimPrefix(d.Server, "https://")
	}
	if !ok {
		return d, tui.Finding{Grade: phone.GradeFailed, Short: "no link",
			Text: "that is none of https://host/..., sip:201@host and 201@host", Next: "Fill in the lines below instead"}
	}
	d.Profile = cmp.Or(d.Profile, profileName(d))
	return d, tui.Finding{Grade: phone.GradeDone, Short: "taken"}
}

func readWeb(link string, d *tui.Draft) bool {
	u, err := url.Parse(link)
	if err != nil {
		return false
	}
	server, err := serverURL(u.Scheme + "://" + u.Host)
	if err != nil {
		return false
	}
	d.Server = server
	if u.User != nil {
		password, _ := u.User.Password()
		d.Password = tui.Secret(password)
		readUser(u.User.Username(), d)
	}
	q := u.Query()
	for _, key := range []string{"user", "username", "account", "extension", "ext"} {
		readUser(q.Get(key), d)
	}
	d.Domain = cmp.Or(q.Get("domain"), q.Get("tenant"), d.Domain, hostName(u.Hostname()))
	return true
}

// readSIP reads user@host, with what a SIP address may carry behind it (RFC 3261 §19.1). sip tells that
// it is written as one; else a port in it is that of the web pages, if it is none of SIP's.
func readSIP(address string, sip bool, d *tui.Draft) bool {
	address, _, _ = strings.Cut(strings.TrimPrefix(address, "//"), ";")
	address, _, _ = strings.Cut(address, "?")
	user, host, ok := strings.Cut(address, "@")
	user, password, _ := strings.Cut(user, ":")
	server := host
	if h, port, err := net.SplitHostPort(host); err == nil {
		if host = h; sip || slices.Contains(sipPorts, port) {
			server = h // the port is SIP's, not that of the web pages
		}
	}
	if _, err := serverURL(host); !ok || user == "" || err != nil || strings.ContainsAny(host, "/@") {
		return false
	}
	d.User, d.Password, d.Domain = user, tui.Secret(password), host
	if d.Server == "" {
		d.Server = server
	}
	return true
}

// sipPorts are those of SIP (RFC 3261 §19.1.2).
var sipPorts = []string{"5060", "5061"}

// readUser takes 201 or 201@domain.
func readUser(text string, d *tui.Draft) {
	user, domain, _ := strings.Cut(text, "@")
	d.User, d.Domain = cmp.Or(user, d.User), cmp.Or(domain, d.Domain)
}

// hostName is a host that could be a domain: a name, and no address.
func hostName(host string) string {
	if net.ParseIP(host) != nil {
		return ""
	}
	return host
}

// profileName proposes one: the company's part of the domain.
func profileName(d tui.Draft) string {
	labels := strings.Split(cmp.Or(d.Domain, hostName(d.Server)), ".")
	name := labels[max(0, len(labels)-2)]
	return cmp.Or(fileName(name), "office")
}

// fileName is a name without what a file or a table would have to quote.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return -1
	}, name)
}

// splitWords takes a command apart as a shell would, without its other habits: blanks part, quotes
// keep together, a backslash takes the next letter as it is.
func splitWords(command string) []string {
	var words []string
	var word strings.Builder
	var quote rune
	begun, escaped := false, false
	for _, r := range command {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			begun, escaped = true, true
		case r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			begun, quote = true, r
		case r == ' ' || r == '\t':
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	if begun {
		words = append(words, word.String())
	}
	return words
}

// joinWords writes a command so that splitWords reads it again.
func joinWords(words []string) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w
		if w == "" || strings.ContainsAny(w, " \t\"'\\") {
			all[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(all, " ")
}
