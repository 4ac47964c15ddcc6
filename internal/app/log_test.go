package app

import (
	"errors"
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
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(data); strings.Contains(got, "geheim") || !strings.Contains(got, "user=anna n=5") || !strings.Contains(got, "refused") {
		t.Errorf("the log says\n%s", got)
	}
}
