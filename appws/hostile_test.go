package appws

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/pipenet"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/ws"
)

// TestServiceEnds: how the service ends a connection for each thing that it may not get.
func TestServiceEnds(t *testing.T) {
	for _, tt := range []struct {
		name   string
		do     func(*rawPeer)
		code   int
		reason string // a part of it
	}{
		{"app message before login", func(p *rawPeer) { p.text(`{"mt":"Echo","api":"echo"}`) }, 1008, "not logged in"},
		{"PbxInfo before login", func(p *rawPeer) { p.text(`{"mt":"PbxInfo"}`) }, 1008, "not logged in"},
		{"login without challenge", func(p *rawPeer) {
			for range 3 {
				p.text(string(Login{App: "a"}.Signed("", "pw").message()))
			}
		}, 1008, "too many bad logins"},
		{"login again", func(p *rawPeer) { p.logIn(); p.text(`{"mt":"AppLogin"}`) }, 1008, "already logged in"},
		{"challenge again", func(p *rawPeer) { p.logIn(); p.text(`{"mt":"AppChallenge"}`) }, 1008, "already logged in"},
		{"no JSON", func(p *rawPeer) { p.text(`{"mt":`) }, 1007, "byte 6"},
		{"no JSON after login", func(p *rawPeer) { p.logIn(); p.text(`hello`) }, 1007, "byte 0"},
		{"no object", func(p *rawPeer) { p.text(`[]`) }, 1007, "one JSON object"},
		{"two objects", func(p *rawPeer) { p.text(`{} {}`) }, 1007, "follows"},
		{"deep", func(p *rawPeer) { p.text(strings.Repeat(`{"a":`, 1000)) }, 1007, "too deep"},
		{"invalid UTF-8", func(p *rawPeer) { p.text("{\"mt\":\"\xff\"}") }, 1007, "UTF-8"},
		{"invalid UTF-8 across fragments", func(p *rawPeer) {
			p.frame(false, opText, "{\"mt\":\"\xc3")
			p.frame(true, opContinuation, "\"}")
		}, 1007, "UTF-8"},
		{"binary", func(p *rawPeer) { p.frame(true, opBinary, "{}") }, 1003, "text only"},
		{"oversized", func(p *rawPeer) { p.text(`{"mt":"` + strings.Repeat("x", 1<<20) + `"}`) }, 1009, "too big"},
		{"oversized in fragments", func(p *rawPeer) {
			p.frame(false, opText, `{"mt":"`)
			for range 70 {
				p.frame(false, opContinuation, strings.Repeat("x", 16384))
			}
		}, 1009, "too big"},
		{"continuation without a beginning", func(p *rawPeer) { p.frame(true, opContinuation, "{}") }, 1002, "continuation"},
		{"message inside a message", func(p *rawPeer) { p.frame(false, opText, "{"); p.text("{}") }, 1002, "previous"},
		{"unknown opcode", func(p *rawPeer) { p.frame(true, 5, "") }, 1002, "opcode"},
		{"fragmented ping", func(p *rawPeer) { p.frame(false, opPing, "") }, 1002, "fragmented"},
		{"long ping", func(p *rawPeer) { p.frame(true, opPing, strings.Repeat("x", 126)) }, 1002, "length"},
		{"failing API", func(p *rawPeer) { p.logIn(); p.text(`{"mt":"x","api":"broken"}`) }, 1011, "the API failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := rawDial(t, serve(t, newTestService(ServiceConfig{})))
			tt.do(p)
			code, reason := p.closed()
			if code != tt.code || !strings.Contains(reason, tt.reason) {
				t.Errorf("closed with %d %q, want %d %q", code, reason, tt.code, tt.reason)
			}
		})
	}
}

// TestServiceBears: what the service must accept.
func TestServiceBears(t *testing.T) {
	p := rawDial(t, serve(t, newTestService(ServiceConfig{})))
	p.frame(true, opPing, "hi")
	if _, opcode, payload := p.next(); opcode != opPong || string(payload) != "hi" {
		t.Errorf("a ping is answered with opcode %d %q", opcode, payload)
	}
	p.logIn()
	message := `{"mt":"Echo","api":"echo","src":"f","data":"ü"}`
	for i := range len(message) { // every byte its own frame, pings in between, half a rune among them
		p.frame(i == len(message)-1, map[bool]byte{true: opText, false: opContinuation}[i == 0], message[i:i+1])
		if i == 20 {
			p.frame(true, opPing, "")
			p.next()
		}
	}
	if text, _ := p.message(); text != `{"mt":"EchoResult","api":"echo","src":"f","data":"ü"}` {
		t.Errorf("heard %s", text)
	}
	p.text(`{"mt":"Nobody","api":"knows"}`)
	p.text(`{"api":"echo"}`)
	p.text(`{"mt":7}`)
	p.text(`{}`)
	p.text(`{"mt":"PbxInfo","apis":["Services"]}`) // from one who is no PBX
	p.text(`{"mt":"KeepAlive"}`)
	if text, _ := p.message(); text != `{"mt":"KeepAlive"}` {
		t.Errorf("heard %s", text)
	}
}

// TestLongMessagesAreSplit checks that we send frames that old peers accept.
func TestLongMessagesAreSplit(t *testing.T) {
	p := rawDial(t, serve(t, newTestService(ServiceConfig{})))
	p.logIn()
	const frame = `{"mt":"EchoResult","api":"echo","data":""}`
	for _, size := range []int{16384, 16385, MaxMessage} {
		data := strings.Repeat("x", size-len(frame))
		p.text(`{"mt":"Echo","api":"echo","data":"` + data + `"}`)
		text, frames := p.message()
		if len(text) != size || slices.Max(frames) > 16384 || size <= 16384 && len(frames) != 1 {
			t.Errorf("%d bytes came in frames of %v", len(text), frames)
		}
	}
	p.text(`{"mt":"Echo","api":"echo","data":"` + strings.Repeat("x", MaxMessage) + `"}`)
	if code, reason := p.closed(); code != 1011 {
		t.Errorf("an answer above the limit: %d %q", code, reason)
	}
}

// TestLoginTries checks the limits of a service for tries and time.
func TestLoginTries(t *testing.T) {
	p := rawDial(t, serve(t, newTestService(ServiceConfig{LoginTries: 2})))
	for range 2 {
		p.text(`{"mt":"AppChallenge"}`)
		text, _ := p.message()
		challenge, _ := textMember([]byte(text), "challenge")
		if len(challenge) != 16 || !isHex(challenge) {
			t.Errorf("challenge %q", challenge)
		}
		p.text(string(Login{App: "a"}.Signed(challenge, "guess").message()))
		if text, _ = p.message(); text != `{"mt":"AppLoginResult","ok":false}` {
			t.Errorf("a bad login is answered with %s", text)
		}
	}
	if code, reason := p.closed(); code != 1008 || reason != "too many bad logins" {
		t.Errorf("closed with %d %q", code, reason)
	}
}

// TestChallengeServesOnce replays a good login.
func TestChallengeServesOnce(t *testing.T) {
	a := admission{passwords: oneOf("pw"), tries: 9, fresh: newChallenge}
	handle := func(text string) (string, *admitted) {
		m, err := ParseMessage([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		answer, in, err := a.handle(context.Background(), m)
		if err != nil {
			t.Fatal(err)
		}
		return answer, in
	}
	handle(`{"mt":"AppChallenge"}`)
	old := a.challenge
	handle(`{"mt":"AppChallenge"}`) // replaces the first
	good := string(Login{App: "a"}.Signed(a.challenge, "pw").message())
	if _, in := handle(string(Login{App: "a"}.Signed(old, "pw").message())); in != nil {
		t.Error("a replaced challenge opened the door")
	}
	if _, in := handle(good); in != nil {
		t.Error("a challenge opened the door after a failed login")
	}
	handle(`{"mt":"AppChallenge"}`)
	good = string(Login{App: "a"}.Signed(a.challenge, "pw").message())
	if _, in := handle(good); in == nil {
		t.Fatal("a good login is refused")
	}
	if _, in := handle(good); in != nil {
		t.Error("a login opened the door twice")
	}
}

// TestLoginChecks: for what a login is refused, and for what not.
func TestLoginChecks(t *testing.T) {
	const c = "0123456789abcdef"
	good := Login{App: "a", Domain: "d", SIP: "s", GUID: "g", DN: "n: \"x\""}
	signed := func(l Login, password string) string { return string(l.Signed(c, password).message()) }
	info := func(hashed, sent string) string {
		l := Login{App: "a"}
		digest := l.digest([]byte(hashed), c, "pw")
		return `{"mt":"AppLogin","app":"a","info":` + sent + `,"digest":"` + digest + `"}`
	}
	for _, tt := range []struct {
		name, message string
		ok            bool
	}{
		{"good", signed(good, "pw"), true},
		{"second password", signed(good, "second"), true},
		{"empty password", signed(good, ""), false},
		{"digest in capitals", strings.Replace(signed(good, "pw"), good.digest(nil, c, "pw"), strings.ToUpper(good.digest(nil, c, "pw")), 1), true},
		{"null members", `{"mt":"AppLogin","app":"a","sip":null,"info":null,"digest":"` + Login{App: "a"}.digest(nil, c, "pw") + `"}`, true},
		{"only app and digest", `{"digest":"` + Login{App: "a"}.digest(nil, c, "pw") + `","app":"a","mt":"AppLogin"}`, true},
		{"colon in domain", signed(Login{App: "a", Domain: "d:s"}, "pw"), false},
		{"control character in sip", signed(Login{App: "a", SIP: "s\n"}, "pw"), false},
		{"number for sip", `{"mt":"AppLogin","app":"a","sip":7,"digest":"` + Login{App: "a", SIP: "7"}.digest(nil, c, "pw") + `"}`, false},
		{"no digest", `{"mt":"AppLogin","app":"a"}`, false},
		{"capital member", `{"mt":"AppLogin","App":"a","digest":"` + Login{App: "a"}.digest(nil, c, "pw") + `"}`, false},
		{"info with white space", info(`{"a":[1,"b c"]}`, "{ \"a\" : [ 1,\t\"b c\" ] }"), true},
		{"info escaped on the wire only", info(`{"u":"ü/ü"}`, `{"u":"\u00fc\/ü"}`), true},
		{"info hashed as escaped", info(`{"u":"\u00fc"}`, `{"u":"\u00fc"}`), true},
		{"info in another order", info(`{"a":1,"b":2}`, `{"b":2,"a":1}`), false},
		{"info no object", info(`[]`, `[]`), false},
		{"empty info", info(`{}`, `{}`), true},
		{"info not hashed", `{"mt":"AppLogin","app":"a","info":{},"digest":"` + Login{App: "a"}.digest(nil, c, "pw") + `"}`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := admission{passwords: oneOf("", "pw", "second"), tries: 1, challenge: c}
			if _, err := a.check(context.Background(), []byte(tt.message)); (err == nil) != tt.ok {
				t.Errorf("%s: %v", tt.message, err)
			}
		})
	}
	a := admission{passwords: oneOf(""), allowEmpty: true, tries: 1, challenge: c}
	if _, err := a.check(context.Background(), []byte(signed(good, ""))); err != nil {
		t.Errorf("an empty password that is allowed: %v", err)
	}
	a = admission{passwords: func(context.Context, Attempt) ([]string, error) {
		return []string{"pw"}, errors.New("down")
	}, tries: 1, challenge: c}
	if _, err := a.check(context.Background(), []byte(signed(good, "pw"))); err == nil {
		t.Error("a login succeeds although the passwords cannot be had")
	}
}

// TestClientEnds: how the client ends when a server breaks the protocol or hangs up.
func TestClientEnds(t *testing.T) {
	challenge := `{"mt":"AppChallengeResult","challenge":"1"}`
	for _, tt := range []struct {
		name  string
		lines []string // sent one after another, each after a message of the client
		step  Step
		want  string // a part of the error
	}{
		{"no challenge", []string{`{"mt":"AppChallengeResult"}`}, StepChallenge, "no challenge"},
		{"empty challenge", []string{`{"mt":"AppChallengeResult","challenge":""}`}, StepChallenge, "no challenge"},
		{"long challenge", []string{`{"mt":"AppChallengeResult","challenge":"` + strings.Repeat("1", 257) + `"}`}, StepChallenge, "no challenge"},
		{"result before challenge", []string{`{"mt":"AppLoginResult","ok":true}`}, StepChallenge, "AppLoginResult came where"},
		{"challenge twice", []string{challenge, challenge}, StepLogin, "AppChallengeResult came where"},
		{"refused", []string{challenge, `{"mt":"AppLoginResult","ok":false}`}, StepLogin, "refused the login"},
		{"refused without ok", []string{challenge, `{"mt":"AppLoginResult"}`}, StepLogin, "refused the login"},
		{"ok in quotes", []string{challenge, `{"mt":"AppLoginResult","ok":"true"}`}, StepLogin, "refused the login"},
		{"refused in words", []string{challenge, `{"mt":"AppLoginResult","errorText":"UNLICENSED"}`}, StepLogin, `refused the login: "UNLICENSED"`},
		{"refused by number", []string{challenge, `{"mt":"AppLoginResult","ok":false,"error":12}`}, StepLogin, `"error 12"`},
		{"hung up", []string{"close"}, StepChallenge, "code 1008"},
		{"hung up after login", []string{challenge, "close"}, StepLogin, `code 1008: "bye"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				sock, err := ws.Accept(w, r, ws.AcceptOptions{})
				if err != nil {
					return
				}
				defer sock.CloseNow()
				for _, l := range tt.lines {
					if _, err := sock.Read(r.Context()); err != nil {
						return
					}
					if l == "close" {
						_ = sock.Close(ws.StatusPolicy, "bye")
						return
					}
					_ = sock.Write(r.Context(), []byte(l))
				}
				_, _ = sock.Read(r.Context())
			}))
			defer server.Close()
			_, err := Dial(deadline(t), Config{URL: server.URL, App: "a", Password: "pw"})
			var d *DialError
			if !errors.As(err, &d) || d.Step != tt.step || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q at the step %s", err, tt.want, tt.step)
			}
			if s := Explain(err); !strings.HasSuffix(s, ".") {
				t.Errorf("explained as %q", s)
			}
		})
	}
}

// TestNumericChallenge: an early PBX sends a number as the challenge; its digits count as written.
func TestNumericChallenge(t *testing.T) {
	l := Login{App: "a", PbxObj: "a"}.Signed("01874629305", "pw")
	l2 := Login{App: "a", PbxObj: "a"}.Signed("1874629305", "pw")
	if l.Digest == l2.Digest {
		t.Fatal("the test tells nothing")
	}
	url, played := playServer(t, []scripted{
		{'C', `{"mt":"AppChallenge"}`},
		{'S', `{"mt":"AppChallengeResult","challenge":1874629305}`},
		{'C', string(l2.message())},
		{'S', `{"mt":"AppLoginResult","ok":true}`},
	})
	dial(t, Config{URL: url, App: "a", Password: "pw"})
	if err := <-played; err != nil {
		t.Fatal(err)
	}
}

// TestSysClient: that a server knows us already counts only with AllowSysClient.
func TestSysClient(t *testing.T) {
	script := func(password string) []scripted {
		return []scripted{
			{'C', `{"mt":"AppChallenge"}`},
			{'S', `{"mt":"AppChallengeResult","challenge":"1","sysClient":true}`},
			{'C', string(Login{App: "a", PbxObj: "a"}.Signed("1", password).message())},
			{'S', `{"mt":"AppLoginResult","ok":true}`},
		}
	}
	url, played := playServer(t, script("pw"), script(""))
	for _, allow := range []bool{false, true} {
		dial(t, Config{URL: url, App: "a", Password: "pw", AllowSysClient: allow})
		if err := <-played; err != nil {
			t.Errorf("allowed %t: %v", allow, err)
		}
	}
}

// TestLateLogin ends a connection that never logs in.
func TestLateLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pipes := pipenet.New()
		s := newTestService(ServiceConfig{LoginTimeout: time.Minute})
		stop := pipes.Serve(s)
		defer stop()
		began := time.Now()
		sock, err := ws.Dial(t.Context(), "ws://pipe/", ws.Options{Transport: reach.Transport(reach.Options{DialContext: pipes.Dial})})
		if err != nil {
			t.Fatal(err)
		}
		_, err = sock.Read(t.Context())
		if status, reason := ws.StatusOf(err); status != ws.StatusPolicy || reason != "no login in time" {
			t.Errorf("ended with %v", err)
		}
		if took := time.Since(began); took < time.Minute || took > time.Minute+2*time.Second {
			t.Errorf("ended after %s", took)
		}
	})
}
