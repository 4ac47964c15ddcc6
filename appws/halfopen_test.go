package appws

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/pipenet"
)

// TestHalfOpenConnection: a server that used to answer KeepAlive messages and stops is noticed,
// without any setting; one that never answered is left alone.
func TestHalfOpenConnection(t *testing.T) {
	for name, answering := range map[string]bool{"answers": true, "never answers": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var h keepAliveWatch
				now, received := time.Now(), time.Now()
				for range 3 {
					now = now.Add(time.Minute)
					h.asked = now
					if answering {
						received = now.Add(time.Millisecond)
					}
					now = now.Add(AnswerLimit)
					if h.missed(now, now.Sub(received)) {
						t.Fatal("missed too early")
					}
				}
				now = now.Add(time.Minute)
				h.asked = now
				if now = now.Add(AnswerLimit); h.missed(now, now.Sub(received)) != answering {
					t.Errorf("missed %t", !answering)
				}
			})
		})
	}
}

// TestStoppedServer ends a connection whose server has stopped answering, and not before.
func TestStoppedServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := pipenet.New()
		net.Roomy = true
		stuck := make(chan struct{})
		s := newTestService(ServiceConfig{})
		s.HandleAPI("stuck", func(context.Context, *APIConn) error { <-stuck; return nil })
		defer net.Serve(s)()
		defer close(stuck)
		conn, err := Dial(t.Context(), Config{URL: "ws://pipe/", App: "a", Password: "pw", DialContext: net.Dial, KeepAlive: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		pass(10 * time.Minute)
		if err := conn.Err(); err != nil {
			t.Fatalf("an answering server: ended with %v", err)
		}
		for range readAhead + 1 { // nobody takes them: the service reads no more
			if err := conn.SendText(t.Context(), `{"mt":"x","api":"stuck"}`); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		select {
		case <-conn.Done():
		case <-time.After(time.Hour):
		}
		if took := time.Since(began); !errors.Is(conn.Err(), ErrSilent) || took > 2*time.Minute+AnswerLimit {
			t.Errorf("ended with %v after %s", conn.Err(), took)
		}
	})
}
