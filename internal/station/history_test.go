package station

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/attach"
)

// TestTellsWhyCallsAreNotSaved: a phone without a screen of its own has nobody else to see it.
func TestTellsWhyCallsAreNotSaved(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	k := &kept{Book: history.Open(filepath.Join(file, "calls.jsonl"), slog.New(slog.DiscardHandler))}
	defer k.Close()
	var notes []string
	k.follow(ctx, func(n attach.Note) {
		notes = append(notes, n.Text)
		stop()
	})
	if len(notes) != 1 || !strings.HasPrefix(notes[0], "the call history cannot be saved: ") {
		t.Errorf("noted %q", notes)
	}
}
