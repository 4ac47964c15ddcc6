package vodia

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/patchcord/patchcord/internal/connection"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

// socket is the websocket as the link uses it: one reader, one writer, one pinger.
type socket struct {
	read  func(context.Context) ([]byte, error)
	write func(context.Context, []byte) error
	ping  func(context.Context) error
	// close sends a close frame or, if polite is false, just drops the connection.
	close func(polite bool)
}

func socketOf(sock *ws.Conn) socket {
	return socket{
		read: sock.Read, write: sock.Write, ping: sock.Ping,
		close: func(polite bool) {
			if polite {
				_ = sock.Close(ws.StatusNormal, "")
				return
			}
			_ = sock.CloseNow()
		},
	}
}

// conn is a pbxws.Conn over one websocket. Its goroutines are the loop, the reader, the pinger
// and two that make REST requests; Close waits for them all.
type conn struct{ *connection.Connection }

// link holds what a new conn needs.
type link struct {
	socket     socket
	translator *translator
	caps       pbxws.Caps
	blf        []string
	agent      string
	// do makes a REST request.
	do func(context.Context, call) (reply, error)
	// earlier are the calls of the link before this one; leave passes on those of this one.
	earlier []*leg
	leave   func([]*leg)
	// release frees what the link holds beside its socket.
	release func()
	log     *slog.Logger
}

// start starts a link on an open socket.
func start(k link) *conn {
	c := &conn{connection.New(k.caps, capFor)}
	go c.run(k)
	return c
}

// run owns the link's goroutines from start to end.
func (c *conn) run(k link) {
	defer c.Gone()
	defer k.release()
	inbox := make(chan inbound)
	pings, pongs := make(chan struct{}, 1), make(chan struct{}, 1)
	orders, queries := make(chan restRequest, restQueue), make(chan restRequest, restQueue)
	results := make(chan restResult)

	var tasks sync.WaitGroup
	ioCtx, stopIO := context.WithCancel(context.Background())
	for _, task := range []func(){
		func() { receiveFrames(ioCtx, k.socket, inbox, c.Over()) },
		func() { answerPings(ioCtx, k.socket, pings, pongs) },
		func() { runREST(ioCtx, k.do, orders, results) },
		func() { runREST(ioCtx, k.do, queries, results) },
	} {
		tasks.Go(func() {
			defer fault.Catch(func(e *fault.Error) {
				e.Log(k.log, "the link to the PBX")
				c.Cancel(e)
			})
			task()
		})
	}

	register := wire.Register{UserAgent: k.agent}
	l := &loop{
		translator: k.translator, socket: k.socket, inbox: inbox, commands: c.Commands(), events: c.News(), closing: c.Closing(),
		pings: pings, pongs: pongs, orders: orders, queries: queries, results: results, earlier: k.earlier,
		greeting: greeting(k.blf, register), register: register,
	}
	err := l.survive(c.Context(), k.log)
	k.leave(k.translator.legs.live)
	c.End(err)
	k.log.Debug("link to the PBX ended", "err", err)
	k.socket.close(err == nil)
	stopIO()
	c.Deliver(l.pending)
	tasks.Wait()
}

// survive runs the loop; a panic of ours ends only the link.
func (l *loop) survive(ctx context.Context, log *slog.Logger) (err error) {
	defer fault.Catch(func(e *fault.Error) {
		e.Log(log, "the link to the PBX")
		err = e
	})
	return l.run(ctx)
}

// greeting is what a new link sends first, in the order of Vodia's own client.
func greeting(blf []string, register wire.Register) []wire.Request {
	return []wire.Request{
		wire.AvoidDisconnect{}, wire.OwnCalls{Subscribe: true}, wire.OrbitCalls{Subscribe: true}, wire.SubscribeBLF{Add: blf}, wire.GetRingtones{}, wire.DomainCalls{Subscribe: true}, register,
	}
}

// receiveFrames reads the socket until it fails or the link is over.
func receiveFrames(ctx context.Context, w socket, inbox chan<- inbound, over <-chan struct{}) {
	for {
		frame, err := w.read(ctx)
		if err != nil {
			err = readError(err)
		}
		select {
		case inbox <- inbound{frame, err}:
		case <-over:
			return
		}
		if err != nil {
			return
		}
	}
}

var errDropped = &pbxws.LinkError{What: "it dropped the connection without notice"}

// readError says in our words why there is no next frame.
func readError(err error) error {
	e := &pbxws.LinkError{What: "the connection broke", Err: err}
	status, reason := ws.StatusOf(err)
	switch {
	case reach.Cut(err):
		return errDropped
	case status == ws.StatusNormal, status == ws.StatusAway:
		e.What = fmt.Sprintf("the PBX closed it (code %d)", status)
	case status != 0:
		e.What = fmt.Sprintf("the PBX closed it with code %d", status)
	case errors.Is(err, ws.ErrNotText), errors.Is(err, ws.ErrTooBig), errors.Is(err, ws.ErrFrames):
		e.What = "the PBX sent something that makes no sense"
	}
	if reason != "" {
		e.What += fmt.Sprintf(", saying %q", reason)
	}
	return e
}

// answerPings sends a ping for each request and reports its pong. It does not report a ping that
// fails: the reader knows better why the socket broke.
func answerPings(ctx context.Context, w socket, pings <-chan struct{}, pongs chan<- struct{}) {
	for {
		select {
		case <-pings:
		case <-ctx.Done():
			return
		}
		if w.ping(ctx) != nil {
			return
		}
		pongs <- struct{}{} // has room for the one
	}
}
