package nethcti

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/signin"
	"github.com/patchcord/patchcord/pbxws"
)

// secretLimit bounds how long a password may take to come: a keyring may have to ask a person.
const secretLimit = time.Minute

// signIn gets a token by the password, from the side that is known to be there or from whichever there
// is. The side is nil where none is known.
func (d *dialer) signIn(ctx context.Context, w *web, known *access) (token, error) {
	limited, cancel := context.WithTimeout(ctx, secretLimit)
	defer cancel()
	password, err := d.config.Secret(limited)
	if err != nil {
		return token{}, signin.NoSecret(w.server(), err)
	}
	d.hide.Learn(password)
	if known != oldSide {
		t, there, err := d.byMiddleware(ctx, w, password)
		if err != nil || there {
			return t, err
		}
	}
	return d.byNonce(ctx, w, password)
}

// loginReply is what the middleware says of a sign-in, good or bad.
type loginReply struct {
	Token   text `json:"token"`
	Message text `json:"message"`
	Expires text `json:"expire"`
}

// byMiddleware signs in at the newer side; there is false where the PBX has none.
func (d *dialer) byMiddleware(ctx context.Context, w *web, password string) (t token, there bool, err error) {
	r, err := w.do(ctx, call{
		method: http.MethodPost, path: newSide.rest + "/login", limit: maxReply, timeout: stepLimit,
		body: map[string]string{"username": d.config.User, "password": password},
	})
	if err != nil {
		return token{}, false, w.unreachable(pbxws.StepLogin, err)
	}
	var said loginReply
	readable := !r.isPage() && r.decode(&said)
	switch {
	case r.status == http.StatusTooManyRequests, r.status/100 == 3:
		return token{}, false, w.stranger(pbxws.StepLogin, r)
	case r.status >= 500 && r.status != http.StatusNotImplemented:
		return token{}, false, w.notReady(r, "")
	case r.status == http.StatusUnauthorized && readable:
		return token{}, true, d.refusedByMiddleware(ctx, w, r)
	case r.status == http.StatusOK && readable && said.Token != "":
	default:
		return token{}, false, nil
	}
	d.hide.Learn(string(said.Token))
	t, ok := webToken(string(said.Token))
	if !ok {
		return token{}, true, w.oddReply(r)
	}
	if t.unproven {
		return token{}, true, d.askCode(t, "")
	}
	return t, true, nil
}

// refusedByMiddleware tells a wrong password from a server that is down behind the middleware, which
// answers the same. The older side, where there is one, knows without a password.
func (d *dialer) refusedByMiddleware(ctx context.Context, w *web, r reply) error {
	probe, err := w.do(ctx, call{method: http.MethodGet, path: oldSide.rest + pathMe, limit: maxReply, timeout: stepLimit})
	if err == nil && probe.status >= 500 && probe.status != http.StatusNotImplemented {
		return w.notReady(probe, "")
	}
	return wrongPassword(d.config, r.status)
}

// The headers by which the older side says what its bodies do not.
const (
	headerNonce   = "Www-Authenticate"
	headerMessage = "Message"
	headerError   = "Error"
)

// byNonce signs in at the older side: the right password is answered by a nonce, with which it makes
// the token.
func (d *dialer) byNonce(ctx context.Context, w *web, password string) (token, error) {
	r, err := w.do(ctx, call{
		method: http.MethodPost, path: oldSide.rest + "/authentication/login", limit: maxReply, timeout: stepLimit,
		body: map[string]string{"username": d.config.User, "password": password},
	})
	if err != nil {
		return token{}, w.unreachable(pbxws.StepLogin, err)
	}
	scheme, nonce, _ := strings.Cut(r.header.Get(headerNonce), " ")
	unknown := strings.Contains(r.header.Get(headerMessage), "not configured")
	switch {
	case r.status == http.StatusServiceUnavailable && r.header.Get(headerError) != "", r.status == http.StatusBadGateway, r.status == http.StatusGatewayTimeout:
		return token{}, w.notReady(r, r.header.Get(headerError))
	case r.status != http.StatusUnauthorized || r.isPage():
		return token{}, w.stranger(pbxws.StepLogin, r)
	case unknown:
		return token{}, unknownUser(d.config, r.status)
	case strings.EqualFold(scheme, "Digest") && isHex(strings.TrimSpace(nonce)):
		t := token{side: oldSide, value: proof(d.config.User, password, strings.TrimSpace(nonce))}
		d.hide.Learn(t.value)
		return t, nil
	case scheme != "": // a proxy that wants a sign-in of its own
		return token{}, w.stranger(pbxws.StepLogin, r)
	}
	return token{}, wrongPassword(d.config, r.status)
}

// isHex reports whether a text is a nonce: hexadecimal, of the length of a hash.
func isHex(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil && len(s) >= 16 && len(s) <= 128
}

// proof is the token that a nonce and a password make. HMAC-SHA1 is the PBX's choice.
func proof(user, password, nonce string) string {
	mac := hmac.New(sha1.New, []byte(password))
	_, _ = mac.Write([]byte(user + ":" + password + ":" + nonce)) // never fails
	return hex.EncodeToString(mac.Sum(nil))
}

// askCode keeps a token that needs a one-time code, and asks the person for the code. wrong says what was
// wrong with the last one.
func (d *dialer) askCode(t token, wrong string) error {
	d.unproven = t
	e := codeNeeded(wrong)
	e.Asks = &pbxws.Question{
		Label: "One-time code", Help: "The digits of your authenticator, or a recovery code.",
		Answer: d.giveCode,
	}
	return e
}

// proveCode confirms the waiting token by the code that the person gave.
func (d *dialer) proveCode(ctx context.Context, w *web, t token, code string) (token, error) {
	r, err := w.do(ctx, call{
		method: http.MethodPost, path: newSide.rest + "/2fa/verify-otp", limit: maxReply, timeout: stepLimit,
		authorization: newSide.authorization(d.config.User, t.value), body: map[string]string{"username": d.config.User, "otp": code},
	})
	if err != nil {
		d.unproven = t
		return token{}, w.unreachable(pbxws.StepLogin, err)
	}
	var said struct {
		Message text `json:"message"`
		Data    struct {
			Token text `json:"token"`
		} `json:"data"`
	}
	readable := !r.isPage() && r.decode(&said)
	switch {
	case r.status == http.StatusOK && readable && said.Data.Token != "":
		d.hide.Learn(string(said.Data.Token))
		if proven, ok := webToken(string(said.Data.Token)); ok {
			return proven, nil
		}
		return token{}, w.oddReply(r)
	case r.status == http.StatusBadRequest && readable:
		return token{}, d.askCode(t, "the one-time code is wrong or has expired")
	case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden: // the first half of the sign-in ran out
		return token{}, errCodeLate
	case r.status >= 500:
		d.unproven = t
		return token{}, w.notReady(r, "")
	}
	return token{}, w.stranger(pbxws.StepLogin, r)
}
