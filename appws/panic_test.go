package appws

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/pipenet"
)

// TestPanicReachesNobodyElse: handlers and callbacks of a service panic while a hundred connections are
// served. Each panic ends its own connection with code 1011 and is logged with its stack.
func TestPanicReachesNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log syncBuffer
		network := pipenet.New()
		panics := func(app, want string) {
			if app == want {
				panic("the " + want + " of the application")
			}
		}
		s := newService(ServiceConfig{
			Log: slog.New(slog.NewTextHandler(&log, nil)),
			Passwords: func(_ context.Context, a Attempt) ([]string, error) {
				panics(a.App, "passwords")
				return []string{"pw"}, nil
			},
			LoggedIn: func(_ context.Context, c *APIConn) error { panics(c.Identity().App, "hook"); return nil },
			Permit:   func(id Identity, _ string) bool { panics(id.App, "permit"); return true },
			AppInfo:  func(app string) AppInfo { panics(app, "info"); return AppInfo{} },
			Trace: func(f Frame) {
				if strings.Contains(string(f.Text), "the tracer") {
					panic("the trace of the application")
				}
			},
		})
		s.HandleAPI("echo", serveEcho)
		s.HandleAPI("panics", func(ctx context.Context, c *APIConn) error {
			_, _ = c.Recv(ctx)
			panic("the handler of the application")
		})
		defer network.Serve(s)()
		open := func(app string) (*Conn, error) {
			return Dial(t.Context(), Config{URL: "ws://pipe/", App: app, Password: "pw", DialContext: network.Dial})
		}
		others := make([]*Conn, 100)
		for i := range others {
			conn, err := open("a")
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			others[i] = conn
		}
		for app, text := range map[string]string{
			"handler": `{"mt":"x","api":"panics"}`, "passwords": "", "hook": "", "permit": `{"mt":"x","api":"y"}`,
			"info": `{"mt":"AppInfo","app":"info"}`, "trace": `{"mt":"the tracer"}`,
		} {
			conn, err := open(app)
			if err == nil {
				defer conn.Close()
				if text != "" {
					_ = conn.SendText(t.Context(), text)
				}
				_, err = conn.Recv(t.Context())
			}
			var closed *CloseError
			if !errors.As(err, &closed) || closed.Code != 1011 {
				t.Errorf("%s: ended with %v", app, err)
			}
			if want := "the " + app + " of the application"; !strings.Contains(log.String(), want) || !strings.Contains(log.String(), "panic_test.go") {
				t.Errorf("%s: the log does not tell with its stack", app)
			}
		}
		for i, conn := range others {
			if m, err := conn.Do(t.Context(), map[string]string{"mt": "Echo", "api": "echo"}); err != nil || m.MT != "EchoResult" {
				t.Fatalf("connection %d: %s, %v", i, m.Raw, err)
			}
		}
	})
}

// TestPanicOfAClient: callbacks of a client are closed in too, and a Client tries again.
func TestPanicOfAClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := pipenet.New()
		defer network.Serve(newTestService(ServiceConfig{}))()
		good := Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: network.Dial}
		for name, change := range map[string]func(*Config){
			"authenticator": func(c *Config) { c.Authenticator = panicking{} },
			"secret":        func(c *Config) { c.Secret = func(context.Context) (string, error) { panic("x") } },
			"dialler": func(c *Config) {
				c.DialContext = func(context.Context, string, string) (net.Conn, error) { panic("x") }
			},
			"tracer": func(c *Config) { c.Trace = func(Frame) { panic("x") } },
		} {
			c := good
			change(&c)
			client := NewClient(c)
			for range 2 {
				failed, ok := next(t, client).(Failed)
				var panicked *fault.Error
				if !ok || !errors.As(failed.Err, &panicked) || panicked.What != "x" || failed.Again == 0 {
					t.Errorf("%s: %+v", name, failed)
				}
			}
			_ = client.Close()
		}
	})
}

type panicking struct{}

func (panicking) Login(context.Context, string, string) (Login, error) { panic("x") }

// syncBuffer is a buffer that may be read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestServiceConfigIsChecked: a service that could not check a login is not made.
func TestServiceConfigIsChecked(t *testing.T) {
	for _, cfg := range []ServiceConfig{{}, {Passwords: oneOf("pw"), DeadAfter: 1}} {
		if s, err := NewService(cfg); err == nil || s != nil {
			t.Errorf("made of %+v", fmt.Sprint(cfg.DeadAfter))
		}
	}
}
