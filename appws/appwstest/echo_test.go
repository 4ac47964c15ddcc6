package appwstest

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
)

// TestEchoOfTooMuch: a request whose answer would be too long gets an error, and the connection stays.
func TestEchoOfTooMuch(t *testing.T) {
	echo := NewEcho("pw", Options{})
	server := httptest.NewServer(echo)
	defer server.Close()
	defer echo.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, err := appws.Dial(ctx, appws.Config{URL: server.URL, App: "a", Password: "pw"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	m, err := conn.Do(ctx, map[string]any{"mt": "Echo", "api": "echo", "data": strings.Repeat("x", 65_486)})
	if err != nil || !strings.Contains(string(m.Raw), `"error":`) {
		t.Errorf("answered by %.200s, %v", m.Raw, err)
	}
	if m, err := conn.Do(ctx, map[string]any{"mt": "Echo", "api": "echo", "src": strings.Repeat("s", 60_000), "data": strings.Repeat("x", 5400)}); err != nil {
		t.Errorf("answered by %.200s, %v", m.Raw, err)
	}
	short, stop := context.WithTimeout(ctx, time.Second)
	defer stop()
	if _, err := conn.Do(short, map[string]any{"mt": "Echo", "api": "echo", "src": strings.Repeat("s", 65_490)}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a src that cannot be repeated: %v", err)
	}
	if m, err := conn.Do(ctx, map[string]string{"mt": "Echo", "api": "echo"}); err != nil || m.MT != "EchoResult" {
		t.Errorf("then %s, %v", m.Raw, err)
	}
}
