package demopbx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

// Bounds of the web server; everything it reads is small.
const (
	headerPatience = 5 * time.Second
	bodyPatience   = 10 * time.Second
	idlePatience   = time.Minute
	replyPatience  = time.Second // for replies on their way when the PBX ends
	maxHeader      = 16 << 10
)

// Server is a practice PBX that listens.
type Server struct {
	pbx    *pbx
	apps   *apps
	http   *http.Server
	url    string
	cancel context.CancelFunc
	close  sync.Once
	ended  sync.WaitGroup // the loop, the mixer, the web server
}

// Start opens the PBX. It serves until Close. Its media stays on the loopback interface.
func Start(o Options) (*Server, error) { return open(o, rtc.Config{Loopback: true}) }

func open(o Options, media rtc.Config) (*Server, error) {
	o = o.withDefaults()
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
		if o.TLS, err = selfSigned(listener.Addr()); err != nil {
			return nil, errors.Join(fmt.Errorf("open the practice PBX: %w", err), listener.Close())
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{pbx: newPBX(o, engine), cancel: cancel}
	s.url = "http://" + listener.Addr().String()
	if o.TLS != nil {
		s.url = "https://" + listener.Addr().String()
	}
	s.apps = newApps(s.url, o.Log)
	s.http = &http.Server{
		Handler:           s.apps.before(s.pbx.handler()),
		ReadHeaderTimeout: headerPatience,
		ReadTimeout:       bodyPatience,
		WriteTimeout:      bodyPatience,
		IdleTimeout:       idlePatience,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
		TLSConfig:         o.TLS,
	}
	s.ended.Go(func() { s.pbx.run(ctx) })
	s.ended.Go(func() { s.pbx.mixer.run(ctx) })
	s.ended.Go(func() { s.serve(listener) })
	return s, nil
}

func (s *Server) serve(l net.Listener) {
	var err error
	if s.http.TLSConfig != nil {
		err = s.http.ServeTLS(l, "", "")
	} else {
		err = s.http.Serve(l)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		s.pbx.o.Log.Error("the practice PBX stopped listening", "err", err)
	}
}

// URL is where the web server is, http or https, without a path.
func (s *Server) URL() string { return s.url }

// Pin is the pin of the self-signed certificate's key, "" when there is none.
func (s *Server) Pin() string {
	if !s.pbx.o.SelfSigned {
		return ""
	}
	return pinOf(s.pbx.o.TLS.Certificates[0].Leaf)
}

// Journal is what the PBX saw and did.
func (s *Server) Journal() *Journal { return s.pbx.journal }

// Close ends calls, sockets and the web server, and waits for everything.
func (s *Server) Close() error {
	var err error
	s.close.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), replyPatience)
		defer cancel()
		if s.http.Shutdown(ctx) != nil { // somebody did not take a reply
			err = s.http.Close()
		}
		err = errors.Join(err, s.apps.close())
		s.pbx.shutDoor()
		s.cancel()
		s.ended.Wait()
		s.pbx.journal.close()
	})
	if err != nil {
		return fmt.Errorf("close the practice PBX: %w", err)
	}
	return nil
}

// DropSockets breaks every websocket of the user without a goodbye, as a failing network
// does, and returns when they are gone from the PBX.
func (s *Server) DropSockets(user string) {
	s.pbx.ask(func() {
		for sock := range s.pbx.sockets {
			if sock.user.number == user {
				s.pbx.gone(sock, "dropped on purpose")
			}
		}
	})
}

// ForgetSessions ends every web session, as a restart of the PBX does; sockets stay.
func (s *Server) ForgetSessions() { s.pbx.sessions.end("") }

// CallTo makes one of the people call the user, as when somebody picks up a telephone. With
// the number of a queue for from, somebody calls who waited there; with a number in E.164
// somebody calls from outside. It fails when from is not
// free or the user cannot be reached.
func (s *Server) CallTo(user, from string) error {
	err := errNotFree
	s.pbx.ask(func() {
		caller, via := s.pbx.callerAt(from)
		callee := s.pbx.tenant.accounts[user]
		if caller != nil && callee != nil && caller != callee && !caller.staffed && caller.free() {
			err = s.pbx.personCalls(caller, callee, via)
		}
	})
	return err
}

var (
	errNotFree    = errors.New("that person is not free to call")
	errNotReached = errors.New("the user cannot be reached")
)
