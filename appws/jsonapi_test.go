package appws

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/patchcord/patchcord/internal/pipenet"
)

// TestJsonApi follows the vendor's JsonApi page over a real socket: an API begins with its first
// message, knows who logged in, sends, and is notified of the end.
func TestJsonApi(t *testing.T) {
	conns, ended := make(chan *APIConn, 2), make(chan error, 2)
	s := newService(ServiceConfig{Passwords: oneOf("domainpw", "pw"), Domain: "instance.example"})
	s.HandleAPI("echo", func(ctx context.Context, c *APIConn) error {
		conns <- c
		for {
			m, err := c.Recv(ctx)
			if err != nil {
				ended <- err
				return nil
			}
			if err := c.Send(ctx, map[string]any{"api": "echo", "mt": "EchoResult", "src": m.Src}); err != nil {
				return err
			}
		}
	})
	info := `{"appobj":"obj","cn":"Test <User>","unlicensed":true}`
	conn := dial(t, Config{
		URL: serve(t, s) + "/user", App: "user", Password: "pw", Domain: "example.com", SIP: "john.doe",
		DN: "John Doe", GUID: "f48b06484a8a61015853009033400109", Info: json.RawMessage(info),
	})
	if len(conns) != 0 {
		t.Error("the API lives before its first message")
	}
	for range 2 {
		m, err := conn.Do(deadline(t), map[string]string{"api": "echo", "mt": "Echo"})
		if err != nil || m.MT != "EchoResult" || m.API != "echo" {
			t.Fatalf("%s, %v", m.Raw, err)
		}
	}
	api := <-conns
	if len(conns) != 0 {
		t.Error("the second message made a second object")
	}
	want := Identity{
		App: "user", Domain: "example.com", SIP: "john.doe", DN: "John Doe", GUID: "f48b06484a8a61015853009033400109",
		PbxObj: "user", Info: info, Unlicensed: true,
	}
	if got := api.Identity(); got != want {
		t.Errorf("identity %+v, want %+v", got, want)
	}
	if _, ok := api.PBX(); ok || api.API() != "echo" {
		t.Error("a user is taken for a PBX")
	}
	exchangeSecrets(t, conn, api)
	if conn.Domain() != "instance.example" {
		t.Errorf("domain of the instance %q", conn.Domain())
	}
	_ = conn.Close()
	var closed *CloseError
	if err := <-ended; !errors.As(err, &closed) || closed.Code != 1000 {
		t.Errorf("the API hears the end as %v", err)
	}
	<-api.Done()
	if !errors.As(api.Err(), &closed) {
		t.Errorf("the API says it ended by %v", api.Err())
	}
	if _, err := api.Encrypt("s", "t"); err == nil {
		t.Error("the API encrypts after the end")
	}
	if err := api.SendText(t.Context(), "{}"); err == nil {
		t.Error("the API sends after the end")
	}
}

// exchangeSecrets encrypts, decrypts and hashes both ways.
func exchangeSecrets(t *testing.T, a *Conn, b *APIConn) {
	t.Helper()
	const text = "some secret text: Grüße 😀"
	there, err := a.Encrypt("some seed", text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := b.Decrypt("some seed", there); err != nil || got != text {
		t.Errorf("decrypted to %q, %v", got, err)
	}
	if got, err := b.Decrypt("other seed", there); err == nil && got == text {
		t.Error("any seed decrypts")
	}
	back, err := b.Encrypt("seed 2", text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := a.Decrypt("seed 2", back); err != nil || got != text {
		t.Errorf("decrypted to %q, %v", got, err)
	}
	ha, err1 := a.Hash("seed", text)
	hb, err2 := b.Hash("seed", text)
	if ha != hb || len(ha) != 64 || err1 != nil || err2 != nil {
		t.Errorf("hashes %q %q, %v %v", ha, hb, err1, err2)
	}
	if _, err := a.Encrypt(strings.Repeat("s", MaxSeed+1), text); !errors.Is(err, ErrLongSeed) {
		t.Errorf("a long seed: %v", err)
	}
	for data, want := range map[string]error{"0": ErrNotHex, "zz": ErrNotHex, strings.Repeat("ff", 64): ErrGarbled} {
		if _, err := b.Decrypt("seed", data); !errors.Is(err, want) {
			t.Errorf("decrypt %q: %v, want %v", data, err, want)
		}
	}
}

// TestDomainPassword admits a login made with either of two passwords, each with its own key.
func TestDomainPassword(t *testing.T) {
	asked := make(chan string, 8)
	s := newService(ServiceConfig{Passwords: func(_ context.Context, a Attempt) ([]string, error) {
		asked <- a.App + " " + a.Domain + " " + a.SIP
		return []string{"instance", "domain"}, nil
	}})
	s.HandleAPI("echo", serveEcho)
	url := serve(t, s)
	for _, password := range []string{"instance", "domain"} {
		conn := dial(t, Config{URL: url, App: "a", Password: password, Domain: "d", SIP: "s"})
		if got := <-asked; got != "a d s" {
			t.Errorf("asked for %q", got)
		}
		secret, _ := conn.Encrypt("1", "text")
		m, err := conn.Do(deadline(t), map[string]string{"api": "echo", "mt": "Encrypted", "seed": "1", "data": secret})
		if err != nil {
			t.Fatal(err)
		}
		var back struct{ Seed, Data, Hash string }
		if err := m.Decode(&back); err != nil {
			t.Fatal(err)
		}
		if got, err := conn.Decrypt(back.Seed, back.Data); got != "text" || err != nil {
			t.Errorf("%s: decrypted to %q, %v", password, got, err)
		}
		if hash, _ := conn.Hash(back.Seed, "text"); hash != back.Hash {
			t.Errorf("%s: hash %s, want %s", password, back.Hash, hash)
		}
	}
}

// TestRouting sends messages for an API, for none, for one that is not permitted and for one
// that has ended.
func TestRouting(t *testing.T) {
	rest := make(chan string, 8)
	s := newService(ServiceConfig{
		Passwords: oneOf("pw"),
		Permit:    func(id Identity, api string) bool { return api != "admin" || id.App == "admin" },
	})
	s.HandleAPI("admin", serveEcho)
	s.HandleAPI("once", func(ctx context.Context, c *APIConn) error {
		m, err := c.Recv(ctx)
		if err != nil {
			return nil
		}
		text, err := m.Result(map[string]string{"hello": c.Identity().App})
		if err != nil {
			return err
		}
		return c.Send(ctx, text)
	})
	s.HandleRest(func(ctx context.Context, c *APIConn) error {
		for {
			m, err := c.Recv(ctx)
			if err != nil {
				return nil
			}
			rest <- m.API + "/" + m.MT
		}
	})
	url := serve(t, s)
	user := dial(t, Config{URL: url, App: "user", Password: "pw"})
	for _, text := range []string{
		`{"mt":"Echo","api":"admin"}`, `{"mt":"a","api":"once"}`, `{"mt":"b"}`, `{"mt":"c","api":"Once"}`,
	} {
		if err := user.SendText(deadline(t), text); err != nil {
			t.Fatal(err)
		}
	}
	if m := recv(t, user); string(m.Raw) != `{"mt":"aResult","api":"once","hello":"user"}` {
		t.Errorf("heard %s", m.Raw)
	}
	for _, want := range []string{"/b", "Once/c"} {
		if got := <-rest; got != want {
			t.Errorf("the rest got %s, want %s", got, want)
		}
	}
	if err := user.SendText(deadline(t), `{"mt":"again","api":"once"}`); err != nil {
		t.Fatal(err)
	}
	if err := user.SendText(deadline(t), `{"mt":"d"}`); err != nil {
		t.Fatal(err)
	}
	if got := <-rest; got != "/d" {
		t.Errorf("the rest got %s", got)
	}
	admin := dial(t, Config{URL: url, App: "admin", Password: "pw"})
	if m, err := admin.Do(deadline(t), map[string]string{"mt": "Echo", "api": "admin"}); err != nil || m.MT != "EchoResult" {
		t.Errorf("%s, %v", m.Raw, err)
	}
}

// TestSubscription: a src stays valid for all that a request causes.
func TestSubscription(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{}))()
		conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		sub, err := conn.Subscribe(t.Context(), map[string]string{"api": "echo", "mt": "Subscribe"})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"SubscribeResult", "Count"} {
			if m := recv(t, sub); m.MT != want || m.Src != sub.Src() {
				t.Errorf("heard %s, want a %s", m.Raw, want)
			}
		}
		if _, err := conn.Subscribe(t.Context(), map[string]string{"mt": "x", "src": sub.Src()}); !errors.Is(err, ErrSrcInUse) {
			t.Errorf("the same src again: %v", err)
		}
		sub.Stop()
		if m := recv(t, conn); m.MT != "Count" { // an ordinary message now
			t.Errorf("heard %s", m.Raw)
		}
		if _, err := sub.Recv(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("a stopped subscription gives %v", err)
		}
		if _, err := conn.Do(t.Context(), map[string]string{"api": "echo", "mt": "Unsubscribe"}); err != nil {
			t.Error(err)
		}
		for request, want := range map[string]error{`{"mt":"x","src":""}`: errEmptySrc, `{"src":"a"}`: ErrNoType, `[]`: ErrNotObject} {
			if _, err := conn.Do(t.Context(), json.RawMessage(request)); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", request, err, want)
			}
		}
	})
}

// TestLateAnswer drops the answer to a request that was given up, at both ends, and no other
// message with its src.
func TestLateAnswer(t *testing.T) {
	asked := make(chan error, 1)
	s := newTestService(ServiceConfig{})
	s.HandleAPI("asks", func(ctx context.Context, c *APIConn) error {
		m, err := c.Recv(ctx)
		if err != nil {
			return nil
		}
		short, cancel := context.WithCancel(ctx)
		gone := make(chan error, 1)
		go func() {
			_, err := c.Do(short, map[string]string{"mt": "Question", "src": "q"})
			gone <- err
		}()
		m, err = c.Recv(ctx) // the peer has the question
		c.link.turn <- struct{}{}
		<-c.link.turn // and the socket is done with it
		cancel()
		if err == nil && m.MT == "Heard" {
			err = <-gone
		}
		asked <- err
		if m, err = c.Recv(ctx); err == nil {
			return c.SendText(ctx, `{"mt":"Got","text":`+string(quote(m.MT))+`}`)
		}
		return nil
	})
	conn := dial(t, Config{URL: serve(t, s), App: "a", Password: "pw"})
	say := func(text string) {
		if err := conn.SendText(deadline(t), text); err != nil {
			t.Fatal(err)
		}
	}
	say(`{"mt":"Go","api":"asks"}`)
	if m := recv(t, conn); m.MT != "Question" {
		t.Fatalf("heard %s", m.Raw)
	}
	say(`{"mt":"Heard","api":"asks"}`)
	if err := <-asked; !errors.Is(err, context.Canceled) {
		t.Fatalf("the question ended with %v", err)
	}
	say(`{"mt":"QuestionResult","api":"asks","src":"q"}`)
	say(`{"mt":"Next","api":"asks","src":"q"}`)
	if m := recv(t, conn); string(m.Raw) != `{"mt":"Got","text":"Next"}` {
		t.Errorf("heard %s", m.Raw)
	}

	ours, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := conn.Do(ours, map[string]string{"mt": "Echo", "api": "echo"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("a request without time: %v", err)
	}
	late := &call{mt: "Echo"}
	if err := conn.link.requests.addCall("late", late); err != nil {
		t.Fatal(err)
	}
	conn.link.requests.abandon("late", late)
	say(`{"mt":"Echo","api":"echo","src":"late","data":1}`)
	say(`{"mt":"Echo","api":"echo","src":"late","data":2}`)
	if m := recv(t, conn); string(member(m.Raw, "data")) != "2" {
		t.Errorf("heard %s", m.Raw)
	}
}

// TestAbandonedIsBounded: of too many requests that were given up some are forgotten.
func TestAbandonedIsBounded(t *testing.T) {
	a := newRequests()
	for range 10 * maxAbandoned {
		src, c := a.fresh(), &call{mt: "X"}
		if err := a.addCall(src, c); err != nil {
			t.Fatal(err)
		}
		a.abandon(src, c)
	}
	if len(a.abandoned) != maxAbandoned {
		t.Errorf("%d are remembered", len(a.abandoned))
	}
}

// TestSendLimits refuses what may not be sent, and keeps the connection.
func TestSendLimits(t *testing.T) {
	conn := dial(t, Config{URL: serve(t, newTestService(ServiceConfig{})), App: "a", Password: "pw"})
	for _, tt := range []struct {
		err  error
		want error
	}{
		{conn.SendText(t.Context(), strings.Repeat("x", MaxMessage+1)), ErrTooLong},
		{conn.Send(t.Context(), map[string]string{"mt": strings.Repeat("x", MaxMessage)}), ErrTooLong},
		{conn.SendText(t.Context(), "\xff"), ErrNotUTF8},
		{conn.Send(t.Context(), []int{1}), ErrNotObject},
		{conn.Send(t.Context(), map[string]int{"mt": 1}), ErrNoType},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%v, want %v", tt.err, tt.want)
		}
	}
	if _, err := conn.Do(deadline(t), map[string]string{"api": "echo", "mt": "Echo"}); err != nil {
		t.Error(err)
	}
}

// TestServiceClose sends a close frame, waits for the handlers, and accepts nobody any more.
func TestServiceClose(t *testing.T) {
	s := newTestService(ServiceConfig{})
	var tidied atomic.Bool
	s.HandleAPI("tidy", func(ctx context.Context, c *APIConn) error {
		_, _ = c.Recv(ctx)
		<-ctx.Done()
		for range 100 {
			runtime.Gosched() // it takes its time
		}
		tidied.Store(true)
		return nil
	})
	url := serve(t, s)
	conn := dial(t, Config{URL: url, App: "a", Password: "pw"})
	if err := conn.SendText(t.Context(), `{"mt":"x","api":"tidy"}`); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Do(deadline(t), map[string]string{"mt": "CheckBuild"}); err != nil { // "x" has been heard
		t.Fatal(err)
	}
	_ = s.Close()
	if !tidied.Load() {
		t.Error("Close did not wait for a handler")
	}
	var closed *CloseError
	if _, err := conn.Recv(deadline(t)); !errors.As(err, &closed) || closed.Code != 1001 {
		t.Errorf("ended with %v", err)
	}
	_, err := Dial(deadline(t), Config{URL: url, App: "a", Password: "pw"})
	if err == nil || !strings.Contains(Explain(err), "503 Service Unavailable") {
		t.Errorf("a closed service: %v", err)
	}
}

// TestHTTPRequest: a plain HTTP request is answered, though it is no websocket.
func TestHTTPRequest(t *testing.T) {
	w := httptest.NewRecorder()
	newTestService(ServiceConfig{}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 426 {
		t.Errorf("status %d", w.Code)
	}
}
