package appws

import (
	"context"
	"errors"

	"github.com/patchcord/patchcord/internal/ws"
)

// APIConn is one API on one connection at a service: the vendor's JsonApiConnection, or
// PbxApiConnection where PBX says so.
type APIConn struct {
	link    *link
	request Request
	box     *mailbox
	api     string
	id      Identity
	pbx     PbxInfo
}

// API is the name of the API, empty for the one that gets messages for no API.
func (c *APIConn) API() string { return c.api }

// Request is the request that the connection began with.
func (c *APIConn) Request() Request { return c.request }

// Identity is who logged in on the connection.
func (c *APIConn) Identity() Identity { return c.id }

// PBX is the PBX at the other end. It is set only where that introduced itself as one before this API
// began.
func (c *APIConn) PBX() (PbxInfo, bool) { return c.pbx, c.pbx.PBX != "" || c.pbx.APIs != nil }

// Recv waits for the next message of this API; calling it means that the message before is done
// with. After the end of the connection it gives what had come, then the reason of the end. An API
// that does not receive holds up all others of the connection.
func (c *APIConn) Recv(ctx context.Context) (Message, error) { return c.box.take(ctx) }

// SetFlowControl lets one message at a time wait here; meanwhile the connection is not read, for
// any of its APIs. Without it up to 64 messages or 1 MiB wait.
func (c *APIConn) SetFlowControl(on bool) { setFlowControl(c.box, on) }

// Send works like Conn.Send. It adds nothing: an answer needs the api and the src of its request,
// which Message.Result puts in.
func (c *APIConn) Send(ctx context.Context, v any) error { return c.link.sendValue(ctx, v) }

// SendText is as Conn.SendText.
func (c *APIConn) SendText(ctx context.Context, text string) error {
	return c.link.send(ctx, []byte(text))
}

// Do works like Conn.Do: here the service asks the peer.
func (c *APIConn) Do(ctx context.Context, request any) (Message, error) {
	return c.link.do(ctx, request)
}

// Subscribe is as Conn.Subscribe.
func (c *APIConn) Subscribe(ctx context.Context, request any) (*Subscription, error) {
	return c.link.subscribe(ctx, request)
}

// Ping is as Conn.Ping.
func (c *APIConn) Ping(ctx context.Context) error { return c.link.askPong(ctx) }

// Encrypt is as Conn.Encrypt.
func (c *APIConn) Encrypt(seed, data string) (string, error) { return c.link.encrypt(seed, data) }

// Decrypt is as Conn.Decrypt.
func (c *APIConn) Decrypt(seed, data string) (string, error) { return c.link.decrypt(seed, data) }

// Hash is as Conn.Hash.
func (c *APIConn) Hash(seed, data string) (string, error) { return c.link.hash(seed, data) }

// Done is closed when the connection has ended, as the vendor's onclose.
func (c *APIConn) Done() <-chan struct{} { return c.link.ended }

// Err is why the connection ended, nil while it is up.
func (c *APIConn) Err() error { return c.link.over() }

// ErrCloseCode refuses a code that no close frame may have (RFC 6455 §7.4).
var ErrCloseCode = errors.New("a connection is closed with 1000, 1001, 1003, 1007 to 1011, or 3000 to 4999")

// Close ends the whole connection with a code and a reason of at most 120 bytes, which the peer gets.
// All its APIs end. It does not wait for their handlers, so a handler may call it.
func (c *APIConn) Close(code int, reason string) error {
	switch {
	case code == 1000, code == 1001, code == 1003, code >= 1007 && code <= 1011, code >= 3000 && code <= 4999:
		c.link.close(ws.Status(code), shortened(reason))
		return nil
	}
	return ErrCloseCode
}
