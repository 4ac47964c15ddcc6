package config

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/tomlfile"
)

// ICE names the servers that help media through a NAT.
type ICE struct {
	// Servers are URLs of STUN servers (RFC 7064), such as "stun:stun.example:3478", and of TURN
	// servers (RFC 7065), such as "turn:turn.example:3478?transport=tcp"; only a profile has those.
	Servers []string
	// User is the user name at the TURN servers; Secret fetches the password.
	User string

	source *Profile // nil without a TURN server
}

// NeedsSecret tells whether there is a TURN server among the servers.
func (i ICE) NeedsSecret() bool { return slices.ContainsFunc(i.Servers, IsTURN) }

// IsTURN tells a TURN server from a STUN server.
func IsTURN(server string) bool {
	return strings.HasPrefix(server, "turn:") || strings.HasPrefix(server, "turns:")
}

// Secret fetches the password of the TURN servers, see Profile.Secret. In the keyring it is under
// "NAME.ice/USER@REALM", with name and realm of the profile. It is only for servers with
// NeedsSecret.
func (i ICE) Secret(ctx context.Context) (string, error) { return i.source.Secret(ctx) }

const iceKeys = "servers, user, password_keyring, password_command, password_env, password_file"

// ice reads the table of the servers for all profiles, which must be STUN servers: a TURN server
// needs a password, and so belongs to a profile.
func (d *decoder) ice(e entry, rest []string) {
	switch {
	case len(rest) == 0:
		d.table(e)
	case slices.Equal(rest, []string{"servers"}):
		for _, server := range d.texts(e, &d.config.ICE.Servers) {
			if IsTURN(server.text) {
				d.Report(server.at, "a TURN server needs a user and a password; it belongs in [profile.NAME.ice]")
				continue
			}
			d.iceServer(server)
		}
	default:
		d.unknown(e, "servers")
	}
}

// profileICE takes a line of the table of the servers of one profile.
func (d *decoder) profileICE(p *draft, e entry, rest []string) {
	if p.ice == nil {
		p.ice = &draft{Profile: Profile{Name: p.Name + ".ice"}, at: e.at, places: map[string]tomlfile.Position{}}
	}
	switch {
	case len(rest) == 0 && !e.header:
		d.Report(e.at, `"ice" is %s; it is a table, write [profile.NAME.ice]`, tomlfile.KindWords(e.value.kind))
	case len(rest) == 0:
	case len(rest) == 1:
		d.iceKey(p, e, rest[0])
	default:
		d.unknown(e, iceKeys)
	}
}

func (d *decoder) iceKey(p *draft, e entry, name string) {
	p.ice.places[name] = e.at
	switch name {
	case "servers":
		for _, server := range d.texts(e, &p.ICE.Servers) {
			d.iceServer(server)
		}
	case "user":
		d.filled(e, &p.ice.User)
	default:
		if !d.secretKey(p.ice, e, name) {
			d.unknown(e, iceKeys)
		}
	}
}

// secretKey takes a key that says where a password comes from; false for any other.
func (d *decoder) secretKey(p *draft, e entry, name string) bool {
	switch name {
	case "password_keyring":
		if !d.flag(e, &p.PasswordKeyring) {
			delete(p.places, name)
		}
	case "password_command":
		d.command(e, &p.PasswordCommand)
	case "password_env":
		d.env(e, &p.PasswordEnv)
	case "password_file":
		d.path(e, &p.PasswordFile)
	default:
		return false
	}
	return true
}

func (d *decoder) iceServer(v value) {
	u, err := url.Parse(v.text)
	ok := err == nil && u.Fragment == "" && isHostPort(u.Opaque)
	switch {
	case ok && IsTURN(v.text) && slices.Contains([]string{"", "transport=udp", "transport=tcp"}, u.RawQuery):
	case ok && (u.Scheme == "stun" || u.Scheme == "stuns") && u.RawQuery == "":
	case err == nil && IsTURN(v.text):
		d.Report(v.at, `a TURN server is written like "turn:turn.example:3478" or "turn:turn.example:3478?transport=tcp"`)
	default:
		d.Report(v.at, `an ICE server is written like "stun:stun.example:3478"`)
	}
}

// finishICE checks whether the keys of a profile's servers fit together.
func (d *decoder) finishICE(p *draft) {
	if p.ice == nil {
		return
	}
	if !p.ICE.NeedsSecret() {
		for _, key := range []string{"user", "password_keyring", "password_command", "password_env", "password_file"} {
			if at, given := p.ice.places[key]; given {
				d.Report(at, `profile %q has %q but no TURN server to need it`, p.ice.Name, key)
			}
		}
		return
	}
	if _, given := p.ice.places["user"]; !given {
		d.Report(p.ice.at, `profile %q has a TURN server but no "user"`, p.ice.Name)
	}
	d.finishPassword(p.ice)
	p.ice.Realm = p.Realm
	p.ICE.User, p.ICE.source = p.ice.User, &p.ice.Profile
}
