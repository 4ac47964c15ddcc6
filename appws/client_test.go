package appws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/pipenet"
)

// next takes an event or fails the test.
func next(t *testing.T, c *Client) Event {
	t.Helper()
	e, err := c.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestClientEvents is the life of a client with one loss, in order: messages that had come are
// given before the loss, and each connection has its own session key.
func TestClientEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		s := newTestService(ServiceConfig{})
		defer net.Serve(s)()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		first, ok := next(t, c).(Opened)
		if !ok {
			t.Fatal("the first event is no Opened")
		}
		if err := c.SendText(t.Context(), `{"mt":"Echo","api":"echo","data":1}`); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the answer is here, nobody has taken it
		secret, err := c.Encrypt("seed", "text")
		if err != nil {
			t.Fatal(err)
		}
		if text, err := c.Decrypt("seed", secret); text != "text" || err != nil {
			t.Errorf("decrypted to %q, %v", text, err)
		}
		if hash, _ := c.Hash("seed", "text"); hash != first.Conn.Login().Key.Hash("seed", "text") {
			t.Errorf("hash %s", hash)
		}
		net.Cut(false)
		if r, ok := next(t, c).(Received); !ok || !strings.Contains(string(r.Message.Raw), `"data":1`) {
			t.Errorf("what came before the loss: %v", r)
		}
		lost, ok := next(t, c).(Disconnected)
		if !ok || lost.Again < firstPause/2 || lost.Again > firstPause || lost.Err == nil {
			t.Errorf("the loss: %+v", lost)
		}
		_, encrypt := c.Encrypt("s", "t")
		_, decrypt := c.Decrypt("s", "00")
		_, hash := c.Hash("s", "t")
		for _, err := range []error{
			encrypt, decrypt, hash, c.Send(t.Context(), map[string]string{"mt": "x"}), c.SendText(t.Context(), "{}"),
		} {
			if !errors.Is(err, ErrNotConnected) {
				t.Errorf("without a connection: %v", err)
			}
		}
		if _, err := first.Conn.Encrypt("s", "t"); err == nil {
			t.Error("the lost connection still encrypts")
		}
		second, ok := next(t, c).(Opened)
		if !ok || second.Conn == first.Conn || second.Conn.Login().Key == first.Conn.Login().Key {
			t.Error("no new connection with a new key")
		}
		_ = c.Close()
		if e := next(t, c); e != (Closed{ErrClosed}) {
			t.Errorf("after Close: %v", e)
		}
		if _, err := c.Next(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("after Closed: %v", err)
		}
	})
}

// TestWithoutReconnect ends with the first loss, and Closed says why.
func TestWithoutReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		s := newTestService(ServiceConfig{})
		stop := net.Serve(s)
		defer stop()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial, NoReconnect: true})
		defer c.Close()
		if _, ok := next(t, c).(Opened); !ok {
			t.Fatal("not opened")
		}
		_ = s.Close()
		closed, ok := next(t, c).(Closed)
		var why *CloseError
		if !ok || !errors.As(closed.Err, &why) || why.Code != 1001 || why.Reason != "the service closes" {
			t.Errorf("ended with %v", closed)
		}
	})
}

// TestRefusedPasswordIsTriedOnce has a service refuse a password: it is not tried again before a person
// says so.
func TestRefusedPasswordIsTriedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		password := make(chan string, 1)
		password <- "other"
		s := newService(ServiceConfig{Passwords: func(context.Context, Attempt) ([]string, error) {
			p := <-password
			password <- p
			return []string{p}, nil
		}})
		defer net.Serve(s)()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		defer c.Close()
		for n := 1; n <= 2; n++ {
			failed, ok := next(t, c).(Failed)
			var refused *RefusedError
			if !ok || !errors.As(failed.Err, &refused) || failed.Again != 0 {
				t.Fatalf("attempt %d: %+v", n, failed)
			}
			if pass(time.Hour); net.Attempts() != n {
				t.Errorf("%d attempts, want %d", net.Attempts(), n)
			}
			if n == 2 {
				<-password
				password <- "pw"
			}
			c.Retry()
		}
		if _, ok := next(t, c).(Opened); !ok {
			t.Error("the right password does not open it")
		}
	})
}

// TestRefusalsOfOthersBackOff: where the PBX brought the login, a refusal is not about a password;
// it is tried again, ever more rarely.
func TestRefusalsOfOthersBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{}))()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Authenticator: wrongLogin{}, DialContext: net.Dial})
		defer c.Close()
		began, span := time.Now(), firstPause
		for n := 0; time.Since(began) < time.Hour; n++ {
			failed, ok := next(t, c).(Failed)
			if !ok || failed.Again < span/2 || failed.Again > span {
				t.Fatalf("attempt %d: %+v, want a pause up to %s", n, failed, span)
			}
			span = min(2*span, longestPause)
		}
		if n := net.Attempts(); n < 60 || n > 200 {
			t.Errorf("%d attempts in an hour", n)
		}
	})
}

// wrongLogin is an authenticator whose logins are refused.
type wrongLogin struct{}

func (wrongLogin) Login(_ context.Context, app, challenge string) (Login, error) {
	return Login{App: app}.Signed(challenge, "wrong"), nil
}

// TestLoginThatDiesBacksOff: a connection that is accepted and dropped at once, again and again, is
// tried ever more rarely; one that lasted is tried again at once.
func TestLoginThatDiesBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{}))()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		defer c.Close()
		var lost Disconnected
		for n := range 8 {
			if _, ok := next(t, c).(Opened); !ok {
				t.Fatalf("connection %d is not open", n)
			}
			net.Cut(false)
			lost, _ = next(t, c).(Disconnected)
		}
		if lost.Again < longestPause/2 {
			t.Errorf("after eight that died at once the pause is %s", lost.Again)
		}
		next(t, c)
		pass(steadyAfter)
		net.Cut(false)
		if lost, _ = next(t, c).(Disconnected); lost.Again > firstPause {
			t.Errorf("after one that lasted the pause is %s", lost.Again)
		}
	})
}

// TestPauseThatIsAskedFor: Retry-After is heeded.
func TestPauseThatIsAskedFor(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "40")
		w.WriteHeader(http.StatusTooManyRequests)
	}))
	defer s.Close()
	c := NewClient(Config{URL: s.URL, App: "a", Password: "pw"})
	defer c.Close()
	if failed, ok := next(t, c).(Failed); !ok || failed.Again != 40*time.Second || !strings.Contains(Explain(failed.Err), "asks us to wait") {
		t.Errorf("got %+v", failed)
	}
}

// TestRetry: it ends a long pause at once, and has no effect on one that has not begun.
func TestRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{}))()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		defer c.Close()
		next(t, c)
		c.Retry()
		net.Cut(true)
		began := time.Now()
		if _, ok := next(t, c).(Disconnected); !ok {
			t.Fatal("the loss is not told")
		}
		for range 8 {
			next(t, c)
		}
		if pauses := time.Since(began); pauses < 8*time.Second {
			t.Errorf("eight pauses took %s", pauses)
		}
		net.Mend()
		began = time.Now()
		c.Retry()
		if _, ok := next(t, c).(Opened); !ok || time.Since(began) > 0 {
			t.Errorf("not open at once, after %s", time.Since(began))
		}
	})
}

// TestOneDisconnectedALoss tells a loss once; attempts that fail meanwhile are no losses.
func TestOneDisconnectedALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{}))()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		defer c.Close()
		next(t, c)
		net.Cut(true)
		if _, ok := next(t, c).(Disconnected); !ok {
			t.Error("the loss is not told")
		}
		for range 5 {
			if f, ok := next(t, c).(Failed); !ok || !errors.Is(f.Err, pipenet.ErrCut) {
				t.Errorf("an attempt without a network: %v", f)
			}
		}
		net.Mend()
		for {
			e := next(t, c)
			if _, ok := e.(Opened); ok {
				break
			}
			if _, ok := e.(Failed); !ok {
				t.Errorf("unexpected %v", e)
			}
		}
	})
}

// TestCloseStopsReconnecting closes a client in the middle of a pause.
func TestCloseStopsReconnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		net.Cut(true)
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		next(t, c)
		began, attempts := time.Now(), net.Attempts()
		_ = c.Close()
		if took := time.Since(began); took != 0 {
			t.Errorf("Close took %s", took)
		}
		if e := next(t, c); e != (Closed{ErrClosed}) {
			t.Errorf("after Close: %v", e)
		}
		if net.Attempts() != attempts {
			t.Error("another attempt after Close")
		}
	})
}

// TestAuthLater pauses logins until somebody else continues them, minutes later.
func TestAuthLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{LoginTimeout: time.Hour}))()
		paused := NewPaused()
		if err := paused.Auth(Login{}); !errors.Is(err, ErrNotPaused) {
			t.Errorf("auth before the challenge: %v", err)
		}
		cfg := Config{URL: "ws://pipe/", App: "html", Authenticator: paused, DialContext: net.Dial}
		opened := make(chan *Conn, 1)
		go func() {
			conn, err := Dial(context.Background(), cfg)
			if err != nil {
				t.Error(err)
			}
			opened <- conn
		}()
		c := <-paused.Challenges()
		if c.App != "html" || len(c.Challenge) != 16 {
			t.Errorf("challenge %+v", c)
		}
		pass(4 * time.Minute)
		if err := paused.Auth(Login{App: "other", SIP: "x"}.Signed(c.Challenge, "pw")); err != nil {
			t.Error(err)
		}
		conn := <-opened
		if conn.App() != "other" {
			t.Errorf("logged in at %q", conn.App())
		}
		if err := paused.Auth(Login{}); !errors.Is(err, ErrNotPaused) {
			t.Errorf("auth twice: %v", err)
		}
		_ = conn.Close()

		go func() { <-paused.Challenges(); _ = paused.Refuse(errors.New("no connection to PBX")) }()
		_, err := Dial(t.Context(), cfg)
		var d *DialError
		if !errors.As(err, &d) || d.Step != StepAuthenticate || !strings.Contains(err.Error(), "no connection to PBX") {
			t.Errorf("refused by us: %v", err)
		}
		began := time.Now()
		_, err = Dial(t.Context(), cfg) // nobody continues this one
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != defaultAuthTimeout {
			t.Errorf("never continued: %v after %s", err, time.Since(began))
		}
	})
}

// TestAuthenticatorHearsTheEnd ends the wait of an authenticator when the server hangs up.
func TestAuthenticatorHearsTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{LoginTimeout: time.Minute}))()
		began := time.Now()
		_, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Authenticator: NewPaused(), DialContext: net.Dial})
		var closed *CloseError
		if !errors.As(err, &closed) || closed.Reason != "no login in time" || time.Since(began) > time.Minute+2*time.Second {
			t.Errorf("ended with %v after %s", err, time.Since(began))
		}
	})
}

// TestSilentServer gives up on servers that take a connection and say nothing.
func TestSilentServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		began := time.Now()
		go func() { _, _ = net.Accept() }()
		_, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != defaultTimeout {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// TestKeepAlive sends one after each minute of silence, and none while messages are exchanged.
func TestKeepAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{}))()
		began := time.Now()
		var mu sync.Mutex
		var log []string
		conn, err := Dial(t.Context(), Config{
			URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial,
			KeepAlive: time.Minute, DeadAfter: 2 * time.Minute,
			Trace: func(f Frame) {
				mu.Lock()
				defer mu.Unlock()
				m, _ := ParseMessage(f.Text)
				log = append(log, fmt.Sprintf("%s %s %s", f.At.Sub(began), f.Dir, m.MT))
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		pass(90 * time.Second)
		if err := conn.SendText(t.Context(), `{"mt":"Echo","api":"echo"}`); err != nil {
			t.Fatal(err)
		}
		pass(10 * time.Minute)
		mu.Lock()
		defer mu.Unlock()
		want := []string{"1m0s out KeepAlive", "1m0s in KeepAlive", "1m30s out Echo", "1m30s in EchoResult", "2m30s out KeepAlive"}
		if got := strings.Join(log[4:9], ", "); got != strings.Join(want, ", ") {
			t.Errorf("heard %s", got)
		}
		if m := recv(t, conn); m.MT != "EchoResult" {
			t.Errorf("the application got %s", m.Raw)
		}
		if err := conn.Err(); err != nil {
			t.Errorf("ended with %v", err)
		}
	})
}

// TestSendIsBounded: when the time of a message ends while it is being sent, the connection ends;
// before its turn, it does not.
func TestSendIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		stuck := make(chan struct{})
		s := newTestService(ServiceConfig{})
		s.HandleAPI("stuck", func(context.Context, *APIConn) error { <-stuck; return nil })
		defer net.Serve(s)()
		defer close(stuck)
		conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SendText(t.Context(), `{"mt":"x","api":"stuck"}`); err != nil {
			t.Fatal(err)
		}
		long, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		sent := make(chan error, 1)
		go func() { sent <- conn.SendText(long, `{"mt":"`+strings.Repeat("x", 20000)+`","api":"stuck"}`) }()
		synctest.Wait()
		short, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := conn.SendText(short, `{"mt":"x"}`); !errors.Is(err, context.DeadlineExceeded) || conn.Err() != nil {
			t.Errorf("before its turn: %v, the connection: %v", err, conn.Err())
		}
		if err := <-sent; !errors.Is(err, context.DeadlineExceeded) || conn.Err() != err {
			t.Errorf("on its way: %v, the connection: %v", err, conn.Err())
		}
		if err := conn.SendText(t.Context(), `{"mt":"x"}`); err == nil {
			t.Error("sent after the end")
		}
	})
}

// TestDeadServer ends a connection on which nothing comes any more, but not while we ourselves do
// not read.
func TestDeadServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		net.Roomy = true
		stuck := make(chan struct{})
		s := newTestService(ServiceConfig{})
		s.HandleAPI("stuck", func(ctx context.Context, c *APIConn) error {
			for range readAhead {
				if err := c.SendText(ctx, `{"mt":"x"}`); err != nil {
					return err
				}
			}
			<-stuck // it never receives: the service reads no more and answers no KeepAlive
			return nil
		})
		defer net.Serve(s)()
		defer close(stuck)
		conn, err := Dial(t.Context(), Config{
			URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial,
			KeepAlive: time.Minute, DeadAfter: 3 * time.Minute,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SendText(t.Context(), `{"mt":"x","api":"stuck"}`); err != nil {
			t.Fatal(err)
		}
		pass(time.Hour) // with a full mailbox we do not read
		if err := conn.Err(); err != nil {
			t.Fatalf("ended while our own reader slept: %v", err)
		}
		for range readAhead {
			recv2(t, conn)
		}
		began := time.Now()
		<-conn.Done()
		if err := conn.Err(); !errors.Is(err, ErrSilent) {
			t.Errorf("ended with %v", err)
		}
		if took := time.Since(began); took < 3*time.Minute || took > 4*time.Minute {
			t.Errorf("ended after %s", took)
		}
	})
}

// TestReconnectsUnread: a Client comes back although nobody calls Next, and tells of it later: the first
// connection as it was, the newest, and how many are left out between.
func TestReconnectsUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{}))()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		defer c.Close()
		const losses = 40
		for range losses {
			pass(time.Minute)
			if _, err := c.Conn(); err != nil {
				t.Fatalf("not back: %v", err)
			}
			net.Cut(true)
			pass(30 * time.Second)
			net.Mend()
		}
		pass(time.Minute)
		opened, lost, missed := 0, 0, 0
		for {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			e, err := c.Next(ctx)
			cancel()
			if err != nil {
				break
			}
			switch e := e.(type) {
			case Opened:
				opened++
				missed += e.Missed
			case Disconnected:
				lost++
			}
		}
		if opened+missed != losses+1 || lost != opened-1 || opened < 3 || opened > maxEvents {
			t.Errorf("%d opened, %d lost, %d missed of %d", opened, lost, missed, losses)
		}
		if m, err := c.Do(t.Context(), map[string]string{"mt": "Echo", "api": "echo"}); err != nil || m.MT != "EchoResult" {
			t.Errorf("%s, %v", m.Raw, err)
		}
	})
}

// TestPausesNeverGetShorter: until a login lasts, no pause is shorter than the one before.
func TestPausesNeverGetShorter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		net.Cut(true)
		defer net.Serve(newTestService(ServiceConfig{}))()
		c := NewClient(Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		defer c.Close()
		var before time.Duration
		for n := range 30 {
			failed, ok := next(t, c).(Failed)
			if !ok || failed.Again < before || failed.Again > longestPause {
				t.Fatalf("pause %d: %s after %s", n, failed.Again, before)
			}
			before = failed.Again
		}
		net.Mend()
		if _, ok := next(t, c).(Opened); !ok {
			t.Fatal("not open")
		}
		pass(steadyAfter)
		net.Cut(false)
		if lost, ok := next(t, c).(Disconnected); !ok || lost.Again > firstPause {
			t.Errorf("after a connection that lasted: %+v", lost)
		}
	})
}
