package vodia

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// secretLimit bounds how long a password may take to come: a keyring may have to ask a person.
const secretLimit = time.Minute

// signIn gets a session: the pasted one, one by an administrator's token, or one by the
// extension's own password.
func (w *web) signIn(ctx context.Context, cfg Config) (id string, err error) {
	if cfg.Session != "" {
		return cfg.Session, nil
	}
	secretCtx, cancel := context.WithTimeout(ctx, secretLimit)
	defer cancel()
	secret, err := cfg.Secret(secretCtx)
	if err != nil {
		return "", noSecret(err)
	}
	if cfg.Admin != "" {
		return w.byToken(ctx, cfg, secret)
	}
	return w.byPassword(ctx, cfg, secret)
}

// byToken mints a token for the extension with an administrator's credentials and turns it
// into a session at once: it is good for ten seconds and one use.
func (w *web) byToken(ctx context.Context, cfg Config, secret string) (string, error) {
	mint := SessionRequest{Name: SessionThirdParty, Username: cfg.User, Domain: cfg.Domain}
	r, err := w.session(ctx, http.MethodPost, mint, func(req *http.Request) { req.SetBasicAuth(cfg.Admin, secret) })
	if err != nil {
		return "", unreachable(w.at, pbxws.StepLogin, err)
	}
	token, err := w.accepted(cfg, r, fmt.Sprintf("the administrator %q", cfg.Admin))
	if err != nil {
		return "", err
	}
	r, err = w.session(ctx, http.MethodPost, SessionRequest{Name: SessionActivate, Value: token}, nil)
	if err != nil {
		return "", unreachable(w.at, pbxws.StepLogin, err)
	}
	return w.activated(r)
}

// session asks something of the session resource.
func (w *web) session(ctx context.Context, method string, body SessionRequest, prepare func(*http.Request)) (reply, error) {
	return w.do(ctx, call{method: method, path: SessionPath, body: body, limit: maxReply, prepare: prepare})
}

// activated reads the session out of the reply to a token: a cookie, on some systems the body.
func (w *web) activated(r reply) (string, error) {
	if r.cookie != "" {
		return r.cookie, nil
	}
	if said, err := DecodeSessionReply(r.body); r.status == http.StatusOK && err == nil && said.ID != "" {
		return said.ID, nil
	}
	return "", tokenRefused(w.at, r.status)
}

// byPassword signs the extension in with the MD5 of its password.
func (w *web) byPassword(ctx context.Context, cfg Config, secret string) (string, error) {
	auth := SessionRequest{Name: SessionAuth, Value: AuthValue(w.at.full, secret)}
	r, err := w.session(ctx, http.MethodPut, auth, nil)
	if err != nil {
		return "", unreachable(w.at, pbxws.StepLogin, err)
	}
	id, err := w.accepted(cfg, r, fmt.Sprintf("extension %q", cfg.User))
	if err != nil {
		return "", err
	}
	return firstOf(r.cookie, id), nil
}

// accepted reads the reply to a sign-in of who.
func (w *web) accepted(cfg Config, r reply, who string) (id string, err error) {
	switch {
	case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden:
		return "", wrongPassword(who, r.status)
	case r.status == http.StatusNotFound && (r.isPBX() || !r.isPage()):
		return "", wrongExtension(cfg, r.status)
	case r.status == http.StatusMethodNotAllowed, r.status == http.StatusNotImplemented:
		return "", wrongMethod(cfg, r.status)
	case r.status != http.StatusOK || r.isPage():
		return "", notPBX(w.at, pbxws.StepLogin, r.status, r.header.Get("Location"))
	}
	said, err := DecodeSessionReply(r.body)
	switch {
	case err != nil:
		return "", notPBX(w.at, pbxws.StepLogin, r.status, "")
	case !said.OK:
		return "", wrongPassword(who, r.status)
	case said.ID == "" && r.cookie == "":
		return "", notPBX(w.at, pbxws.StepLogin, r.status, "")
	}
	return said.ID, nil
}
