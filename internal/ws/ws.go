// Package ws is the only user of the websocket library: dialling, accepting, size limits, text
// checks and close codes. The library's author names github.com/coder/websocket as its successor;
// the switch is one import line in this file.
//
// A Conn may be used by one reader and any number of writers at a time. As in the library, an
// expired context of Read or Write closes the connection: do not poll with timeouts.
package ws

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"nhooyr.io/websocket" //nolint:staticcheck // SA1019: the package was named by the person this is built for
)

// defaultReadLimit bounds a message in bytes; a directory of 50,000 accounts fits.
const defaultReadLimit = 16 << 20

// closeTimeout is how long Close waits for the peer's close frame. The library itself would wait 5
// s for a silent peer.
const closeTimeout = time.Second

// Status is a close code (RFC 6455 §7.4).
type Status int

// Close codes in use.
const (
	StatusNormal      Status = 1000
	StatusAway        Status = 1001
	StatusProtocol    Status = 1002
	StatusUnsupported Status = 1003
	StatusInvalid     Status = 1007
	StatusPolicy      Status = 1008
	StatusTooBig      Status = 1009
	StatusInternal    Status = 1011
)

// Errors of Read for a message that is not allowed; the connection is closed then.
var (
	// ErrNotText is for a binary message or one that is not UTF-8; ErrBinary and ErrNotUTF8 wrap it
	// and say which.
	ErrNotText = errors.New("the peer sent a message that is not text")
	ErrBinary  = fmt.Errorf("%w but binary", ErrNotText)
	ErrNotUTF8 = fmt.Errorf("%w but broken UTF-8", ErrNotText)
	// ErrTooBig is for a message above the read limit.
	ErrTooBig = errors.New("the peer sent a message above the size limit")
	// ErrFrames is for frames that no message may consist of (RFC 6455 §5).
	ErrFrames = errors.New("the peer broke the rules of websocket frames")
)

// Options of Dial.
type Options struct {
	// Header goes with the upgrade request.
	Header http.Header
	// Transport opens the connection, nil for a plain one. It must speak HTTP/1.1 and have a
	// DialContext; it is not changed.
	Transport *http.Transport
	// Subprotocols are offered in this order.
	Subprotocols []string
	// ReadLimit in bytes, 0 for defaultReadLimit.
	ReadLimit int64
	// AnyBytes returns invalid UTF-8 unchanged, instead of closing the connection.
	AnyBytes bool
	// SkipBinary passes over binary messages instead of closing the connection.
	SkipBinary bool
	// SkipBig passes over messages above the read limit instead of closing the connection: Read
	// returns a *BigError and can be called again.
	SkipBig bool
}

// BigError tells of a message that was passed over because it is above the read limit.
type BigError struct {
	// Head is how it begins, Size all of it in bytes, Limit the read limit.
	Head        []byte
	Size, Limit int64
}

func (e *BigError) Error() string {
	return fmt.Sprintf("a message of %d bytes is above the limit of %d", e.Size, e.Limit)
}

// headOfBig is how many bytes of a message above the limit are kept.
const headOfBig = 1 << 10

// Conn is one websocket connection.
type Conn struct {
	c     *websocket.Conn
	limit int64 // bytes of a message
	// anyBytes, skipBinary and skipBig are those of Options.
	anyBytes, skipBinary, skipBig bool
	// tcp is the connection below. The library's CloseNow does nothing while its Close waits, so only
	// closing tcp ends a connection with a silent peer.
	tcp net.Conn
	// short belongs to the reader.
	short [512]byte
}

// UpgradeError says that a server answered the upgrade with another status than 101.
type UpgradeError struct {
	Status int
	Header http.Header
	Err    error
}

func (e *UpgradeError) Error() string {
	return fmt.Sprintf("the server answered %d instead of switching to websocket", e.Status)
}

func (e *UpgradeError) Unwrap() error { return e.Err }

// Dial opens a websocket. The URL's scheme is ws, wss, http or https. A redirect is returned as an
// *UpgradeError, not followed. After Dial has returned ctx has no effect.
func Dial(ctx context.Context, url string, o Options) (*Conn, error) {
	transport := &http.Transport{DialContext: new(net.Dialer).DialContext}
	if o.Transport != nil {
		transport = o.Transport.Clone()
	}
	var tcp net.Conn
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		tcp = conn
		return conn, err
	}
	transport.DisableKeepAlives = true
	client := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	c, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		HTTPClient:   client,
		HTTPHeader:   o.Header,
		Subprotocols: o.Subprotocols,
	})
	if err != nil {
		if resp != nil && resp.StatusCode != http.StatusSwitchingProtocols {
			return nil, &UpgradeError{Status: resp.StatusCode, Header: resp.Header, Err: err}
		}
		return nil, err
	}
	conn := wrap(c, tcp, o.ReadLimit)
	conn.anyBytes, conn.skipBinary, conn.skipBig = o.AnyBytes, o.SkipBinary, o.SkipBig
	return conn, nil
}

// AcceptOptions of Accept.
type AcceptOptions struct {
	Subprotocols []string
	// AnyOrigin accepts browsers from pages of other hosts.
	AnyOrigin bool
	ReadLimit int64
}

// Accept upgrades a server's request. On error the response has been written.
func Accept(w http.ResponseWriter, r *http.Request, o AcceptOptions) (*Conn, error) {
	h := &hijacker{ResponseWriter: w}
	c, err := websocket.Accept(h, r, &websocket.AcceptOptions{
		Subprotocols:       o.Subprotocols,
		InsecureSkipVerify: o.AnyOrigin,
	})
	if err != nil {
		return nil, err
	}
	return wrap(c, h.tcp, o.ReadLimit), nil
}

// hijacker keeps the connection that the library takes from the server.
type hijacker struct {
	http.ResponseWriter
	tcp net.Conn
}

// Hijack is http.Hijacker's.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	h.tcp = conn
	return conn, rw, err
}

func wrap(c *websocket.Conn, tcp net.Conn, limit int64) *Conn {
	if limit == 0 {
		limit = defaultReadLimit
	}
	c.SetReadLimit(-1) // Read enforces the limit itself: the library has no error for it
	return &Conn{c: c, tcp: tcp, limit: limit}
}

// Subprotocol is the one agreed on, empty for none.
func (c *Conn) Subprotocol() string { return c.c.Subprotocol() }

// Read waits for one whole text message.
func (c *Conn) Read(ctx context.Context) ([]byte, error) {
	kind, data, err := c.message(ctx)
	for err == nil && kind == websocket.MessageBinary && c.skipBinary {
		kind, data, err = c.message(ctx)
	}
	switch {
	case err != nil:
		return nil, err
	case kind != websocket.MessageText:
		_ = c.Close(StatusUnsupported, "text only")
		return nil, ErrBinary
	case !c.anyBytes && !utf8.Valid(data): // the library does not check RFC 6455 §8.1
		_ = c.Close(StatusInvalid, "not UTF-8")
		return nil, ErrNotUTF8
	}
	return data, nil
}

// message reads the next message within the limit. One that is binary and not passed over is not read.
func (c *Conn) message(ctx context.Context) (websocket.MessageType, []byte, error) {
	kind, r, err := c.c.Reader(ctx)
	if err != nil {
		return 0, nil, framing(err)
	}
	if kind == websocket.MessageBinary && !c.skipBinary {
		return kind, nil, nil
	}
	data, err := c.readUpTo(r, c.limit+1)
	switch {
	case err != nil:
		return 0, nil, framing(err)
	case int64(len(data)) > c.limit && c.skipBig:
		return c.passOver(data, r)
	case int64(len(data)) > c.limit:
		_ = c.Close(StatusTooBig, "the message is too big")
		return 0, nil, ErrTooBig
	}
	return kind, data, nil
}

// readUpTo reads a message to its end, or its first limit bytes. A short one is read into c.short, so that its
// copy is its only allocation and no larger than it is.
func (c *Conn) readUpTo(r io.Reader, limit int64) ([]byte, error) {
	n, err := io.ReadFull(r, c.short[:min(limit, int64(len(c.short)))])
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		return bytes.Clone(c.short[:n]), nil
	case err != nil:
		return nil, err
	}
	return io.ReadAll(io.LimitReader(io.MultiReader(bytes.NewReader(c.short[:n]), r), limit))
}

// passOver reads the rest of a message above the limit and keeps its beginning.
func (c *Conn) passOver(data []byte, r io.Reader) (websocket.MessageType, []byte, error) {
	rest, err := io.Copy(io.Discard, r)
	if err != nil {
		return 0, nil, framing(err)
	}
	head := bytes.Clone(data[:min(len(data), headOfBig)])
	return 0, nil, &BigError{Head: head, Size: int64(len(data)) + rest, Limit: c.limit}
}

// framing wraps the errors of bad frames in ErrFrames. The library has sent a close frame by then.
// It has no error type for them, but all of them begin with the same word.
func framing(err error) error {
	root := err
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		root = inner
	}
	if status, _ := StatusOf(err); status != 0 || !strings.HasPrefix(root.Error(), "received ") {
		return err
	}
	return fmt.Errorf("%w: %w", ErrFrames, root)
}

// Write sends one text message. When ctx expires the connection is dead.
func (c *Conn) Write(ctx context.Context, data []byte) error {
	return c.c.Write(ctx, websocket.MessageText, data)
}

// WriteFragments sends one text message in frames of at most size bytes (RFC 6455 §5.4).
func (c *Conn) WriteFragments(ctx context.Context, data []byte, size int) error {
	w, err := c.c.Writer(ctx, websocket.MessageText)
	if err != nil {
		return err
	}
	for len(data) > 0 {
		n := min(size, len(data))
		if _, err := w.Write(data[:n]); err != nil {
			return err
		}
		data = data[n:]
	}
	return w.Close()
}

// Ping sends a ping and waits for its pong. It needs a Read in progress elsewhere.
func (c *Conn) Ping(ctx context.Context) error { return c.c.Ping(ctx) }

// Close sends a close frame with a status and waits a moment for that of the peer.
func (c *Conn) Close(status Status, reason string) error {
	done := make(chan error, 1)
	go func() { done <- c.c.Close(websocket.StatusCode(status), reason) }()
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		_ = c.tcp.Close()
		return <-done
	}
}

// CloseNow drops the connection without a close frame.
func (c *Conn) CloseNow() error { return c.c.CloseNow() }

// StatusOf is the close code in err and the peer's reason; 0 if the connection just broke.
func StatusOf(err error) (Status, string) {
	var ce websocket.CloseError
	if errors.As(err, &ce) {
		return Status(ce.Code), ce.Reason
	}
	return 0, ""
}
