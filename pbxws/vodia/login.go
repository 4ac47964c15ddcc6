package vodia

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/internal/signin"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// secretLimit is how long fetching a password may take: a keyring may have to ask a person.
const secretLimit = time.Minute

// signIn gets a credential: the given session, one by an administrator's token, one by the
// extension's own password, or that password itself. A password that was refused before is not
// tried again.
func (w *web) signIn(ctx context.Context, cfg config, refused func(password string) bool) (credential, error) {
	if cfg.Session != "" {
		w.hide.Learn(cfg.Session)
		return credential{session: cfg.Session}, nil
	}
	secretCtx, cancel := context.WithTimeout(ctx, secretLimit)
	defer cancel()
	secret, err := cfg.Secret(secretCtx)
	if err != nil {
		return credential{}, signin.NoSecret(w.at.server(), err)
	}
	w.hide.Learn(wire.PasswordHash(secret))
	if refused(secret) {
		return credential{}, wrongPassword(cfg, http.StatusUnauthorized)
	}
	var session string
	switch {
	case cfg.Basic:
		return credential{name: w.at.full, password: secret}, nil
	case cfg.Admin != "":
		session, err = w.byToken(ctx, cfg, secret)
	default:
		session, err = w.byPassword(ctx, cfg, secret)
	}
	w.hide.Learn(session)
	return credential{session: session}, err
}

// byToken gets a token for the extension with an administrator's credentials and turns it into a
// session at once, since it is valid for ten seconds and one use.
func (w *web) byToken(ctx context.Context, cfg config, secret string) (string, error) {
	mint := wire.SessionRequest{Name: wire.SessionThirdParty, Username: cfg.User, Domain: cfg.Domain}
	r, err := w.session(ctx, http.MethodPost, mint, func(req *http.Request) { req.SetBasicAuth(cfg.Admin, secret) })
	if err != nil {
		return "", unreachable(w.at, pbxws.StepLogin, err)
	}
	token, err := w.accepted(ctx, cfg, r)
	if err != nil {
		return "", err
	}
	r, err = w.session(ctx, http.MethodPost, wire.SessionRequest{Name: wire.SessionActivate, Value: token}, nil)
	if err != nil {
		return "", unreachable(w.at, pbxws.StepLogin, err)
	}
	return w.activated(r)
}

// session makes a request to the session resource.
func (w *web) session(ctx context.Context, method string, body wire.SessionRequest, prepare func(*http.Request)) (reply, error) {
	return w.do(ctx, call{method: method, path: wire.SessionPath, body: body, limit: maxReply, prepare: prepare})
}

// activated reads the session out of the reply to a token: a cookie, on some systems the body.
func (w *web) activated(r reply) (string, error) {
	if r.cookie != "" {
		return r.cookie, nil
	}
	if said, err := wire.DecodeSessionReply(r.body); r.status == http.StatusOK && err == nil && said.ID != "" {
		return said.ID, nil
	}
	return "", tokenRefused(w.at, r.status)
}

// byPassword signs the extension in with the MD5 of its password.
func (w *web) byPassword(ctx context.Context, cfg config, secret string) (string, error) {
	auth := wire.SessionRequest{Name: wire.SessionAuth, Value: wire.AuthValue(w.at.full, secret)}
	r, err := w.session(ctx, http.MethodPut, auth, nil)
	if err != nil {
		return "", unreachable(w.at, pbxws.StepLogin, err)
	}
	id, err := w.accepted(ctx, cfg, r)
	if err != nil {
		return "", err
	}
	return cmp.Or(r.cookie, id), nil
}

// accepted reads the reply to a sign-in. Only a refusal by the PBX itself means that the password
// is wrong; a 401 of another server does not.
func (w *web) accepted(ctx context.Context, cfg config, r reply) (id string, err error) {
	said, err := wire.DecodeSessionReply(r.body)
	plain := err == nil && !r.isPage()
	denied := r.status == http.StatusUnauthorized || r.status == http.StatusForbidden
	no := plain && !said.OK && (denied || r.status == http.StatusOK)
	// A proxy with a name of its own passes on the PBX's answer. A server without a name may be
	// anything.
	named := r.header.Get("Server") != ""
	switch {
	case no && (named || w.knowsPBX(ctx, r.header)):
		return "", wrongPassword(cfg, r.status)
	case plain && r.status == http.StatusOK && (said.ID != "" || r.cookie != ""):
		return said.ID, nil
	case r.status/100 == 3, r.status >= 500 && r.status != http.StatusNotImplemented, r.status == http.StatusTooManyRequests:
		return "", notPBX(w.at, pbxws.StepLogin, r.status, r.header, r.isPage())
	case no || !w.knowsPBX(ctx, r.header):
		return "", notPBX(w.at, pbxws.StepLogin, r.status, r.header, r.isPage())
	}
	return "", declined(w.at, cfg, r.status)
}

// declined reads the status by which a PBX refuses a sign-in.
func declined(at address, cfg config, status int) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return wrongPassword(cfg, status)
	case http.StatusNotFound:
		return wrongExtension(cfg, status)
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return wrongMethod(cfg, status)
	}
	return oddReply(at, status)
}
