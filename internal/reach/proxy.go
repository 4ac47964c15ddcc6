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
	"os"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/proxy"
)

// noProxy is the setting for no proxy, whatever the environment says.
const noProxy = "none"

// proxyPorts are the ports for addresses without one.
var proxyPorts = map[string]string{"http": "3128", "https": "443", "socks5": "1080", "socks5h": "1080"}

// proxyVariable before a name means that the address is in that variable of the environment.
const proxyVariable = "env:"

// Errors of CheckProxy. They never contain the setting, which may hold a password.
var (
	errProxySetting  = errors.New("the proxy setting is not a valid address")
	ErrProxyPassword = errors.New("the address of the proxy holds a password")
)

// CheckProxy checks a proxy setting for a file: an address such as "http://proxy.example.com:3128",
// "env:NAME" for an address in a variable of the environment, or "none". A password must be in a
// variable.
func CheckProxy(setting string) error {
	if name, ok := strings.CutPrefix(setting, proxyVariable); ok {
		if name == "" || strings.ContainsAny(name, "= $/") {
			return errProxySetting
		}
		return nil
	}
	u, err := parseProxy(setting)
	if err != nil || u == nil {
		return err
	}
	if _, has := u.User.Password(); has {
		return ErrProxyPassword
	}
	return nil
}

// parseProxy reads the address of a proxy, "http://name:password@proxy.example.com:3128". The
// scheme is http, https, socks5 or socks5h; the last two mean the same: the proxy resolves names.
// "none" gives nil.
func parseProxy(setting string) (*url.URL, error) {
	if setting == noProxy {
		return nil, nil
	}
	if !strings.Contains(setting, "://") {
		setting = "http://" + setting
	}
	u, err := url.Parse(setting)
	if err != nil || u.Hostname() == "" || proxyPorts[u.Scheme] == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, errProxySetting
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), proxyPorts[u.Scheme])
	}
	return u, nil
}

// proxyTo finds the proxy for a server, nil for none: the setting, or else HTTPS_PROXY, HTTP_PROXY,
// ALL_PROXY and NO_PROXY of the environment, in upper or lower case.
func proxyTo(server *url.URL, setting string) (*url.URL, error) {
	if name, ok := strings.CutPrefix(setting, proxyVariable); ok {
		if setting = os.Getenv(name); setting == "" {
			return nil, errProxySetting
		}
	}
	if setting != "" {
		return parseProxy(setting)
	}
	return environment(os.Getenv).to(server)
}

// outward is the proxy configuration of the environment.
type outward struct{ config httpproxy.Config }

func environment(getenv func(string) string) outward {
	get := func(name string) string {
		if v := getenv(name); v != "" {
			return v
		}
		return getenv(strings.ToLower(name))
	}
	all := get("ALL_PROXY")
	or := func(v string) string {
		if v == "" {
			return all
		}
		return v
	}
	return outward{httpproxy.Config{HTTPProxy: or(get("HTTP_PROXY")), HTTPSProxy: or(get("HTTPS_PROXY")), NoProxy: get("NO_PROXY")}}
}

// to is the proxy for a server, nil for none. A websocket uses the proxy for web pages.
func (o outward) to(server *url.URL) (*url.URL, error) {
	web := *server
	setting := o.config.HTTPSProxy
	if web.Scheme = "https"; slices.Contains([]string{"http", "ws"}, server.Scheme) {
		web.Scheme, setting = "http", o.config.HTTPProxy
	}
	// httpproxy decides by NO_PROXY whether there is one; its address is read by parseProxy.
	c := o.config
	c.HTTPProxy, c.HTTPSProxy = "http://proxy.invalid", "http://proxy.invalid"
	through, err := c.ProxyFunc()(&web)
	if err != nil || through == nil || setting == "" {
		return nil, nil
	}
	return parseProxy(setting)
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

// tunnel is a DialFunc through a proxy. The proxy resolves names.
func tunnel(via *url.URL, dial DialFunc) DialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		fault := &ProxyError{Proxy: via.Host, Target: addr, Signed: via.User != nil}
		var conn net.Conn
		if strings.HasPrefix(via.Scheme, "socks5") {
			conn, fault.Err = socks(ctx, via, dial, addr)
		} else {
			conn, fault.Status, fault.Err = connect(ctx, via, dial, addr)
		}
		if fault.Err != nil {
			return nil, fault
		}
		return conn, nil
	}
}

func socks(ctx context.Context, via *url.URL, dial DialFunc, addr string) (net.Conn, error) {
	var auth *proxy.Auth
	if via.User != nil {
		auth = &proxy.Auth{User: via.User.Username()}
		auth.Password, _ = via.User.Password()
	}
	d, err := proxy.SOCKS5("tcp", via.Host, auth, dialer(dial))
	if err != nil {
		return nil, err
	}
	return d.(proxy.ContextDialer).DialContext(ctx, "tcp", addr)
}

// dialer is a DialFunc with the interface of package proxy.
type dialer DialFunc

func (d dialer) Dial(network, addr string) (net.Conn, error) {
	return d(context.Background(), network, addr)
}

func (d dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	return d(ctx, network, addr)
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

// RelayDialer opens the connections to TURN servers over TCP (RFC 6062 is not meant: the relay
// itself speaks UDP).
type RelayDialer struct{ setting string }

// NewRelayDialer uses the proxy of the setting or of the environment. It returns nil if there is
// none.
func NewRelayDialer(setting string) *RelayDialer {
	o := environment(os.Getenv)
	if setting == noProxy || setting == "" && o.config.HTTPSProxy == "" {
		return nil
	}
	return &RelayDialer{setting}
}

// DialContext opens a connection to a TURN server.
func (d *RelayDialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	direct := new(net.Dialer).DialContext
	via, err := proxyTo(&url.URL{Scheme: "https", Host: addr}, d.setting)
	switch {
	case err != nil:
		return nil, &ProxyError{Target: addr, Err: err}
	case via == nil:
		return direct(ctx, network, addr)
	}
	return tunnel(via, direct)(ctx, network, addr)
}
