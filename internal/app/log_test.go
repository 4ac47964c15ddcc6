package app

import (
	"errors"
	stdlog "log"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/logfile"
	"github.com/patchcord/patchcord/internal/redact"
)

// TestLogHides: no secret reaches the log, by whatever way it comes.
func TestLogHides(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	f, err := logfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	log := logger(f, redact.New("crm_id"))
	log.Error("x", "err", &url.Error{Op: "Post", URL: "https://u:geheim@h/?token=geheim", Err: errors.New("refused")})
	log.Info("x", "text", `{"p\u0069n":"geheim","data":"{\"key\":\"geheim\"}","crm_id":"geheim"}`, "password", "geheim")
	log.Info("Authorization: Basic geheim", "list", []string{"pw=geheim"}, "user", "anna", "n", 5)
	restore := hearLibraries(log)
	stdlog.Printf("Unsolicited response received on idle HTTP channel starting with %q; err=%v", "\x81{\"a\":\"geheim\"}", nil)
	restore()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(data); strings.Contains(got, "geheim") || !strings.Contains(got, "user=anna n=5") || !strings.Contains(got, "refused") || !strings.Contains(got, "Unsolicited response") {
		t.Errorf("the log says\n%s", got)
	}
}
