package state

import "testing"

// TestSignIn: a profile is known once it has signed in, and no longer with another address or user.
func TestSignIn(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	s := SignInOf("acme/x", "https://pbx.acme.example 201@acme.example")
	if s.Known() {
		t.Fatal("known before it signed in")
	}
	if err := s.Keep(); err != nil || !s.Known() {
		t.Errorf("not known after it signed in: %v", err)
	}
	if SignInOf("acme/x", "https://other.acme.example 201@acme.example").Known() {
		t.Error("known at another address")
	}
	t.Setenv("XDG_STATE_HOME", "")
	t.Setenv("HOME", "")
	if s := SignInOf("acme/x", "x"); s.Keep() != nil || s.Known() {
		t.Error("known without a home")
	}
}
