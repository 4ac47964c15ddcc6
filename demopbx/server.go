package demopbx

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/demopbx/nethcti"
	"github.com/patchcord/patchcord/demopbx/vodia"
	"github.com/patchcord/patchcord/internal/certificate"
	"github.com/patchcord/patchcord/rtc"
)

// Bounds of the web server; everything it reads is small.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 10 * time.Second
	idleTimeout   = time.Minute
	replyTimeout  = time.Second // for replies on their way when the PBX ends
	maxHeader     = 16 << 10
)

// Server is a practice PBX that listens.
type Server struct {
	options Options
	pbx     *exchange.PBX
	vodia   *vodia.Front
	nethcti *nethcti.Front
	apps    *apps
	http    *http.Server
	url     string
	cancel  context.CancelFunc
	close   sync.Once
	ended   sync.WaitGroup // the PBX, the web server
}

// Start opens the PBX. It serves until Close. Its media stays on the loopback interface.
func Start(o Options) (*Server, error) { return open(o, rtc.Config{Loopback: true}) }

func open(o Options, media rtc.Config) (*Server, error) {
	if o = o.withDefaults(); o.Only != "" && !slices.Contains(Dialects(), o.Only) {
		return nil, fmt.Errorf("open the practice PBX: it does not play %q but %s", o.Only, strings.Join(Dialects(), " and "))
	}
	media.Log = o.Log
	engine, err := rtc.NewEngine(media)
	if err != nil {
		return nil, fmt.Errorf("start the practice PBX's media: %w", err)
	}
	listener, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("open the practice PBX: %w", err)
	}
	if o.SelfSigned {
		if o.TLS, err = certificate.SelfSigned("Patchcord practice PBX", listener.Addr(), exchange.Domain); err != nil {
			return nil, errors.Join(fmt.Errorf("open the practice PBX: %w", err), listener.Close())
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{options: o, pbx: exchange.New(o.PBX, engine), cancel: cancel}
	s.vodia = vodia.New(o.Vodia, s.pbx, o.Log)
	s.nethcti = nethcti.New(o.NethCTI, s.pbx, o.Log)
	s.url = "http://" + listener.Addr().String()
	if o.TLS != nil {
		s.url = "https://" + listener.Addr().String()
	}
	s.apps = newApps(s.url, o)
	s.http = &http.Server{
		Handler:           s.apps.before(s.front()),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       bodyTimeout,
		WriteTimeout:      bodyTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
		TLSConfig:         o.TLS,
	}
	s.http.RegisterOnShutdown(s.nethcti.EndPolls)
	s.ended.Go(func() { s.pbx.Run(ctx) })
	s.ended.Go(func() { s.apps.pbx.Live(ctx, callsEvery) })
	s.ended.Go(func() { s.serve(listener) })
	return s, nil
}

// front gives each path to the front whose it is.
func (s *Server) front() http.Handler {
	vodia, nethCTI := s.vodia.Handler(), s.nethcti.Handler()
	switch s.options.Only {
	case dialectVodia:
		return vodia
	case dialectNethCTI:
		return nethCTI
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if nethcti.Serves(r.URL.Path) {
			nethCTI.ServeHTTP(w, r)
			return
		}
		vodia.ServeHTTP(w, r)
	})
}

func (s *Server) serve(l net.Listener) {
	var err error
	if s.http.TLSConfig != nil {
		err = s.http.ServeTLS(l, "", "")
	} else {
		err = s.http.Serve(l)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		s.options.Log.Error("the practice PBX stopped listening", "err", err)
	}
}

// Dialect is that by which a phone signs in here, as it is named in config.toml.
func (s *Server) Dialect() string { return cmp.Or(s.options.Only, Dialects()[0]) }

// URL is where the web server is, http or https, without a path.
func (s *Server) URL() string { return s.url }

// Pin is the pin of the self-signed certificate's key, "" when there is none.
func (s *Server) Pin() string {
	if !s.options.SelfSigned {
		return ""
	}
	return certificate.Pin(s.options.TLS.Certificates[0].Leaf)
}

// Journal is what the PBX saw and did.
func (s *Server) Journal() *exchange.Journal { return s.pbx.Journal() }

// Close ends calls, sockets and the web server, and waits for everything.
func (s *Server) Close() error {
	var err error
	s.close.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), replyTimeout)
		defer cancel()
		if s.http.Shutdown(ctx) != nil { // somebody did not take a reply
			err = s.http.Close()
		}
		err = errors.Join(err, s.apps.close())
		s.pbx.Stop()
		s.cancel()
		s.ended.Wait()
	})
	if err != nil {
		return fmt.Errorf("close the practice PBX: %w", err)
	}
	return nil
}

// DropSockets breaks every websocket of the user without a close frame, as a failing network does,
// and returns when the PBX has noticed.
func (s *Server) DropSockets(user string) {
	s.vodia.DropSockets(user)
	s.nethcti.DropSockets(user)
}

// ForgetSessions ends every web session, like a restart of the PBX; sockets stay.
func (s *Server) ForgetSessions() { s.vodia.ForgetSessions() }

// CallTo makes a simulated person call the user. If from is the number of a queue, somebody who
// waited there calls; with a number in E.164 the call comes from outside. It fails if from is not
// free or the user cannot be reached.
func (s *Server) CallTo(user, from string) error { return s.pbx.CallTo(user, from) }
