package nethcti

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/socketio"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

const (
	// socketQueue is how many events wait for a client that does not read; a full queue ends the socket.
	socketQueue = 4096
	// giveWay is how long an older client of the same kind may take to give way to a newer one.
	giveWay = 8 * time.Second
	// loginWaits is how long a socket may stay without a login, maxSockets how many there may be.
	loginWaits, maxSockets = time.Minute, 512
)

// socket is one client's websocket. Everything but conn and the queue's far end belongs to the loop.
type socket struct {
	f     *Front
	conn  *socketio.Conn
	queue chan emission // closed when the socket is to be closed in good form
	drop  context.CancelFunc
	// newer says that it came by the newer side.
	newer bool
	gone  bool

	// in says that the client has logged in, as user. kind is what it says that it is.
	in     bool
	user   *exchange.Account
	client *exchange.Client
	kind   string
	// held is a login that waits for older clients to give way.
	held *exchange.Timer
	// unknown ends a socket that nobody logs in on.
	unknown *exchange.Timer
}

// emission is an event on its way to a client, or an acknowledgement where it has no name.
type emission struct {
	name  string
	args  []any
	ack   int
	leave bool
}

// upgrade makes a socket of a request.
func (f *Front) upgrade(w http.ResponseWriter, r *http.Request, newer bool) {
	conn, err := socketio.Accept(w, r, socketio.AcceptOptions{EIO3: f.o.OldSocket})
	if err != nil {
		f.pbx.Note(exchange.Entry{Kind: exchange.SocketRefused, Text: "not a socket that this PBX speaks"})
		return
	}
	if f.o.BackendDown {
		_ = conn.Drop()
		return
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	defer cancel()
	s := &socket{f: f, conn: conn, queue: make(chan emission, socketQueue), drop: cancel, newer: newer}
	room := false
	f.pbx.Do(func() {
		if room = len(f.sockets) < maxSockets; room {
			f.sockets[s] = true
			s.unknown = f.pbx.After(loginWaits, func() { s.end("no login came") })
		}
	})
	if !room {
		_ = conn.Drop()
		return
	}
	s.serve(ctx)
}

// serve reads until the socket ends; a second goroutine writes, a third keeps the link alive.
func (s *socket) serve(ctx context.Context) {
	news := make(chan socketio.News)
	over, written := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		_ = s.conn.Run(ctx, news)
	}()
	go func() {
		defer close(written)
		s.write(ctx)
	}()
	for open := true; open; {
		select {
		case <-over:
			open = false
		case n := <-news:
			if n.Packet.Kind == socketio.Event && !n.Sent {
				s.f.pbx.Do(func() { s.hear(n.Packet) })
			}
		}
	}
	s.f.pbx.Do(func() { s.end("the client left") })
	<-written
}

// write sends what is queued. A closed queue ends the link in good form.
func (s *socket) write(ctx context.Context) {
	defer s.drop()
	defer func() { _ = s.conn.Drop() }()
	for {
		select {
		case <-ctx.Done():
			return
		case e, open := <-s.queue:
			if !open {
				_ = s.conn.Leave(ctx)
				return
			}
			var err error
			switch {
			case e.leave:
				err = s.conn.Leave(ctx)
			case e.name == "":
				_, err = s.conn.Acknowledge(ctx, e.ack)
			default:
				_, err = s.conn.Emit(ctx, e.name, e.args...)
			}
			if err != nil {
				return
			}
		}
	}
}

// say queues an event with arguments.
func (s *socket) say(name string, args ...any) { s.put(emission{name: name, args: args}) }

func (s *socket) put(e emission) {
	if s.gone {
		return
	}
	select {
	case s.queue <- e:
	default:
		s.f.pbx.After(0, func() { s.end("the client does not read") })
	}
}

// end takes the socket out and breaks it if it still lives.
func (s *socket) end(why string) {
	if s.gone {
		return
	}
	s.gone = true
	delete(s.f.sockets, s)
	s.f.pbx.Cancel(s.held)
	s.f.pbx.Cancel(s.unknown)
	s.drop()
	if s.client != nil {
		s.f.pbx.Note(exchange.Entry{Kind: exchange.SocketClosed, User: s.user.Number, Text: why})
		s.f.pbx.Detach(s.client)
	}
}

// viewer is whose view of calls the client gets.
func (s *socket) viewer() viewer { return s.f.view(s.user) }

// hear takes an event of the client.
func (s *socket) hear(p socketio.Packet) {
	switch p.Name {
	case "ping":
		s.put(emission{ack: p.ID})
	case "login":
		s.login(p)
	case "takeOverAck":
		for other := range s.f.sockets {
			if other.held != nil && other.user == s.user && other.kind == s.kind {
				other.enter()
			}
		}
	}
}

// kinds are what a client may say that it is.
var kinds = map[string]bool{"": true, "desktop": true, "mobile": true}

// login handles the client's sign-in. The newer server does not answer a token of another session, and does not
// read a login that wants an acknowledgement.
func (s *socket) login(p socketio.Packet) {
	var l struct {
		User  string `json:"accessKeyId"`
		Token string `json:"token"`
		Kind  string `json:"uaType"`
	}
	if len(p.Args) == 0 || json.Unmarshal(p.Args[0], &l) != nil || !kinds[l.Kind] || s.newer && p.ID >= 0 {
		s.deny(l.User)
		return
	}
	t := s.f.tokens
	a, known := s.f.pbx.Extension(l.User)
	half := l.User != "" && t.unproven[l.Token] == l.User // the websocket does not look whether a code was given
	switch {
	case s.f.o.ForeignTokens, s.newer && t.users[l.Token] != l.User && !half && t.hasSession(l.User):
		return
	case !known || t.users[l.Token] != l.User && !half:
		s.deny(l.User)
		return
	}
	switch {
	case s.in: // a socket keeps its user
		s.enter()
		return
	case s.held != nil:
		return
	}
	s.user, s.kind = a, l.Kind
	if s.kind != "" && s.f.others(s) {
		s.held = s.f.pbx.After(giveWay, s.enter)
		return
	}
	s.enter()
}

// others tells older clients of the same user and kind that another takes over; false where there are none.
func (f *Front) others(s *socket) bool {
	found := false
	for other := range f.sockets {
		if other != s && other.in && other.user == s.user && other.kind == s.kind {
			found = true
			other.say("takeOver")
		}
	}
	return found
}

func (s *socket) deny(user string) {
	s.f.pbx.Note(exchange.Entry{Kind: exchange.LoginRefused, User: user, Text: "the websocket's token"})
	s.say("401", map[string]string{"message": "unauthorized access"})
	s.put(emission{leave: true})
}

// enter has the client logged in. It may come again.
func (s *socket) enter() {
	s.say("authe_ok", map[string]string{"message": "authorized successfully"})
	if s.in || s.gone {
		return
	}
	client, err := s.f.pbx.Attach(s.user, s)
	if err != nil {
		s.end(err.Error())
		return
	}
	s.in, s.client = true, client
	s.f.pbx.Cancel(s.unknown)
	s.f.desk(s.user)
	s.f.pbx.Note(exchange.Entry{Kind: exchange.SocketOpened, User: s.user.Number})
	s.f.pbx.Follow(client, true)
	if after := s.f.o.ReloadAfter; after > 0 {
		s.f.pbx.After(after, func() { s.say("serverReloaded") })
	}
}

// The socket has no calls: those are at the gateway. It implements exchange.Phone because a client that
// works the desk phone has to be attached.

// Ring implements exchange.Phone.
func (s *socket) Ring(*exchange.Leg) {}

// Answered implements exchange.Phone.
func (s *socket) Answered(*exchange.Leg) {}

// PeerChanged implements exchange.Phone.
func (s *socket) PeerChanged(*exchange.Leg, pbxws.Party) {}

// Candidate implements exchange.Phone.
func (s *socket) Candidate(*exchange.Leg, rtc.LocalCandidate) {}

// Ended implements exchange.Phone.
func (s *socket) Ended(*exchange.Leg, exchange.Ending, int) {}
