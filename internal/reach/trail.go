package reach

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync/atomic"
)

// Trail records how far a request came.
type Trail struct{ connected, secured, greeting atomic.Bool }

// Follow records how far a request with the returned context comes.
func Follow(ctx context.Context) (context.Context, *Trail) {
	t := &Trail{}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				t.connected.Store(true)
			}
		},
		GotConn:           func(httptrace.GotConnInfo) { t.connected.Store(true) },
		TLSHandshakeStart: func() { t.connected.Store(true); t.greeting.Store(true) },
		TLSHandshakeDone:  func(_ tls.ConnectionState, err error) { t.secured.Store(err == nil) },
	}), t
}

// Mark wraps the request's error so that Explain knows how far the request came. Nil stays nil.
func (t *Trail) Mark(err error) error {
	switch {
	case err == nil:
		return nil
	case t.greeting.Load() && !t.secured.Load():
		return greetingError{err}
	case t.connected.Load():
		return connectedError{err}
	}
	return err
}

// greetingError is an error of the TLS handshake, connectedError one after the connection was
// ready.
type (
	greetingError  struct{ error }
	connectedError struct{ error }
)

func (e greetingError) Unwrap() error  { return e.error }
func (e connectedError) Unwrap() error { return e.error }
