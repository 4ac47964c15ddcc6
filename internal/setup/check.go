package setup

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/patchcord/patchcord/internal/certificate"
	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/setup/form"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// The words of the form and of the doctor for the way to a PBX.

// expiryWarning is how long before its end a certificate is mentioned.
const expiryWarning = 30 * 24 * time.Hour

// Reach checks the web server of the draft's PBX.
func (s *Steps) Reach(ctx context.Context, d form.Draft) form.Finding {
	p, err := s.profile(d)
	if err != nil {
		return form.Finding{Grade: phone.GradeFailed, Short: "no address", Text: err.Error()}
	}
	trust, err := p.TLS()
	if err != nil {
		return broken(err, "Correct tls_ca in config.toml")
	}
	reached, err := s.kind(d).Check(ctx, pbxws.Login{URL: p.URL, TLS: trust, Proxy: p.Proxy})
	if err != nil {
		return inForm(findingOf(err))
	}
	return reachedFinding(reached, time.Now())
}

// reachedFinding is what a PBX shows of itself.
func reachedFinding(r pbxws.Reached, now time.Time) form.Finding {
	f := form.Finding{Grade: phone.GradeDone, Short: "reached, TLS ok", Text: "reaching the server: a PBX answers"}
	if r.Version != "" {
		f.Text += ", version " + r.Version
	}
	left := r.Expires.Sub(now)
	switch {
	case !r.Secure:
		f.Grade, f.Short = phone.GradeWarn, "reached, no TLS"
		f.Text += "; the link is not encrypted"
		f.Next = "Use https:// if the PBX offers it: passwords and calls can be intercepted on the way"
	case left < expiryWarning:
		f.Grade, f.Short = phone.GradeWarn, fmt.Sprintf("TLS ok for %d days", int(left.Hours()/24))
		f.Text += fmt.Sprintf("; its certificate ends in %d days", int(left.Hours()/24))
		f.Next = "Renew it"
	default:
		f.Text += fmt.Sprintf("; its certificate is good for %d days", int(left.Hours()/24))
	}
	return f
}

// SignIn signs in with the draft and out again.
func (s *Steps) SignIn(ctx context.Context, d form.Draft) form.Finding {
	p, err := s.profile(d)
	if err != nil {
		return form.Finding{Grade: phone.GradeFailed, Short: "not tried", Text: err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, signInTimeout)
	defer cancel()
	dial, err := station.Dialer(s.with(config.Config{}), p, s.secret(d, p))
	if err != nil {
		return broken(err, "Correct it in config.toml")
	}
	conn, err := dial(ctx)
	if err != nil {
		return inForm(findingOf(err))
	}
	defer conn.Close()
	return directory(ctx, conn)
}

// directory waits until the PBX has sent its list of extensions.
func directory(ctx context.Context, conn pbxws.Conn) form.Finding {
	silent := form.Finding{Grade: phone.GradeFailed, Short: "no directory", Next: "Try again; if it goes on, ask the administrator of the PBX"}
	for {
		select {
		case e, ok := <-conn.Events():
			if !ok {
				silent.Text = "the link was lost"
				var lost *pbxws.LinkError
				if errors.As(conn.Err(), &lost) {
					silent.Text += ": " + lost.What
				}
				return silent
			}
			if d, loaded := e.(pbxws.DomainLoaded); loaded {
				return form.Finding{Grade: phone.GradeDone, Short: "signed in", Text: fmt.Sprintf("the directory: %d accounts", len(d.Accounts))}
			}
		case <-ctx.Done():
			silent.Text = fmt.Sprintf("the PBX let you in, but its list of extensions did not come within %.0f seconds", signInTimeout.Seconds())
			return silent
		}
	}
}

// findingOf puts a failed sign-in into words: the failing step, what is wrong with the HTTP status,
// and what to do.
func findingOf(err error) form.Finding {
	f := form.Finding{Grade: phone.GradeFailed, Short: "failed", Text: err.Error()}
	var d *pbxws.DialError
	if !errors.As(err, &d) {
		return f
	}
	f.Short, f.Text, f.Next = shortOf(d), d.Step.String()+": "+d.What, d.Next
	if status := pbxws.StatusOf(err); d.Step == pbxws.StepLogin && status/100 == 4 && !errors.Is(err, pbxws.ErrNotPBX) {
		f.Text += fmt.Sprintf(" (it answered %d %s)", status, http.StatusText(status))
	}
	f.Pin, f.Of = distrusted(err)
	return f
}

// formWords are for whoever fills in the form, and has no profile yet.
var formWords = strings.NewReplacer(", or that of proxy in the profile", "", " in the profile", "", "into the profile", "here")

// inForm says what to do in words of the form.
func inForm(f form.Finding) form.Finding {
	f.Next = formWords.Replace(f.Next)
	return f
}

// shortOf is a failed step in two or three words.
func shortOf(d *pbxws.DialError) string {
	var dns *net.DNSError
	var cert x509.CertificateInvalidError
	var name x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var proxy *reach.ProxyError
	status := pbxws.StatusOf(d)
	switch {
	case errors.As(d, &proxy):
		return "stopped by the proxy"
	case d.Err != nil && reach.OldTLS(d.Err):
		return "its TLS is too old"
	case errors.As(d, &dns):
		return "no such host"
	case reach.Refused(d):
		return "nothing listens there"
	case errors.As(d, &name):
		return "for another host"
	case errors.As(d, &cert) && cert.Reason == x509.Expired && cert.Cert != nil && time.Now().Before(cert.Cert.NotBefore):
		return "not valid yet"
	case errors.As(d, &cert) && cert.Reason == x509.Expired:
		return "certificate expired"
	case errors.As(d, &unknown):
		return "not a known signer"
	case errors.Is(d, context.DeadlineExceeded):
		return "no answer"
	case d.Step == pbxws.StepAddress:
		return "incomplete"
	case d.Step == pbxws.StepTLS:
		return "no TLS there"
	case errors.Is(d, pbxws.ErrNotPBX):
		return "no PBX there"
	case d.Step == pbxws.StepLogin && (status == http.StatusUnauthorized || status == http.StatusForbidden):
		return fmt.Sprintf("refused (%d)", status)
	case d.Step == pbxws.StepLogin && status == http.StatusNotFound:
		return "not known there (404)"
	case d.Step == pbxws.StepLogin:
		return "refused by the PBX"
	}
	return "not reached"
}

// distrusted returns the key of a certificate that only a person can confirm, and the name in it.
// It returns none for an expired certificate.
func distrusted(err error) (pin, of string) {
	var verify *tls.CertificateVerificationError
	var cert x509.CertificateInvalidError
	var proxy *reach.ProxyError // whose certificate it would be
	if errors.As(err, &proxy) || !errors.As(err, &verify) || errors.As(err, &cert) || len(verify.UnverifiedCertificates) == 0 {
		return "", ""
	}
	shown := verify.UnverifiedCertificates[0]
	return certificate.Pin(shown), strings.TrimSpace(shown.Subject.CommonName)
}
