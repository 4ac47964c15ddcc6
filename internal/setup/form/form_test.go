package form

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestSecretsPrintAsNothing: a password is in no log, whatever prints the draft.
func TestSecretsPrintAsNothing(t *testing.T) {
	d := Draft{Password: "geheim"}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "draft", d, "secret", d.Password)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "draft", d, "secret", d.Password)
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		fmt.Fprintf(&log, format, d)
	}
	if strings.Contains(log.String(), "geheim") {
		t.Error(log.String())
	}
}
