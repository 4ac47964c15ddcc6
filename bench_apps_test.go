//go:build linux

package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/appws"
)

// BenchmarkSessionPane is how much of a core the built program takes more while the AppWebsocket session that is
// on the screen gets 1,000 messages a second.
func BenchmarkSessionPane(b *testing.B) {
	begin, end := make(chan struct{}), make(chan struct{})
	service, err := appws.NewService(appws.ServiceConfig{
		Passwords: func(context.Context, appws.Attempt) ([]string, error) { return []string{"pw"}, nil },
		LoggedIn: func(_ context.Context, c *appws.APIConn) error {
			go pour(c, begin, end)
			return nil
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(service)
	b.Cleanup(func() {
		close(end)
		_ = service.Close()
		server.Close()
	})
	dir := b.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "patchcord"), 0o700); err != nil {
		b.Fatal(err)
	}
	text := fmt.Sprintf("[session.pour]\nurl = %q\napp = \"a\"\npassword_env = \"POUR\"\n", server.URL)
	if err := os.WriteFile(filepath.Join(dir, "patchcord", "config.toml"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	s := start(b, 120, 40, "XDG_CONFIG_HOME="+dir, "POUR=pw")
	s.sees("LIVE")
	s.types("ga")
	s.sees("pour +open")
	const span = 5 * time.Second
	for b.Loop() {
		quiet := s.busyFor(span)
		begin <- struct{}{}
		s.sees(`Drop`)
		b.ReportMetric(100*(s.busyFor(span)-quiet).Seconds()/span.Seconds(), "%core")
		begin <- struct{}{}
	}
}

// pour sends a thousand messages a second between two tokens.
func pour(c *appws.APIConn, begin, end chan struct{}) {
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	for pours := false; ; {
		select {
		case <-begin:
			pours = !pours
		case <-end:
			return
		case <-c.Done():
			return
		case <-every.C:
			for n := 0; pours && n < 10; n++ {
				if c.SendText(context.Background(), `{"mt":"Drop","api":"pour","user":201,"peer":{"num":"305","dn":"Carla Verdi"},"msg":"r-conn"}`) != nil {
					return
				}
			}
		}
	}
}

// busyFor is the processor time that the program takes in a span.
func (s *terminal) busyFor(span time.Duration) time.Duration {
	before := s.processorTime()
	time.Sleep(span)
	return s.processorTime() - before
}

// processorTime is what the program has used so far, as Linux tells it in hundredths of a second.
func (s *terminal) processorTime() time.Duration {
	s.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		s.Fatal(err)
	}
	_, fields, _ := strings.Cut(string(stat), ") ") // behind the name
	var user, system time.Duration
	if _, err := fmt.Sscan(strings.Join(strings.Fields(fields)[11:13], " "), &user, &system); err != nil {
		s.Fatal(err)
	}
	return (user + system) * 10 * time.Millisecond
}
