package nethcti

import (
	"errors"
	"fmt"
	"strings"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/signin"
	"github.com/patchcord/patchcord/internal/socketio"
	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
)

// errCodeLate says that a token expired before it was confirmed by a code.
var errCodeLate = errors.New("the token that waited for a code has ended")

// server is the PBX as package reach speaks of it.
func (w *web) server() reach.Server {
	return reach.At(w.at, "PBX", "NethVoice CTI", "profile", stepLimit)
}

// unreachable tells why no answer came, with the step that it really failed at. step is the step that
// was tried.
func (w *web) unreachable(step pbxws.Step, err error) error {
	if errors.Is(err, errLongReply) {
		return w.stranger(step, reply{status: 200})
	}
	return signin.Unreachable(w.server(), step, err)
}

// stranger explains a web server that is no NethVoice CTI, or in too much trouble to tell.
func (w *web) stranger(step pbxws.Step, r reply) error {
	e := signin.Answered(w.server(), step, r.status, r.header, r.isPage(), errors.Join(pbxws.ErrNotPBX, signin.StatusError(r.status)))
	if r.isPage() && r.status/100 == 2 {
		e.What = "the server at " + w.at.Host + " answered the sign-in with a web page"
		e.Next = "Write the address of the CTI web page into the profile; if it is that, a proxy in front of the PBX must pass on /api or /webrest"
	}
	return e
}

// notReady is for a PBX whose server is down or still starting, behind a web server that is up.
func (w *web) notReady(r reply, said string) error {
	e := signin.Answered(w.server(), pbxws.StepLogin, r.status, r.header, false, signin.StatusError(r.status))
	e.What = fmt.Sprintf("the PBX at %s is not ready (%d)", w.at.Host, r.status)
	if said != "" {
		e.What = fmt.Sprintf("the PBX at %s is not ready: it says %q (%d)", w.at.Host, shortened(said), r.status)
	}
	e.Next = "Wait; it may be starting, and your password is not in question. If it goes on, ask its administrator"
	return e
}

// shortened is a word of the PBX's, cut for a sentence.
func shortened(s string) string {
	const most = 80
	return strings.ToValidUTF8(s[:min(len(s), most)], "")
}

// oddReply is for a PBX whose answer to a sign-in makes no sense to us.
func (w *web) oddReply(r reply) error {
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Err: signin.StatusError(r.status),
		What: fmt.Sprintf("the PBX at %s answered the sign-in, but its token cannot be read (%d)", w.at.Host, r.status),
		Next: "Look for a newer version of this program; if there is none, tell its developers",
	}
}

const notAgain = "; nothing is tried again before that, so that nobody is locked out"

// wrongPassword is permanent: trying again may lock the account or the address out.
func wrongPassword(c config, status int) error {
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Permanent: true, Err: signin.StatusError(status),
		What: fmt.Sprintf("the PBX does not accept the user %q with this password", c.User),
		Next: "Check both on the CTI web page, and store the right password" + notAgain,
	}
}

func unknownUser(c config, status int) error {
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Permanent: true, Err: signin.StatusError(status),
		What: fmt.Sprintf("the PBX knows no user %q", c.User),
		Next: "Check the name on the CTI web page, or have the PBX give it a CTI profile" + notAgain,
	}
}

// codeNeeded waits for a person.
func codeNeeded(wrong string) *pbxws.DialError {
	e := &pbxws.DialError{
		Step: pbxws.StepLogin, Permanent: true,
		What: "the PBX accepted the password and wants a one-time code",
		Next: "Type the code of your authenticator",
	}
	if wrong != "" {
		e.What, e.Next = wrong, "Type the one your authenticator shows now"
	}
	return e
}

// revoked is for a token that the PBX took by REST and refuses on the websocket.
func (w *web) revoked(c config) error {
	e := &pbxws.DialError{
		Step: pbxws.StepLink, Err: signin.StatusError(401),
		What: fmt.Sprintf("the PBX at %s signed %q in and then refused the websocket: the token was revoked", w.at.Host, c.User),
		Next: "Patchcord signs in again by itself; if it goes on, sign out everywhere on the CTI web page",
	}
	if c.agentType != "" {
		e.Next += ", or take ua_type out of the profile"
	}
	return e
}

// unanswered is for a websocket that opens and then says nothing to the login.
func (w *web) unanswered(c config) error {
	return &pbxws.DialError{
		Step: pbxws.StepLink,
		What: fmt.Sprintf("the PBX at %s did not answer the login on its websocket within %v", w.at.Host, loginLimit),
		Next: fmt.Sprintf("Check that %q is written as on the CTI web page, upper and lower case too; Patchcord signs in again by itself", c.User),
	}
}

// noSocket tells why the websocket did not come about.
func (w *web) noSocket(c config, err error) error {
	var upgrade *ws.UpgradeError
	switch {
	case errors.As(err, &upgrade) && upgrade.Status >= 500:
		return w.notReady(reply{status: upgrade.Status, header: upgrade.Header}, "")
	case errors.As(err, &upgrade):
		e := signin.Answered(w.server(), pbxws.StepLink, upgrade.Status, upgrade.Header, reach.IsPage(upgrade.Header, nil), upgrade)
		e.What = fmt.Sprintf("there is no websocket at %s (%d)", w.at.Host, upgrade.Status)
		e.Next = "If there is a proxy in front of the PBX, check that it passes websockets on"
		return e
	case errors.Is(err, socketio.ErrNoOpening):
		e := &pbxws.DialError{
			Step: pbxws.StepLink, Err: err,
			What: fmt.Sprintf("the websocket at %s opened and then said nothing for 10 s", w.at.Host),
			Next: "If the PBX is from before December 2020, add eio3 = true to the profile",
		}
		if c.oldSocket {
			e.Next = "If the PBX is from December 2020 or later, take eio3 out of the profile"
		}
		return e
	case errors.Is(err, socketio.ErrCutShort):
		return &pbxws.DialError{
			Step: pbxws.StepLink, Err: err,
			What: fmt.Sprintf("the websocket at %s opened and closed at once: the PBX behind it is not ready", w.at.Host),
			Next: "Wait; it may be starting. If it goes on, ask its administrator",
		}
	}
	return w.unreachable(pbxws.StepLink, err)
}
