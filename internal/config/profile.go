package config

import (
	"errors"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/patchcord/patchcord/internal/certificate"
	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/internal/proxies"
	"github.com/patchcord/patchcord/internal/tomlfile"
	"github.com/patchcord/patchcord/pbxws"
)

// Profile is one PBX and who signs in there. Its password comes from Secret,
// its trust from TLS.
type Profile struct {
	// Name is what the file calls it.
	Name string
	// Dialect is the ID of a pbxws.Dialect.
	Dialect string
	// URL is the PBX, scheme://host[:port] with the scheme https, http, wss or ws. A path is kept; the
	// dialect decides whether it is valid.
	URL string
	// User signs in. Realm is where the user belongs, empty for a dialect without realms; the dialect says
	// which key holds it.
	User, Realm string
	// Settings are the dialect's own, see Value. Settings with their usual value are left out.
	Settings map[string]string
	// Variables are environment variables by their keys. A profile with one signs in by its value and has no
	// source of a password.
	Variables map[string]string

	// Exactly one of the four is the source of the password, unless there are Variables. PasswordFile
	// is the path of a file that nobody else can read.
	PasswordKeyring bool
	PasswordCommand []string
	PasswordEnv     string
	PasswordFile    string

	// TLSPin is "sha256/" and the base64 SHA-256 of the PBX's public key (RFC 7469 §2.4), TLSCA
	// a PEM file of the authorities that sign for it. Both empty means the system's authorities.
	TLSPin string
	TLSCA  string

	// Proxy is a setting of proxies.Check; empty is the proxy of the environment.
	Proxy string

	// Country is where the PBX is, empty if the file does not say.
	Country number.Country

	// ICE are the servers for this profile; without any, those for all profiles count.
	ICE ICE

	// Dial says which numbers go out by this profile, where there are several.
	Dial DialPlan

	// KeepsNothing leaves alone what an earlier sign-in left; it is not in the file.
	KeepsNothing bool

	// session means that this is the part that a Session shares with profiles.
	session bool
}

// table is the name of its kind of table in the file.
func (p Profile) table() string {
	if p.session {
		return "session"
	}
	return "profile"
}

// draft is a profile while it is read.
type draft struct {
	Profile
	// kind is the profile's dialect, zero for what is no profile.
	kind pbxws.Dialect
	at   tomlfile.Position
	// places are where its keys stand.
	places map[string]tomlfile.Position
	// ice holds the keys of the profile's ICE servers, nil where the file has no such table.
	ice *draft
}

func (d *decoder) profile(e entry, rest []string) {
	switch {
	case len(rest) == 0:
		d.table(e)
	case rest[0] == "" || len(rest[0]) > maxName || !isLine(rest[0]):
		d.Report(e.at, "a profile's name is one to %d characters", maxName)
	case len(rest) == 1 && !e.header:
		d.Report(e.at, "%q is %s; a profile is a table, write [profile.NAME]", rest[0], tomlfile.KindWords(e.value.kind))
	case len(rest) == 1:
		d.draft(rest[0], e.at)
	case rest[1] == "ice":
		d.profileICE(d.draft(rest[0], e.at), e, rest[2:])
	case rest[1] == "dial":
		d.profileDial(d.draft(rest[0], e.at), e, rest[2:])
	case len(rest) == 2:
		d.profileKey(d.draft(rest[0], e.at), e)
	default:
		d.unknownOf(d.dialectOf(rest[0]), e)
	}
}

// unknownOf refuses an unknown key in a profile of a dialect.
func (d *decoder) unknownOf(kind pbxws.Dialect, e entry) {
	d.unknown(e, strings.Join(profileKeys(kind), ", ")+", ice, dial")
}

// draft finds the draft of a profile or starts one.
func (d *decoder) draft(name string, at tomlfile.Position) *draft {
	for _, p := range d.drafts {
		if p.Name == name {
			return p
		}
	}
	p := &draft{Profile: Profile{Name: name}, kind: d.dialectOf(name), at: at, places: map[string]tomlfile.Position{}}
	d.drafts = append(d.drafts, p)
	return p
}

func (d *decoder) profileKey(p *draft, e entry) {
	name := e.path[len(e.path)-1]
	p.places[name] = e.at
	switch name {
	case "dialect":
		d.oneOf(e, &p.Dialect, d.kinds.IDs())
	case "url":
		d.url(e, &p.URL)
	case "tls_pin":
		d.pin(e, &p.TLSPin)
	case "tls_ca":
		d.path(e, &p.TLSCA)
	case "proxy":
		d.proxy(e, &p.Proxy)
	case "country":
		d.country(e, &p.Country)
	default:
		if s, ok := p.kind.Setting(name); ok {
			d.setting(p, e, s)
		} else if !d.secretKey(p, e, name) {
			d.unknownOf(p.kind, e)
		}
	}
}

// filled reads a text that must not be empty.
func (d *decoder) filled(e entry, into *string) bool {
	if !d.text(e, into) {
		return false
	}
	if *into == "" {
		d.Report(e.value.at, "%q is empty", e.path[len(e.path)-1])
	}
	return *into != ""
}

// path reads the path of a file; a relative one starts at the directory of the configuration.
func (d *decoder) path(e entry, into *string) {
	if d.filled(e, into) && !filepath.IsAbs(*into) {
		*into = filepath.Join(filepath.Dir(d.file), *into)
	}
}

func (d *decoder) oneOf(e entry, into *string, known []string) {
	var word string
	if !d.text(e, &word) {
		return
	}
	if !slices.Contains(known, word) {
		d.Report(e.value.at, "unknown %s %q; known: %s", e.path[len(e.path)-1], tomlfile.Shortened(word), strings.Join(known, ", "))
		return
	}
	*into = word
}

func (d *decoder) flag(e entry, into *bool) bool {
	if e.header || e.value.kind != unstable.Bool {
		d.Report(e.at, "%q is %s; write true or false", e.path[len(e.path)-1], tomlfile.KindWords(e.value.kind))
		return false
	}
	*into = e.value.on
	return true
}

// url reads the address of a PBX. Errors do not repeat it, because people paste passwords into it.
func (d *decoder) url(e entry, into *string) {
	var text string
	if !d.text(e, &text) {
		return
	}
	u, err := url.Parse(text)
	switch at := e.value.at; {
	case err != nil || !slices.Contains([]string{"https", "http", "wss", "ws"}, u.Scheme):
		d.Report(at, `"url" is written like "https://pbx.example.com"; the scheme is https, http, wss or ws`)
	case u.User != nil:
		d.Report(at, `"url" holds a user; take it out: it has a line of its own, and %s bring the password`, sourceNames)
	case u.Hostname() == "" || !isPort(u):
		d.Report(at, `"url" names no host and port that exist; it is written like "https://pbx.example.com"`)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		d.Report(at, `"url" ends with the host, the port or a path; take out what follows "?" or "#"`)
	default:
		*into = strings.TrimRight(u.String(), "/")
	}
}

func (d *decoder) command(e entry, into *[]string) {
	if e.value.kind == unstable.String {
		d.Report(e.at, `"password_command" is a text; write a list, like ["pass", "show", "pbx"]`)
		return
	}
	if d.texts(e, into) == nil && e.value.kind == unstable.Array && len(e.value.list) == 0 {
		d.Report(e.at, `"password_command" is empty; write a list, like ["pass", "show", "pbx"]`)
	}
}

func (d *decoder) env(e entry, into *string) {
	var name string
	if !d.text(e, &name) {
		return
	}
	if name == "" || strings.ContainsAny(name, "= $") {
		d.Report(e.value.at, `%q is the name of a variable, like "PBX_PASSWORD"`, e.path[len(e.path)-1])
		return
	}
	*into = name
}

// proxy reads the address of a proxy. An error does not repeat it, because it may hold a password.
func (d *decoder) proxy(e entry, into *string) {
	var text string
	if !d.filled(e, &text) {
		return
	}
	switch err := proxies.Check(text); {
	case errors.Is(err, proxies.ErrPassword):
		d.Report(e.value.at, `a password does not belong in this file; write "env:NAME", and the whole address into that environment variable`)
	case err != nil:
		d.Report(e.value.at, `"proxy" is written like "http://proxy.example.com:3128"; the scheme is http, https or socks5, and "none" is no proxy`)
	default:
		*into = text
	}
}

func (d *decoder) country(e entry, into *number.Country) {
	var name string
	if !d.text(e, &name) {
		return
	}
	c, ok := number.ParseCountry(name)
	if !ok {
		d.Report(e.value.at, `"country" is two letters like "it", or the code that others dial, like "+39"`)
		return
	}
	*into = c
}

func (d *decoder) pin(e entry, into *string) {
	var pin string
	if !d.text(e, &pin) {
		return
	}
	if !certificate.IsPin(pin) {
		d.Report(e.value.at, `"tls_pin" is "sha256/" and 44 characters of base64, the SHA-256 of the PBX's public key`)
		return
	}
	*into = pin
}
