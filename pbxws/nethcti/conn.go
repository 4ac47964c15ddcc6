package nethcti

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/connection"
	"github.com/patchcord/patchcord/internal/fault"
	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/internal/redact"
	"github.com/patchcord/patchcord/internal/socketio"
	"github.com/patchcord/patchcord/internal/ws"
	"github.com/patchcord/patchcord/pbxws"
)

// socket is what a link needs of socket.io.
type socket interface {
	Run(context.Context, chan<- socketio.News) error
	Emit(ctx context.Context, name string, args ...any) ([]byte, error)
	Leave(context.Context) error
	Drop() error
}

// conn is a pbxws.Conn over one socket. Its goroutines are the loop, the socket's Run, and three that visit
// the web side of the PBX; Close waits for them all.
type conn struct {
	*connection.Connection
	dialer *dialer
	web    *web
	sock   socket
	pass   token
	board  *board
	hide   *redact.Filter
	// gateway carries calls of our own, nil where there is none.
	gateway *gateway

	// news come from the socket, unbuffered: while the loop does not take them the socket is not read.
	// early are those that came before the loop.
	news  chan socketio.News
	early []socketio.News
	// broken tells once why the socket is no more.
	broken chan error
}

// newConn is a link on a socket that is not logged in yet; its socket runs.
func newConn(d *dialer, w *web, sock socket, t token, who me) *conn {
	c := &conn{
		Connection: connection.New(who.caps(), capFor),
		dialer:     d, web: w, sock: sock, pass: t, board: newBoard(who, d.hide), hide: d.hide,
		news: make(chan socketio.News), broken: make(chan error, 1),
	}
	c.board.obeys = !d.config.ignore
	go func() {
		var err error
		defer func() { c.broken <- err }()
		defer fault.Catch(func(e *fault.Error) {
			e.Log(d.config.logger(), "the websocket of the PBX")
			err = e
		})
		err = sock.Run(c.Context(), c.news)
	}()
	return c
}

// logIn logs the socket in, and ends it where that fails.
func (c *conn) logIn(ctx context.Context, fresh bool) error {
	err := c.tryLogIn(ctx, fresh)
	if err != nil {
		c.Cancel(connection.ErrEnded)
		_ = c.sock.Drop()
		<-c.broken
	}
	return err
}

func (c *conn) tryLogIn(ctx context.Context, fresh bool) error {
	d := c.dialer
	timeout := time.NewTimer(loginLimit)
	defer timeout.Stop()
	if _, err := c.sock.Emit(ctx, emitLogin, login{User: d.config.User, Token: c.pass.value, Agent: d.config.agentType}); err != nil {
		return c.web.noSocket(d.config, errors.Join(socketio.ErrCutShort, err))
	}
	for {
		select {
		case <-ctx.Done():
			return c.web.unreachable(pbxws.StepLink, ctx.Err())
		case err := <-c.broken:
			c.broken <- err
			return c.web.noSocket(d.config, errors.Join(socketio.ErrCutShort, err))
		case <-timeout.C: // as with a token that is nobody's
			return c.refused(ctx, fresh, c.web.unanswered(d.config))
		case n := <-c.news:
			switch n.Packet.Name {
			case eventAccepted:
				return nil
			case eventDenied:
				return c.refused(ctx, fresh, c.web.revoked(d.config))
			case eventTakeOver:
				_, _ = c.sock.Emit(ctx, emitGiveWay)
			default:
				c.early = append(c.early, n)
			}
		}
	}
}

// refused drops the token; one from before was only old.
func (c *conn) refused(ctx context.Context, fresh bool, why error) error {
	if !fresh {
		return errStale
	}
	c.dialer.forget(ctx)
	return why
}

// begin brings a link to life whose socket is logged in.
func (c *conn) begin() { go c.run() }

// run owns the link's goroutines from start to end.
func (c *conn) run() {
	defer c.Gone()
	defer c.web.close()
	var tasks sync.WaitGroup
	workCtx, stopWork := context.WithCancel(context.Background())
	l := newLoop(c)
	for _, task := range []func(){
		func() { l.questions.serve(workCtx) },
		func() { l.archives.serve(workCtx) },
		func() { l.orders.serve(workCtx) },
	} {
		tasks.Go(func() {
			defer fault.Catch(func(e *fault.Error) {
				e.Log(c.dialer.config.logger(), "the link to the PBX")
				c.Cancel(e)
			})
			task()
		})
	}
	err := l.survive(c.Context())
	if err == nil { // the phone leaves; a link that broke is followed by another, with the same calls
		_ = c.sock.Leave(context.Background())
		c.dialer.closeGateway()
	}
	c.End(err)
	c.dialer.config.logger().Debug("link to the PBX ended", "err", err)
	_ = c.sock.Drop()
	stopWork()
	c.Deliver(l.pending)
	tasks.Wait()
	<-c.broken
}

// brokenError says in our words why the socket is no more.
func brokenError(err error) error {
	e := &pbxws.LinkError{What: "the connection broke", Err: err}
	status, reason := ws.StatusOf(err)
	switch {
	case errors.Is(err, socketio.ErrDisconnected):
		e.What = "the PBX closed it"
	case errors.Is(err, socketio.ErrSilent):
		e.What = "nothing was heard from the PBX for too long, and it does not answer"
	case errors.Is(err, socketio.ErrNoRoom):
		e.What = "the PBX no longer accepts anything"
	case reach.Cut(err):
		e.What = "it dropped the connection without notice"
	case status != 0 && reason != "":
		e.What = "the PBX closed it, saying " + shortened(reason)
	case status != 0:
		e.What = "the PBX closed it"
	case errors.Is(err, ws.ErrTooBig), errors.Is(err, ws.ErrFrames):
		e.What = "the PBX sent something that makes no sense"
	}
	return e
}
