package wire

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
)

// Where things are on the PBX's web server.
const (
	SocketPath  = "/websocket"
	SessionPath = "/rest/system/session"
	// SessionCookie is the name of the cookie that the websocket is authenticated by.
	SessionCookie = "session"
)

// Names of a SessionRequest.
const (
	SessionThirdParty = "3rd"     // POST with an administrator's Basic credentials: mint a token
	SessionActivate   = "session" // POST: turn a token into a session
	SessionAuth       = "auth"    // PUT: account and MD5 of the password
)

// SessionRequest is the body of POST and PUT on SessionPath.
type SessionRequest struct {
	Name string `json:"name"`
	// Value is the token to activate, or what AuthValue makes.
	Value string `json:"value,omitempty"`
	// Username and Domain name the extension that a token is minted for.
	Username string `json:"username,omitempty"`
	Domain   string `json:"domain,omitempty"`
	Admin    bool   `json:"admin,omitempty"`
}

// AuthValue is the value of a SessionAuth request: the account, a space and the MD5 of the
// password in lower-case hex, nothing for an empty password. MD5 is the PBX's choice.
func AuthValue(account, password string) string {
	if password == "" {
		return account + " "
	}
	return account + " " + PasswordHash(password)
}

// PasswordHash is the MD5 of a password in lower-case hex, as the PBX wants it.
func PasswordHash(password string) string {
	sum := md5.Sum([]byte(password))
	return hex.EncodeToString(sum[:])
}

// SessionReply is the body that SessionPath answers with.
type SessionReply struct {
	// ID is a token or session id; empty when the reply is a plain yes or no.
	ID string
	// OK is false when the PBX said no: false, null or an empty string.
	OK bool
}

var errSessionReply = errors.New("the reply is neither a session id nor yes or no")

// DecodeSessionReply reads the reply in the forms that systems were seen to use: a JSON
// string, a JSON boolean, an object with the id as "session", "value" or "token", or the bare
// id.
func DecodeSessionReply(body []byte) (SessionReply, error) {
	var reply any
	if err := json.Unmarshal(body, &reply); err != nil {
		if id := string(body); IsSessionID(id) {
			return SessionReply{ID: id, OK: true}, nil
		}
		return SessionReply{}, errSessionReply
	}
	switch r := reply.(type) {
	case nil:
		return SessionReply{}, nil
	case bool:
		return SessionReply{OK: r}, nil
	case string:
		if r == "" || IsSessionID(r) {
			return SessionReply{ID: r, OK: r != ""}, nil
		}
	case map[string]any:
		for _, key := range []string{"session", "value", "token"} {
			if id, _ := r[key].(string); IsSessionID(id) {
				return SessionReply{ID: id, OK: true}, nil
			}
		}
	}
	return SessionReply{}, errSessionReply
}

// IsSessionID reports whether the text can be a session id: valid in a cookie (RFC 6265 §4.1.1) and
// no longer than any id ever seen.
func IsSessionID(s string) bool {
	if s == "" || len(s) > 256 {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\':
			return false
		case c == '<' || c == '{': // a page or an object, not an id
			return false
		}
	}
	return true
}
