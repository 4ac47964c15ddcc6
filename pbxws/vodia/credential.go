package vodia

import (
	"crypto/sha256"
	"net/http"
	"sync"

	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// credential authenticates a request: a session, or a name and a password.
type credential struct{ session, name, password string }

// sign puts it on a request.
func (c credential) sign(req *http.Request) {
	if c.session != "" {
		req.AddCookie(&http.Cookie{Name: wire.SessionCookie, Value: c.session})
		return
	}
	req.SetBasicAuth(c.name, c.password)
}

// header is the credential as a header.
func (c credential) header() http.Header {
	req := http.Request{Header: http.Header{}}
	c.sign(&req)
	return req.Header
}

// refusals remember a password that the PBX refused in a REST request, so that the next link does
// not try it again by itself.
type refusals struct {
	mu  sync.Mutex
	sum [sha256.Size]byte // of the password, zero for none
}

func (r *refusals) note(password string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sum = sha256.Sum256([]byte(password))
}

// take reports whether the password was refused and then forgets that: the next try comes from a
// person.
func (r *refusals) take(password string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	refused := r.sum == sha256.Sum256([]byte(password))
	r.sum = [sha256.Size]byte{}
	return refused
}
