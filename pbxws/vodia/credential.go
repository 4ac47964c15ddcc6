package vodia

import "net/http"

// credential is what a request shows to be let in: a session, or a name and a password.
type credential struct{ session, name, password string }

// sign puts it on a request.
func (c credential) sign(req *http.Request) {
	if c.session != "" {
		req.AddCookie(&http.Cookie{Name: SessionCookie, Value: c.session})
		return
	}
	req.SetBasicAuth(c.name, c.password)
}

// header is it for a request that has no other.
func (c credential) header() http.Header {
	req := http.Request{Header: http.Header{}}
	c.sign(&req)
	return req.Header
}
