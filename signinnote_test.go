package main

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/patchcord/patchcord/internal/config"
	"github.com/patchcord/patchcord/pbxws"
)

// TestSignInNote: a profile is known once it has signed in, and no longer when its address or its
// user is another one.
func TestSignInNote(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	p := config.Profile{Name: "acme/x", URL: "https://pbx.acme.example", User: "201", Realm: "acme.example"}
	var failed error
	dial := func(context.Context) (pbxws.Conn, error) { return nil, failed }
	for _, failed = range []error{errors.New("no"), nil} {
		if signInNoteOf(p).matches() {
			t.Fatal("known before it signed in")
		}
		_, _ = signInNoteOf(p).keep(dial, slog.New(slog.DiscardHandler))(t.Context())
	}
	if !signInNoteOf(p).matches() {
		t.Error("not known after it signed in")
	}
	p.URL = "https://other.acme.example"
	if signInNoteOf(p).matches() {
		t.Error("known at another address")
	}
}
