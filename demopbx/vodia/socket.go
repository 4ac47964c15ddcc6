package vodia

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

const (
	// socketQueue is how many frames wait for a client that does not read; a full queue ends
	// the socket.
	socketQueue = 1024
	// writeTimeout is how long one frame may take.
	writeTimeout = 10 * time.Second
	// maxRequest bounds a client's frame; the largest is an SDP.
	maxRequest = 256 << 10
)

// socket is one client's websocket. Everything but conn and the channel's far end belongs to
// the loop.
type socket struct {
	f      *Front
	user   *exchange.Account
	client *exchange.Client
	conn   *ws.Conn
	queue  chan frame // closed when the socket is to be closed in good form
	drop   context.CancelFunc
	gone   bool

	agent   string // what the client calls itself
	expires *exchange.Timer
	idle    *exchange.Timer
	old     *exchange.Timer // Options.DropAfter

	own, domain bool            // subscriptions to call states
	orbits      bool            //
	lamps       map[string]bool // subscription to lamps
	flush       *exchange.Timer // a call state is due then
	flushed     time.Time
	// full says that the client does not read and is about to be dropped.
	full bool
}

// frame is a message on its way to a client, not to leave before at.
type frame struct {
	at   time.Time
	data []byte
}

var errEnds = errors.New("the PBX ends")

// open takes a new socket in.
func (s *socket) open() error {
	client, err := s.f.pbx.Attach(s.user, s)
	if err != nil {
		return err
	}
	s.client = client
	s.f.pbx.Note(exchange.Entry{Kind: exchange.SocketOpened, User: s.user.Number})
	s.f.sockets[s] = true
	if !s.f.o.NoDirectory {
		s.send(s.f.domainState(s.user))
	}
	s.touch()
	if age := s.f.o.DropAfter; age > 0 {
		s.old = s.f.pbx.After(age, func() { s.end("dropped on purpose") })
	}
	return nil
}

// serve reads the client's frames until the socket ends; a second goroutine writes.
func (s *socket) serve(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.drop = cancel
	err := errEnds
	s.f.pbx.Do(func() { err = s.open() })
	if err != nil {
		_ = s.conn.Close(ws.StatusPolicy, err.Error())
		return
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write(ctx)
	}()
	for {
		data, err := s.conn.Read(ctx)
		if err != nil {
			s.f.pbx.Do(func() { s.end("the client left") })
			break
		}
		req, err := wire.DecodeRequest(data)
		s.f.pbx.Do(func() { s.request(req, err) })
	}
	<-written
}

// write sends what is queued. A closed queue ends with a close frame, an ended context without.
func (s *socket) write(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			_ = s.conn.CloseNow()
			return
		case f, open := <-s.queue:
			if !open {
				_ = s.conn.Close(ws.StatusAway, "the practice PBX ends")
				return
			}
			if s.push(ctx, f) != nil {
				_ = s.conn.CloseNow()
				return
			}
		}
	}
}

func (s *socket) push(ctx context.Context, f frame) error {
	if wait := time.Until(f.at); wait > 0 {
		held := time.NewTimer(wait)
		defer held.Stop()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-held.C:
		}
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return s.conn.Write(ctx, f.data)
}

// send queues a message for the client.
func (s *socket) send(m wire.Message) {
	if s.gone {
		return
	}
	data, err := wire.EncodeMessage(m)
	if err != nil {
		s.f.log.Error("the practice PBX could not say something", "err", err)
		return
	}
	s.sendFrame(data)
}

// sendFrame queues a frame. A client that does not read loses its socket, once the loop is done with what
// it is doing.
func (s *socket) sendFrame(data []byte) {
	if s.gone || s.full || s.f.o.Silent {
		return
	}
	out := frame{data: data}
	if d := s.f.o.Delay + upTo(s.f.o.Jitter); d > 0 {
		out.at = time.Now().Add(d)
	}
	select {
	case s.queue <- out:
	default:
		s.full = true
		s.f.pbx.After(0, func() { s.end("the client does not read") })
	}
}

// upTo is a random time that does not depend on the seed.
func upTo(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d)
}

// end takes the socket out and breaks it if it still lives.
func (s *socket) end(why string) {
	if s.gone {
		return
	}
	s.gone = true
	delete(s.f.sockets, s)
	for _, t := range []*exchange.Timer{s.expires, s.idle, s.flush, s.old} {
		s.f.pbx.Cancel(t)
	}
	s.drop()
	s.f.pbx.Note(exchange.Entry{Kind: exchange.SocketClosed, User: s.user.Number, Text: why})
	s.f.pbx.Detach(s.client)
}

// touch notes that the client said something.
func (s *socket) touch() {
	if limit := s.f.o.IdleClose; limit > 0 {
		s.f.pbx.Cancel(s.idle)
		s.idle = s.f.pbx.After(limit, func() { s.end("idle for too long") })
	}
}

// accept upgrades a request; after an error the response has been written.
func (f *Front) accept(w http.ResponseWriter, r *http.Request, a *exchange.Account) (*socket, error) {
	conn, err := ws.Accept(w, r, ws.AcceptOptions{AnyOrigin: true, ReadLimit: maxRequest})
	if err != nil {
		return nil, err
	}
	return &socket{
		f: f, user: a, conn: conn, queue: make(chan frame, socketQueue),
		drop: func() {}, lamps: map[string]bool{},
	}, nil
}
