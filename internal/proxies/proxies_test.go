package proxies

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/internal/proxytest"
	"github.com/patchcord/patchcord/internal/reach"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const proxySecret = "pa55word"

// page is a server with a page, behind a name that only a proxy knows.
func page(t *testing.T, secure bool) (server *httptest.Server, real string) {
	t.Helper()
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") })
	server = httptest.NewUnstartedServer(hello)
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server, server.Listener.Addr().String()
}

// fetch gets a page through a transport.
func fetch(t *testing.T, address string, o reach.Options) (string, *reach.Error) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	o.To = u
	transport := reach.Transport(o)
	defer transport.CloseIdleConnections()
	ctx, trail := reach.Follow(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	to := reach.At(u, "PBX", "Vodia PBX", "profile", 5*time.Second)
	resp, err := reach.Client(transport).Do(req)
	if err != nil {
		return "", reach.Explain(to, trail.Mark(err))
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", reach.Answer(to, resp.StatusCode, resp.Header, false, errors.New("odd"))
	}
	return string(text), nil
}

// All requests go through the proxy, which alone knows the name.
func TestThroughAProxy(t *testing.T) {
	secure, secureAt := page(t, true)
	_, plainAt := page(t, false)
	names := map[string]string{"pbx.corp:443": secureAt, "pbx.corp:8443": secureAt, "pbx.corp": plainAt, "pbx.corp:80": plainAt}
	trust := secure.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	trust.ServerName = "example.com"
	for _, row := range []struct {
		name, address  string
		socket         bool
		tunnels, pages int
	}{
		{"TLS", "https://pbx.corp/", false, 1, 0},
		{"another port", "https://pbx.corp:8443/", false, 1, 0},
		{"websocket with TLS", "https://pbx.corp/", true, 1, 0},
		{"no TLS", "http://pbx.corp/", false, 0, 1},
		{"websocket without TLS", "http://pbx.corp/", true, 1, 0},
	} {
		p := proxytest.Start(t, names)
		p.Protect("anna", proxySecret)
		text, failed := fetch(t, row.address, reach.Options{TLS: trust, Socket: row.socket, Proxy: Of("http://anna:" + proxySecret + "@" + p.Address)})
		if failed != nil || text != "hello" {
			t.Errorf("%s: %q, %v", row.name, text, failed)
		}
		if len(p.Tunnels()) != row.tunnels || len(p.Pages()) != row.pages {
			t.Errorf("%s: tunnels %q, pages %q", row.name, p.Tunnels(), p.Pages())
		}
	}
}

// Each failure of a proxy has its own sentence, without a secret, and never as a verdict on the
// server's address.
func TestProxySentences(t *testing.T) {
	_, plainAt := page(t, false)
	names := map[string]string{"pbx.corp:443": plainAt}
	p := proxytest.Start(t, names)
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := gone.Addr().String()
	gone.Close()
	dumb := proxytest.Listen(t, func(c *net.TCPConn) { _, _ = io.WriteString(c, "220 mail.corp ESMTP\r\n") })
	with := func(scheme, user, at string) string { return scheme + "://" + user + at }
	for _, row := range []struct {
		name    string
		prepare func()
		address string
		proxy   string
		what    string
		verdict bool
	}{
		{"wants a password", func() { p.Protect("anna", proxySecret) }, "https://pbx.corp", with("http", "", p.Address), "wants a name and a password", true},
		{"another password", nil, "https://pbx.corp", with("http", "anna:wr0ng@", p.Address), "refused the name or the password", true},
		{"wants a password, no TLS", nil, "http://pbx.corp", with("http", "anna:wr0ng@", p.Address), "wants a name and a password, or refused them", true},
		{"lets nobody through", func() { p.Refuse(403) }, "https://pbx.corp", with("http", "anna:"+proxySecret+"@", p.Address), "does not allow connections to pbx.corp:443", true},
		{"knows no such host", func() { p.Refuse(0) }, "https://pbxx.corp", with("http", "anna:"+proxySecret+"@", p.Address), "cannot reach pbxx.corp:443", false},
		{"odd", func() { p.Refuse(418) }, "https://pbx.corp", with("http", "anna:"+proxySecret+"@", p.Address), "does not work as a proxy for pbx.corp:443", false},
		{"not there", nil, "https://pbx.corp", with("http", "anna:"+proxySecret+"@", nobody), "nothing listens at " + nobody + ", the proxy", false},
		{"not there, no TLS", nil, "http://pbx.corp", with("http", "anna:"+proxySecret+"@", nobody), "nothing listens at " + nobody + ", the proxy", false},
		{"not there, SOCKS", nil, "https://pbx.corp", with("socks5", "anna:"+proxySecret+"@", nobody), "nothing listens at " + nobody + ", the proxy", false},
		{"no such name", nil, "https://pbx.corp", with("http", "anna:"+proxySecret+"@", "proxy.invalid:3128"), "proxy.invalid", false},
		{"no HTTP", nil, "https://pbx.corp", with("http", "anna:"+proxySecret+"@", dumb), "no connection could be made through " + dumb, false},
		{"no TLS of its own", nil, "https://pbx.corp", with("https", "anna:"+proxySecret+"@", p.Address), "no connection could be made through " + p.Address, false},
		{"no address", nil, "https://pbx.corp", "http://anna:" + proxySecret + "@:x", "is not a valid address", true},
		{"another scheme", nil, "https://pbx.corp", "ftp://anna:" + proxySecret + "@proxy.corp", "is not a valid address", true},
	} {
		if row.prepare != nil {
			row.prepare()
		}
		text, e := fetch(t, row.address, reach.Options{Proxy: Of(row.proxy)})
		if e == nil {
			t.Errorf("%s: got %q", row.name, text)
			continue
		}
		all := e.What + e.Next + e.Later + e.LaterNext + e.Error()
		if e.Permanent != (row.name == "another password") {
			t.Errorf("%s: permanent %v", row.name, e.Permanent)
		}
		if !strings.Contains(e.What, row.what) || e.Verdict != row.verdict || e.Next == "" {
			t.Errorf("%s: %q, %q, verdict %v", row.name, e.What, e.Next, e.Verdict)
		}
		if strings.Contains(all, proxySecret) || strings.Contains(all, "wr0ng") || strings.Contains(e.What, "no host named pbx") {
			t.Errorf("%s: %q", row.name, all)
		}
	}
}

// The proxy of the environment, as curl and browsers read it.
func TestProxyOfTheEnvironment(t *testing.T) {
	for _, row := range []struct {
		name, server string
		env          map[string]string
		want         string // host:port, empty for none, "bad" for an error
	}{
		{"nothing", "https://pbx.corp", nil, ""},
		{"HTTPS_PROXY", "https://pbx.corp", map[string]string{"HTTPS_PROXY": "http://proxy:3128"}, "proxy:3128"},
		{"lower case", "https://pbx.corp", map[string]string{"https_proxy": "http://proxy:3128"}, "proxy:3128"},
		{"websocket with TLS", "wss://pbx.corp", map[string]string{"HTTPS_PROXY": "proxy:8080"}, "proxy:8080"},
		{"HTTP_PROXY is not for TLS", "https://pbx.corp", map[string]string{"HTTP_PROXY": "http://proxy:3128"}, ""},
		{"HTTP_PROXY", "http://pbx.corp", map[string]string{"HTTP_PROXY": "http://proxy"}, "proxy:3128"},
		{"websocket without TLS", "ws://pbx.corp", map[string]string{"HTTP_PROXY": "http://proxy"}, "proxy:3128"},
		{"ALL_PROXY", "wss://pbx.corp", map[string]string{"ALL_PROXY": "socks5://proxy"}, "proxy:1080"},
		{"the special one first", "wss://pbx.corp", map[string]string{"ALL_PROXY": "socks5://all", "HTTPS_PROXY": "http://one"}, "one:3128"},
		{"NO_PROXY, suffix", "https://pbx.corp", map[string]string{"HTTPS_PROXY": "http://proxy", "NO_PROXY": "localhost, .corp"}, ""},
		{"NO_PROXY, network", "https://10.1.2.3", map[string]string{"HTTPS_PROXY": "http://proxy", "NO_PROXY": "10.0.0.0/8"}, ""},
		{"NO_PROXY, all", "https://pbx.corp", map[string]string{"ALL_PROXY": "http://proxy", "no_proxy": "*"}, ""},
		{"NO_PROXY, others", "https://pbx.corp", map[string]string{"HTTPS_PROXY": "http://proxy", "NO_PROXY": "other.corp"}, "proxy:3128"},
		{"this machine", "https://127.0.0.1:5000", map[string]string{"HTTPS_PROXY": "http://proxy"}, ""},
		{"no address", "https://pbx.corp", map[string]string{"HTTPS_PROXY": "http://a:b@:x"}, "bad"},
	} {
		u, err := url.Parse(row.server)
		if err != nil {
			t.Fatal(err)
		}
		via, err := environment(func(name string) string { return row.env[name] }).to(u)
		got := ""
		switch {
		case err != nil:
			got = "bad"
		case via != nil:
			got = via.Host
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

// socksServer is a SOCKS 5 server (RFC 1928, RFC 1929) that wants a password and knows one name;
// reply is its answer to CONNECT.
func socksServer(t *testing.T, password, name, real string, reply byte) string {
	return proxytest.Listen(t, func(c *net.TCPConn) {
		in := bufio.NewReader(c)
		read := func(n int) []byte {
			b := make([]byte, n)
			_, _ = io.ReadFull(in, b)
			return b
		}
		read(int(read(2)[1])) // the methods
		_, _ = c.Write([]byte{5, 2})
		read(1)
		read(int(read(1)[0]))
		if string(read(int(read(1)[0]))) != password {
			_, _ = c.Write([]byte{1, 1})
			return
		}
		_, _ = c.Write([]byte{1, 0})
		head := read(5)
		if head[3] != 3 || string(read(int(head[4]))) != name {
			reply = 4 // host unreachable; an address in place of the name means that we looked it up
		}
		read(2)
		_, _ = c.Write([]byte{5, reply, 0, 1, 0, 0, 0, 0, 0, 0})
		if reply != 0 {
			return
		}
		there, err := net.Dial("tcp", real)
		if err != nil {
			return
		}
		defer there.Close()
		go func() { _, _ = io.Copy(there, in); there.Close() }()
		_, _ = io.Copy(c, there)
	})
}

func TestThroughSOCKS(t *testing.T) {
	_, real := page(t, false)
	for _, row := range []struct {
		password string
		reply    byte
		what     string
	}{
		{proxySecret, 0, ""},
		{"wr0ng", 0, "refused the name or the password"},
		{proxySecret, 2, "does not allow connections to pbx.corp:80"},
		{proxySecret, 4, "cannot reach pbx.corp:80"},
		{proxySecret, 5, "cannot reach pbx.corp:80"},
	} {
		at := socksServer(t, proxySecret, "pbx.corp", real, row.reply)
		text, e := fetch(t, "http://pbx.corp/", reach.Options{Proxy: Of("socks5h://anna:" + row.password + "@" + at)})
		switch {
		case row.what == "" && (e != nil || text != "hello"):
			t.Errorf("%q, %v", text, e)
		case row.what != "" && (e == nil || !strings.Contains(e.What, row.what) || strings.Contains(e.Error(), row.password)):
			t.Errorf("reply %d: %v", row.reply, e)
		}
	}
}

// Relays are reached through SOCKS too.
func TestRelayThroughSOCKS(t *testing.T) {
	_, real := page(t, false)
	at := socksServer(t, proxySecret, "turn.corp", real, 0)
	conn, err := NewRelayDialer("socks5://anna:"+proxySecret+"@"+at).DialContext(t.Context(), "tcp", "turn.corp:3478")
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	at = socksServer(t, proxySecret, "turn.corp", real, 2)
	_, err = NewRelayDialer("socks5://anna:"+proxySecret+"@"+at).DialContext(t.Context(), "tcp", "turn.corp:3478")
	var failed *reach.ProxyError
	if !errors.As(err, &failed) || failed.Proxy != at || !failed.Signed || strings.Contains(err.Error(), proxySecret) {
		t.Errorf("%v", err)
	}
}

// A silent proxy is given up with the request, and nothing of it is left.
func TestSilentProxy(t *testing.T) {
	quit := make(chan struct{})
	at := proxytest.Listen(t, func(*net.TCPConn) { <-quit })
	defer close(quit)
	via, err := parse("http://" + at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = reach.Tunnel(via, new(net.Dialer).DialContext)(ctx, "tcp", "pbx.corp:443")
	e := reach.Explain(reach.Server{Address: "pbx.corp", Kind: "PBX", Place: "profile", Timeout: 50 * time.Millisecond}, err)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(e.What, "does not answer within 50ms") {
		t.Errorf("%v: %q", err, e.What)
	}
}

func TestCheck(t *testing.T) {
	for setting, want := range map[string]error{
		"http://proxy.corp:3128": nil, "proxy.corp": nil, "socks5://anna@proxy.corp": nil, "none": nil, "env:ACME_PROXY": nil,
		"https://[2001:db8::1]:8443/": nil, "http://anna:" + proxySecret + "@proxy.corp": ErrPassword,
		"": errSetting, "env:": errSetting, "ftp://proxy.corp": errSetting, "http://": errSetting,
		"http://proxy.corp/path": errSetting, "http://proxy.corp:x": errSetting,
	} {
		if err := Check(setting); err != want {
			t.Errorf("%q: %v, want %v", setting, err, want)
		}
	}
	t.Setenv("ACME_PROXY", "http://anna:"+proxySecret+"@proxy.corp")
	if via, err := to(&url.URL{Scheme: "https", Host: "pbx.corp"}, "env:ACME_PROXY"); err != nil || via.Host != "proxy.corp:3128" {
		t.Errorf("%v, %v", via, err)
	}
	if _, err := to(&url.URL{Scheme: "https", Host: "pbx.corp"}, "env:ACME_PROXY_OF_OLD"); err != errSetting {
		t.Errorf("an empty variable: %v", err)
	}
}
