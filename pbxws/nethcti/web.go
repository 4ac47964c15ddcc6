package nethcti

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/patchcord/patchcord/internal/proxies"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/pbxws"
)

const (
	// stepLimit bounds every step of signing in, stateLimit a list of the PBX's: its middleware gives its
	// server 30 s.
	stepLimit  = 10 * time.Second
	stateLimit = 35 * time.Second
	// maxReply bounds what is read of a reply to a sign-in, maxState of a list, in bytes.
	maxReply = 64 << 10
	maxState = 16 << 20
)

// web is the web server of the PBX. It may be used from several goroutines.
type web struct {
	at        *url.URL
	agent     string
	transport *http.Transport // of the websocket
	client    *http.Client
}

func newWeb(at *url.URL, c config) *web {
	way := reach.Options{TLS: c.TLS, To: at, Proxy: proxies.Of(c.Proxy), DialContext: c.reach}
	client := reach.Client(reach.Transport(way))
	way.Socket = true
	return &web{at: at, agent: c.UserAgent, transport: reach.Transport(way), client: client}
}

func (w *web) close() { w.client.CloseIdleConnections() }

// call is a request to the web server.
type call struct {
	method, path string
	body         any   // sent as JSON; nil for none
	limit        int64 // bytes of the reply
	timeout      time.Duration
	// authorization is the header of that name, empty for none.
	authorization string
}

// reply is a reply of the web server, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
	tls    *tls.ConnectionState
}

// isPage reports whether the reply is for people: a web page in place of an answer.
func (r reply) isPage() bool { return reach.IsPage(r.header, r.body) }

// decode reads the first JSON object of the body: a sign-in that fails may have two in one.
func (r reply) decode(into any) bool {
	return json.NewDecoder(bytes.NewReader(r.body)).Decode(into) == nil
}

var errLongReply = errors.New("the reply is longer than a PBX's would be")

// do makes a call.
func (w *web) do(ctx context.Context, c call) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	ctx, trail := reach.Follow(ctx)
	var content io.Reader
	if c.body != nil {
		data, err := json.Marshal(c.body)
		if err != nil {
			return reply{}, err
		}
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, w.at.String()+c.path, content)
	if err != nil {
		return reply{}, err
	}
	w.dress(req.Header, c)
	resp, err := w.client.Do(req)
	if err != nil {
		return reply{}, trail.Mark(err)
	}
	defer resp.Body.Close()
	r := reply{status: resp.StatusCode, header: resp.Header, tls: resp.TLS}
	if r.body, err = io.ReadAll(io.LimitReader(resp.Body, c.limit+1)); err != nil {
		return reply{}, trail.Mark(err)
	}
	if int64(len(r.body)) > c.limit {
		return r, errLongReply
	}
	return r, nil
}

func (w *web) dress(h http.Header, c call) {
	if c.body != nil {
		h.Set("Content-Type", "application/json")
	}
	if c.authorization != "" {
		h.Set("Authorization", c.authorization)
	}
	if w.agent != "" {
		h.Set("User-Agent", w.agent)
	}
}

// check goes to the web server and asks, without a name, what only a NethVoice CTI knows of.
func check(ctx context.Context, l pbxws.Login) (pbxws.Reached, error) {
	c := config{Login: l}
	u, err := c.place()
	if err != nil {
		return pbxws.Reached{}, err
	}
	w := newWeb(u, c)
	defer w.close()
	var r reply
	for _, s := range sides {
		r, err = w.do(ctx, call{method: http.MethodGet, path: s.rest + pathMe, limit: maxReply, timeout: stepLimit})
		if err != nil && !errors.Is(err, errLongReply) {
			return pbxws.Reached{}, w.unreachable(pbxws.StepReach, err)
		}
		if denies(r) {
			var reached pbxws.Reached
			if r.tls != nil && len(r.tls.PeerCertificates) > 0 {
				reached.Secure, reached.Expires = true, r.tls.PeerCertificates[0].NotAfter
			}
			return reached, nil
		}
	}
	return pbxws.Reached{}, w.stranger(pbxws.StepReach, r)
}

// denies reports whether a reply is the PBX's no to somebody who did not sign in.
func denies(r reply) bool {
	return (r.status == http.StatusUnauthorized || r.status == http.StatusForbidden) && !r.isPage()
}
