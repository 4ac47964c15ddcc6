package socketio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/patchcord/patchcord/internal/ws"
)

// Options of Dial.
type Options struct {
	// EIO3 speaks with a server of socket.io 1 or 2.
	EIO3 bool
	// Transport makes the websocket.
	Transport *http.Transport
}

// Dial opens a socket. The address is that of the server's socket.io, with its path, which ends in a
// slash, and without a query. An answer of another kind than 101 is a *ws.UpgradeError.
func Dial(ctx context.Context, address string, o Options) (*Conn, error) {
	sock, err := ws.Dial(ctx, address+"?EIO="+engineName(o.EIO3)+"&transport=websocket", ws.Options{
		Transport: o.Transport, ReadLimit: readLimit, AnyBytes: true, SkipBinary: true,
	})
	if err != nil {
		return nil, err
	}
	c := &Conn{ws: sock, eio3: o.EIO3}
	if err := c.greet(ctx); err != nil {
		_ = sock.CloseNow()
		return nil, err
	}
	return c, nil
}

// greet waits for the opening of a server and connects to its one namespace.
func (c *Conn) greet(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	p, err := c.await(limited, Open)
	if err == nil {
		var h handshake
		if err := json.Unmarshal(p.Data, &h); err != nil {
			return fmt.Errorf("%w: its opening cannot be read", errMisbehaved)
		}
		c.interval = intervalOf(h)
		if !c.eio3 { // a server of EIO 3 connects by itself
			_, err = c.write(limited, Packet{Kind: Connect})
		}
	}
	if err == nil {
		_, err = c.await(limited, Connect)
	}
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		return ErrNoOpening
	}
	if err != nil {
		return errors.Join(ErrCutShort, err)
	}
	return nil
}

// await reads packets up to one of a kind.
func (c *Conn) await(ctx context.Context, want Kind) (Packet, error) {
	for {
		frame, err := c.ws.Read(ctx)
		if err != nil {
			return Packet{}, err
		}
		p, err := Parse(frame)
		switch {
		case err != nil:
			return Packet{}, errMisbehaved
		case p.Kind == want:
			return p, nil
		case p.Kind == Refused, p.Kind == Close, p.Kind == Disconnect:
			return Packet{}, ErrDisconnected
		case want == Open: // nothing comes before it
			return Packet{}, errMisbehaved
		}
	}
}
