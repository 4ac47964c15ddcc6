package nethcti

import (
	"net/http"
	"strings"
	"testing"
)

// TestBounds: what clients can have the front keep is bounded, and a body is read no further than it may be.
func TestBounds(t *testing.T) {
	front, end := newFront(t, Options{}, nil)
	defer end()
	for range maxSessions + 10 {
		serve(front, http.MethodPost, gatewayPath, "", `{"janus":"create"}`)
	}
	for range maxTokens/2 + 10 { // each is asked for twice
		serve(front, http.MethodPost, "/api/login", "", `{"username":"201","password":"demo"}`)
		serve(front, http.MethodPost, "/webrest/authentication/login", "", `{"username":"201","password":"demo"}`)
	}
	front.pbx.Do(func() {
		if n := len(front.gateway.sessions); n != maxSessions {
			t.Errorf("%d sessions are kept", n)
		}
		if n := len(front.tokens.users); n > maxTokens {
			t.Errorf("%d tokens are kept", n)
		}
	})
	huge := `{"username":"` + strings.Repeat("2", 1<<20) + `"}`
	token := front.tokens.mint("201", false, true)
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/api/login", huge, 400},
		{"POST", "/api/astproxy/call", huge, 400},
		{"POST", "/api/astproxy/call", `{"number":"` + strings.Repeat("2", maxNumber+1) + `"}`, 400},
		{"DELETE", "/api/astproxy/queuemember_pause", "", 405},
		{"PUT", "/janus/1", `{}`, 405},
		{"GET", "/janus/99999999999999999999", "", 404},
	} {
		if w := serve(front, c.method, c.path, token, c.body); w.Code != c.status {
			t.Errorf("%s %s was answered with %d, wanted %d", c.method, c.path, w.Code, c.status)
		}
	}
}
