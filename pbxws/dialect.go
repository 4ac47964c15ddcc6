package pbxws

import (
	"context"
	"crypto/tls"
	"log/slog"
	"time"

	"github.com/patchcord/patchcord/internal/number"
)

// Dialect is one kind of PBX: what a profile of it says, how its address is checked and how it is
// signed in to. Nothing else of the program knows a dialect by name: a new one is a package beside
// pbxws/vodia and one line in the list of the root.
type Dialect struct {
	// ID names the dialect in config.toml, Name on the screen.
	ID, Name string
	// Fields are the settings of a profile besides the address, the source of the password and the
	// trust. The form asks for them in this order.
	Fields []Setting
	// Check checks the address without signing in. It uses only URL, TLS and Proxy of the Login; the
	// rest may be empty. Its errors are *DialError.
	Check func(context.Context, Login) (Reached, error)
	// Dialer makes the DialFunc of one phone. It opens no connection; the DialFunc reports what is
	// wrong with the Login.
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

// Role finds the field with a role. Only RoleOwn can be that of several fields.
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

// Setting is one setting in a profile of a dialect.
type Setting struct {
	// ID is the key in config.toml. A field with RoleSecret has none.
	ID   string
	Role Role
	Kind SettingKind
	// Required fields have to be there and must not be empty.
	Required bool
	// Choices are the words of a SettingChoice, the usual one first.
	Choices []string
	// Excludes are the IDs of fields that cannot be set together with this one.
	Excludes []string
	// Unset says what to do if the variable named by a SettingVariable is empty.
	Unset string
	// Before is the key of config.toml before which this one is written: "url", "tls_pin" or, if it is
	// empty, the source of the password.
	Before string

	// Label and Help are for the form, which asks only for a SettingText with a label. Columns is the
	// width of the line, 0 for the usual one.
	Label, Help string
	Columns     int
	// Aliases are other names of the field in the query of a link, such as "tenant" for a domain.
	Aliases []string

	// Example are the lines of the field in the example of a config.toml, with their comments.
	Example string
}

// Role is what a field means to the rest of the program.
type Role uint8

// A field with RoleOwn is read by its dialect only. RoleUser is who signs in and RoleRealm where
// that user belongs: USER@REALM names the account in the keyring and in links. RoleSecret only
// gives the password its label and help in the form; the password comes from the source in the
// profile.
const (
	RoleOwn Role = iota
	RoleUser
	RoleRealm
	RoleSecret
)

// SettingKind is how a field is written in config.toml.
type SettingKind uint8

// A text in quotes; true or false; one of Choices; the name of an environment variable whose value
// is used instead of a password.
const (
	SettingText SettingKind = iota
	SettingFlag
	SettingChoice
	SettingVariable
)

// Login is a profile in the form that the dialect gets.
type Login struct {
	// URL is scheme://host[:port] with the scheme https, http, wss or ws, maybe with a path.
	URL         string
	User, Realm string
	// Settings are the values of fields with RoleOwn by their ID, except usual ones. A flag that is
	// set is "true"; for a SettingVariable it is the value of the variable.
	Settings map[string]string
	// Secret fetches the password. It is called at every sign-in, and its result must not be kept.
	Secret func(context.Context) (string, error)
	// Recall gives what a sign-in left with Keep, from one start of the program to the next, empty for
	// nothing. Both are nil where nothing is kept. Keep with an empty text forgets.
	Recall func(context.Context) (string, error)
	Keep   func(context.Context, string) error
	// TLS is nil for the system's trust.
	TLS *tls.Config
	// Proxy is the address of an HTTP or SOCKS proxy, "none", or empty for the proxy of the
	// environment.
	Proxy string
	// Country is where the PBX is, empty if nobody said.
	Country number.Country
	// UserAgent is our name for the PBX.
	UserAgent string
	// Hide are names of members whose values are hidden in traces and logs, besides the usual ones.
	Hide []string
	// Log may be nil. It gets no secrets.
	Log *slog.Logger
}

// Reached is what an address shows before anybody signs in.
type Reached struct {
	// Version is the PBX's, empty where it does not tell.
	Version string
	// Secure says that the link is encrypted; then Expires is when its certificate ends.
	Secure  bool
	Expires time.Time
}
