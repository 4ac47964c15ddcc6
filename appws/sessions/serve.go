package sessions

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/patchcord/patchcord/appws"
	"github.com/patchcord/patchcord/appws/record"
	"github.com/patchcord/patchcord/internal/certificate"
)

// A session with Config.Serve is an app service of our own. It listens, and each connection to it is a
// session of its own, whose record shows what the client asks and what was answered, by rule or by hand.

// maxServed is how many connections of a service are listed; the oldest that have ended are dropped.
const maxServed = 20

// listener is the service of a session.
type listener struct {
	cfg     Config
	answers map[string]answer // by the mt of their request
	server  *http.Server

	mu      sync.Mutex
	closed  bool
	count   int
	served  []*session
	serving sync.WaitGroup
}

// answer is what a rule answers besides api and src.
type answer struct {
	mt      string
	members map[string]json.RawMessage
}

// newListener takes the rules of a service: messages whose mt is that of the request and "Result".
func newListener(c Config) (*listener, error) {
	l := &listener{cfg: c, answers: map[string]answer{}}
	for _, text := range c.Answers {
		var members map[string]json.RawMessage
		m, err := appws.ParseMessage([]byte(text))
		if err == nil {
			err = json.Unmarshal([]byte(text), &members)
		}
		request, isResult := strings.CutSuffix(m.MT, "Result")
		switch {
		case err != nil:
			return nil, fmt.Errorf("an answer: %w", err)
		case !isResult || request == "":
			return nil, fmt.Errorf(`the answer %q: its "mt" is that of the request and "Result"`, m.MT)
		}
		for _, name := range []string{"mt", "api", "src"} {
			delete(members, name)
		}
		l.answers[request] = answer{m.MT, members}
	}
	return l, nil
}

// serve opens a session that listens.
func (s *List) serve(c Config) (int, error) {
	l, err := newListener(c)
	if err != nil {
		return 0, &appws.DialError{Step: appws.StepConfig, Err: err}
	}
	n, err := s.add(c.Name, func(n *session) {
		n.listener = l
		n.view.System, n.view.URL, n.view.App, n.view.State = c.System, l.scheme()+c.Serve+"/", c.App, Serving
	})
	if err != nil {
		return 0, err
	}
	l.server = &http.Server{Handler: http.HandlerFunc(n.accept), ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(handshakes{n}, "", 0)}
	sock, err := net.Listen("tcp", c.Serve)
	if err != nil { // it may be free with the next configuration
		n.change(func() {
			n.turn(Ended)
			n.view.Why = fmt.Sprintf("It cannot listen at %s: %v.", c.Serve, err)
		})
		return n.id, nil
	}
	n.change(func() {
		n.view.URL = l.scheme() + sock.Addr().String() + "/"
		if c.ServeTLS != nil {
			n.history.Note(time.Now(), aboutCertificate(c.ServeTLS))
		}
	})
	if c.ServeTLS != nil {
		sock = tls.NewListener(sock, c.ServeTLS)
	}
	n.tasks.Go(func() { _ = l.server.Serve(sock) })
	return n.id, nil
}

func (l *listener) scheme() string {
	if l.cfg.ServeTLS != nil {
		return "wss://"
	}
	return "ws://"
}

// aboutCertificate says how a client knows ours.
func aboutCertificate(c *tls.Config) string {
	leaf := c.Certificates[0].Leaf
	if leaf == nil {
		return "It speaks TLS."
	}
	return fmt.Sprintf("Its certificate is %q with the pin %s.", leaf.Subject.CommonName, certificate.Pin(leaf))
}

// handshakes is the log of the web server: it tells of TLS handshakes that failed, from other goroutines than
// those of the connections.
type handshakes struct{ *session }

func (h handshakes) Write(line []byte) (int, error) {
	rest, failed := strings.CutPrefix(string(line), "http: TLS handshake error from ")
	if from, _, ok := strings.Cut(rest, ": "); failed && ok {
		h.remark("No TLS handshake with " + from + ": that client does not trust the certificate, or speaks ws:.")
	}
	return len(line), nil
}

// end closes the service and all its connections, and waits.
func (l *listener) end() {
	_ = l.server.Close()
	l.mu.Lock()
	l.closed = true
	served := l.served
	l.mu.Unlock()
	for _, n := range served {
		_ = n.service.Close()
	}
	l.serving.Wait()
}

// accept serves one connection, as a session of its own.
func (s *session) accept(w http.ResponseWriter, r *http.Request) {
	n := s.enterServed(r)
	if n == nil {
		http.Error(w, "the service is closed", http.StatusServiceUnavailable)
		return
	}
	defer s.listener.serving.Done()
	n.service.ServeHTTP(w, r)
	n.change(func() {
		n.turn(Ended)
		n.view.Why = "The client is gone."
		n.history.Lose()
		n.history.Note(time.Now(), n.view.Why)
	})
}

// enterServed lists another connection, nil where there may be none.
func (s *session) enterServed(r *http.Request) *session {
	l := s.listener
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	for i, old := range l.served {
		if len(l.served) >= maxServed && old.look().State == Ended {
			_ = s.sessions.Forget(old.id)
			l.served = append(l.served[:i:i], l.served[i+1:]...)
			break
		}
	}
	l.count++
	var failed error
	n, err := s.sessions.add(fmt.Sprintf("%s-%d", s.name, l.count), func(n *session) {
		options := s.sessions.options
		options.Asks = appws.In
		n.history = record.New(options)
		n.view.System, n.view.URL, n.view.App = l.cfg.System, l.scheme()+r.RemoteAddr+r.URL.Path, s.view.App
		n.password, n.answers = l.cfg.Secret, l.answers
		n.service, failed = appws.NewService(appws.ServiceConfig{
			Passwords: func(ctx context.Context, _ appws.Attempt) ([]string, error) {
				password, err := n.password(ctx)
				n.change(func() { n.known = password })
				return []string{password}, err
			},
			LoggedIn: n.loggedIn, Domain: l.cfg.Domain, ReadLimit: l.cfg.ReadLimit, AnyOrigin: true, Trace: n.recordServed, Log: s.sessions.log,
		})
		if failed == nil {
			n.service.HandleRest(n.answer)
		}
	})
	if err != nil || failed != nil {
		return nil
	}
	l.served = append(l.served, n)
	l.serving.Add(1)
	return n
}

// recordServed is record for a connection to us, whose login it follows.
func (s *session) recordServed(f appws.Frame) {
	s.record(f)
	m, _ := appws.ParseMessage(f.Text)
	if m.API != "" {
		return
	}
	switch m.MT {
	case "AppChallengeResult":
		var c struct{ Challenge string }
		_ = m.Decode(&c)
		s.change(func() { s.challenge, s.challenged = c.Challenge, s.history.Last() })
	case "AppLogin":
		var l struct{ App, Domain, SIP string }
		_ = m.Decode(&l)
		s.change(func() {
			s.view.User = appws.Login{App: l.App, Domain: l.Domain, SIP: l.SIP}.User()
			s.view.App = l.App
		})
	case "AppLoginResult":
		var r struct{ OK bool }
		_ = m.Decode(&r)
		s.change(func() { s.judged(r.OK) })
	}
}

// judged needs the lock.
func (s *session) judged(ok bool) {
	if !ok {
		s.history.Note(time.Now(), "The login was refused: its digest is not that of our password.")
		return
	}
	s.keys = append(s.keys, keySince{s.challenged, appws.NewSessionKey(s.challenge, s.known)})
	s.known = ""
	s.turn(Open)
	s.history.Note(time.Now(), "The client has logged in.")
}

// loggedIn sends from now on what a person writes, until the connection ends.
func (s *session) loggedIn(_ context.Context, conn *appws.APIConn) error {
	s.change(func() { s.served = true })
	s.tasks.Go(func() {
		for {
			select {
			case text := <-s.outbox:
				_ = conn.SendText(context.Background(), text) // an error ends the connection, which is told
			case <-conn.Done():
				return
			}
		}
	})
	return nil
}

// answer answers by rule until the connection ends.
func (s *session) answer(ctx context.Context, conn *appws.APIConn) error {
	for {
		m, err := conn.Recv(ctx)
		if err != nil {
			return err
		}
		rule, known := s.answers[m.MT]
		if !known {
			continue
		}
		text, err := m.Indication(rule.mt, rule.members)
		if err == nil {
			err = conn.Send(ctx, text)
		}
		if err != nil {
			s.remark("Not answered: " + appws.Explain(err))
		}
	}
}
