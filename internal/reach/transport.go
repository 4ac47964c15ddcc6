package reach

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
)

// Options of Transport.
type Options struct {
	// TLS is nil for the system's trust.
	TLS *tls.Config
	// DialContext opens the TCP connection, nil for net.Dialer.
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Transport is the one place where connections to servers are configured. It speaks HTTP/1.1 only,
// because a websocket upgrade needs it.
func Transport(o Options) *http.Transport {
	dial := o.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return &http.Transport{DialContext: dial, TLSClientConfig: marked(o.TLS)}
}

// Client uses the transport and follows no redirect: a sign-in belongs to the server that it was
// made for.
func Client(t *http.Transport) *http.Client {
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// untrustedError is a server that a check of ours did not trust, such as a pinned key. Its text is
// ours and may be shown.
type untrustedError struct{ error }

func (e untrustedError) Unwrap() error { return e.error }

// marked makes the errors of a configuration's own check recognizable.
func marked(config *tls.Config) *tls.Config {
	if config == nil || config.VerifyConnection == nil {
		return config.Clone()
	}
	config = config.Clone()
	check := config.VerifyConnection
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if err := check(state); err != nil {
			return untrustedError{err}
		}
		return nil
	}
	return config
}
