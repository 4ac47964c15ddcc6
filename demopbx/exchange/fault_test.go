package exchange

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

// TestFaultOfThePractice: what asks for it gets no answer that lasts, and the PBX goes on.
func TestFaultOfThePractice(t *testing.T) {
	var log bytes.Buffer
	p := New(Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Extensions: 12}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.Run(ctx)
	}()
	p.Do(func() { panic("a fault of ours") })
	asked := false
	p.Do(func() { asked = true })
	p.Stop()
	cancel()
	<-ended
	if !asked || strings.Count(log.String(), "a fault of ours") != 1 {
		t.Errorf("asked: %t; logged %s", asked, log.String())
	}
}
