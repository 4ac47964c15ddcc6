// Package proxies says which proxy leads to a server: by a setting of a person or by the environment.
package proxies

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/proxy"

	"github.com/patchcord/patchcord/internal/reach"
)

// noProxy is the setting for no proxy, whatever the environment says.
const noProxy = "none"

// variable before a name means that the address is in that variable of the environment.
const variable = "env:"

// Errors of Check. They never contain the setting, which may hold a password.
var (
	errSetting  = errors.New("the proxy setting is not a valid address")
	ErrPassword = errors.New("the address of the proxy holds a password")
)

// Check checks a proxy setting for a file: an address such as "http://proxy.example.com:3128",
// "env:NAME" for an address in a variable of the environment, or "none". A password must be in a
// variable.
func Check(setting string) error {
	if name, ok := strings.CutPrefix(setting, variable); ok {
		if name == "" || strings.ContainsAny(name, "= $/") {
			return errSetting
		}
		return nil
	}
	u, err := parse(setting)
	if err != nil || u == nil {
		return err
	}
	if _, has := u.User.Password(); has {
		return ErrPassword
	}
	return nil
}

// parse reads the address of a proxy, see reach.ProxyAddress; "none" gives nil.
func parse(setting string) (*url.URL, error) {
	if setting == noProxy {
		return nil, nil
	}
	if !strings.Contains(setting, "://") {
		setting = "http://" + setting
	}
	u, err := url.Parse(setting)
	if err != nil {
		return nil, errSetting
	}
	if u, err = reach.ProxyAddress(u); err != nil {
		return nil, errSetting
	}
	return u, nil
}

// Of chooses the proxy for a request by a setting of Check, or else by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY
// and NO_PROXY of the environment, in upper or lower case. It is for reach.Options and http.Transport.
func Of(setting string) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) { return to(r.URL, setting) }
}

// to is the proxy for a server, nil for none.
func to(server *url.URL, setting string) (*url.URL, error) {
	if name, ok := strings.CutPrefix(setting, variable); ok {
		if setting = os.Getenv(name); setting == "" {
			return nil, errSetting
		}
	}
	if setting != "" {
		return parse(setting)
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
	// httpproxy decides by NO_PROXY whether there is one; its address is read by parse.
	c := o.config
	c.HTTPProxy, c.HTTPSProxy = "http://proxy.invalid", "http://proxy.invalid"
	through, err := c.ProxyFunc()(&web)
	if err != nil || through == nil || setting == "" {
		return nil, nil
	}
	return parse(setting)
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
	via, err := to(&url.URL{Scheme: "https", Host: addr}, d.setting)
	switch {
	case err != nil:
		return nil, &reach.ProxyError{Target: addr, Err: err}
	case via == nil:
		return direct(ctx, network, addr)
	case strings.HasPrefix(via.Scheme, "socks5"):
		return socks(ctx, via, addr)
	}
	return reach.Tunnel(via, direct)(ctx, network, addr)
}

// socks opens a connection through a SOCKS proxy, which resolves the name.
func socks(ctx context.Context, via *url.URL, addr string) (net.Conn, error) {
	var auth *proxy.Auth
	if via.User != nil {
		auth = &proxy.Auth{User: via.User.Username()}
		auth.Password, _ = via.User.Password()
	}
	var conn net.Conn
	d, err := proxy.SOCKS5("tcp", via.Host, auth, proxy.Direct)
	if err == nil {
		conn, err = d.(proxy.ContextDialer).DialContext(ctx, "tcp", addr)
	}
	if err != nil {
		return nil, &reach.ProxyError{Proxy: via.Host, Target: addr, Signed: via.User != nil, Err: err}
	}
	return conn, nil
}
