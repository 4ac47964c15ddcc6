//go:build node

package proxy

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws/appwstest"
)

// TestNodeThroughTheProxy has a client that has nothing of ours speak with the practice service by way of
// the proxy, which decrypts what both say.
func TestNodeThroughTheProxy(t *testing.T) {
	echo := appwstest.NewEcho("pw", appwstest.Options{})
	server := httptest.NewServer(echo)
	defer server.Close()
	defer echo.Close()
	var tape tape
	p, err := New(Config{To: server.URL, Password: "pw", Frame: tape.frame})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(p)
	defer front.Close()
	defer p.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 45*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "--experimental-websocket", "testdata/client.mjs", "ws"+front.URL[len("http"):]+"/echo", "grüße")
	cmd.Env = append(os.Environ(), "APPWS_PASSWORD=pw")
	out, err := cmd.Output()
	if want := "n1 grüße true\nclosed 1000\n"; err != nil || string(out) != want {
		t.Errorf("node printed %q, want %q: %v", out, want, err)
	}
	if _, plain := tape.all(); plain != "Encrypted data grüße\nEncryptedResult data grüße" {
		t.Errorf("decrypted\n%s", plain)
	}
}
