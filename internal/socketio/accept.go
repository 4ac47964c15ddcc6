package socketio

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"net/http"
	"time"

	"github.com/patchcord/patchcord/internal/ws"
)

// AcceptOptions of Accept.
type AcceptOptions struct {
	// EIO3 makes it a server of socket.io 2.
	EIO3 bool
	// Interval is the time between two pings of the engine, 0 for the usual 25 s.
	Interval time.Duration
}

// connectLimit is how long a client may take to connect to the namespace.
const connectLimit = 45 * time.Second

// Accept makes a socket of a client's request. On an error the client has its answer, or is gone: one
// that speaks another engine's protocol hears nothing after the upgrade, as it does of the original.
func Accept(w http.ResponseWriter, r *http.Request, o AcceptOptions) (*Conn, error) {
	query := r.URL.Query()
	if query.Get("transport") != "websocket" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"code":0,"message":"Transport unknown"}`)
		return nil, errMisbehaved
	}
	sock, err := ws.Accept(w, r, ws.AcceptOptions{AnyOrigin: true, ReadLimit: readLimit})
	if err != nil {
		return nil, err
	}
	c := &Conn{ws: sock, eio3: o.EIO3, serves: true, interval: o.Interval}
	if c.interval == 0 {
		c.interval = usualInterval
	}
	if eio := query.Get("EIO"); eio != "" && eio != engineName(o.EIO3) {
		for err = nil; err == nil; _, err = sock.Read(r.Context()) {
		}
	} else {
		err = c.welcome(r.Context())
	}
	if err != nil {
		_ = sock.CloseNow()
		return nil, err
	}
	return c, nil
}

// welcome opens the engine's side and waits for the client's.
func (c *Conn) welcome(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	h := handshake{SID: newID(), Upgrades: []string{}, PingInterval: c.interval.Milliseconds(), PingTimeout: longTimeout.Milliseconds()}
	data, err := marshal(h)
	if err != nil {
		return err
	}
	if _, err := c.write(ctx, Packet{Kind: Open, Data: data}); err != nil {
		return err
	}
	if c.eio3 {
		_, err = c.write(ctx, Packet{Kind: Connect})
		return err
	}
	for connected := false; !connected; {
		frame, err := c.ws.Read(ctx)
		if err != nil {
			return err
		}
		p, err := Parse(frame)
		if err != nil || p.Kind == Ping {
			return errMisbehaved
		}
		connected = p.Kind == Connect
	}
	data, err = marshal(map[string]string{"sid": newID()})
	if err != nil {
		return err
	}
	_, err = c.write(ctx, Packet{Kind: Connect, Data: data})
	return err
}

// newID is a name for a connection in the form of the original.
func newID() string {
	var b [15]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
