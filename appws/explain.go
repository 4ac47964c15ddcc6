package appws

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/patchcord/patchcord/internal/ws"
)

// Explain says in whole sentences what an error of this package means to a person and what to
// do next. Texts from the wire are quoted in it.
func Explain(err error) string {
	for _, about := range []func(error) string{
		aboutEnd, aboutLogin, aboutTrust, aboutNetwork, aboutLoss, aboutMessage,
	} {
		if s := about(err); s != "" {
			return s
		}
	}
	return sentence(err)
}

func sentence(err error) string {
	s := rootOf(err).Error()
	return strings.ToUpper(s[:min(1, len(s))]) + s[min(1, len(s)):] + "."
}

// rootOf is the innermost error: the reason without the steps that led to it.
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
	case errors.Is(err, ErrNotOpen):
		return "There is no connection right now. Wait until it is back."
	case errors.Is(err, ErrAuthenticatorGone):
		return "The connection with the PBX that brings the login has ended for good. Open that one first, then this one anew."
	case errors.Is(err, ErrSilent):
		return "The server said nothing for too long. If it does not answer KeepAlive messages at all, switch the check off."
	case errors.As(err, &closed):
		return aboutClose(closed)
	case errors.As(err, &broke):
		return fmt.Sprintf("The peer sent what the protocol does not allow: %v. The connection was ended with code %d.", broke.Err, broke.Code)
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
	switch {
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

func aboutTrust(err error) string {
	var (
		pin     *PinError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		name    x509.HostnameError
		record  tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &pin):
		return fmt.Sprintf("The server shows the key %s, but %s is pinned. If it got a new key, pin that one.", pin.Shown, pin.Pinned)
	case errors.As(err, &unknown):
		return "Nobody that this machine trusts has signed the server's certificate. Trust its authority, or pin its key."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The server's certificate is not valid at this time. Renew it, or set this machine's clock."
	case errors.As(err, &name):
		return "The server's certificate is for another host. Use the name that it was made for, or pin its key."
	case errors.As(err, &invalid):
		return "The server's certificate may not be used for this. Get the server another one."
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return "What listens there does not speak TLS. Check the port, or write ws: if the server has no TLS."
	}
	return ""
}

func aboutNetwork(err error) string {
	var upgrade *UpgradeError
	var dns *net.DNSError
	switch {
	case errors.As(err, &upgrade) && upgrade.Location != "":
		return fmt.Sprintf("The server answered %d and points elsewhere. Correct the address.", upgrade.Status)
	case errors.As(err, &upgrade):
		return fmt.Sprintf("The server answered %d instead of opening a websocket. Check the path of the address.", upgrade.Status)
	case errors.As(err, &dns):
		return "The server's name is not known. Check its spelling and this machine's network."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "The host is there, but nothing listens at that port. Check the port and that the server runs."
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "There is no way to the server from here. Check this machine's network, and whether a VPN is needed."
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return aboutLate(err)
	case errors.Is(err, context.Canceled):
		return "It was called off."
	}
	return ""
}

// aboutLoss tells a server that will not have us from a line that broke later.
func aboutLoss(err error) string {
	var d *DialError
	switch isLost := errors.Is(err, ErrLost) || errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET); {
	case !isLost:
		return ""
	case errors.As(err, &d) && d.Step == StepConnect:
		return "The server hung up at once. Check the port, and whether it is wss: or ws: that it speaks."
	case errors.As(err, &d):
		return "The server hung up during the login. Check that the address is that of an app, and the server's log."
	}
	return "The line broke: the peer hung up without a word, or the network failed."
}

// aboutLate names the step that took too long.
func aboutLate(err error) string {
	var d *DialError
	if !errors.As(err, &d) {
		return "It took too long."
	}
	switch d.Step {
	case StepConnect:
		return "The server does not answer. Check that it is up and that no firewall or missing VPN is in between."
	case StepAuthenticate:
		return "The login for this app was not brought in time. Look at the session with the PBX."
	}
	return "The server took the connection and then said nothing to the login. Check that the address is that of an app."
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
	case errors.Is(err, ErrSecretsMissing):
		return "Messages in the record had secrets that were not saved. Save it with its secrets shown, and replay that one."
	}
	return ""
}
