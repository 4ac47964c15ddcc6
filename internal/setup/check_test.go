package setup

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"testing"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/pbxws"
)

// A failing proxy says nothing about the host, and its certificate is not offered for the profile.
func TestProxyBesideTheLine(t *testing.T) {
	t.Parallel()
	unknown := &tls.CertificateVerificationError{UnverifiedCertificates: []*x509.Certificate{{}}, Err: x509.UnknownAuthorityError{}}
	for _, cause := range []error{&net.DNSError{IsNotFound: true}, unknown, errors.New("no tunnel")} {
		d := &pbxws.DialError{Step: pbxws.StepReach, Err: &reach.ProxyError{Proxy: "proxy.corp:3128", Err: cause}}
		if got := shortOf(d); got != "stopped by the proxy" {
			t.Errorf("%v: %q", cause, got)
		}
		if pin, _ := distrusted(d); pin != "" {
			t.Errorf("%v: the key %q is offered", cause, pin)
		}
	}
	old := &pbxws.DialError{Step: pbxws.StepTLS, Err: errors.New("remote error: tls: protocol version not supported")}
	if got := shortOf(old); got != "its TLS is too old" {
		t.Errorf("%q", got)
	}
}
