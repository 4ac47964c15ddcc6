package reach

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"time"
)

// aboutCertificate explains a certificate that is not trusted; nil for other errors. A network with
// a sign-in page answers with its own certificate, for another host or from an unknown authority.
func aboutCertificate(to Server, err error) *Error {
	var (
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		name    x509.HostnameError
		verify  *tls.CertificateVerificationError
	)
	e := &Error{Step: StepTLS}
	switch {
	case errors.As(err, &name):
		e.What = "the certificate is for another host, not for " + to.host()
		e.Next = "Write the name from the certificate into the " + to.Place
		return e.portal(to)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		e.What, e.Next = expired(to, invalid.Cert)
		e.Verdict = true
	case errors.As(err, &unknown) && !selfSigned(unknown.Cert) && outdated(unknown):
		e.What = "the certificate of " + to.Address + " is signed with SHA-1 or MD5, which can be faked"
		e.Next = "Give the " + to.Kind + " a new certificate, signed with SHA-256, or trust its key in the " + to.Place + " by tls_pin"
		return e.odd(to)
	case errors.As(err, &unknown) && selfSigned(unknown.Cert):
		e.What = "the certificate of " + to.Address + " is self-signed"
		e.Next = "Give the " + to.Kind + " a certificate of a known authority, or trust this one with tls_pin or tls_ca in the " + to.Place
		return e.portal(to)
	case errors.As(err, &unknown):
		e.What = "the certificate of " + to.Address + " comes from an authority that this machine does not trust"
		e.Next = "Add the authority to those that this machine trusts, or trust it with tls_pin or tls_ca in the " + to.Place
		return e.portal(to)
	case errors.As(err, &verify), errors.As(err, &invalid):
		e.What = "the certificate of " + to.Address + " is not valid for a web server"
		e.Next = "Give the " + to.Kind + " a new certificate"
		return e.portal(to)
	default:
		return nil
	}
	return e
}

func expired(to Server, cert *x509.Certificate) (what, next string) {
	const day = "2 January 2006"
	if cert != nil && time.Now().Before(cert.NotBefore) {
		return "the certificate is not valid before " + cert.NotBefore.Format(day),
			"Check the clock of this machine and that of the " + to.Kind
	}
	what = "the certificate has expired"
	if cert != nil {
		what = "the certificate expired on " + cert.NotAfter.Format(day)
	}
	return what, "Renew the certificate of the " + to.Kind + ", and check the clock of this machine"
}

// outdated tells whether a chain was refused because of how a certificate in it is signed. For the
// first certificate the library has an error type for that, for the others only words.
func outdated(e x509.UnknownAuthorityError) bool {
	old := []x509.SignatureAlgorithm{x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1, x509.MD5WithRSA, x509.MD2WithRSA}
	return e.Cert != nil && slices.Contains(old, e.Cert.SignatureAlgorithm) || strings.Contains(e.Error(), "insecure algorithm")
}

func selfSigned(cert *x509.Certificate) bool {
	return cert != nil && bytes.Equal(cert.RawIssuer, cert.RawSubject)
}
