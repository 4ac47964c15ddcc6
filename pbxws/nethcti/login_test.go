package nethcti

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// inFakeTime runs a test with a PBX in fake time.
func inFakeTime(t *testing.T, f func(*testing.T, *fake)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, newFake(t)) })
}

// The newer side is tried first, and remembered: a second link needs no password.
func TestSignInByMiddleware(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		d := f.start()
		l := up(t, d)
		asked := f.asked()
		if !strings.HasPrefix(asked, "POST /api/login {\"password\":\"alicepw\",\"username\":\"alice\"}\nGET /api/user/me \nlogin {\"accessKeyId\":\"alice\",\"token\":\"eyJ") ||
			strings.Contains(asked, "uaType") {
			t.Errorf("asked was\n%s", asked)
		}
		if l.state.Self != "201" || l.state.Accounts.Len() != 3 {
			t.Errorf("we are %q among %v", l.state.Self, l.state.Accounts)
		}
		l.close()
		l = up(t, d)
		if asked := f.asked(); strings.Contains(asked, "/login {") {
			t.Errorf("the second time asked was\n%s", asked)
		}
		l.close()
	})
}

// The older side has a nonce and an HMAC.
func TestSignInByNonce(t *testing.T) {
	if got := proof("alice", "alicepw", "2e68ce53"); got != "0315ac510844629981565192e245845a46c45be1" {
		t.Errorf("the token is %s", got)
	}
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.middleware = false
		d := f.start(func(c *config) { c.agentType, c.oldSocket = "desktop", true })
		l := up(t, d)
		asked := f.asked()
		if !strings.HasPrefix(asked, "POST /api/login ") || !strings.Contains(asked, "\nPOST /webrest/authentication/login ") ||
			!strings.Contains(asked, `"token":"`+proof("alice", "alicepw", nonce)+`","uaType":"desktop"}`) {
			t.Errorf("asked was\n%s", asked)
		}
		l.close()
		f.revoke()
		l = up(t, d)
		if asked := f.asked(); strings.Contains(asked, "/api") || !strings.Contains(asked, "/webrest/authentication/login") {
			t.Errorf("the second time asked was\n%s", asked)
		}
		l.close()
	})
}

// A token that the profile keeps spares the password at the next start; one that has ended is forgotten.
func TestKeptToken(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		var keyring string
		keeps := func(c *config) {
			c.Recall = func(context.Context) (string, error) { return keyring, nil }
			c.Keep = func(_ context.Context, text string) error { keyring = text; return nil }
		}
		up(t, f.start(keeps)).close()
		if !strings.Contains(keyring, `"side":"api"`) || strings.Contains(keyring, "alicepw") {
			t.Errorf("kept is %s", keyring)
		}
		f.asked()
		up(t, f.start(keeps)).close()
		if asked := f.asked(); strings.Contains(asked, "POST") {
			t.Errorf("asked was\n%s", asked)
		}
		f.revoke()
		up(t, f.start(keeps)).close()
		if asked := f.asked(); strings.Count(asked, "POST") != 1 {
			t.Errorf("after the end of the token asked was\n%s", asked)
		}
		time.Sleep(15 * 24 * time.Hour)
		up(t, f.start(keeps)).close()
		if asked := f.asked(); !strings.HasPrefix(asked, "POST /api/login") {
			t.Errorf("after two weeks asked was\n%s", asked)
		}
		elsewhere := f.start(keeps, func(c *config) { c.URL = "http://other.example.com" })
		up(t, elsewhere).close()
		if asked := f.asked(); !strings.HasPrefix(asked, "POST /api/login") {
			t.Errorf("of another PBX asked was\n%s", asked)
		}
	})
}

// A one-time code is asked for; a wrong one is asked for again, and the right one lets us in.
func TestOneTimeCode(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.code = "123456"
		d := f.start()
		e := whyNot(t, d)
		if e.What != "the PBX accepted the password and wants a one-time code" || e.Asks == nil || !e.Final(true) {
			t.Fatalf("%+v", e)
		}
		e.Asks.Answer("000000")
		if e = whyNot(t, d); e.What != "the one-time code is wrong or has expired" || e.Asks == nil {
			t.Fatalf("%+v", e)
		}
		f.answer("POST /2fa/verify-otp", "401 the first half of the sign-in ran out")
		e.Asks.Answer("123456")
		if e = whyNot(t, d); e.What != "the PBX accepted the password and wants a one-time code" || e.Asks == nil {
			t.Fatalf("%+v", e)
		}
		f.answer("POST /2fa/verify-otp", "")
		e.Asks.Answer(" 123 456 ")
		f.asked()
		l := up(t, d)
		if asked := f.asked(); strings.Contains(asked, "/login {\"pass") {
			t.Errorf("asked was\n%s", asked)
		}
		f.revoke()
		f.send(eventReloaded)
		time.Sleep(10 * time.Second)
		<-l.ended
		if err := l.Err(); !errors.Is(err, errRevoked) {
			t.Errorf("the link ended by %v", err)
		}
		if e = whyNot(t, d); e.Asks == nil || !strings.Contains(e.What, "one-time code") {
			t.Errorf("%+v", e)
		}
	})
}

// Each way in which a sign-in fails has its own sentence, and says whether trying again makes sense.
func TestSentences(t *testing.T) {
	page := "200 <html><title>Sign in to this network</title>"
	for name, c := range map[string]struct {
		set       func(*fake, *config)
		what      string
		permanent bool
	}{
		"wrong password": {func(f *fake, _ *config) { f.password = "other" }, `the PBX does not accept the user "alice" with this password`, true},
		"wrong password, old": {func(f *fake, _ *config) { f.password, f.middleware = "other", false },
			`the PBX does not accept the user "alice" with this password`, true},
		"unknown user": {func(f *fake, c *config) { f.middleware, c.User = false, "zed" }, `the PBX knows no user "zed"`, true},
		"server not ready": {func(f *fake, _ *config) {
			f.middleware = false
			f.answers["POST /authentication/login"] = "503 Error: asterisk is not ready"
		}, `the PBX at cti.example.com is not ready: it says "asterisk is not ready" (503)`, false},
		"server behind the middleware down": {func(f *fake, _ *config) { f.answers["GET /user/me"], f.password = "502 {}", "other" },
			"the PBX at cti.example.com is not ready (502)", false},
		"server down after the sign-in": {func(f *fake, _ *config) { f.answers["GET /user/me"] = "502 {}" },
			"the PBX at cti.example.com is not ready (502)", false},
		"websocket dies at once": {func(f *fake, _ *config) { f.down = true }, "the websocket at cti.example.com opened and closed at once: the PBX behind it is not ready", false},
		"token revoked":          {func(f *fake, c *config) { c.User = "alice"; f.answers["GET /user/me"] = "403 {}" }, `the PBX at cti.example.com signed "alice" in and then refused the websocket: the token was revoked`, false},
		"login unanswered":       {func(f *fake, _ *config) { f.silent = true }, "the PBX at cti.example.com did not answer the login on its websocket within 15s", false},
		"a page for an answer": {func(f *fake, _ *config) {
			f.answers["POST /login"], f.answers["POST /authentication/login"] = page, page
		}, "the server at cti.example.com answered the sign-in with a web page", false},
		"nothing there":         {func(f *fake, _ *config) { f.middleware, f.legacy = false, false }, "the web server at cti.example.com is not a NethVoice CTI", false},
		"too many requests":     {func(f *fake, _ *config) { f.answers["POST /login"] = "429 {}" }, "cti.example.com has had too many requests and asks us to wait (429)", false},
		"a path in the address": {func(_ *fake, c *config) { c.URL += "/cti" }, "the address of the PBX holds more than a host and a port", true},
		"no password to be had": {func(_ *fake, c *config) {
			c.Secret = func(context.Context) (string, error) { return "", errors.New("it is locked") }
		}, "the password could not be read: it is locked", false},
		"a colon in the name": {func(_ *fake, c *config) { c.User = "a:b" }, "the user's name holds a colon, which this PBX cannot take", true},
	} {
		inFakeTime(t, func(t *testing.T, f *fake) {
			d := f.start(func(conf *config) { c.set(f, conf) })
			begin := time.Now()
			e := whyNot(t, d)
			if e.What != c.what || e.Permanent != c.permanent || e.Next == "" {
				t.Errorf("%s: %q, next %q, permanent %v", name, e.What, e.Next, e.Permanent)
			}
			if took := time.Since(begin); took > 35*time.Second {
				t.Errorf("%s: it took %v", name, took)
			}
			if strings.Contains(e.Error()+errorText(e), "alicepw") {
				t.Errorf("%s: the password is in %v", name, e)
			}
		})
	}
}

func errorText(e *pbxws.DialError) string {
	if e.Err == nil {
		return ""
	}
	return e.Err.Error()
}

// A wrong password is tried once a dial, at one side.
func TestWrongPasswordIsTriedOnce(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.password = "other"
		if e := whyNot(t, f.start()); !e.Final(true) {
			t.Errorf("%+v", e)
		}
		if n := strings.Count(f.asked(), "alicepw"); n != 1 {
			t.Errorf("the password went out %d times", n)
		}
	})
}

// Another program of the user's may make the login take 8 s, and have it accepted twice.
func TestTakeOver(t *testing.T) {
	inFakeTime(t, func(t *testing.T, f *fake) {
		f.takesOver = true
		l := up(t, f.start(func(c *config) { c.agentType = "desktop" }))
		if asked := f.asked(); !slices.Contains(strings.Split(asked, "\n"), emitGiveWay) {
			t.Errorf("at the login asked was\n%s", asked)
		}
		before := l.state.Accounts.Len()
		f.send(eventAccepted, map[string]string{"message": "authorized successfully"})
		f.send(eventTakeOver)
		if reported := l.reported(); len(reported) != 0 || l.state.Accounts.Len() != before {
			t.Errorf("reported is %v", reported)
		}
		if asked := f.asked(); asked != emitGiveWay {
			t.Errorf("asked was %q", asked)
		}
		l.close()
	})
}
