package reach

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Options of Transport.
type Options struct {
	// TLS is nil for the system's trust.
	TLS *tls.Config
	// DialContext opens the TCP connection, nil for net.Dialer.
	DialContext DialFunc
	// To is the server, Proxy chooses the proxy to it, as that of http.Transport does. Without one of them
	// no proxy is used. A proxy in front of a websocket is chosen like one for web pages.
	To    *url.URL
	Proxy func(*http.Request) (*url.URL, error)
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
	if o.To == nil || o.Proxy == nil {
		return t
	}
	via, err := o.proxy()
	switch {
	case err != nil:
		t.DialContext = func(_ context.Context, _, addr string) (net.Conn, error) {
			return nil, &ProxyError{Target: addr, Err: err}
		}
	case via == nil:
	// net/http speaks SOCKS; without TLS many HTTP proxies forbid tunnels.
	case strings.HasPrefix(via.Scheme, "socks5"), o.To.Scheme == "http" && via.Scheme == "http" && !o.Socket:
		t.Proxy = http.ProxyURL(via)
		t.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := dial(ctx, network, addr)
			if err != nil {
				return nil, &ProxyError{Proxy: via.Host, Target: o.To.Host, Err: err}
			}
			return conn, nil
		}
	default:
		t.DialContext = Tunnel(via, dial)
	}
	return t
}

// proxy is the address of the proxy, nil for none.
func (o Options) proxy() (*url.URL, error) {
	page := *o.To
	page.Scheme = strings.Replace(page.Scheme, "ws", "http", 1)
	via, err := o.Proxy(&http.Request{URL: &page})
	if err != nil || via == nil {
		return nil, err
	}
	return ProxyAddress(via)
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
