package vodia

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/internal/proxies"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// maxReply is how much of a reply to a sign-in is read, maxArchive of any other, such as a file with sound, in bytes.
const (
	maxReply   = 64 << 10
	maxArchive = pbxws.MaxSound
)

// web is the web server of the PBX, for signing in and for REST. It may be used by several
// goroutines.
type web struct {
	at        address
	transport *http.Transport // of the websocket
	client    *http.Client
	// version is what the replies so far said of the PBX's version, 0 for nothing.
	version atomic.Int32
	// hide learns what we sign in with.
	hide *redact.Filter
}

func newWeb(at address, config *tls.Config, proxy string) *web {
	way := reach.Options{TLS: config, To: at.web, Proxy: proxies.Of(proxy)}
	client := reach.Client(reach.Transport(way))
	way.Socket = true
	return &web{at: at, transport: reach.Transport(way), client: client}
}

func (w *web) close() { w.client.CloseIdleConnections() }

// call is a request to the web server.
type call struct {
	method, path string
	body         any           // sent as JSON; nil for none
	limit        int64         // bytes of the reply
	timeout      time.Duration // 0 is stepLimit
	prepare      func(*http.Request)
}

// reply is a reply of the web server, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
	cookie string // the session cookie, empty when none was set
	tls    *tls.ConnectionState
}

// isPage reports whether the reply is a web page instead of a PBX's answer.
func (r reply) isPage() bool { return reach.IsPage(r.header, r.body) }

// isPBX reports whether a reply says itself that it is a PBX's.
func isPBX(header http.Header) bool { return strings.Contains(header.Get("Server"), "PBX/") }

// do makes a call.
func (w *web) do(ctx context.Context, c call) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.timeout, stepLimit))
	defer cancel()
	ctx, trail := reach.Follow(ctx)
	req, err := w.request(ctx, c)
	if err != nil {
		return reply{}, err
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return reply{}, trail.Mark(err)
	}
	defer resp.Body.Close()
	r, err := w.read(resp, c.limit)
	return r, trail.Mark(err)
}

func (w *web) request(ctx context.Context, c call) (*http.Request, error) {
	var content io.Reader
	if c.body != nil {
		data, err := json.Marshal(c.body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, w.at.at(c.path), content)
	if err != nil {
		return nil, err
	}
	if c.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.prepare != nil {
		c.prepare(req)
	}
	return req, nil
}

var errLongReply = errors.New("the reply is longer than a PBX's would be")

func (w *web) read(resp *http.Response, limit int64) (reply, error) {
	if v := versionOf(resp.Header.Get("Server")); v > 0 {
		w.version.Store(int32(v))
	}
	r := reply{status: resp.StatusCode, header: resp.Header, tls: resp.TLS}
	var err error
	if r.body, err = io.ReadAll(io.LimitReader(resp.Body, limit+1)); err != nil {
		return reply{}, err
	}
	if int64(len(r.body)) > limit {
		return r, errLongReply
	}
	for _, c := range resp.Cookies() {
		if c.Name == wire.SessionCookie && wire.IsSessionID(c.Value) {
			r.cookie = c.Value
		}
	}
	return r, nil
}

// fetchVersion reads the version from the front page, for replies without it. Without it there too
// the PBX counts as modern.
func (w *web) fetchVersion(ctx context.Context) (int, error) {
	_, err := w.do(ctx, call{method: http.MethodGet, path: "/", limit: maxReply})
	if err != nil && !errors.Is(err, errLongReply) {
		return 0, unreachable(w.at, pbxws.StepReach, err)
	}
	return int(w.version.Load()), nil
}

// knowsPBX reports whether the server of a reply with such a header is a Vodia PBX. Some replies
// have no Server header, but the front page has. A reply that names another server is not from the
// PBX: a proxy replaces the name in all replies.
func (w *web) knowsPBX(ctx context.Context, header http.Header) bool {
	if isPBX(header) {
		return true
	}
	if header.Get("Server") != "" {
		return false
	}
	version, err := w.fetchVersion(ctx)
	return err == nil && version > 0
}
