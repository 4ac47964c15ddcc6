package reach

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// proxyPorts are the ports for addresses without one.
var proxyPorts = map[string]string{"http": "3128", "https": "443", "socks5": "1080", "socks5h": "1080"}

var errProxyAddress = errors.New("the address of the proxy is not valid")

// ProxyAddress checks the address of a proxy, "http://name:password@proxy.example.com:3128", and completes
// its port. The scheme is http, https, socks5 or socks5h; the last two mean the same: the proxy resolves
// names. The error does not repeat the address.
func ProxyAddress(u *url.URL) (*url.URL, error) {
	if u.Hostname() == "" || proxyPorts[u.Scheme] == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, errProxyAddress
	}
	if u.Port() != "" {
		return u, nil
	}
	complete := *u
	complete.Host = net.JoinHostPort(u.Hostname(), proxyPorts[u.Scheme])
	return &complete, nil
}

// DialFunc opens a connection.
type DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error)

// ProxyError says that a proxy failed. It holds no password.
type ProxyError struct {
	// Proxy and Target are host:port; Proxy is empty if the setting was no address.
	Proxy, Target string
	// Status is the proxy's answer, 0 for none; Signed says that it got a name and a password.
	Status int
	Signed bool
	Err    error
}

func (e *ProxyError) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("the proxy %s answered %d", e.Proxy, e.Status)
	}
	return "proxy " + e.Proxy + ": " + e.Err.Error()
}

func (e *ProxyError) Unwrap() error { return e.Err }

// maxGreeting is how long the answer of a proxy to CONNECT may be, in bytes.
const maxGreeting = 64 << 10

// Tunnel is a DialFunc through an HTTP proxy, whose address ProxyAddress gave. The proxy resolves names.
func Tunnel(via *url.URL, dial DialFunc) DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, status, err := connect(ctx, via, dial, addr)
		if err != nil {
			return nil, &ProxyError{Proxy: via.Host, Target: addr, Status: status, Signed: via.User != nil, Err: err}
		}
		return conn, nil
	}
}

// connect asks an HTTP proxy for a tunnel (RFC 9110 §9.3.6). status is its answer if it refuses.
func connect(ctx context.Context, via *url.URL, dial DialFunc, addr string) (_ net.Conn, status int, err error) {
	conn, err := dial(ctx, "tcp", via.Host)
	if err != nil {
		return nil, 0, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer func() {
		if !stop() && err == nil {
			err = ctx.Err()
		}
		if err != nil {
			_ = conn.Close()
			if ctx.Err() != nil {
				err = ctx.Err()
			}
		}
	}()
	if via.Scheme == "https" {
		secure := tls.Client(conn, &tls.Config{ServerName: via.Hostname()})
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, 0, err
		}
		conn = secure
	}
	status, err = sendConnect(conn, via, addr)
	return conn, status, err
}

// sendConnect sends CONNECT and reads the answer.
func sendConnect(conn net.Conn, via *url.URL, addr string) (status int, err error) {
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr, Header: http.Header{}}
	if via.User != nil {
		password, _ := via.User.Password()
		pair := base64.StdEncoding.EncodeToString([]byte(via.User.Username() + ":" + password))
		req.Header.Set("Proxy-Authorization", "Basic "+pair)
	}
	if err := req.Write(conn); err != nil {
		return 0, err
	}
	in := bufio.NewReader(io.LimitReader(conn, maxGreeting))
	resp, err := http.ReadResponse(in, req)
	switch {
	case err != nil:
		return 0, err
	case resp.StatusCode/100 != 2:
		return resp.StatusCode, errors.New("no tunnel")
	case in.Buffered() > 0:
		return 0, errors.New("the proxy speaks before its turn")
	}
	return 0, nil
}
