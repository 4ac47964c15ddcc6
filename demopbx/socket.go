package demopbx

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

const (
	// maxSockets and maxSocketsOfUser bound what clients can make us hold.
	maxSockets       = 256
	maxSocketsOfUser = 16
	// socketQueue is how many frames wait for a client that does not read; a full queue ends
	// the socket.
	socketQueue = 1024
	// writePatience is how long one frame may take.
	writePatience = 10 * time.Second
	// maxRequest bounds a client's frame; the largest is an SDP.
	maxRequest = 256 << 10
)

// socket is one client's websocket. Everything but conn and the channel's far end belongs to
// the loop.
type socket struct {
	user  *account
	conn  *ws.Conn
	queue chan frame // closed when the socket is to end with a goodbye
	drop  context.CancelFunc
	gone  bool

	registered bool
	phone      bool   // it was registered at some time
	agent      string // what the client calls itself
	expires    *alarm
	idle       *alarm
	old        *alarm // Faults.DropAfter

	own, domain bool            // subscriptions to call states
	orbits      bool            //
	lamps       map[string]bool // subscription to lamps
	flush       *alarm          // a call state is due then
	flushed     time.Time
	// full says that the client does not read and is about to be dropped.
	full bool
}

// frame is a message on its way to a client, not to leave before at.
type frame struct {
	at   time.Time
	data []byte
}

var errTooMany = errors.New("too many sockets")

// open takes a new socket in.
func (p *pbx) open(sock *socket) error {
	mine := 0
	for s := range p.sockets {
		if s.user == sock.user {
			mine++
		}
	}
	if p.closing || len(p.sockets) >= maxSockets || mine >= maxSocketsOfUser {
		return errTooMany
	}
	p.staff(sock.user)
	p.note(Entry{Kind: SocketOpened, User: sock.user.number})
	p.sockets[sock] = true
	if !p.o.Faults.NoDirectory {
		p.send(sock, p.domainState(sock.user))
	}
	p.touch(sock)
	if age := p.o.Faults.DropAfter; age > 0 {
		sock.old = p.agenda.in(age, func() { p.gone(sock, "dropped on purpose") })
	}
	p.adopt(sock)
	return nil
}

// staff gives the account to a client: what the crowd did with it ends.
func (p *pbx) staff(a *account) {
	if a.staffed {
		return
	}
	p.crowd.release(a)
	a.staffed = true
	a.dnd = false
	a.registered = false
	p.accountChanged(a)
}

// serveSocket reads the client's frames until the socket ends; a second goroutine writes.
func (p *pbx) serveSocket(ctx context.Context, sock *socket) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	sock.drop = cancel
	err := errTooMany
	p.ask(func() { err = p.open(sock) })
	if err != nil {
		_ = sock.conn.Close(ws.StatusPolicy, err.Error())
		return
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		sock.write(ctx)
	}()
	for {
		data, err := sock.conn.Read(ctx)
		if err != nil {
			p.ask(func() { p.gone(sock, "the client left") })
			break
		}
		req, err := wire.DecodeRequest(data)
		p.ask(func() { p.request(sock, req, err) })
	}
	<-written
}

// write sends what is queued. A closed queue ends with a goodbye, an ended context without.
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
	ctx, cancel := context.WithTimeout(ctx, writePatience)
	defer cancel()
	return s.conn.Write(ctx, f.data)
}

// send queues a message for the client.
func (p *pbx) send(sock *socket, m wire.Message) {
	if sock == nil || sock.gone {
		return
	}
	data, err := wire.EncodeMessage(m)
	if err != nil {
		p.o.Log.Error("the practice PBX could not say something", "err", err)
		return
	}
	p.sendFrame(sock, data)
}

// sendFrame queues a frame. A client that does not read loses its socket, but not before
// whatever the loop is in the middle of is done.
func (p *pbx) sendFrame(sock *socket, data []byte) {
	if sock.gone || sock.full || p.o.Faults.Silent {
		return
	}
	f := frame{data: data}
	if d := p.o.Faults.Delay + upTo(p.o.Faults.Jitter); d > 0 {
		f.at = time.Now().Add(d)
	}
	select {
	case sock.queue <- f:
	default:
		sock.full = true
		p.agenda.in(0, func() { p.gone(sock, "the client does not read") })
	}
}

// upTo is a random time; unlike the life of the crowd it does not repeat.
func upTo(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d)
}

// tell sends a message to every client of the user.
func (p *pbx) tell(a *account, m wire.Message) {
	for sock := range p.sockets {
		if sock.user == a {
			p.send(sock, m)
		}
	}
}

// gone takes a socket out and breaks it if it still lives.
func (p *pbx) gone(sock *socket, why string) {
	if sock.gone {
		return
	}
	sock.gone = true
	delete(p.sockets, sock)
	for _, al := range []*alarm{sock.expires, sock.idle, sock.flush, sock.old} {
		p.agenda.drop(al)
	}
	sock.drop()
	p.note(Entry{Kind: SocketClosed, User: sock.user.number, Text: why})
	p.orphan(sock)
	p.countPhones(sock.user)
}

// countPhones sets whether the user can be called.
func (p *pbx) countPhones(a *account) {
	has := len(p.phonesOf(a)) > 0 || p.deskAlone(a)
	if a.staffed && a.registered != has {
		a.registered = has
		p.accountChanged(a)
	}
}

// phonesOf are the sockets that want the user's calls.
func (p *pbx) phonesOf(a *account) []*socket {
	var phones []*socket
	for sock := range p.sockets {
		if sock.user == a && sock.registered {
			phones = append(phones, sock)
		}
	}
	return phones
}

// touch notes that the client said something.
func (p *pbx) touch(sock *socket) {
	if limit := p.o.Faults.IdleClose; limit > 0 {
		p.agenda.drop(sock.idle)
		sock.idle = p.agenda.in(limit, func() { p.gone(sock, "idle for too long") })
	}
}

// accept upgrades a request; on error the response has been written.
func (p *pbx) accept(w http.ResponseWriter, r *http.Request, a *account) (*socket, error) {
	conn, err := ws.Accept(w, r, ws.AcceptOptions{AnyOrigin: true, ReadLimit: maxRequest})
	if err != nil {
		return nil, err
	}
	return &socket{
		user: a, conn: conn, queue: make(chan frame, socketQueue),
		drop: func() {}, lamps: map[string]bool{},
	}, nil
}
