package setup

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
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

// link is the result of reading a link, for one dialect.
type link struct {
	form.Draft
	kind pbxws.Dialect
}

// Read reads a link: https://host/..., with the user before the host or in the query, sip:201@host,
// 201@host, or a host alone. An empty text gives a default name for the profile.
func (s *Steps) Read(text string, d form.Draft) (form.Draft, form.Finding) {
	text = strings.TrimSpace(text)
	l := link{d, s.kind(d)}
	var ok bool
	switch scheme, rest, _ := strings.Cut(text, ":"); {
	case text == "":
		ok = true
	case strings.Contains(text, "://"):
		ok = l.readWeb(text)
	case scheme == "sip" || scheme == "sips" || scheme == "tel":
		ok = l.readSIP(rest, true)
	case strings.Contains(text, "@"):
		ok = l.readSIP(text, false)
	default:
		ok = l.readWeb("https://" + text)
		l.Server = strings.TrimPrefix(l.Server, "https://")
	}
	if !ok {
		return d, form.Finding{Grade: phone.GradeFailed, Short: "no link",
			Text: "that is not https://host/..., sip:201@host or 201@host", Next: "Fill in the lines below instead"}
	}
	l.Profile = cmp.Or(l.Profile, s.profileName(l.Draft))
	return l.Draft, form.Finding{Grade: phone.GradeDone, Short: "taken"}
}

func (l *link) readWeb(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	server, err := serverURL(u.Scheme + "://" + u.Host)
	if err != nil {
		return false
	}
	l.Server = server
	if u.User != nil {
		password, _ := u.User.Password()
		l.Password = form.Secret(password)
		l.readUser(u.User.Username())
	}
	l.readQuery(u.Query())
	l.set(pbxws.RoleRealm, cmp.Or(l.get(pbxws.RoleRealm), hostName(u.Hostname())))
	return true
}

// readQuery reads the fields that the query of a link names.
func (l *link) readQuery(q url.Values) {
	realm, _ := l.kind.Role(pbxws.RoleRealm)
	for _, asked := range l.kind.Fields {
		for _, key := range append([]string{asked.ID}, asked.Aliases...) {
			switch value := q.Get(key); {
			case value == "" || !isAsked(asked):
			case asked.Role == pbxws.RoleUser:
				l.readUser(value)
			case asked.Role != pbxws.RoleRealm:
				l.Draft = l.With(asked.ID, value)
			}
		}
	}
	for _, key := range slices.Backward(append([]string{realm.ID}, realm.Aliases...)) {
		l.set(pbxws.RoleRealm, q.Get(key)) // after the user, because it overrules the realm there
	}
}

// get and set access the draft's value for a role, which the dialect may lack. An empty value is
// not set.
func (l *link) get(r pbxws.Role) string {
	asked, _ := l.kind.Role(r)
	return l.Value(asked.ID)
}

func (l *link) set(r pbxws.Role, value string) {
	if asked, ok := l.kind.Role(r); ok && value != "" {
		l.Draft = l.With(asked.ID, value)
	}
}

// readSIP reads user@host and a SIP address with parameters (RFC 3261 §19.1). sip says that it was
// written as one; otherwise a port that is not SIP's is that of the web pages.
func (l *link) readSIP(address string, sip bool) bool {
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
	l.set(pbxws.RoleUser, user)
	l.set(pbxws.RoleRealm, host)
	l.Password = form.Secret(password)
	if l.Server == "" {
		l.Server = server
	}
	return true
}

// sipPorts are those of SIP (RFC 3261 §19.1.2).
var sipPorts = []string{"5060", "5061"}

// readUser takes 201 or 201@domain.
func (l *link) readUser(text string) {
	user, realm, _ := strings.Cut(text, "@")
	l.set(pbxws.RoleUser, user)
	l.set(pbxws.RoleRealm, realm)
}

// hostName is the host of a server that could be a domain: a name, and no address.
func hostName(server string) string {
	address, err := serverURL(server)
	if err != nil {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || net.ParseIP(u.Hostname()) != nil {
		return ""
	}
	return u.Hostname()
}

// profileName proposes one: the company's part of the domain.
func (s *Steps) profileName(d form.Draft) string {
	l := link{d, s.kind(d)}
	labels := strings.Split(cmp.Or(l.get(pbxws.RoleRealm), hostName(d.Server)), ".")
	name := labels[max(0, len(labels)-2)]
	return cmp.Or(fileName(name), "office")
}

// fileName keeps the letters of a name that need no quotes in a file name or a TOML table.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return -1
	}, name)
}

// splitWords splits a command as a shell would, without expansions: blanks separate words, quotes keep them
// together, a backslash takes the next letter as it is.
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
