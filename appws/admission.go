package appws

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/patchcord/patchcord/internal/ws"
)

// Identity is who logged in at a service, as the login says it and the digest proves it. DN and
// GUID are empty where the login has none.
type Identity struct {
	// App is the app that the user is authenticated for. It tells the user app of a service from its
	// admin app.
	App              string
	Domain, SIP      string
	DN, GUID, PbxObj string
	// Info is the JSON text of the login's info, unchanged; empty for none.
	Info string
	// Unlicensed means that the user has no licence for the app.
	Unlicensed bool
}

// isPBX reports whether the PBX itself logged in, which it does as the app object, and not one of
// its users.
func (id Identity) isPBX() bool {
	object, ok := textMember([]byte(id.Info), "appobj")
	return ok && object != "" && object == id.SIP
}

// admission is the login of one connection on the server's side: a state machine that is given the
// messages before the login.
type admission struct {
	passwords  func(ctx context.Context, login Attempt) ([]string, error)
	request    Request
	allowEmpty bool
	domain     string // of the app instance
	build      string
	tries      int // that are left
	fresh      func() string

	challenge string // the one not answered yet, empty for none
	refused   error  // why the last login was refused
	who       Login  // of the last login, as far as it was read
}

// admitted is a login that succeeded.
type admitted struct {
	id  Identity
	key SessionKey
}

// Errors that end a connection before its login.
var (
	errNotLoggedIn   = errors.New("not logged in")
	errTooManyLogins = errors.New("too many bad logins")
	errLate          = errors.New("no login in time")
	errLoggedIn      = errors.New("already logged in")
)

// handle takes a message and returns the answer, if any, and the login once it has succeeded. After
// an error the connection ends, once the answer is sent.
func (a *admission) handle(ctx context.Context, m Message) (answer string, in *admitted, _ error) {
	if m.API != "" {
		return "", nil, violation(ws.StatusPolicy, errNotLoggedIn)
	}
	switch m.MT {
	case "KeepAlive":
		return KeepAliveText, nil, nil
	case "CheckBuild":
		return buildAnswer(m, a.build), nil, nil
	case "AppCheckLogin":
		return resultOf(m, nil), nil, nil // how its digest is made is not published
	case "AppChallenge":
		a.challenge = a.fresh()
		return resultOf(m, challengeResult{a.challenge}), nil, nil
	case "AppLogin":
		return a.logIn(ctx, m)
	}
	return "", nil, violation(ws.StatusPolicy, errNotLoggedIn)
}

type challengeResult struct {
	Challenge string `json:"challenge"`
}

type loginResult struct {
	OK     bool   `json:"ok"`
	App    string `json:"app,omitempty"`
	Domain string `json:"domain,omitempty"`
	Error  string `json:"error,omitempty"`
}

func (a *admission) logIn(ctx context.Context, m Message) (string, *admitted, error) {
	in, err := a.check(ctx, m.Raw)
	a.challenge, a.refused = "", err // serves once
	if err == nil {
		return resultOf(m, loginResult{OK: true, App: in.id.App, Domain: a.domain}), in, nil
	}
	result := loginResult{Error: disclosed(err)}
	if a.tries--; a.tries > 0 {
		return resultOf(m, result), nil, nil
	}
	return resultOf(m, result), nil, violation(ws.StatusPolicy, errTooManyLogins)
}

// Errors of check.
var (
	errNoChallenge = errors.New("no challenge is open")
	errBadDigest   = errors.New("no password fits the digest")
	errUnknownApp  = errors.New("the app has no password here")
	errPasswords   = errors.New("the passwords could not be read")
)

// disclosed is what the peer may know of why its login was refused. It is not told which apps there are, nor
// the errors of Passwords.
func disclosed(err error) string {
	switch {
	case errors.Is(err, errBadDigest), errors.Is(err, errUnknownApp):
		return ""
	case errors.Is(err, errPasswords):
		return errPasswords.Error()
	}
	return err.Error()
}

// check compares a login with the passwords. It always tries all of them.
func (a *admission) check(ctx context.Context, raw []byte) (*admitted, error) {
	l, err := readLogin(raw)
	a.who = l
	if err != nil {
		return nil, err
	}
	if a.challenge == "" {
		return nil, errNoChallenge
	}
	passwords, err := a.passwords(ctx, Attempt{l.App, l.Domain, l.SIP, a.request})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPasswords, err)
	}
	if len(passwords) == 0 {
		return nil, errUnknownApp
	}
	password, ok := matching(l, a.challenge, passwords, a.allowEmpty)
	if !ok {
		return nil, errBadDigest
	}
	return &admitted{
		id: Identity{
			App: l.App, Domain: l.Domain, SIP: l.SIP, DN: l.DN, GUID: l.GUID, PbxObj: l.PbxObj,
			Info: string(l.Info), Unlicensed: saysYes(l.Info, "unlicensed"),
		},
		key: NewSessionKey(a.challenge, password),
	}, nil
}

// matching finds the password that a digest was made with, in a time that does not show how similar
// the others are. It tries the info as it came, then without white space, then as JSON.stringify
// would write it: a sender may escape more on the wire than in what it hashes.
func matching(l Login, challenge string, passwords []string, allowEmpty bool) (password string, ok bool) {
	texts := [][]byte{nil}
	if l.Info != nil {
		texts = [][]byte{compactInfo(l.Info)}
		if canonical := canonicalInfo(l.Info); !bytes.Equal(canonical, texts[0]) {
			texts = append(texts, canonical)
		}
	}
	for _, p := range passwords {
		for _, info := range texts {
			fits := subtle.ConstantTimeCompare([]byte(l.digest(info, challenge, p)), []byte(l.Digest)) == 1
			if fits && (p != "" || allowEmpty) && !ok {
				password, ok = p, true
			}
		}
	}
	return password, ok
}

// readLogin reads an AppLogin. Missing and null members are empty. The hashed text joins members
// with colons; a colon inside a member would let one login pass for another, so those are refused.
func readLogin(raw []byte) (Login, error) {
	var l Login
	for _, field := range []struct {
		name  string
		into  *string
		plain bool
	}{
		{"app", &l.App, true},
		{"domain", &l.Domain, true},
		{"sip", &l.SIP, true},
		{"guid", &l.GUID, true},
		{"dn", &l.DN, false},
		{"pbxObj", &l.PbxObj, false},
		{"digest", &l.Digest, false},
	} {
		text, ok := textMember(raw, field.name)
		if !ok {
			return l, fmt.Errorf("%q is no text", field.name)
		}
		if field.plain && strings.ContainsFunc(text, func(r rune) bool { return r == ':' || unicode.IsControl(r) }) {
			*field.into = text
			return l, fmt.Errorf("%q holds a colon or a control character", field.name)
		}
		*field.into = text
	}
	l.Digest = strings.ToLower(l.Digest)
	if info := member(raw, "info"); info != nil && string(info) != "null" {
		if !isObject(info) {
			return l, errors.New(`"info" is no object`)
		}
		l.Info = info
	}
	return l, nil
}

// newChallenge is 16 random hex digits.
func newChallenge() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, says its documentation
	return hex.EncodeToString(b[:])
}

// resultOf is Message.Result for values that always marshal.
func resultOf(m Message, v any) string {
	b, err := m.Result(v)
	if err != nil {
		return ""
	}
	return string(b)
}
