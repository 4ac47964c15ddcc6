package reach

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
)

// Options of Transport.
type Options struct {
	// TLS is nil for the system's trust.
	TLS *tls.Config
	// DialContext opens the TCP connection, nil for net.Dialer.
	DialContext DialFunc
	// To is the server; without it no proxy is used. Proxy is a setting of CheckProxy, empty for the
	// proxy of the environment.
	To    *url.URL
	Proxy string
	// Socket says that a websocket will be opened, which uses a tunnel of a proxy also without TLS
	// (RFC 6455 §4.1).
	Socket bool
}

// Transport is the only place where connections to servers are configured. It speaks HTTP/1.1 only,
// which a websocket upgrade needs.
func Transport(o Options) *http.Transport {
	dial := o.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	t := &http.Transport{DialContext: dial, TLSClientConfig: marked(o.TLS)}
	if o.To == nil {
		return t
	}
	via, err := proxyTo(o.To, o.Proxy)
	switch {
	case err != nil:
		t.DialContext = func(_ context.Context, _, addr string) (net.Conn, error) {
			return nil, &ProxyError{Target: addr, Err: err}
		}
	case via == nil:
	case o.To.Scheme == "http" && via.Scheme == "http" && !o.Socket: // without TLS many proxies forbid tunnels
		t.Proxy = http.ProxyURL(via)
		t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			if err != nil {
				return nil, &ProxyError{Proxy: via.Host, Target: o.To.Host, Err: err}
			}
			return conn, nil
		}
	default:
		t.DialContext = tunnel(via, dial)
	}
	return t
}

// Client uses the transport and follows no redirect, because a sign-in is for one server only.
func Client(t *http.Transport) *http.Client {
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// untrustedError says that a check of ours did not trust a server, such as that of a pinned key.
// Its text is ours and may be shown.
type untrustedError struct{ error }

func (e untrustedError) Unwrap() error { return e.error }

// marked wraps the errors of a configuration's own check in untrustedError.
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
