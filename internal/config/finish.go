package config

import (
	"strings"

	"github.com/patchcord/patchcord/pbxws"
)

// finish checks whether the keys of a profile fit together, and adds it to the Config.
func (d *decoder) finish(p *draft) {
	d.finishSettings(p)
	d.finishPassword(p)
	d.finishTrust(p)
	d.finishICE(p)
	if d.config.Profiles == nil {
		d.config.Profiles = map[string]Profile{}
	}
	d.config.Profiles[p.Name] = p.Profile
}

// finishPassword decides on the source of the password: the keyring if the file names none. A
// profile that signs in by a variable needs none.
func (d *decoder) finishPassword(p *draft) {
	_, keyring := p.places["password_keyring"]
	var named []string // the other sources, in the order of the file's documentation
	for _, key := range []string{"password_command", "password_env", "password_file"} {
		if _, given := p.places[key]; given {
			named = append(named, key)
		}
	}
	for _, s := range p.kind.Fields {
		at, given := p.places[s.ID]
		if s.Kind != pbxws.SettingVariable || !given {
			continue
		}
		if len(named) > 0 || p.PasswordKeyring {
			d.Report(at, `%s %q has %q and a source of a password; keep one of them`, p.table(), p.Name, s.ID)
		}
		return
	}
	switch {
	case len(named) == 0 && !keyring:
		p.PasswordKeyring = true
	case len(named) > 1:
		d.Report(p.places[named[len(named)-1]], "%s %q has two sources of its password; keep one of %s", p.table(), p.Name, sourceNames)
	case len(named) == 1 && p.PasswordKeyring:
		d.Report(p.places["password_keyring"], "%s %q has two sources of its password; keep one of %s", p.table(), p.Name, sourceNames)
	case len(named) == 0 && !p.PasswordKeyring:
		d.Report(p.places["password_keyring"], "%s %q has no source of its password; use %s", p.table(), p.Name, alternatives)
	}
}

func (d *decoder) finishTrust(p *draft) {
	clear := strings.HasPrefix(p.URL, "http:") || strings.HasPrefix(p.URL, "ws:")
	for _, key := range []string{"tls_pin", "tls_ca"} {
		if at, ok := p.places[key]; ok && clear {
			d.Report(at, "%s %q has %q, but its url is not encrypted; write https or wss", p.table(), p.Name, key)
		}
	}
	if p.TLSPin != "" && p.TLSCA != "" {
		d.Report(p.places["tls_ca"], `%s %q has "tls_pin" and "tls_ca"; the pin is stricter, keep one of them`, p.table(), p.Name)
	}
}
