package vodia

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/signin"
	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// server is the PBX as package reach speaks of it.
func (a address) server() reach.Server {
	return reach.At(a.web, "PBX", "Vodia PBX", "profile", stepLimit)
}

// unreachable explains why no answer came, with the step that really failed. step is the one that
// was tried.
func unreachable(at address, step pbxws.Step, err error) error {
	if errors.Is(err, errLongReply) {
		return notPBX(at, step, http.StatusOK, nil, false)
	}
	return signin.Unreachable(at.server(), step, err)
}

// notPBX is for a web server that is no PBX, or one in trouble that does not say what it is.
func notPBX(at address, step pbxws.Step, status int, header http.Header, page bool) error {
	e := signin.Answered(at.server(), step, status, header, page, errors.Join(pbxws.ErrNotPBX, signin.StatusError(status)))
	if e.Verdict && status/100 != 3 {
		e.Next += "; a proxy in front of the PBX must pass on " + wire.SessionPath + " and " + wire.SocketPath
	}
	return e
}

// oddReply is for a PBX with an unexpected answer to a sign-in.
func oddReply(at address, status int) error {
	d := signin.Answered(at.server(), pbxws.StepLogin, status, nil, false, signin.StatusError(status))
	d.What = fmt.Sprintf("the PBX at %s answered the sign-in, but gave no session (%d)", at.host, status)
	d.Next = "Check in its web pages that Settings, Security, Login allows API access"
	return d
}

// wrongPassword is permanent: trying again may lock the account or the address out. A PBX that
// refuses an extension does not say whether the password or the domain is wrong.
func wrongPassword(cfg config, status int) error {
	d := &pbxws.DialError{
		Step: pbxws.StepLogin, Permanent: true, Err: signin.StatusError(status),
		What: fmt.Sprintf("the PBX does not accept extension %q of the domain %q with this password", cfg.User, cfg.Domain),
		Next: "Check the domain, which is the tenant's name and may differ from the host's, and store the right password" + notAgain,
	}
	if cfg.Admin != "" {
		d.What = fmt.Sprintf("the PBX does not accept the password of the administrator %q", cfg.Admin)
		d.Next = "Store the right password" + notAgain
	}
	return d
}

const notAgain = "; nothing is tried again before that, so that nobody is locked out"

func wrongExtension(cfg config, status int) error {
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Verdict: true, Err: signin.StatusError(status),
		What: fmt.Sprintf("the PBX knows no extension %q in the domain %q", cfg.User, cfg.Domain),
		Next: "Check both in the profile; the domain is the tenant's name, which may differ from the host's",
	}
}

func wrongMethod(cfg config, status int) error {
	d := &pbxws.DialError{
		Step: pbxws.StepLogin, Verdict: true, Err: signin.StatusError(status),
		What: "this PBX does not let an extension sign in with its password here",
		Next: "Name an administrator's account as admin in the profile, add basic = true, or use a browser's session with session_env",
	}
	if cfg.Admin != "" {
		d.What = "this PBX gives no tokens to administrators here"
		d.Next = "Leave admin out of the profile, or use a browser's session with session_env"
	}
	return d
}

func tokenRefused(at address, status int) error {
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Err: signin.StatusError(status),
		What: fmt.Sprintf("%s gave a token and then refused it", at.host),
		Next: "Try again; if it goes on, check that API access is allowed under Settings, Security, Login",
	}
}

// upgradeRefused tells why a PBX that took the sign-in does not open the websocket.
func upgradeRefused(at address, cfg config, e *ws.UpgradeError) error {
	d := &pbxws.DialError{Step: pbxws.StepLink, Err: e}
	denied := e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
	switch {
	case cfg.Session != "" && (denied || e.Status/100 == 3):
		d.Verdict = true
		d.What = fmt.Sprintf("the PBX no longer accepts this session (%d)", e.Status)
		d.Next = "Sign in with a browser, put the value of its cookie named session into the variable that session_env names, and start again"
	case cfg.Basic && denied:
		d.Verdict, d.Permanent = true, isPBX(e.Header)
		d.What = fmt.Sprintf("the PBX does not open the websocket to the name and password of %s (%d)", at.full, e.Status)
		d.Next = "Check both; if they are right, this PBX wants a session: take basic out of the profile" + notAgain
	case denied:
		d.What = fmt.Sprintf("the PBX accepted the sign-in but refuses the websocket to extension %q in %q (%d)", cfg.User, cfg.Domain, e.Status)
		d.Next = "Check that the extension may use the web phone, and that its domain is right"
	case e.Status >= 500, e.Status/100 == 3, e.Status == http.StatusTooManyRequests:
		return notPBX(at, pbxws.StepLink, e.Status, e.Header, false)
	default:
		d = signin.Answered(at.server(), pbxws.StepLink, e.Status, e.Header, reach.IsPage(e.Header, nil), e)
		d.What = fmt.Sprintf("there is no websocket at %s (%d)", at.host, e.Status)
		d.Next = "If there is a proxy in front of the PBX, check that it passes websockets on"
	}
	return d
}
