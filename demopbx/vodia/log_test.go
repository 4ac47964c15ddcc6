package vodia

import (
	"log/slog"
	"testing"
)

// failingLog fails a test with what is logged: a fault that the practice PBX survived is one.
type failingLog struct{ t testing.TB }

func (l failingLog) Write(b []byte) (int, error) {
	l.t.Errorf("logged %s", b)
	return len(b), nil
}

// strict is a log that fails the test by errors.
func strict(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(failingLog{t}, &slog.HandlerOptions{Level: slog.LevelError}))
}
