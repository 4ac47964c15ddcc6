package nethcti

import (
	"encoding/json"
	"testing"

	"github.com/patchcord/patchcord/internal/socketio"
)

// TestSocketStaysWhoseItIs: a half of a sign-in opens no socket to somebody else, and a socket that
// somebody has logged in on is nobody else's after that.
func TestSocketStaysWhoseItIs(t *testing.T) {
	front, end := newFront(t, Options{TwoFactor: true}, nil)
	defer end()
	login := func(s *socket, user, token string) {
		data, err := json.Marshal(map[string]string{"accessKeyId": user, "token": token})
		if err != nil {
			t.Fatal(err)
		}
		s.hear(socketio.Packet{Name: "login", ID: -1, Args: []json.RawMessage{data}})
	}
	front.pbx.Do(func() {
		half, whole := front.tokens.mint("201", true, false), front.tokens.mint("202", true, true)
		s := &socket{f: front, queue: make(chan emission, socketQueue), drop: func() {}, newer: true}
		login(s, "203", half)
		if s.in {
			t.Error("a half of a sign-in of 201 opened a socket to 203")
		}
		login(s, "201", half)
		if !s.in {
			t.Error("a half of a sign-in of 201 opened no socket to 201")
		}
		login(s, "202", whole)
		if s.user.Number != "201" {
			t.Errorf("the socket of 201 became that of %s", s.user.Number)
		}
		s.end("the test is over")
	})
}
