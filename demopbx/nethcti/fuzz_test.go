package nethcti

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/rtc"
)

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
		call + "\n" + `{"janus":"message","body":{"request":"decline"}}`,
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
				if w := serve(front, http.MethodPost, path, "", line); !json.Valid(w.Body.Bytes()) || strings.Contains(w.Body.String(), whyEnds) {
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
