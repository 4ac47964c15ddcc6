package reach

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/proxytest"
)

// oldHello is the ServerHello of a server that knows TLS 1.1 at most (RFC 4346 §7.4.1.3), as short
// as possible.
func oldHello(version byte) []byte {
	body := append([]byte{3, version}, make([]byte, 32)...)
	body = append(body, 0, 0x00, 0x2f, 0)
	message := append([]byte{2, 0, 0, byte(len(body))}, body...)
	return append([]byte{22, 3, version, 0, byte(len(message))}, message...)
}

// A server with TLS 1.0 or 1.1 only has its own sentence, whether it sends an alert or just chooses
// that version.
func TestOldTLS(t *testing.T) {
	for _, most := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		s := httptest.NewUnstartedServer(http.NotFoundHandler())
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: most}
		s.StartTLS()
		isOldTLS(t, s.URL)
		s.Close()
		at := proxytest.Listen(t, func(c *net.TCPConn) {
			_, _ = c.Read(make([]byte, 4096))
			_, _ = c.Write(oldHello(byte(most)))
			_, _ = io.Copy(io.Discard, c)
		})
		isOldTLS(t, "https://"+at)
	}
}

func isOldTLS(t *testing.T, address string) {
	t.Helper()
	e := get(t, address, Options{})
	if !strings.Contains(e.What, "speaks only TLS 1.0 or 1.1") || !strings.Contains(e.Next, "TLS 1.2 or later") || e.Step != StepTLS || !e.Verdict {
		t.Errorf("%+v", e)
	}
}

// A certificate that a known authority signed with SHA-1 has its own sentence.
func TestOldSignature(t *testing.T) {
	authorityKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Corp CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, authority, authority, authorityKey.Public(), authorityKey)
	if err != nil {
		t.Fatal(err)
	}
	known, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(known)
	for signature, want := range map[x509.SignatureAlgorithm]string{
		x509.SHA256WithRSA: "", x509.SHA1WithRSA: "is signed with SHA-1 or MD5",
	} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		leaf := &x509.Certificate{
			SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "pbx"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), SignatureAlgorithm: signature,
		}
		der, err := x509.CreateCertificate(rand.Reader, leaf, known, key.Public(), authorityKey)
		if err != nil {
			t.Fatal(err)
		}
		s := httptest.NewUnstartedServer(http.NotFoundHandler())
		s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
		s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
		s.StartTLS()
		e := get(t, s.URL, Options{TLS: &tls.Config{RootCAs: roots}})
		if want != "" && (!strings.Contains(e.What, want) || e.Step != StepTLS) || want == "" && e.Step != StepAnswer {
			t.Errorf("%v: %+v", signature, e)
		}
		s.Close()
	}
}
