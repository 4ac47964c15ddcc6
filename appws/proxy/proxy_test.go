package proxy

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/appwstest"
	"github.com/patchcord/patchcord/appws/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tape keeps what a proxy tells.
type tape struct {
	mu    sync.Mutex
	lines []string
	plain []string
}

func (t *tape) frame(_ int, f appws.Frame, key appws.SessionKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m, _ := appws.ParseMessage(f.Text)
	t.lines = append(t.lines, string(f.Dir)+" "+m.MT)
	for name, text := range record.Decrypted(f.Text, key) {
		t.plain = append(t.plain, m.MT+" "+name+" "+text)
	}
}

func (t *tape) note(_ int, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, "note "+text)
}

func (t *tape) all() (lines, plain string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.lines, "\n"), strings.Join(t.plain, "\n")
}

// TestProxy logs in at an echo by way of a proxy, whose record has all messages with what is encrypted in
// them. Messages pass unchanged, as do long ones and the close frame.
func TestProxy(t *testing.T) {
	echo := appwstest.NewEcho("pw", appwstest.Options{})
	server := httptest.NewServer(echo)
	defer server.Close()
	defer echo.Close()
	var tape tape
	p, err := New(Config{To: server.URL, Password: "pw", Frame: tape.frame, Note: tape.note})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(p)
	defer front.Close()
	defer p.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := appws.Dial(ctx, appws.Config{URL: front.URL + "/demo.example/echo", App: "echo", Password: "pw"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	secret, err := conn.Encrypt("a seed", "behind the hex")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Do(ctx, map[string]string{"mt": "Encrypted", "api": "echo", "seed": "a seed", "data": secret}); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("x", 60_000)
	m, err := conn.Do(ctx, map[string]string{"mt": "Echo", "api": "echo", "data": long})
	if err != nil || !strings.Contains(string(m.Raw), long) {
		t.Errorf("a long message came back as %.100s, %v", m.Raw, err)
	}
	_ = echo.Close()
	_, err = conn.Recv(ctx)
	var closed *appws.CloseError
	if !errors.As(err, &closed) || closed.Code != 1001 || closed.Reason != "the service closes" {
		t.Errorf("the end came as %v", err)
	}
	lines, plain := tape.all()
	want := `note Connected to ` + strings.Replace(server.URL, "http", "http", 1) + `/demo.example/echo.
out AppChallenge
in AppChallengeResult
out AppLogin
in AppLoginResult
out Encrypted
in EncryptedResult
out Echo
in EchoResult
note The server closed the connection, saying: the service closes`
	if lines != want {
		t.Errorf("recorded\n%s\nwant\n%s", lines, want)
	}
	if plain != "Encrypted data behind the hex\nEncryptedResult data behind the hex" {
		t.Errorf("decrypted\n%s", plain)
	}
}

// TestProxyWithoutServer answers a client as a web server does, and says why.
func TestProxyWithoutServer(t *testing.T) {
	var tape tape
	p, err := New(Config{To: "ws://127.0.0.1:1/x", Note: tape.note})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(p)
	defer front.Close()
	defer p.Close()
	_, err = appws.Dial(t.Context(), appws.Config{URL: front.URL, App: "a", Password: "pw"})
	var refused *appws.UpgradeError
	if !errors.As(err, &refused) || refused.Status != 502 {
		t.Errorf("the client got %v", err)
	}
	if lines, _ := tape.all(); !strings.Contains(lines, "note The server was not reached: ") {
		t.Errorf("recorded %s", lines)
	}
	for _, to := range []string{"", "ftp://x", "conn:x", "ws://user@host/"} {
		if _, err := New(Config{To: to}); err == nil {
			t.Errorf("a proxy to %q", to)
		}
	}
}
