// Package proxy stands between an AppWebsocket client and its server: it passes every message on as it
// came and has a record of all of them.
package proxy

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/ws"
)

// Config of a Proxy.
type Config struct {
	// To is the server, ws: or wss:, http: or https:. The path and the query of a client are added to
	// those of To, unless it names a path itself; then that is the path of all.
	To string
	// TLS, Pin, Insecure, Proxy and DialContext of this reach the server; all else of it is not used.
	Server appws.Config
	// Password decrypts: with it Frame has the session key of the login. Empty for none.
	Password string
	// Frame gets each message in the order of the wire, from the goroutines that pass them on: it must not
	// wait. Conn counts the connections from 1. Note gets what happens to a connection in words.
	Frame func(conn int, f appws.Frame, key appws.SessionKey)
	Note  func(conn int, text string)
	Log   *slog.Logger
}

// maxMessage bounds a message that is passed on.
const maxMessage = 16 << 20

// maxFrame is the longest frame that older C++ peers accept.
const maxFrame = 16384

// Proxy is an http.Handler that passes websockets on.
type Proxy struct {
	cfg Config
	to  *url.URL
	log *slog.Logger

	mu      sync.Mutex
	last    int
	closed  bool
	ctx     context.Context
	cancel  context.CancelFunc
	serving sync.WaitGroup
}

// New makes a proxy. It refuses an address that no client could have.
func New(cfg Config) (*Proxy, error) {
	check := cfg.Server
	check.URL, check.Password = cfg.To, "x"
	if err := check.Check(); err != nil {
		return nil, err
	}
	to, err := url.Parse(cfg.To)
	if err != nil { // checked before
		return nil, err
	}
	if cfg.Server.Proxy == nil {
		cfg.Server.Proxy = http.ProxyFromEnvironment
	}
	p := &Proxy{cfg: cfg, to: to, log: cfg.Log}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p, nil
}

// target is the server's address for a client's request.
func (p *Proxy) target(r *http.Request) *url.URL {
	to := *p.to
	if to.Path == "" || to.Path == "/" {
		to.Path, to.RawPath = r.URL.Path, r.URL.RawPath
	}
	if to.RawQuery == "" {
		to.RawQuery = r.URL.RawQuery
	}
	return &to
}

// ServeHTTP passes one connection on until an end of it ends.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		http.Error(w, "the proxy is closed", http.StatusServiceUnavailable)
		return
	}
	p.last++
	n := p.last
	p.serving.Add(1)
	p.mu.Unlock()
	defer p.serving.Done()
	defer fault.Catch(func(e *fault.Error) { e.Log(p.log, "a connection of the proxy") })

	server, err := p.dial(r)
	if err != nil {
		p.note(n, "The server was not reached: "+appws.Explain(err))
		http.Error(w, "the server behind the proxy was not reached", http.StatusBadGateway)
		return
	}
	client, err := ws.Accept(w, r, ws.AcceptOptions{AnyOrigin: true, ReadLimit: maxMessage})
	if err != nil {
		p.note(n, "The client opened no websocket.")
		_ = server.CloseNow()
		return
	}
	p.note(n, "Connected to "+bare(p.target(r))+".")
	c := &conn{proxy: p, n: n}
	c.between(p.ctx, client, server)
}

// bare is a URL without its query, which may hold secrets.
func bare(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// passed are the headers of a client that its server gets.
var passed = []string{"Cookie", "Authorization", "User-Agent", "Origin", "X-Forwarded-For"}

func (p *Proxy) dial(r *http.Request) (*ws.Conn, error) {
	header := http.Header{}
	for _, name := range passed {
		if values := r.Header.Values(name); values != nil {
			header[name] = values
		}
	}
	if header.Get("Origin") != "" { // the page's own host, for a server that checks it
		header.Set("Origin", strings.Replace(p.to.Scheme, "ws", "http", 1)+"://"+p.to.Host)
	}
	to := p.target(r)
	ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
	defer cancel()
	ctx, trail := reach.Follow(ctx)
	sock, err := ws.Dial(ctx, to.String(), ws.Options{
		Header: header, ReadLimit: maxMessage,
		Transport: reach.Transport(reach.Options{
			TLS: p.cfg.Server.Trust(), DialContext: p.cfg.Server.DialContext, To: to, Proxy: p.cfg.Server.Proxy, Socket: true,
		}),
	})
	if err != nil {
		return nil, reach.Explain(reach.At(to, "app server", "app server", "session", 30*time.Second), trail.Mark(err))
	}
	return sock, nil
}

func (p *Proxy) note(n int, text string) {
	if p.cfg.Note != nil {
		p.cfg.Note(n, text)
	}
}

// Close ends all connections and waits.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	p.serving.Wait()
	return nil
}

// conn is one connection that is passed on.
type conn struct {
	proxy *Proxy
	n     int
	over  atomic.Bool // an end is gone

	mu        sync.Mutex
	challenge string
	key       appws.SessionKey
}

// between passes messages on in both directions until one end is gone, and the close frame too.
func (c *conn) between(ctx context.Context, client, server *ws.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var both sync.WaitGroup
	for _, d := range []struct {
		dir      appws.Direction
		from, to *ws.Conn
		name     string
	}{{appws.Out, client, server, "The client"}, {appws.In, server, client, "The server"}} {
		both.Go(func() {
			defer cancel()
			defer fault.Catch(func(e *fault.Error) { e.Log(c.proxy.log, "a connection of the proxy") })
			c.pass(ctx, d.dir, d.from, d.to, d.name)
		})
	}
	both.Wait()
	_ = client.CloseNow()
	_ = server.CloseNow()
}

func (c *conn) pass(ctx context.Context, dir appws.Direction, from, to *ws.Conn, name string) {
	for {
		text, err := from.Read(ctx)
		if err != nil {
			c.end(ctx, to, name, err)
			return
		}
		c.record(dir, text)
		if len(text) <= maxFrame {
			err = to.Write(ctx, text)
		} else {
			err = to.WriteFragments(ctx, text, maxFrame)
		}
		if err != nil {
			return
		}
	}
}

// end passes on why an end is gone. The other direction ends afterwards.
func (c *conn) end(ctx context.Context, to *ws.Conn, name string, err error) {
	if c.over.Swap(true) {
		return // the other end was first
	}
	if ctx.Err() != nil {
		_ = to.Close(ws.StatusAway, "the proxy closes")
		return
	}
	status, reason := ws.StatusOf(err)
	switch {
	case status == 0:
		c.proxy.note(c.n, name+" hung up without notice.")
		status = ws.StatusAway
	case reason != "":
		c.proxy.note(c.n, name+" closed the connection, saying: "+reason)
	default:
		c.proxy.note(c.n, name+" closed the connection.")
	}
	if status == 1005 { // no code came, so none is passed on but the normal one
		status = ws.StatusNormal
	}
	_ = to.Close(status, reason)
}

// record follows the login, for the session key, and gives the message away.
func (c *conn) record(dir appws.Direction, text []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.proxy.cfg.Password != "" && c.key == "" && dir == appws.In {
		if m, err := appws.ParseMessage(text); err == nil && m.API == "" && m.MT == "AppChallengeResult" {
			c.challenge = appws.ChallengeOf(m)
		} else if m.API == "" && m.MT == "AppLoginResult" && c.challenge != "" {
			c.key = appws.NewSessionKey(c.challenge, c.proxy.cfg.Password)
		}
	}
	if c.proxy.cfg.Frame != nil {
		c.proxy.cfg.Frame(c.n, appws.Frame{At: time.Now(), Dir: dir, Text: text, Size: len(text)}, c.key)
	}
}
