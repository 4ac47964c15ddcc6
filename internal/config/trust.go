package config

import (
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"fmt"

	"github.com/patchcord/patchcord/internal/certificate"
	"github.com/patchcord/patchcord/internal/disk"
)

// maxCA bounds a file of authorities in bytes.
const maxCA = 1 << 20

// TLS is the profile's trust: nil for the system's authorities, as in net/http and crypto/tls. A
// pin trusts one public key whoever signed it; it is for PBXs with a self-made certificate.
func (p Profile) TLS() (*tls.Config, error) {
	switch {
	case p.TLSPin != "":
		return pinned(p.TLSPin), nil
	case p.TLSCA != "":
		roots, err := authorities(p.TLSCA)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", p.table(), p.Name, err)
		}
		return &tls.Config{RootCAs: roots}, nil
	}
	return nil, nil
}

// pinned checks the key instead of names and signatures. VerifyConnection also runs on resumed
// sessions, unlike VerifyPeerCertificate.
func pinned(pin string) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 {
				return fmt.Errorf("the PBX shows no certificate")
			}
			if shown := certificate.Pin(state.PeerCertificates[0]); subtle.ConstantTimeCompare([]byte(shown), []byte(pin)) != 1 {
				return fmt.Errorf("the PBX shows the key %s, but tls_pin is %s; if it got a new key, change tls_pin", shown, pin)
			}
			return nil
		},
	}
}

func authorities(file string) (*x509.CertPool, error) {
	pem, err := disk.Read(file, maxCA)
	if err != nil {
		return nil, fmt.Errorf("read tls_ca: %w", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("tls_ca %s holds no certificate; a PEM file begins with -----BEGIN CERTIFICATE-----", file)
	}
	return roots, nil
}
