package appws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/ws"
)

// Explain says in whole sentences what an error of this package means and what to do next. It
// quotes texts from the wire, but no words of a library.
func Explain(err error) string { return explain(err, false) }

// ExplainLoss is Explain for a client that was connected before, so that its address is right.
func ExplainLoss(err error) string { return explain(err, true) }

func explain(err error, known bool) string {
	if s := aboutServer(err, known); s != "" {
		return s
	}
	for _, about := range []func(error) string{aboutEnd, aboutLate, aboutLogin, aboutLoss, aboutMessage} {
		if s := about(err); s != "" {
			return s
		}
	}
	return sentence(err)
}

// aboutServer is for a server that was not reached.
func aboutServer(err error, known bool) string {
	var pin *PinError
	var e *reach.Error
	switch {
	case errors.As(err, &pin):
		return fmt.Sprintf("The server shows the key %s, but %s is pinned. If it got a new key, pin that one.", pin.Shown, pin.Pinned)
	case !errors.As(err, &e):
		return ""
	case known && e.Later != "":
		return capital(e.Later) + ". " + e.LaterNext + "."
	}
	return capital(e.What) + ". " + e.Next + "."
}

// sentence is an error without an explanation of its own. The errors of this package are sentences.
func sentence(err error) string {
	s := rootOf(err).Error()
	return capital(s) + "."
}

// capital begins a sentence with a capital letter. The name of a host stays as it is.
func capital(s string) string {
	if word, _, _ := strings.Cut(s, " "); strings.ContainsAny(word, ".:") {
		return s
	}
	return strings.ToUpper(s[:min(1, len(s))]) + s[min(1, len(s)):]
}

// rootOf is the innermost error: the reason without the steps before it.
func rootOf(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

func aboutEnd(err error) string {
	var closed *CloseError
	var broke *ProtocolError
	switch {
	case errors.Is(err, ErrClosed):
		return "The connection is closed."
	case errors.Is(err, ErrNotConnected):
		return "There is no connection right now. Wait until it is back."
	case errors.Is(err, ErrAuthenticatorGone):
		return "The connection with the PBX that brings the login has ended. Open that one first, then this one again."
	case errors.Is(err, ErrSilent):
		return "The server said nothing for too long. If it does not answer KeepAlive messages at all, switch the check off."
	case errors.As(err, &closed):
		return aboutClose(closed)
	case errors.As(err, &broke) && errors.Is(err, ws.ErrFrames):
		return fmt.Sprintf("The other end sent an invalid websocket frame. The connection was ended with code %d.", broke.Code)
	case errors.As(err, &broke):
		return fmt.Sprintf("The other end broke the protocol: %v. The connection was ended with code %d.", broke.Err, broke.Code)
	}
	return ""
}

func aboutClose(e *CloseError) string {
	s := fmt.Sprintf("The peer closed the connection with code %d", e.Code)
	if e.Reason != "" {
		s += fmt.Sprintf(", saying %q", e.Reason)
	}
	switch ws.Status(e.Code) {
	case ws.StatusPolicy:
		return s + ". Check the app's name and the password."
	case ws.StatusTooBig:
		return s + ". Send less in one message."
	}
	return s + "."
}

func aboutLogin(err error) string {
	var refused *RefusedError
	var service *ServiceError
	var secret *secretError
	switch {
	case errors.As(err, &secret):
		return capital(secret.Error()) + "."
	case errors.As(err, &refused) && refused.Text != "":
		return fmt.Sprintf("The server refused the login, saying %q. Check the app's name and the password.", clipped(refused.Text))
	case errors.As(err, &refused):
		return "The server refused the login. Check the app's name and the password."
	case errors.As(err, &service):
		return strings.TrimSuffix(sentence(service), ".") +
			`. In the PBX, tick "Services" and "Websocket" at the app's object and the other app in its Apps tab.`
	case errors.Is(err, ErrNoPassword):
		return "There is no password. Give one, or name the session with the PBX that brings the login."
	case errors.Is(err, ErrConnScheme):
		return "A conn: address works inside innovaphone's platform only. Write wss: or ws: instead."
	case errors.Is(err, ErrScheme):
		return "The address begins with something else than wss:, ws:, https: or http:. Correct it."
	}
	return ""
}

// aboutLoss tells a server that hangs up during the login from a connection that breaks later.
func aboutLoss(err error) string {
	var d *DialError
	var errno syscall.Errno
	var op *net.OpError
	switch isLost := errors.Is(err, ErrLost) || errors.Is(err, io.EOF) || errors.As(err, &errno) || errors.As(err, &op); {
	case !isLost:
		return ""
	case errors.As(err, &d):
		return "The server hung up during the login. Check that the address is that of an app, and the server's log."
	}
	return "The connection broke: the server or the network went away."
}

// aboutLate names the step of logging in that took too long.
func aboutLate(err error) string {
	var d *DialError
	switch {
	case errors.Is(err, context.Canceled):
		return "It was cancelled."
	case !errors.Is(err, context.DeadlineExceeded):
		return ""
	case !errors.As(err, &d):
		return "It took too long."
	case d.Step == StepAuthenticate:
		return "The login for this app did not come in time. Look at the session with the PBX."
	}
	return "The server did not answer the login. Check that the address is that of an app."
}

func aboutMessage(err error) string {
	var syntax *SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("The text is no JSON: at byte %d, %v.", syntax.Offset, syntax.Err)
	case errors.Is(err, ErrNoType):
		return `The message has no "mt". Add its type.`
	case errors.Is(err, ErrTooLong):
		return fmt.Sprintf("The message is too long: at most %d bytes reach the vendor's peers. Send less at a time.", MaxMessage)
	}
	return ""
}
