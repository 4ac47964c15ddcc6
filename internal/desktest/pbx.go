// Package desktest is for tests: practice PBXs, and people at phones of them.
package desktest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
)

// Quick is a practice PBX whose people answer at once and talk for longer than any test.
func Quick() demopbx.Options {
	return demopbx.Options{PBX: exchange.Options{
		Seed: 7, EchoAnswers: 100 * time.Millisecond, ColleagueAnswers: 300 * time.Millisecond, CrowdAnswers: 200 * time.Millisecond,
		CallbackSpeaks: 200 * time.Millisecond, CallbackWaits: 300 * time.Millisecond,
		CrowdTalks: time.Hour,
	}}
}

// Serve starts a practice PBX and has it closed after the test.
func Serve(t testing.TB, o demopbx.Options) *demopbx.Server {
	t.Helper()
	pbx, err := demopbx.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pbx.Close(); err != nil {
			t.Errorf("close the PBX: %v", err)
		}
	})
	return pbx
}

// ServeDesk is a practice PBX that makes calls with desk phones: its media is on the loopback only,
// which the phone of a profile does not use. With a certificate it has TLS.
func ServeDesk(t testing.TB, cert *tls.Certificate) *demopbx.Server {
	t.Helper()
	o := Quick()
	o.PBX.DeskAnswers, o.PBX.DeskPhones = 1, true
	if cert != nil {
		o.TLS = &tls.Config{Certificates: []tls.Certificate{*cert}}
	}
	return Serve(t, o)
}

// Certificate is a self-signed one for 127.0.0.1, valid until the given time.
func Certificate(t testing.TB, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "pbx"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: until, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// ClosedPort is an address of this machine where nothing listens, not even while tests open ports:
// the system gives out none below 1024.
const ClosedPort = "127.0.0.1:1"
