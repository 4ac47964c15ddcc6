package config

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// commonKeys are those that a profile of any dialect has, in the order of a new one.
var commonKeys = []string{
	"dialect", "url", firstSource, "password_command", "password_env", "password_file", "tls_pin", "tls_ca", "proxy", "country",
}

// firstSource is the first key for the password. The settings of a dialect come before it unless
// they name another place.
const firstSource = "password_keyring"

// profileKeys are all keys of a profile of a dialect, in the order of a new one.
func profileKeys(kind pbxws.Dialect) []string {
	var keys []string
	for _, common := range commonKeys {
		for _, s := range kind.Fields {
			if s.Role != pbxws.RoleSecret && cmp.Or(s.Before, firstSource) == common {
				keys = append(keys, s.ID)
			}
		}
		keys = append(keys, common)
	}
	return keys
}

// Value is what a profile says for a setting of its dialect; empty for the usual value. A flag that is
// set is "true", and a variable is its name.
func (p Profile) Value(s pbxws.Setting) string {
	switch {
	case s.Role == pbxws.RoleUser:
		return p.User
	case s.Role == pbxws.RoleRealm:
		return p.Realm
	case s.Kind == pbxws.SettingVariable:
		return p.Variables[s.ID]
	}
	return p.Settings[s.ID]
}

// Set is the opposite of Value.
func (p *Profile) Set(s pbxws.Setting, value string) {
	switch {
	case s.Role == pbxws.RoleUser:
		p.User = value
	case s.Role == pbxws.RoleRealm:
		p.Realm = value
	case s.Kind == pbxws.SettingVariable:
		p.Variables = with(p.Variables, s.ID, value)
	default:
		p.Settings = with(p.Settings, s.ID, value)
	}
}

// with copies a map with one more value, or without that key if the value is empty; nil for an
// empty map.
func with(all map[string]string, key, value string) map[string]string {
	changed := map[string]string{}
	maps.Copy(changed, all)
	if changed[key] = value; value == "" {
		delete(changed, key)
	}
	if len(changed) == 0 {
		return nil
	}
	return changed
}

// Login is the profile in the form for its dialect. It fails if a file or a variable named in the
// profile is missing.
func (p Profile) Login(kind pbxws.Dialect) (pbxws.Login, error) {
	trust, err := p.TLS()
	if err != nil {
		return pbxws.Login{}, err
	}
	settings := maps.Clone(p.Settings)
	for _, s := range kind.Fields {
		name := p.Variables[s.ID]
		if name == "" {
			continue
		}
		value := strings.TrimSpace(os.Getenv(name))
		if value == "" {
			return pbxws.Login{}, fmt.Errorf("profile %q: the environment variable %s is not set or empty; %s", p.Name, name, s.Unset)
		}
		settings = with(settings, s.ID, value)
	}
	login := pbxws.Login{URL: p.URL, User: p.User, Realm: p.Realm, Settings: settings, Secret: p.Secret, TLS: trust, Proxy: p.Proxy, Country: p.Country}
	if p.PasswordKeyring && !p.KeepsNothing { // what stands for the password belongs where that is
		login.Recall, login.Keep = p.recallSignIn, p.keepSignIn
	}
	return login, nil
}

// setting reads a key that a dialect has of its own.
func (d *decoder) setting(p *draft, e entry, s pbxws.Setting) {
	var value string
	switch s.Kind {
	case pbxws.SettingFlag:
		var on bool
		if d.flag(e, &on) && on {
			value = "true"
		}
	case pbxws.SettingChoice:
		if d.oneOf(e, &value, s.Choices); value == s.Choices[0] {
			value = ""
		}
	case pbxws.SettingVariable:
		d.env(e, &value)
	default:
		if s.Required {
			d.filled(e, &value)
		} else {
			d.text(e, &value)
		}
	}
	p.Set(s, value)
}

// finishSettings checks what is required, and what excludes each other.
func (d *decoder) finishSettings(p *draft) {
	for _, key := range profileKeys(p.kind) {
		s, own := p.kind.Setting(key)
		_, given := p.places[key]
		if needed := own && s.Required || key == "dialect" || key == "url"; needed && !given {
			d.Report(p.at, "profile %q has no %q", p.Name, key)
		}
	}
	for _, s := range p.kind.Fields {
		if p.Value(s) == "" {
			continue
		}
		for _, key := range s.Excludes {
			other, _ := p.kind.Setting(key)
			_, given := p.places[key]
			if given && (other.Kind != pbxws.SettingText || p.Value(other) != "") {
				d.Report(p.places[s.ID], "%s %q has %q and %q; keep one of them", p.table(), p.Name, s.ID, key)
			}
		}
	}
}

// dialectOf is the dialect of a profile, the usual one if it names none that exists.
func (d *decoder) dialectOf(profile string) pbxws.Dialect {
	i := slices.IndexFunc(d.entries, func(e entry) bool { return slices.Equal(e.path, []string{"profile", profile, "dialect"}) })
	if i >= 0 {
		if kind, ok := d.kinds.Find(d.entries[i].value.text); ok {
			return kind
		}
	}
	return d.kinds[0]
}
