package nethcti

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/socketio"
	"github.com/patchcord/patchcord/rtc"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newFront is a front of a PBX of a few people, which runs until the returned function is called.
func newFront(t *testing.T, o Options, engine *rtc.Engine) (f *Front, end func()) {
	pbx := exchange.New(exchange.Options{Log: slog.New(slog.DiscardHandler), Extensions: 12}, engine)
	f = New(o, pbx, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		pbx.Run(ctx)
	}()
	return f, func() {
		f.EndPolls()
		pbx.Stop()
		cancel()
		<-ended
	}
}

// serve has the front answer a request. An address that is none gets no answer.
func serve(f *Front, method, path, token, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	at, err := url.ParseRequestURI("http://pbx.example" + path)
	if err != nil {
		return w
	}
	r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(body))
	r.Method, r.URL = method, at
	r.Header.Set("Authorization", "Bearer "+token)
	f.Handler().ServeHTTP(w, r)
	return w
}

// FuzzGateway lets a client that has registered say anything to its session and its handle, a message for
// each line.
func FuzzGateway(f *testing.F) {
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		f.Fatal(err)
	}
	call := `{"janus":"message","body":{"request":"call","uri":"sip:601@x"},"jsep":{"type":"offer","sdp":"v=0"}}`
	for _, seed := range []string{
		`{"janus":"attach","plugin":"janus.plugin.sip"}` + "\n" + `{"janus":"claim"}`,
		call + "\n" + call + "\n" + `{"janus":"hangup"}`,
		call + "\n" + `{"janus":"trickle","candidate":{"candidate":"x","sdpMLineIndex":65535}}` + "\n" + `{"janus":"detach"}`,
		`{"janus":"message","body":{"request":"register","type":"helper","master_id":-1e300}}`,
		`{"janus":"message","body":{"request":"decline","code":1e300}}` + "\n" + `{"janus":"message","body":{"request":"unregister"}}`,
		`{"janus":"message","body":{"request":["call"]},"jsep":null}` + "\n" + `{"janus":"destroy"}`,
		`{"janus":"message","transaction":7}` + "\n" + `null` + "\n" + `[`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		front, end := newFront(t, Options{}, engine)
		defer end()
		made := func(path, body string) string {
			var m message
			if err := json.Unmarshal(serve(front, http.MethodPost, path, "", body).Body.Bytes(), &m); err != nil || m.Data == nil {
				t.Fatalf("%s was answered with %+v, %v", body, m, err)
			}
			return path + "/" + strconv.FormatUint(m.Data.ID, 10)
		}
		session := made(gatewayPath, `{"janus":"create"}`)
		handle := made(session, `{"janus":"attach","plugin":"`+plugin+`"}`)
		var secret string
		front.pbx.Do(func() { secret = front.desk(front.pbx.Account("201")).secret })
		serve(front, http.MethodPost, handle, "", `{"janus":"message","body":{"request":"register","username":"sip:91201@x","secret":"`+secret+`"}}`)
		for i, line := range strings.Split(lines, "\n") {
			if i == 8 {
				break
			}
			for _, path := range []string{session, handle} {
				if w := serve(front, http.MethodPost, path, "", line); !json.Valid(w.Body.Bytes()) {
					t.Errorf("%s was answered with %s", line, w.Body)
				}
			}
		}
	})
}

// FuzzOrders lets anybody sign in with anything, and a user order anything.
func FuzzOrders(f *testing.F) {
	for _, seed := range []struct{ method, path, body string }{
		{"POST", "/api/login", `{"username":"201","password":7}`},
		{"POST", "/api/2fa/verify-otp", `{"username":"","otp":"123456"}`},
		{"POST", "/webrest/authentication/login", `{"username":"201","password":"demo"}`},
		{"POST", "/api/astproxy/call", `{"number":"*72","endpointId":"201"}`},
		{"POST", "/api/astproxy/pickup_parking", `{"parking":"600"}`},
		{"POST", "/api/astproxy/pickup_qwaitcaller", `{"queue":"201"}`},
		{"POST", "/api/user/presence_onbusy", `{"status":"callforward","to":"201"}`},
		{"POST", "/api/astproxy/queuemember_", `null`},
		{"GET", "/janus/18446744073709551616?maxev=-1", ""},
		{"DELETE", "/api/user/me", ""},
	} {
		f.Add(seed.method, seed.path, seed.body)
	}
	f.Fuzz(func(t *testing.T, method, path, body string) {
		if strings.Contains(path, newSocket) || strings.Contains(path, oldSocket) {
			return // a recorder is no connection
		}
		front, end := newFront(t, Options{TwoFactor: true}, nil)
		defer end()
		var token string
		front.pbx.Do(func() { token = front.tokens.mint("201", true, true) })
		w := serve(front, method, path, token, body)
		if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %s was answered with %s", method, path, w.Body)
		}
	})
}

// TestBounds: what clients can have the front keep is bounded, and a body is read no further than it may be.
func TestBounds(t *testing.T) {
	front, end := newFront(t, Options{}, nil)
	defer end()
	for range maxSessions + 10 {
		serve(front, http.MethodPost, gatewayPath, "", `{"janus":"create"}`)
	}
	for range maxTokens/2 + 10 { // each is asked for twice
		serve(front, http.MethodPost, "/api/login", "", `{"username":"201","password":"demo"}`)
		serve(front, http.MethodPost, "/webrest/authentication/login", "", `{"username":"201","password":"demo"}`)
	}
	front.pbx.Do(func() {
		if n := len(front.gateway.sessions); n != maxSessions {
			t.Errorf("%d sessions are kept", n)
		}
		if n := len(front.tokens.users); n > maxTokens {
			t.Errorf("%d tokens are kept", n)
		}
	})
	huge := `{"username":"` + strings.Repeat("2", 1<<20) + `"}`
	token := front.tokens.mint("201", false, true)
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/api/login", huge, 400},
		{"POST", "/api/astproxy/call", huge, 400},
		{"POST", "/api/astproxy/call", `{"number":"` + strings.Repeat("2", maxNumber+1) + `"}`, 400},
		{"DELETE", "/api/astproxy/queuemember_pause", "", 405},
		{"PUT", "/janus/1", `{}`, 405},
		{"GET", "/janus/99999999999999999999", "", 404},
	} {
		if w := serve(front, c.method, c.path, token, c.body); w.Code != c.status {
			t.Errorf("%s %s was answered with %d, wanted %d", c.method, c.path, w.Code, c.status)
		}
	}
}

// TestSocketStaysWhoseItIs: a half of a sign-in opens no socket to somebody else, and a socket that
// somebody has logged in on is nobody else's after that.
func TestSocketStaysWhoseItIs(t *testing.T) {
	front, end := newFront(t, Options{TwoFactor: true}, nil)
	defer end()
	login := func(s *socket, user, token string) {
		data, err := json.Marshal(map[string]string{"accessKeyId": user, "token": token})
		if err != nil {
			t.Fatal(err)
		}
		s.hear(socketio.Packet{Name: "login", ID: -1, Args: []json.RawMessage{data}})
	}
	front.pbx.Do(func() {
		half, whole := front.tokens.mint("201", true, false), front.tokens.mint("202", true, true)
		s := &socket{f: front, queue: make(chan emission, socketQueue), drop: func() {}, newer: true}
		login(s, "203", half)
		if s.in {
			t.Error("a half of a sign-in of 201 opened a socket to 203")
		}
		login(s, "201", half)
		if !s.in {
			t.Error("a half of a sign-in of 201 opened no socket to 201")
		}
		login(s, "202", whole)
		if s.user.Number != "201" {
			t.Errorf("the socket of 201 became that of %s", s.user.Number)
		}
		s.end("the test is over")
	})
}
