package demopbx

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/ws"
)

func TestTokenLogin(t *testing.T) {
	s := start(t, Options{})
	url := s.URL() + "/rest/system/session"
	code, body, header := request(t, "POST", url, `{"name":"3rd","username":"201","domain":"demo.example"}`, basic("admin", "demo"))
	var token string
	if err := json.Unmarshal([]byte(body), &token); code != 200 || err != nil || len(token) != 20 {
		t.Fatalf("minting: %d %q, want a quoted token of 20 characters", code, body)
	}
	if got := header.Get("Server"); !strings.HasPrefix(got, "PBX/70.1") {
		t.Errorf("Server is %q", got)
	}
	code, body, header = request(t, "POST", url, `{"name":"session","value":"`+token+`"}`)
	if code != 200 || body != "true" {
		t.Fatalf("activation: %d %q", code, body)
	}
	set := header.Get("Set-Cookie")
	for _, part := range []string{"session=", "Path=/", "HttpOnly", "SameSite=Strict"} {
		if !strings.Contains(set, part) {
			t.Errorf("Set-Cookie %q lacks %s", set, part)
		}
	}
	if strings.Contains(set, token) || strings.Contains(set, "Secure") {
		t.Errorf("Set-Cookie %q has the token or asks for TLS", set)
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(set, "session="), ";")
	dialAs(t, s, "201", id).await("the domain", func(g got) bool { return g.action("domain-state") })
	if _, body, _ = request(t, "POST", url, `{"name":"session","value":"`+token+`"}`); body != "false" {
		t.Errorf("a token was taken twice: %q", body)
	}
}

func TestTokenRefusals(t *testing.T) {
	s := start(t, Options{})
	url := s.URL() + "/rest/system/session"
	for name, c := range map[string]struct {
		body, user, password string
		code                 int
		want                 string
	}{
		"wrong password":    {`{"name":"3rd","username":"201","domain":"demo.example"}`, "admin", "guess", 200, "false"},
		"no such extension": {`{"name":"3rd","username":"999","domain":"demo.example"}`, "admin", "demo", 404, ""},
		"no such tenant":    {`{"name":"3rd","username":"201","domain":"other.example"}`, "admin", "demo", 404, ""},
		"unknown token":     {`{"name":"session","value":"00000000000000000000"}`, "", "", 200, "false"},
		"not JSON":          {`{`, "admin", "demo", 400, ""},
		"too large":         {`{"name":"` + strings.Repeat("x", 1<<20) + `"}`, "admin", "demo", 400, ""},
		"unknown name":      {`{"name":"4th"}`, "admin", "demo", 400, ""},
	} {
		code, body, header := request(t, "POST", url, c.body, basic(c.user, c.password))
		if code != c.code || c.want != "" && body != c.want {
			t.Errorf("%s: %d %q, want %d %q", name, code, body, c.code, c.want)
		}
		if header.Get("Set-Cookie") != "" {
			t.Errorf("%s: got a cookie", name)
		}
	}
}

func TestPasswordLogin(t *testing.T) {
	s := start(t, Options{})
	url := s.URL() + "/rest/system/session"
	code, body, header := request(t, "PUT", url, `{"name":"auth","value":"201@demo.example `+md5Demo+`"}`)
	if code != 200 || len(body) != 22 || header.Get("Cache-Control") != "no-cache" ||
		header.Get("Content-Type") != "application/json" || header.Get("Content-Length") != "22" {
		t.Errorf("login: %d %q %v", code, body, header)
	}
	for name, value := range map[string]string{
		"wrong hash": "201@demo.example 00000000000000000000000000000000", "no hash": "201@demo.example",
		"wrong user": "999@demo.example " + md5Demo,
	} {
		if code, body, _ := request(t, "PUT", url, `{"name":"auth","value":"`+value+`"}`); code != 200 || body != `""` {
			t.Errorf("%s: %d %q, want an empty JSON string", name, code, body)
		}
	}
	if code, _, _ := request(t, "PUT", url, `{"name":"auth","value":"201@other.example `+md5Demo+`"}`); code != 404 {
		t.Errorf("an unknown tenant gets %d, want 404", code)
	}
	for _, e := range s.Journal().Since(0) {
		if strings.Contains(e.String(), md5Demo) {
			t.Errorf("the journal holds a secret: %s", e)
		}
	}
}

func TestSessionInfoAndLogout(t *testing.T) {
	s := start(t, Options{})
	id := signIn(t, s, "201")
	url := s.URL() + "/rest/system/session"
	if _, body, _ := request(t, "GET", url, "", cookie(id)); !strings.Contains(body, `"cuser":"201"`) {
		t.Errorf("session info: %s", body)
	}
	request(t, "DELETE", url, "", cookie(id))
	if _, body, _ := request(t, "GET", url, "", cookie(id)); strings.Contains(body, "201") {
		t.Errorf("after the logout: %s", body)
	}
	if code, _, header := request(t, "GET", s.URL()+"/", ""); code != 200 || header.Get("Server") == "" {
		t.Errorf("front page: %d %v", code, header)
	}
}

func TestUpgradeRefusals(t *testing.T) {
	s := start(t, Options{})
	id := signIn(t, s, "201")
	for name, c := range map[string]struct {
		query, cookie string
		code          int
	}{
		"no session":     {"domain=demo.example&user=201", "", 401},
		"wrong session":  {"domain=demo.example&user=201", "x", 401},
		"other user":     {"domain=demo.example&user=202", id, 403},
		"unknown tenant": {"domain=other.example&user=201", id, 404},
		"unknown user":   {"domain=demo.example&user=999", id, 404},
	} {
		url := strings.Replace(s.URL(), "http", "ws", 1) + "/websocket?" + c.query
		_, err := ws.Dial(deadline(t), url, ws.Options{Header: http.Header{"Cookie": {"session=" + c.cookie}}})
		var refused *ws.UpgradeError
		if !errors.As(err, &refused) || refused.Status != c.code {
			t.Errorf("%s: %v, want %d", name, err, c.code)
		}
	}
}

func TestForgottenSessions(t *testing.T) {
	s := start(t, Options{})
	id := signIn(t, s, "201")
	s.ForgetSessions()
	url := s.URL() + "/rest/user/201/accounts"
	if code, _, _ := request(t, "GET", url, "", cookie(id)); code != 401 {
		t.Errorf("a forgotten session gets %d, want 401", code)
	}
	code, body, _ := request(t, "GET", url, "", cookie(signIn(t, s, "201")))
	if code != 200 || !strings.Contains(body, `{"account":"600","name":"Echo","type":"extensions"}`) {
		t.Errorf("directory: %d %.200s", code, body)
	}
}

func TestTLS(t *testing.T) {
	issuer := httptest.NewTLSServer(http.NotFoundHandler())
	defer issuer.Close()
	s := start(t, Options{TLS: &tls.Config{Certificates: issuer.TLS.Certificates}})
	client := issuer.Client()
	defer client.CloseIdleConnections()
	post := func(body string, edit func(*http.Request)) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(deadline(t), "POST", s.URL()+"/rest/system/session", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		edit(r)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = resp.Body.Close() })
		return resp
	}
	var token string
	minted := post(`{"name":"3rd","username":"201","domain":"demo.example"}`, basic("admin", "demo"))
	if err := json.NewDecoder(minted.Body).Decode(&token); err != nil {
		t.Fatal(err)
	}
	resp := post(`{"name":"session","value":"`+token+`"}`, func(*http.Request) {})
	if set := resp.Header.Get("Set-Cookie"); !strings.Contains(set, "Secure") {
		t.Errorf("Set-Cookie over TLS is %q", set)
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(resp.Header.Get("Set-Cookie"), "session="), ";")
	trust := client.Transport.(*http.Transport).TLSClientConfig
	conn, err := ws.Dial(deadline(t), strings.Replace(s.URL(), "https", "wss", 1)+"/websocket?domain=demo.example&user=201",
		ws.Options{Transport: reach.Transport(reach.Options{TLS: trust}), Header: http.Header{"Cookie": {"session=" + id}}})
	if err != nil {
		t.Fatal(err)
	}
	if data, err := conn.Read(deadline(t)); err != nil || !strings.Contains(string(data), "domain-state") {
		t.Errorf("%v %.100s", err, data)
	}
	_ = conn.CloseNow()
}
