package hook

import (
	"context"
	"os"
	"testing"
	"time"
)

// TestKilled: what a command started ends with it when its time is over.
func TestKilled(t *testing.T) {
	r := &Runner{Config: Config{Environ: os.Environ}}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	began := time.Now()
	err := r.command(ctx, Job{Hook: Hook{Command: []string{"cmd", "/c", "cmd /c ping -n 60 127.0.0.1"}}}, &output{})
	if err == nil || time.Since(began) > 20*time.Second {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
}

// TestFails says with which status, and why a command could not begin.
func TestFails(t *testing.T) {
	r := &Runner{Config: Config{Environ: os.Environ}}
	for want, command := range map[string][]string{
		"failed with status 3":                       {"cmd", "/c", "exit 3"},
		"could not be run: there is no such program": {`C:\none.exe`},
	} {
		if err := r.command(t.Context(), Job{Hook: Hook{Command: command}}, &output{}); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", command, err, want)
		}
	}
}
