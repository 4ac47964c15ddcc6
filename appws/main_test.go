package appws

import (
	"context"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv(aloneEnv) != "" {
		serveAlone()
		return
	}
	goleak.VerifyTestMain(m)
}

// testTimeout ends tests that hang; nothing here takes as long, even on a busy machine.
const testTimeout = time.Minute

func deadline(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
	t.Cleanup(cancel)
	return ctx
}

// oneOf gives the same passwords for every login.
func oneOf(passwords ...string) func(context.Context, Attempt) ([]string, error) {
	return func(context.Context, Attempt) ([]string, error) { return passwords, nil }
}

// serve runs a service on a loopback port and gives its URL.
func serve(t testing.TB, s *Service) string {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		_ = s.Close()
		server.Close()
	})
	return server.URL + "/example.com/instance"
}

// dial connects or fails the test.
func dial(t testing.TB, c Config) *Conn {
	t.Helper()
	conn, err := Dial(deadline(t), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// recv takes a message or fails the test.
func recv(t testing.TB, from interface {
	Recv(context.Context) (Message, error)
}) Message {
	t.Helper()
	m, err := from.Recv(deadline(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// pass lets time go by in a bubble of fake time.
func pass(d time.Duration) { <-time.After(d) }

// newService is NewService for a config that is right.
func newService(cfg ServiceConfig) *Service {
	s, err := NewService(cfg)
	if err != nil {
		panic(err)
	}
	return s
}
