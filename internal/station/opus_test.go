package station

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/internal/config"
)

// Whose Opus is used is as config.toml says, and in the log once.
func TestOpus(t *testing.T) {
	for choice, want := range map[string]string{"": "libopus", config.OpusOfSystem: "libopus", config.OpusInGo: "gopus"} {
		var log bytes.Buffer
		get := opus(Options{Settings: config.Config{Opus: choice}, Log: slog.New(slog.NewTextHandler(&log, nil))})
		for range 2 {
			if got := get().String(); !strings.HasPrefix(got, want) {
				t.Errorf("%q: %s", choice, got)
			}
		}
		if n := strings.Count(log.String(), "\n"); n != 1 || strings.Contains(log.String(), "WARN") {
			t.Errorf("%q: %s", choice, &log)
		}
	}
}
