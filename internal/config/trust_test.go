package config

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/certificate"
)

func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are what is tested
	server.StartTLS()
	defer server.Close()
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	cert := server.Certificate()
	good := write("good.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
	empty := write("empty.pem", []byte("nothing"))
	missing := filepath.Join(dir, "missing.pem")

	tests := []struct {
		name    string
		profile Profile
		fails   string // a part of it
	}{
		{"the system's authorities", Profile{}, "certificate signed by unknown authority"},
		{"pin", Profile{TLSPin: certificate.Pin(cert)}, ""},
		{"another pin", Profile{TLSPin: pin}, "the PBX shows the key " + certificate.Pin(cert) + ", but tls_pin is " + pin},
		{"authority", Profile{TLSCA: good}, ""},
		{"no certificate", Profile{Name: "acme", TLSCA: empty}, `profile "acme": tls_ca ` + empty + " holds no certificate"},
		{"no file", Profile{Name: "acme", TLSCA: missing}, `profile "acme": read tls_ca: open ` + missing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			trust, err := tt.profile.TLS()
			if err == nil {
				err = get(server.URL, &http.Transport{TLSClientConfig: trust})
			}
			if (err != nil || tt.fails != "") && (err == nil || !strings.Contains(err.Error(), tt.fails)) {
				t.Errorf("got %v, want %q", err, tt.fails)
			}
		})
	}
}

func get(url string, transport *http.Transport) error {
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport}).Get(url)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
