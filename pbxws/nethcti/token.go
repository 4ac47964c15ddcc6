package nethcti

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// token is what a sign-in gave.
type token struct {
	side  *access
	value string
	// ends is when the PBX forgets it, zero where it does not say.
	ends time.Time
	// unproven tells that a one-time code is still due.
	unproven bool
}

// over tells that a token has ended.
func (t token) over(now time.Time) bool { return !t.ends.IsZero() && !now.Before(t.ends) }

// kept is a token as it lies in the keyring.
type kept struct {
	URL   string    `json:"url"`
	Side  string    `json:"side"`
	Token string    `json:"token"`
	Ends  time.Time `json:"ends,omitzero"`
}

// pack is the token for the keyring.
func (t token) pack(url string) (string, error) {
	data, err := json.Marshal(kept{URL: url, Side: t.side.name, Token: t.value, Ends: t.ends})
	return string(data), err
}

// unpack reads a token from the keyring; false for one of another PBX or an unreadable one.
func unpack(text, url string) (token, bool) {
	var k kept
	if json.Unmarshal([]byte(text), &k) != nil || k.URL != url || k.Token == "" {
		return token{}, false
	}
	for _, s := range sides {
		if s.name == k.Side {
			return token{side: s, value: k.Token, ends: k.Ends}, true
		}
	}
	return token{}, false
}

// webToken reads what a JWT says of itself (RFC 7519 §4): when it ends, and whether a code is due. Its
// signature is the PBX's business.
func webToken(value string) (token, bool) {
	t := token{side: newSide, value: value}
	parts := strings.Split(value, ".")
	if len(parts) != 3 {
		return t, false
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var said struct {
		Ends      number `json:"exp"`
		TwoFactor truth  `json:"2fa"`
		Proven    truth  `json:"otp_verified"`
	}
	if err != nil || json.Unmarshal(claims, &said) != nil {
		return t, false
	}
	if said.Ends > 0 {
		t.ends = time.Unix(int64(said.Ends), 0)
	}
	t.unproven = bool(said.TwoFactor) && !bool(said.Proven)
	return t, true
}
