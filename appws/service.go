package appws

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
)

const (
	defaultLoginTimeout = 30 * time.Second
	defaultLoginTries   = 3
	defaultSendTimeout  = 5 * time.Minute
)

// ServiceConfig says whom a service accepts and how it answers.
type ServiceConfig struct {
	// Passwords returns the passwords for a login: that of the app instance and, if there is one, that
	// of the domain; none for an app that is not known. It must not be nil. ctx ends with the time for
	// the login.
	Passwords func(ctx context.Context, login Attempt) ([]string, error)
	// AllowEmptyPassword accepts an empty one among them.
	AllowEmptyPassword bool
	// LoginTimeout is how long a connection may take to log in, 0 for 30 s; LoginTries how
	// often it may try, 0 for three times.
	LoginTimeout time.Duration
	LoginTries   int

	// Domain is the domain of the app instance, sent to whoever logs in. DomainOf gives it where one
	// service has several instances, told apart by their paths.
	Domain   string
	DomainOf func(Request) string
	// Build is the current build of the app's web pages, in hex digits; a browser with another one is
	// told to load it. Empty for none.
	Build string
	// AppInfo describes an app to the PBX; nil describes nothing.
	AppInfo func(app string) AppInfo
	// Permit says whether a user may use an API, nil for everybody and all.
	Permit func(id Identity, api string) bool

	// LoggedIn is called after each login, before any message is read and before any API begins; nil for
	// nothing. What it sends comes before all answers; it receives nothing. conn may be kept for later.
	// ctx ends with the time for the login. An error ends the connection with code 1008.
	LoggedIn func(ctx context.Context, conn *APIConn) error

	// KeepAlive and DeadAfter are as in Config: they find peers that are gone. No known client answers a
	// KeepAlive, the one of this package neither. Pings sends a ping with each KeepAlive, and a pong counts
	// as a sign of life; all clients answer pings but innovaphone's PHP client. Without Pings, DeadAfter ends
	// the connection of a client that has nothing to say.
	KeepAlive, DeadAfter time.Duration
	Pings                bool
	// SendTimeout is how long a peer may take for one message before the connection ends, 0 for five
	// minutes.
	SendTimeout time.Duration

	// AnyOrigin accepts browsers that show pages of other hosts.
	AnyOrigin bool
	// ReadLimit bounds a message in bytes, 0 for 1 MiB.
	ReadLimit int64
	// Trace is as in Config, for all connections of the service.
	Trace func(Frame)
	Log   *slog.Logger
}

// Attempt is a login before it is checked. All strings come from the wire.
type Attempt struct {
	App, Domain, SIP string
	Request          Request
}

// Request is the upgrade request of a connection. All of it comes from the wire.
type Request struct {
	// Path tells the instances of a service apart; Query is what follows it, without the "?".
	Host, Path, Query string
	// RemoteAddr is the peer's address and port, or those of a proxy before this service.
	RemoteAddr string
	Header     http.Header
}

// AppInfo is what a service says about one of its apps.
type AppInfo struct {
	// Hidden apps are not shown to users, Presence apps show presence.
	Hidden, Presence bool
	// APIs are the APIs that the app in the browser offers to other apps, ServiceAPIs those that the
	// service offers to other services: a model of any shape by API id.
	APIs, ServiceAPIs map[string]any
	// DeviceApp is "phone", "softphone" or "rcc" for an app that is one, empty for others.
	DeviceApp string
}

// result is the body of an AppInfoResult.
func (i AppInfo) result(app string) any {
	type apis struct {
		APIs map[string]any `json:"apis,omitempty"`
	}
	type info struct {
		Hidden   bool           `json:"hidden"`
		Presence bool           `json:"presence,omitempty"`
		APIs     map[string]any `json:"apis,omitempty"`
	}
	return struct {
		App         string `json:"app,omitempty"`
		Info        info   `json:"info"`
		ServiceInfo apis   `json:"serviceInfo"`
		DeviceApp   string `json:"deviceapp,omitempty"`
	}{app, info{i.Hidden, i.Presence, i.APIs}, apis{i.ServiceAPIs}, i.DeviceApp}
}

// APIHandler serves an API on one connection. It is started by the first message, which Recv
// returns, and ctx ends with the connection. After it has returned, further messages for the API
// are dropped; if it returned an error the whole connection ends.
type APIHandler func(ctx context.Context, conn *APIConn) error

// Service is an http.Handler that accepts AppWebsocket connections at any path, since clients
// differ in what they add to the URL of an app instance.
type Service struct {
	cfg       ServiceConfig
	log       *slog.Logger
	challenge func() string

	mu       sync.Mutex
	apis     map[string]APIHandler
	pbxAPIs  map[string]APIHandler
	fallback APIHandler
	conns    map[*serverConn]struct{}
	closed   bool
	serving  sync.WaitGroup
}

// NewService makes a service without APIs. It refuses a ServiceConfig without Passwords.
func NewService(cfg ServiceConfig) (*Service, error) {
	if cfg.Passwords == nil {
		return nil, errors.New("a service needs Passwords")
	}
	if err := checkLiveness(cfg.KeepAlive, cfg.DeadAfter); err != nil {
		return nil, err
	}
	cfg.LoginTimeout = cmp.Or(cfg.LoginTimeout, defaultLoginTimeout)
	cfg.LoginTries = cmp.Or(cfg.LoginTries, defaultLoginTries)
	cfg.ReadLimit = cmp.Or(cfg.ReadLimit, defaultReadLimit)
	cfg.SendTimeout = cmp.Or(cfg.SendTimeout, defaultSendTimeout)
	return &Service{
		cfg: cfg, log: topicLog(cfg.Log, TopicAppWebsocket), challenge: newChallenge,
		apis: map[string]APIHandler{}, pbxAPIs: map[string]APIHandler{}, conns: map[*serverConn]struct{}{},
	}, nil
}

// HandleAPI registers the handler of a JSON API: it gets the messages with exactly this "api". A
// later registration replaces an earlier one, for new connections.
func (s *Service) HandleAPI(api string, h APIHandler) { s.register(s.apis, api, h) }

// HandlePBX registers a handler that uses an API of a PBX, such as "Services". It is started when a
// PBX has connected and allows that API to the app. APIConn.PBX says which PBX it is.
func (s *Service) HandlePBX(api string, h APIHandler) { s.register(s.pbxAPIs, api, h) }

func (s *Service) register(in map[string]APIHandler, api string, h APIHandler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in[api] = h
}

// HandleRest registers the handler of messages for no API, such as those of the app's own protocol,
// which have no "api". Without it they are dropped.
func (s *Service) HandleRest(h APIHandler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fallback = h
}

// handler finds the handler of an API's messages: its own, if it is known, or the one for the rest.
func (s *Service) handler(api string) (h APIHandler, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.apis[api]; h != nil && api != "" {
		return h, true
	}
	return s.fallback, false
}

func (s *Service) pbxHandler(api string) APIHandler {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pbxAPIs[api]
}

// ServeHTTP serves one connection until it ends.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		http.Error(w, "the service is closed", http.StatusServiceUnavailable)
		return
	}
	s.serving.Add(1)
	s.mu.Unlock()
	defer s.serving.Done()

	sock, err := ws.Accept(w, r, ws.AcceptOptions{AnyOrigin: s.cfg.AnyOrigin, ReadLimit: s.cfg.ReadLimit})
	if err != nil {
		s.log.Debug("upgrade refused", "remote", r.RemoteAddr, "err", err)
		return
	}
	sc := newServerConn(s, sock, Request{r.Host, r.URL.Path, r.URL.RawQuery, r.RemoteAddr, r.Header})
	if !s.enter(sc) {
		_ = sock.Close(ws.StatusAway, "the service closes")
		return
	}
	defer s.leave(sc)
	sc.run()
}

// enter adds a connection, for Close to end.
func (s *Service) enter(sc *serverConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.conns[sc] = struct{}{}
	return true
}

func (s *Service) leave(sc *serverConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, sc)
}

// Close ends all connections and waits until their handlers have returned.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	var goodbyes sync.WaitGroup
	for sc := range s.conns {
		goodbyes.Go(func() { sc.link.close(ws.StatusAway, "the service closes") })
	}
	s.mu.Unlock()
	goodbyes.Wait()
	s.serving.Wait()
	return nil
}
