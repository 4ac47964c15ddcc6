package control

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/jsonl"
	"github.com/patchcord/patchcord/phone"
)

const (
	// maxClients is how many may be connected at once, longestRequest how long a request may be
	// in bytes.
	maxClients     = 16
	longestRequest = 4096
	// asksWithin is how long a client may take to send a request, readsWithin to read an answer.
	asksWithin, readsWithin = 10 * time.Second, 10 * time.Second
	// triesEvery is how often a socket that is taken is tried.
	triesEvery = time.Second
	// confirmsWithin is how long the PBX may take to confirm. The phone gives an order up after 5 s, and its
	// sentence says more than ours.
	confirmsWithin = 6 * time.Second
)

// Phone is the telephone.
type Phone interface {
	Do(phone.Intent) (phone.Receipt, error)
	Watch(context.Context) <-chan phone.Snapshot
}

// Config of a server. All fields but Log are needed.
type Config struct {
	Phone Phone
	// Ask asks on a screen whether to make a call, and does not wait for the answer. It reports whether
	// there is a screen.
	Ask func(context.Context, phone.Dial) bool
	// Attach serves a screen of another process until it goes, and bounds how many there are; nil where none can be
	// attached. Down ends
	// the phone; nil where it ends with its screen.
	Attach func(context.Context, net.Conn)
	Down   func()
	// Direct tells whether numbers are called without asking. Service codes always need it.
	Direct func() bool
	// Missed counts the missed calls that nobody has seen.
	Missed func() int
	Log    *slog.Logger
}

// Server serves a socket.
type Server struct {
	Config
	socket  *Socket
	user    string
	clients chan struct{} // one token for each client that is no screen
}

// Server makes what serves it. Its Run closes the socket.
func (s *Socket) Server(c Config) *Server {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Server{Config: c, socket: s, user: thisUser(), clients: make(chan struct{}, maxClients)}
}

// Listen takes a socket and makes its server.
func Listen(dir, name string, c Config) (*Server, error) {
	s, err := Take(dir, name)
	if err != nil {
		return nil, err
	}
	return s.Server(c), nil
}

// Await is like Listen, but waits while another Patchcord has the socket, and takes it over when
// that has ended in any way. taken is called once if it has to wait.
func Await(ctx context.Context, dir, name string, c Config, taken func(*TakenError)) (*Server, error) {
	for waits := false; ; waits = true {
		s, err := Listen(dir, name, c)
		var other *TakenError
		if !errors.As(err, &other) {
			return s, err
		}
		if !waits {
			taken(other)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(triesEvery):
		}
	}
}

// Run serves clients until ctx ends, and returns when nothing it started is running any more. It
// may be called once.
func (s *Server) Run(ctx context.Context) {
	var serving sync.WaitGroup
	defer serving.Wait()
	closed := make(chan struct{})
	context.AfterFunc(ctx, func() {
		defer close(closed)
		_ = s.socket.Close()
	})
	defer func() { <-closed }() // the next one may have the socket once this one is back
	for {
		conn, err := s.socket.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil: // too many open files: whoever waits is served when some are closed
			s.Log.Warn("no connection could be accepted", "err", err)
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
			continue
		}
		serving.Go(func() {
			defer fault.Catch(func(e *fault.Error) { e.Log(s.Log, "a client of the control socket") })
			s.serve(ctx, conn)
		})
	}
}

// serve serves one client from its first request to its last.
func (s *Server) serve(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	if user, err := userOf(conn); err != nil || user != s.user {
		s.Log.Warn("another user was refused", "user", user, "err", err)
		s.reply(conn, refused("this phone belongs to another user"))
		return
	}
	select {
	case s.clients <- struct{}{}:
	default:
		s.reply(conn, refused("too many programs are connected already"))
		return
	}
	leave := sync.OnceFunc(func() { <-s.clients })
	defer leave()
	lines := jsonl.Lines(conn, longestRequest)
	for {
		if conn.SetReadDeadline(time.Now().Add(asksWithin)) != nil || ctx.Err() != nil || !lines.Scan() {
			return
		}
		var r Request
		if err := jsonl.Strict(lines.Bytes(), &r); err != nil {
			s.reply(conn, refused("that is no request: "+err.Error()))
			return
		}
		switch {
		case r.Verb == "events":
			s.stream(ctx, conn)
			return
		case r.Verb == "attach" && s.Attach != nil:
			leave() // screens have a bound of their own: they must not keep out what ends the phone
			s.Attach(ctx, conn)
			return
		}
		if !s.reply(conn, s.answer(ctx, r)) {
			return
		}
	}
}

func (s *Server) reply(conn net.Conn, r Reply) bool {
	r.Text = shown(r.Text)
	line, err := jsonl.Marshal(r)
	if err != nil || conn.SetWriteDeadline(time.Now().Add(readsWithin)) != nil {
		return false
	}
	_, err = conn.Write(line)
	return err == nil
}

// answer carries a request out and reports the result.
func (s *Server) answer(ctx context.Context, r Request) Reply {
	ctx, cancel := context.WithTimeout(ctx, confirmsWithin)
	defer cancel()
	snapshots := s.Phone.Watch(ctx)
	now, ok := <-snapshots
	if !ok {
		return refused("the phone is starting or ending; try again")
	}
	if r.Verb == "status" {
		st := StatusOf(now, s.Missed())
		return Reply{OK: true, Status: &st}
	}
	if r.Verb == "down" {
		return s.end(now, r.Set == "force")
	}
	t, why := taskOf(r, now)
	if why == "" {
		why = now.Refuses(t.intent)
	}
	if why != "" {
		return refused(why)
	}
	if d, dials := t.intent.(phone.Dial); dials && (!s.Direct() || warns(now.On(d.Link), d.To)) {
		if !s.Ask(ctx, d) {
			return Reply{NoScreen: true, Text: "there is no screen to ask on whether to call " + d.To + "; patchcord attach opens one"}
		}
		return Reply{OK: true, Pending: true, Text: "asked on the screen whether to call " + d.To}
	}
	receipt, err := s.Phone.Do(t.intent)
	if err != nil {
		return refused(err.Error())
	}
	return t.settle(snapshots, receipt)
}

// end ends the phone, unless it would end calls that nobody said may be ended.
func (s *Server) end(now phone.Snapshot, force bool) Reply {
	switch n := now.LiveHere(); {
	case s.Down == nil:
		return refused("this phone ends with its screen; leave it there")
	case n > 0 && !force:
		return refused("a call is up; patchcord down -force ends it too")
	}
	s.Down()
	return Reply{OK: true, Text: "the phone ends"}
}

// warns tells of a number that no other program calls by itself: a service code, or one that may be expensive.
func warns(now phone.Snapshot, to string) bool {
	n, _ := now.Number(to)
	return now.Warning(n) != ""
}

// settle waits for the outcome of a task.
func (t task) settle(snapshots <-chan phone.Snapshot, receipt phone.Receipt) Reply {
	for s := range snapshots {
		for _, o := range s.Outcomes {
			if o.Of == receipt {
				return t.reply(o)
			}
		}
	}
	return Reply{OK: true, Pending: true, Text: "sent; the PBX has not confirmed it yet"}
}

func (t task) reply(o phone.Outcome) Reply {
	switch {
	case o.Grade == phone.GradeFailed || o.Refused:
		return refused(o.Text)
	case o.Grade == phone.GradeWarn:
		return Reply{OK: t.partly, Text: o.Text}
	case t.said != "":
		return Reply{OK: true, Text: t.said}
	}
	return Reply{OK: true, Text: o.Text}
}
