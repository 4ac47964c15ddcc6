package appws

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/pipenet"
)

// TestRefusedLoginIsTold: the log says who was refused and why; the client is told what may be told.
func TestRefusedLoginIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log syncBuffer
		net := pipenet.New()
		s := newService(ServiceConfig{
			Log: slog.New(slog.NewTextHandler(&log, nil)),
			Passwords: func(_ context.Context, a Attempt) ([]string, error) {
				switch a.App {
				case "known":
					return []string{"pw"}, nil
				case "trouble":
					return nil, errors.New("the database is away")
				}
				return nil, nil
			},
		})
		defer net.Serve(s)()
		for _, tt := range []struct{ app, sip, why, text string }{
			{"known", "joe", "no password fits the digest", ""},
			{"other", "joe", "the app has no password here", ""},
			{"known", "jo:e", "holds a colon", "holds a colon"},
			{"trouble", "joe", "the database is away", "the passwords could not be read"},
		} {
			_, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: tt.app, SIP: tt.sip, Password: "wrong", DialContext: net.Dial})
			var refused *RefusedError
			if !errors.As(err, &refused) || tt.text == "" && refused.Text != "" || !strings.Contains(refused.Text, tt.text) || strings.Contains(refused.Text, "database") {
				t.Errorf("%+v: the client got %v", tt, err)
			}
			synctest.Wait()
			lines := strings.Split(strings.TrimSpace(log.String()), "\n")
			said := ""
			for _, line := range lines {
				if strings.Contains(line, "login refused") {
					said = line
				}
			}
			for _, want := range []string{"app=" + tt.app, "sip=" + tt.sip, tt.why} {
				if !strings.Contains(said, want) {
					t.Errorf("%+v: the log says %s", tt, said)
				}
			}
		}
		sock := rawDialPipe(t, net)
		sock.text(`{"mt":"AppLogin","app":"known","sip":"joe","digest":"x"}`)
		if text, _ := sock.message(); !strings.Contains(text, `"error":"no challenge is open"`) {
			t.Errorf("without a challenge: %s", text)
		}
	})
}

// TestCallbacksEndWithTheLoginTime: Passwords and LoggedIn hear when the time for the login is over.
func TestCallbacksEndWithTheLoginTime(t *testing.T) {
	for _, where := range []string{"passwords", "hook"} {
		t.Run(where, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := pipenet.New()
				began, ended := time.Now(), make(chan time.Duration, 1)
				wait := func(ctx context.Context, here string) error {
					if here != where {
						return nil
					}
					<-ctx.Done()
					ended <- time.Since(began)
					return ctx.Err()
				}
				defer net.Serve(newService(ServiceConfig{
					LoginTimeout: time.Minute,
					Passwords:    func(ctx context.Context, _ Attempt) ([]string, error) { return []string{"pw"}, wait(ctx, "passwords") },
					LoggedIn:     func(ctx context.Context, _ *APIConn) error { return wait(ctx, "hook") },
				}))()
				conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial, Timeout: time.Hour})
				if err == nil {
					_, err = conn.Recv(t.Context())
					_ = conn.Close()
				}
				if took := <-ended; took != time.Minute || err == nil {
					t.Errorf("after %s, %v", took, err)
				}
			})
		})
	}
}

// TestInstances serves two instances of an app at two paths, each with its domain and its password, and
// greets whoever logs in before a message is read.
func TestInstances(t *testing.T) {
	s := newService(ServiceConfig{
		Passwords: func(_ context.Context, a Attempt) ([]string, error) { return []string{"pw of " + a.Request.Path}, nil },
		DomainOf:  func(r Request) string { return strings.Trim(r.Path, "/") },
		LoggedIn: func(ctx context.Context, c *APIConn) error {
			if c.Identity().SIP == "nobody" {
				return errors.New("not this one")
			}
			if _, err := c.Recv(ctx); err == nil {
				t.Error("the hook receives")
			}
			r := c.Request()
			return c.Send(ctx, map[string]string{"mt": "Welcome", "path": r.Path, "query": r.Query, "header": r.Header.Get("X-From"), "host": r.Host})
		},
	})
	s.HandleAPI("echo", serveEcho)
	url := strings.TrimSuffix(serve(t, s), "/example.com/instance")
	for _, path := range []string{"/one.example", "/two.example"} {
		conn := dial(t, Config{URL: url + path + "?a=b", App: "a", Password: "pw of " + path, Header: map[string][]string{"X-From": {"here"}}})
		if conn.Domain() != path[1:] {
			t.Errorf("%s: the domain is %q", path, conn.Domain())
		}
		if err := conn.SendText(deadline(t), `{"mt":"Echo","api":"echo"}`); err != nil {
			t.Fatal(err)
		}
		m := recv(t, conn)
		for name, want := range map[string]string{"mt": "Welcome", "path": path, "query": "a=b", "header": "here", "host": strings.TrimPrefix(url, "http://")} {
			if got, _ := textMember(m.Raw, name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if m := recv(t, conn); m.MT != "EchoResult" {
			t.Errorf("then %s", m.Raw)
		}
	}
	if _, err := Dial(deadline(t), Config{URL: url + "/two.example", App: "a", Password: "pw of /one.example"}); err == nil {
		t.Error("the password of another instance is good")
	}
	conn := dial(t, Config{URL: url + "/one.example", App: "a", SIP: "nobody", Password: "pw of /one.example"})
	var closed *CloseError
	if _, err := conn.Recv(deadline(t)); !errors.As(err, &closed) || closed.Code != 1008 || strings.Contains(closed.Reason, "not this one") {
		t.Errorf("a login that is not wanted: %v", err)
	}
}

// TestAPIConnClose: a handler ends its connection with a code of its own.
func TestAPIConnClose(t *testing.T) {
	s := newTestService(ServiceConfig{})
	bad := make(chan error, 1)
	s.HandleAPI("bye", func(ctx context.Context, c *APIConn) error {
		if _, err := c.Recv(ctx); err != nil {
			return err
		}
		bad <- errors.Join(c.Close(1006, ""), c.Close(999, ""))
		return c.Close(4001, "maintenance: "+strings.Repeat("ü", 100))
	})
	conn := dial(t, Config{URL: serve(t, s), App: "a", Password: "pw"})
	if err := conn.SendText(deadline(t), `{"mt":"x","api":"bye"}`); err != nil {
		t.Fatal(err)
	}
	var closed *CloseError
	if _, err := conn.Recv(deadline(t)); !errors.As(err, &closed) || closed.Code != 4001 || !strings.HasPrefix(closed.Reason, "maintenance: üü") {
		t.Errorf("ended with %v", err)
	}
	if err := <-bad; !errors.Is(err, ErrCloseCode) {
		t.Errorf("codes that no frame may have: %v", err)
	}
}

// TestServiceFindsTheDead: a client that is gone is noticed by the service, one that answers pings alone
// is not taken for dead where the service pings, and KeepAlives of two ends do not answer each other.
func TestServiceFindsTheDead(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name               string
		pings, reads, dead bool
	}{
		{"answers pings", true, true, false},
		{"answers pings that nobody sends", false, true, true},
		{"answers nothing", true, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := pipenet.New()
				net.Roomy = true
				over := make(chan error, 1)
				s := newTestService(ServiceConfig{
					KeepAlive: time.Minute, DeadAfter: 3 * time.Minute, Pings: tt.pings,
					LoggedIn: func(_ context.Context, c *APIConn) error {
						go func() { <-c.Done(); over <- c.Err() }()
						return nil
					},
				})
				defer net.Serve(s)()
				conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial, FlowControl: true})
				if err != nil {
					t.Fatal(err)
				}
				if !tt.reads { // a message that is not received keeps all others in the network
					if err := conn.SendText(t.Context(), `{"mt":"Echo","api":"echo"}`); err != nil {
						t.Fatal(err)
					}
				}
				select {
				case err = <-over:
				case <-time.After(time.Hour):
					err = nil
				}
				if tt.dead != errors.Is(err, ErrSilent) {
					t.Errorf("after an hour the service has %v", err)
				}
				_ = conn.Close()
				synctest.Wait()
			})
		})
	}
}

// TestKeepAlivesEnd: two ends that answer each KeepAlive do not do so for ever.
func TestKeepAlivesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		defer net.Serve(newTestService(ServiceConfig{KeepAlive: time.Minute}))()
		var received atomic.Int64
		answer := make(chan struct{}, 100)
		conn, err := Dial(t.Context(), Config{
			URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial,
			Trace: func(f Frame) {
				if f.Dir == In && string(f.Text) == KeepAliveText {
					received.Add(1)
					answer <- struct{}{}
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() {
			for range answer {
				_ = conn.SendText(context.Background(), KeepAliveText)
			}
		}()
		pass(10*time.Minute + time.Second)
		if n := received.Load(); n < 9 || n > 11 {
			t.Errorf("%d KeepAlives in ten minutes", n)
		}
		_ = conn.Close()
		close(answer)
	})
}

// TestServiceSendIsBounded: a peer that does not read loses its connection, not the handler its life.
func TestServiceSendIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		took := make(chan time.Duration, 1)
		s := newTestService(ServiceConfig{SendTimeout: time.Minute})
		s.HandleAPI("flood", func(ctx context.Context, c *APIConn) error {
			for {
				began := time.Now()
				if err := c.SendText(ctx, `{"mt":"Drop"}`); err != nil {
					took <- time.Since(began)
					return err
				}
			}
		})
		defer net.Serve(s)()
		conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SendText(t.Context(), `{"mt":"Go","api":"flood"}`); err != nil {
			t.Fatal(err)
		}
		if d := <-took; d != time.Minute {
			t.Errorf("the send ended after %s", d)
		}
	})
}

// TestPing waits for the pong at both ends, and gives up with its context and with the connection.
func TestPing(t *testing.T) {
	pinged := make(chan error, 1)
	s := newTestService(ServiceConfig{})
	s.HandleAPI("ping", func(ctx context.Context, c *APIConn) error { pinged <- c.Ping(ctx); return nil })
	nowhere := NewClient(Config{URL: "ws://127.0.0.1:1/", App: "a", Password: "pw"})
	if err := nowhere.Ping(deadline(t)); !errors.Is(err, ErrNotConnected) {
		t.Errorf("a ping before the login: %v", err)
	}
	_ = nowhere.Close()
	c := NewClient(Config{URL: serve(t, s), App: "a", Password: "pw"})
	defer c.Close()
	next(t, c)
	if err := c.SendText(deadline(t), `{"mt":"x","api":"ping"}`); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(<-pinged, c.Ping(deadline(t))); err != nil {
		t.Error(err)
	}
	early, cancel := context.WithCancel(t.Context())
	cancel()
	conn, err := c.Conn()
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Ping(early); !errors.Is(err, context.Canceled) {
		t.Errorf("a ping without time: %v", err)
	}
	_ = c.Close()
	if err := conn.Ping(deadline(t)); !errors.Is(err, ErrClosed) {
		t.Errorf("a ping after the end: %v", err)
	}
}
