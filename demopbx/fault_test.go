package demopbx

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
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

// TestFaultOfThePractice: what asks for it gets no answer that lasts, and the PBX goes on.
func TestFaultOfThePractice(t *testing.T) {
	var log bytes.Buffer
	p := newPBX(Options{Extensions: 12, Log: slog.New(slog.NewTextHandler(&log, nil))}.withDefaults(), nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.run(ctx)
	}()
	p.ask(func() { panic("a fault of ours") })
	asked := false
	p.ask(func() { asked = true })
	p.shutDoor()
	cancel()
	<-ended
	if !asked || strings.Count(log.String(), "a fault of ours") != 1 {
		t.Errorf("asked: %t; logged %s", asked, log.String())
	}
}
