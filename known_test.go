package main

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/pbxws"
)

// TestAcquaintance: a profile is known once it has signed in, and no longer when its address or its
// user is another one.
func TestAcquaintance(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	p := config.Profile{Name: "acme/x", URL: "https://pbx.acme.example", User: "201", Realm: "acme.example"}
	var failed error
	dial := func(context.Context) (pbxws.Conn, error) { return nil, failed }
	for _, failed = range []error{errors.New("no"), nil} {
		if acquaintanceOf(p).made() {
			t.Fatal("known before it signed in")
		}
		_, _ = acquaintanceOf(p).make(dial, slog.New(slog.DiscardHandler))(t.Context())
	}
	if !acquaintanceOf(p).made() {
		t.Error("not known after it signed in")
	}
	p.URL = "https://other.acme.example"
	if acquaintanceOf(p).made() {
		t.Error("known at another address")
	}
}
