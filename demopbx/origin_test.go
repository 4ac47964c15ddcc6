package demopbx

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/internal/certificate"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// TestOtherOrigins: a PBX 70.1 was seen to answer what a browser asks in advance with 403, and to take
// a simple POST and reflect its origin (protocol page §13).
func TestOtherOrigins(t *testing.T) {
	s := start(t, Options{Vodia: vodia.Options{Dialect: vodia.Live70}})
	from := func(r *http.Request) { r.Header.Set("Origin", "https://office.example.com") }
	simple := func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }
	url := s.URL() + "/rest/system/session"
	code, _, header := request(t, "OPTIONS", url, "", from, func(r *http.Request) {
		r.Header.Set("Access-Control-Request-Method", "POST")
		r.Header.Set("Access-Control-Request-Headers", "content-type")
	})
	if code != 403 || header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("OPTIONS is answered %d with %v", code, header)
	}
	_, token, _ := request(t, "POST", url, `{"name":"3rd","username":"201","domain":"demo.example"}`, basic("admin", "demo"))
	code, body, header := request(t, "POST", url, `{"name":"session","value":`+token+`}`, from, simple)
	if code != 200 || body != "true" || header.Get("Access-Control-Allow-Origin") != "https://office.example.com" ||
		header.Get("Access-Control-Allow-Credentials") != "true" || header.Get("Vary") != "Origin" {
		t.Errorf("a simple POST is answered %d %s with %v", code, body, header)
	}
	if _, _, header := request(t, "POST", url, `{}`); header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("a POST without an origin is answered with %v", header)
	}
}

// TestSelfSigned: the certificate is of the start, and the pin is that of the key that is shown.
func TestSelfSigned(t *testing.T) {
	s := start(t, Options{SelfSigned: true, Vodia: vodia.Options{Dialect: vodia.Live70}})
	host := strings.TrimPrefix(s.URL(), "https://")
	trust := &tls.Config{InsecureSkipVerify: true}
	conn, err := tls.Dial("tcp", host, trust)
	if err != nil {
		t.Fatal(err)
	}
	shown := conn.ConnectionState().PeerCertificates[0]
	_ = conn.Close()
	if certificate.Pin(shown) != s.Pin() || len(s.Pin()) != len("sha256/")+44 {
		t.Errorf("the pin is %s, that of the certificate %s", s.Pin(), certificate.Pin(shown))
	}
	for _, name := range []string{"127.0.0.1", "localhost"} {
		if err := shown.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	way := &http.Transport{TLSClientConfig: trust}
	defer way.CloseIdleConnections()
	reply, err := (&http.Client{Transport: way}).Get(s.URL() + wire.SessionPath)
	if err != nil {
		t.Fatal(err)
	}
	_ = reply.Body.Close()
	if other := alone(t, Options{SelfSigned: true}); other.Pin() == s.Pin() {
		t.Error("two starts have one key")
	}
}
