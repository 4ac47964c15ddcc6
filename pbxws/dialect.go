package pbxws

import (
	"context"
	"crypto/tls"
	"log/slog"
	"time"
)

// Dialect is one kind of PBX: what a profile of it says, how its address is checked and how it is
// signed in to. Nothing else of the program knows a dialect by name: a new one is a package beside
// pbxws/vodia and one line in the list of the root.
type Dialect struct {
	// ID names the dialect in config.toml, Name on the screen.
	ID, Name string
	// Fields are what a profile says besides the address, the source of the password and whom to
	// trust. The form asks for them in this order.
	Fields []Setting
	// Check looks at the address without signing in. It uses URL, TLS and Proxy of the Login alone; the
	// rest may be empty. Its errors are *DialError.
	Check func(context.Context, Login) (Reached, error)
	// Dialer makes the DialFunc of one phone. It opens no connection; what is wrong with the Login is
	// told by the DialFunc.
	Dialer func(Login) DialFunc
}

// Setting finds the field with a key of config.toml.
func (d Dialect) Setting(id string) (Setting, bool) {
	for _, f := range d.Fields {
		if f.ID == id && f.Role != RoleSecret {
			return f, true
		}
	}
	return Setting{}, false
}

// Role finds the field that plays a role, which at most one field does unless it is RoleOwn.
func (d Dialect) Role(r Role) (Setting, bool) {
	for _, f := range d.Fields {
		if f.Role == r {
			return f, true
		}
	}
	return Setting{}, false
}

// Dialects are the kinds of PBX that the program can sign in to, the usual one first.
type Dialects []Dialect

// Find gives the dialect with an ID.
func (all Dialects) Find(id string) (Dialect, bool) {
	for _, d := range all {
		if d.ID == id {
			return d, true
		}
	}
	return Dialect{}, false
}

// IDs are the names of all dialects in config.toml.
func (all Dialects) IDs() []string {
	var ids []string
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	return ids
}

// Setting is one thing that a profile of a dialect says.
type Setting struct {
	// ID is the key in config.toml. A field with RoleSecret has none.
	ID   string
	Role Role
	Kind SettingKind
	// Required fields have to be there and must not be empty.
	Required bool
	// Choices are the words of a SettingChoice, the usual one first.
	Choices []string
	// Excludes are the IDs of fields that make no sense beside this one.
	Excludes []string
	// Unset says what to do when the variable that a SettingVariable names is empty.
	Unset string
	// Before is the key of config.toml that this one is written before: "url", "tls_pin" or, when it
	// is empty, the source of the password.
	Before string

	// Label and Help are what the form shows. It asks only for a SettingText with a label. Columns is
	// how wide the line is, 0 for the usual width.
	Label, Help string
	Columns     int
	// Aliases are other names of the field in the query of a link, such as "tenant" for a domain.
	Aliases []string

	// Example are the lines of the field in the example of a config.toml, with their comments.
	Example string
}

// Role is what a field means to the rest of the program.
type Role uint8

// A field with RoleOwn is read by its dialect alone. RoleUser is who signs in and RoleRealm where that
// user belongs, so that USER@REALM is one account: the keyring and links know it by that. RoleSecret
// only gives the password its label and help in the form; the password itself comes from the source
// that the profile names.
const (
	RoleOwn Role = iota
	RoleUser
	RoleRealm
	RoleSecret
)

// SettingKind is how a field is written in config.toml.
type SettingKind uint8

// A text in quotes; true or false; one of Choices; the name of an environment variable whose value
// signs in instead of a password.
const (
	SettingText SettingKind = iota
	SettingFlag
	SettingChoice
	SettingVariable
)

// Login is a profile as its dialect gets it.
type Login struct {
	// URL is scheme://host[:port] with the scheme https, http, wss or ws, maybe with a path.
	URL         string
	User, Realm string
	// Settings are the values of fields with RoleOwn by their ID, without those that have their usual
	// value. A flag that is set is "true"; of a SettingVariable it is the value of the variable.
	Settings map[string]string
	// Secret fetches the password. It is asked at every sign-in and must not be kept.
	Secret func(context.Context) (string, error)
	// TLS is nil for the system's trust.
	TLS *tls.Config
	// Proxy is the way out of a network: the address of an HTTP or SOCKS proxy, "none", or empty for what
	// the environment says.
	Proxy string
	// UserAgent is what the PBX is told that we are.
	UserAgent string
	// Hide are names of members whose values no trace and no log shows, besides the usual ones.
	Hide []string
	// Log is nil for silence. No secret goes there.
	Log *slog.Logger
}

// Reached is what an address shows of itself before anybody signs in.
type Reached struct {
	// Version is the PBX's, empty where it does not tell.
	Version string
	// Secure tells that the link is encrypted; Expires is when its certificate ends then.
	Secure  bool
	Expires time.Time
}
