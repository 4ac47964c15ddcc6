package reach

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"
)

// aboutProxy explains an error of the proxy, or what the proxy says about the server behind it.
func aboutProxy(to Server, err error) *Error {
	var p *ProxyError
	if !errors.As(err, &p) {
		if p = aboutSOCKS(err); p == nil {
			return nil
		}
	}
	e := &Error{Next: "Check " + proxyPlaces(to)}
	switch {
	case p.Proxy == "":
		e.What, e.Verdict = "the proxy set for "+to.Address+" is not a valid address", true
		e.Next = `Write it like "http://proxy.example.com:3128" into ` + proxyPlaces(to)
	case p.Status != 0:
		proxyAnswer(e, to, p)
	case strings.Contains(p.Err.Error(), "socks"): // the library has no types for the answers of SOCKS
		socksAnswer(e, to, p)
	default:
		proxyAway(e, to, p)
	}
	return e
}

// aboutSOCKS is the error of a SOCKS proxy that net/http asked, nil for another error.
func aboutSOCKS(err error) *ProxyError {
	var op *net.OpError
	if !errors.As(err, &op) || !strings.HasPrefix(op.Op, "socks ") || op.Source == nil || op.Addr == nil {
		return nil
	}
	return &ProxyError{
		Proxy: op.Source.String(), Target: op.Addr.String(),
		Signed: strings.Contains(op.Error(), "username/password"), Err: err,
	}
}

// proxyPlaces is where a proxy is set.
func proxyPlaces(to Server) string {
	return "proxy in the " + to.Place + " and HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment"
}

// proxyAnswer is for a proxy that refuses a tunnel.
func proxyAnswer(e *Error, to Server, p *ProxyError) {
	switch {
	case p.Status == http.StatusProxyAuthRequired:
		proxySignIn(e, to, p)
	case p.Status == http.StatusForbidden, p.Status == http.StatusMethodNotAllowed:
		e.What, e.Verdict = "the proxy "+p.Proxy+" does not allow connections to "+p.Target, true
		e.Next = "Ask the administrator of the proxy to allow CONNECT to that port, or add the host to NO_PROXY if it is inside the network"
	case p.Status/100 == 5:
		e.What = "the proxy " + p.Proxy + " cannot reach " + p.Target
		e.Next = "Check host and port in the " + to.Place + ", and that the " + to.Kind + " is running"
	default:
		e.What = "the server at " + p.Proxy + " does not work as a proxy for " + p.Target
	}
}

// proxySignIn is for a proxy that wants a name and a password.
func proxySignIn(e *Error, to Server, p *ProxyError) {
	e.What, e.Verdict = "the proxy "+p.Proxy+" wants a name and a password", true
	if p.Signed {
		e.What, e.Permanent = "the proxy "+p.Proxy+" refused the name or the password", true
	}
	e.Next = "Put them into its address, http://NAME:PASSWORD@" + p.Proxy + ", in HTTPS_PROXY or in the variable that proxy in the " + to.Place + " names"
}

func socksAnswer(e *Error, to Server, p *ProxyError) {
	text := p.Err.Error()
	says := func(words string) bool { return strings.Contains(text, words) }
	switch {
	case says("authentication"):
		proxySignIn(e, to, p)
	case says("not allowed"):
		proxyAnswer(e, to, &ProxyError{Proxy: p.Proxy, Target: p.Target, Status: http.StatusForbidden})
	case says("unreachable"), says("connection refused"), says("general SOCKS"), says("TTL"):
		if !Refused(p.Err) {
			proxyAnswer(e, to, &ProxyError{Proxy: p.Proxy, Target: p.Target, Status: http.StatusBadGateway})
			return
		}
		fallthrough
	default:
		proxyAway(e, to, p)
	}
}

// proxyAway is for a proxy that cannot be reached.
func proxyAway(e *Error, to Server, p *ProxyError) {
	var dns *net.DNSError
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	way := ", the proxy for " + to.Address
	host, _, _ := net.SplitHostPort(p.Proxy)
	switch {
	case errors.As(p.Err, &dns) && dns.IsNotFound:
		e.What = "there is no host named " + host + way
	case errors.As(p.Err, &dns):
		e.What = "the name server gave no answer for " + host + way
	case Refused(p.Err):
		e.What = "nothing listens at " + p.Proxy + way
	case late(p.Err):
		e.What = p.Proxy + way + ", does not answer within " + to.Timeout.String()
	case errors.As(p.Err, &verify), errors.As(p.Err, &unknown):
		e.What = "the certificate of " + p.Proxy + way + ", is not trusted"
	default:
		e.What = "no connection could be made through " + p.Proxy + way
	}
}
