package vodia

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
)

// spokenError is an error after a TCP connection was there: somebody is at the address.
type spokenError struct{ error }

func (e spokenError) Unwrap() error { return e.error }

// trustError is an error of the TLS handshake.
type trustError struct{ error }

func (e trustError) Unwrap() error { return e.error }

// noteReach notes how far a request of ctx comes; mark wraps its error accordingly.
func noteReach(ctx context.Context) (_ context.Context, mark func(error) error) {
	var reached, distrusted atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { distrusted.Store(err != nil) },
		GotConn:          func(httptrace.GotConnInfo) { reached.Store(true) },
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				reached.Store(true)
			}
		},
	})
	return ctx, func(err error) error {
		switch {
		case err == nil:
			return nil
		case distrusted.Load():
			return trustError{spokenError{err}}
		case reached.Load():
			return spokenError{err}
		}
		return err
	}
}

// unreachable tells why no answer came: each cause in its own words, with the step that it
// really failed at. step is the step that was tried.
func unreachable(at address, step pbxws.Step, err error) error {
	for _, d := range []error{stopped(step, err), badCertificate(at, err), badName(at, err)} {
		if d != nil {
			return d
		}
	}
	if errors.Is(err, errLongReply) {
		return notPBX(at, step, http.StatusOK, "")
	}
	d := &pbxws.DialError{Step: pbxws.StepReach, Err: err}
	var spoken spokenError
	var distrust trustError
	switch late := errors.Is(err, context.DeadlineExceeded); {
	case errors.Is(err, http.ErrSchemeMismatch), isPlain(err):
		d.Step, d.Permanent = pbxws.StepTLS, true
		d.What = "what listens at " + at.host + " does not speak TLS"
		d.Next = "Check the port in the profile, or write http:// if the PBX has no TLS there"
	case late && errors.As(err, &spoken):
		d.Step = step
		d.What = fmt.Sprintf("%s took the connection and then said nothing for %s", at.host, stepLimit)
		d.Next = "Check that the port in the profile is the web port of the PBX, and that the PBX is well"
	case late:
		d.What = fmt.Sprintf("%s does not answer within %s", at.host, stepLimit)
		d.Next = "Check that the host is up and that no firewall or missing VPN is in between"
	case errors.Is(err, syscall.ECONNREFUSED):
		d.What = "the host is there, but nothing listens at " + at.host
		d.Next = "Check the port in the profile, and that the PBX is running"
	case errors.As(err, &distrust):
		d.Step, d.Permanent = pbxws.StepTLS, true
		d.What = fmt.Sprintf("%s is not trusted: %s", at.host, rootOf(err))
		d.Next = "Check tls_pin and tls_ca in the profile, and what the PBX shows"
	case errors.As(err, &spoken):
		return notHTTP(at, step, err)
	default:
		d.What = "there is no way to " + at.host + " from here"
		d.Next = "Check this machine's network, then the address in the profile"
	}
	return d
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

// stopped is for a sign-in that we gave up ourselves.
func stopped(step pbxws.Step, err error) error {
	if !errors.Is(err, context.Canceled) {
		return nil
	}
	return &pbxws.DialError{Step: step, What: "it was stopped", Next: "Connect again when you like", Err: err}
}

func badName(at address, err error) error {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return nil
	}
	d := &pbxws.DialError{
		Step: pbxws.StepReach, Err: err,
		What: fmt.Sprintf("the name server does not say where %s is", at.web.Hostname()),
		Next: "Check this machine's network and its name server",
	}
	if dns.IsNotFound {
		d.What = fmt.Sprintf("there is no host named %s", at.web.Hostname())
		d.Next = "Check the spelling in the profile; a name inside a company is often known on its VPN only"
	}
	return d
}

// isPlain reports whether a server answered a TLS greeting with something else.
func isPlain(err error) bool {
	var record tls.RecordHeaderError
	return errors.As(err, &record)
}

// badCertificate tells what is wrong with a certificate, nil when that is not the trouble.
func badCertificate(at address, err error) error {
	var (
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		name    x509.HostnameError
		alert   tls.AlertError
		verify  *tls.CertificateVerificationError
	)
	d := &pbxws.DialError{Step: pbxws.StepTLS, Permanent: true, Err: err}
	switch {
	case errors.As(err, &name):
		d.What = fmt.Sprintf("the certificate is for another host, not for %s", at.web.Hostname())
		d.Next = "Write the host into the profile under the name that its certificate carries"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		d.What, d.Next = expired(invalid.Cert)
	case errors.As(err, &unknown) && selfSigned(unknown.Cert):
		d.What = fmt.Sprintf("the certificate of %s is signed by nobody but itself", at.host)
		d.Next = "Give the PBX a certificate of a known authority, or trust it in the profile by tls_pin or tls_ca"
	case errors.As(err, &unknown):
		d.What = fmt.Sprintf("the certificate of %s is signed by an authority that this machine does not know", at.host)
		d.Next = "Add the authority to this machine's trust, or trust it in the profile by tls_pin or tls_ca"
	case errors.As(err, &alert):
		d.What = fmt.Sprintf("%s and this program could not agree on TLS: %s", at.host, alert.Error())
		d.Next = "Let the PBX offer TLS 1.2 or later"
	case errors.As(err, &verify), errors.As(err, &invalid):
		d.What = fmt.Sprintf("the certificate of %s is not valid for a web server", at.host)
		d.Next = "Give the PBX a new certificate"
	default:
		return nil
	}
	return d
}

func expired(cert *x509.Certificate) (what, next string) {
	const day = "2 January 2006"
	if cert != nil && time.Now().Before(cert.NotBefore) {
		return "the certificate is valid only from " + cert.NotBefore.Format(day) + " on", "Check the clock of this machine and that of the PBX"
	}
	what = "the certificate has expired"
	if cert != nil {
		what += " on " + cert.NotAfter.Format(day)
	}
	return what, "Have the certificate of the PBX renewed, and check the clock of this machine"
}

func selfSigned(cert *x509.Certificate) bool {
	return cert != nil && bytes.Equal(cert.RawIssuer, cert.RawSubject)
}

// notHTTP is for a port where somebody listens who is no web server.
func notHTTP(at address, step pbxws.Step, err error) error {
	return &pbxws.DialError{
		Step: step, Permanent: true, Err: err,
		What: "what listens at " + at.host + " is no web server and so no PBX",
		Next: "Check the port in the profile: it is the one of the PBX's web pages" + tlsHint(at),
	}
}

// notPBX is for a web server that is no PBX, or that is too ill to tell.
func notPBX(at address, step pbxws.Step, status int, location string) error {
	d := &pbxws.DialError{
		Step: step, Permanent: true, Err: errors.Join(ErrNotPBX, statusError(status)),
		What: "what answers at " + at.host + " is a web server but no Vodia PBX",
		Next: "Check host and port in the profile: they are those of the PBX's web pages" + tlsHint(at) +
			"; a proxy before the PBX has to pass on " + SessionPath + " and " + SocketPath,
	}
	switch {
	case status >= 500 && status != http.StatusNotImplemented:
		d.Permanent = false
		d.What = fmt.Sprintf("the server at %s has trouble of its own (%d %s)", at.host, status, http.StatusText(status))
		d.Next = "Try again in a minute; if it stays, ask who runs the PBX"
	case status/100 == 3:
		d.What = fmt.Sprintf("the server at %s sends us elsewhere%s", at.host, placeOf(location))
		d.Next = "Write the address it points to into the profile, if that is the PBX"
	}
	return d
}

// oddReply is for a PBX whose answer to a sign-in makes no sense to us.
func oddReply(at address, status int) error {
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Permanent: true, Err: statusError(status),
		What: fmt.Sprintf("the PBX at %s answers the sign-in with something else than a session (%d)", at.host, status),
		Next: "Check in its web pages that Settings, Security, Login allows API access",
	}
}

// placeOf names the target of a redirect without what may be private in it.
func placeOf(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return ""
	}
	return ", to " + u.Scheme + "://" + u.Host
}

func tlsHint(at address) string {
	if at.web.Scheme == "http" {
		return "; if they begin with https://, so must the profile"
	}
	return ""
}

func noSecret(err error) error {
	if d := stopped(pbxws.StepLogin, err); d != nil {
		return d
	}
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Permanent: true, Err: err,
		What: "the password could not be read: " + err.Error(),
		Next: "Store it again, or correct the command that prints it",
	}
}

// wrongPassword is permanent: trying again may lock the account or the address out. A PBX that
// refuses an extension does not tell a wrong password from a wrong domain.
func wrongPassword(cfg Config, status int) error {
	d := &pbxws.DialError{
		Step: pbxws.StepLogin, Permanent: true, Err: statusError(status),
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

func wrongExtension(cfg Config, status int) error {
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Permanent: true, Err: statusError(status),
		What: fmt.Sprintf("the PBX knows no extension %q in the domain %q", cfg.User, cfg.Domain),
		Next: "Check both in the profile; the domain is the tenant's name, which may differ from the host's",
	}
}

func wrongMethod(cfg Config, status int) error {
	d := &pbxws.DialError{
		Step: pbxws.StepLogin, Permanent: true, Err: statusError(status),
		What: "this PBX does not let an extension sign in with its password here",
		Next: "Name an administrator's account as admin in the profile, add basic = true, or bring the session of a browser by session_env",
	}
	if cfg.Admin != "" {
		d.What = "this PBX gives no tokens to administrators here"
		d.Next = "Leave admin out of the profile, or bring the session of a browser by session_env"
	}
	return d
}

func tokenRefused(at address, status int) error {
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Err: statusError(status),
		What: fmt.Sprintf("%s gave a token and then would not take it back", at.host),
		Next: "Try again; if it stays, check that API access is allowed under Settings, Security, Login",
	}
}

// upgradeRefused tells why a PBX that took the sign-in does not open the websocket.
func upgradeRefused(at address, cfg Config, e *ws.UpgradeError) error {
	d := &pbxws.DialError{Step: pbxws.StepLink, Err: e}
	switch {
	case cfg.Session != "" && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden || e.Status/100 == 3):
		d.Permanent = true
		d.What = fmt.Sprintf("the PBX does not accept this session any more (%d)", e.Status)
		d.Next = "Sign in with a browser, put the value of its cookie named session into the variable that session_env names, and start again"
	case cfg.Basic && (e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden):
		d.Permanent = true
		d.What = fmt.Sprintf("the PBX does not open the websocket to the name and password of %s (%d)", at.full, e.Status)
		d.Next = "Check both; if they are right, this PBX wants a session: take basic out of the profile" + notAgain
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden:
		d.What = fmt.Sprintf("the PBX took the sign-in but refuses the websocket to extension %q in %q (%d)", cfg.User, cfg.Domain, e.Status)
		d.Next = "Check that the extension may use the web phone, and that its domain is right"
	case e.Status >= 500 || e.Status/100 == 3:
		return notPBX(at, pbxws.StepLink, e.Status, e.Location)
	default:
		d.Permanent = true
		d.What = fmt.Sprintf("there is no websocket at %s (%d)", at.host, e.Status)
		d.Next = "Check that no proxy stands before the PBX that passes web pages only"
	}
	return d
}
