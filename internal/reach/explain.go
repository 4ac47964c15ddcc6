package reach

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Server is the server that a request is for.
type Server struct {
	// Address is host:port as people write it.
	Address string
	// Kind is the kind of server, "PBX". Make is Kind with the maker, "Vodia PBX".
	Kind, Make string
	// Place is where its address is written: "profile".
	Place string
	// Timeout is how long it may take to answer.
	Timeout time.Duration
	// Plain says that the address is without TLS.
	Plain bool
}

// At makes the Server for a URL.
func At(u *url.URL, kind, make, place string, timeout time.Duration) Server {
	return Server{
		Address: u.Host, Kind: kind, Make: make, Place: place, Timeout: timeout,
		Plain: u.Scheme == "http" || u.Scheme == "ws",
	}
}

// pages says which port is meant.
func (s Server) pages() string {
	hint := "; use the port of the web pages of the " + s.Kind
	if s.Plain {
		hint += "; if they begin with https://, write https:// in the " + s.Place
	}
	return hint
}

func (s Server) host() string {
	if host, _, err := net.SplitHostPort(s.Address); err == nil {
		return host
	}
	return s.Address
}

// Step is how far a request came before it failed.
type Step uint8

// The steps, in order.
const (
	StepHost   Step = iota // name look-up and TCP
	StepTLS                // the TLS handshake
	StepAnswer             // the answer over HTTP
)

// Error says why a server was not reached, or that the answer is not its own.
type Error struct {
	Step Step
	// What and Next are sentences without an end mark: what failed, and what to do.
	What, Next string
	// Verdict says that the address seems to be wrong. For a server that was reached before it is not:
	// then something else answers for now, and Later and LaterNext replace What and Next. They are
	// empty where What and Next are right at any time.
	Verdict          bool
	Later, LaterNext string
	// Permanent says that a password was refused, so that trying again may lock somebody out.
	Permanent bool
	// RetryAfter is how long the server wants to be left alone, bounded; 0 if it says nothing.
	RetryAfter time.Duration
	Err        error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.What
	}
	return e.What + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// odd explains a server that does not answer like one of its kind: most likely the address is wrong.
func (e *Error) odd(to Server) *Error {
	e.Verdict = true
	article := "a"
	if strings.ContainsAny(to.Kind[:min(1, len(to.Kind))], "aeiou") {
		article = "an"
	}
	e.Later = fmt.Sprintf("%s answered, but not like %s %s", to.Address, article, to.Kind)
	e.LaterNext = restarting
	return e
}

// restarting is the advice about a server that was reached before and does not do its work.
const restarting = "It may be restarting, or a proxy in front of it; if it goes on, ask its administrator"

// later is what to do of the same thing with a server that was reached before: its address is right.
func (e *Error) later(next string) *Error {
	e.Later, e.LaterNext = e.What, next
	return e
}

// portal is odd, for a network that may have a sign-in page.
func (e *Error) portal(to Server) *Error {
	e.odd(to).Later += "; this network may want you to sign in first"
	e.LaterNext = "Open any web page in a browser and sign in to the network if it asks"
	return e
}

// Explain says why a request had no answer. err must come from Trail.Mark.
func Explain(to Server, err error) *Error {
	for _, about := range []func(Server, error) *Error{
		aboutStop, aboutProxy, aboutCertificate, aboutName, aboutSpeech, aboutTime, aboutHost, aboutHandshake, aboutAnswer,
	} {
		if e := about(to, err); e != nil {
			e.Err = err
			return e
		}
	}
	return (&Error{
		What: to.Address + " cannot be reached from here",
		Next: "Check the network, whether a VPN is needed, and the address in the " + to.Place, Err: err,
	}).later("Check the network, and whether a VPN is needed")
}

// aboutStop is for a request that we cancelled.
func aboutStop(_ Server, err error) *Error {
	if !errors.Is(err, context.Canceled) {
		return nil
	}
	return &Error{Step: StepAnswer, What: "it was stopped", Next: "Connect again when you like"}
}

func aboutName(to Server, err error) *Error {
	var dns *net.DNSError
	if !errors.As(err, &dns) {
		return nil
	}
	if dns.IsNotFound {
		return (&Error{
			What: "there is no host named " + to.host(),
			Next: "Check the spelling in the " + to.Place + "; the internal names of a company often work only on its VPN",
		}).later("Check this machine's network; the internal names of a company often work only on its VPN")
	}
	return &Error{
		What: "the name server gave no answer for " + to.host(),
		Next: "Check this machine's network and its name server",
	}
}

// aboutSpeech is for a plain-text answer to a TLS handshake.
func aboutSpeech(to Server, err error) *Error {
	var record tls.RecordHeaderError
	if !errors.Is(err, http.ErrSchemeMismatch) && !errors.As(err, &record) {
		return nil
	}
	return (&Error{
		Step: StepTLS,
		What: "the server at " + to.Address + " does not speak TLS",
		Next: "Check the port in the " + to.Place + ", or write http:// if the " + to.Kind + " has no TLS on it",
	}).portal(to)
}

func aboutTime(to Server, err error) *Error {
	if !late(err) {
		return nil
	}
	var connected connectedError
	var greeting greetingError
	switch {
	case errors.As(err, &connected):
		return (&Error{
			Step: StepAnswer,
			What: fmt.Sprintf("%s accepted the connection and then said nothing for %s", to.Address, to.Timeout),
			Next: fmt.Sprintf("Check that the port in the %s is the web port of the %s, and that the %s is running", to.Place, to.Kind, to.Kind),
		}).later(restarting)
	case errors.As(err, &greeting):
		return (&Error{
			Step: StepTLS,
			What: fmt.Sprintf("%s accepted the connection and then did not answer the TLS handshake for %s", to.Address, to.Timeout),
			Next: fmt.Sprintf("Check that the port in the %s is the web port of the %s, and that the %s is running", to.Place, to.Kind, to.Kind),
		}).later(restarting)
	}
	return &Error{
		What: fmt.Sprintf("%s does not answer within %s", to.Address, to.Timeout),
		Next: "Check that the host is up and that no firewall or missing VPN is in between",
	}
}

func aboutHost(to Server, err error) *Error {
	if !Refused(err) {
		return nil
	}
	return (&Error{
		What: "the host is there, but nothing listens at " + to.Address,
		Next: "Check the port in the " + to.Place + ", and that the " + to.Kind + " is running",
	}).later(restarting)
}

// aboutHandshake is for a TLS handshake that failed for another reason than the certificate.
func aboutHandshake(to Server, err error) *Error {
	var greeting greetingError
	var untrusted untrustedError
	var op *net.OpError
	switch {
	case errors.As(err, &untrusted):
		return (&Error{
			Step: StepTLS, What: to.Address + " is not trusted: " + untrusted.Error(),
			Next: "Check tls_pin and tls_ca in the " + to.Place + ", and what the " + to.Kind + " shows",
		}).portal(to)
	case OldTLS(err):
		return (&Error{
			Step: StepTLS, What: to.Address + " speaks only TLS 1.0 or 1.1, or none that is safe",
			Next: "Enable TLS 1.2 or later on the " + to.Kind + "; an update of its firmware often brings it",
		}).odd(to)
	case errors.As(err, &op) && op.Op == "remote error": // a TLS alert (RFC 8446 §6)
		return (&Error{
			Step: StepTLS, What: to.Address + " and this program could not agree on TLS",
			Next: "Enable TLS 1.2 or later on the " + to.Kind,
		}).odd(to)
	case !errors.As(err, &greeting):
		return nil
	case Cut(err):
		return (&Error{
			Step: StepTLS, What: to.Address + " closed the connection during the TLS handshake",
			Next: "Check that the port in the " + to.Place + " is the web port of the " + to.Kind + ", and that the " + to.Kind + " works",
		}).odd(to)
	}
	return (&Error{
		Step: StepTLS, What: "the TLS handshake with " + to.Address + " failed",
		Next: "Enable TLS 1.2 or later on the " + to.Kind + "; the log has the details",
	}).odd(to)
}

// OldTLS recognizes the error of a server with versions of TLS that are too old, by its alert
// (protocol_version) or by the version it chose. The library has no types for either.
func OldTLS(err error) bool {
	text := err.Error()
	return strings.Contains(text, "protocol version not supported") || strings.Contains(text, "unsupported protocol version")
}

// aboutAnswer is for a connection without a valid HTTP answer.
func aboutAnswer(to Server, err error) *Error {
	var connected connectedError
	switch {
	case !errors.As(err, &connected):
		return nil
	case !strings.Contains(err.Error(), "malformed"): // net/http has no type for what is not HTTP
		return (&Error{
			Step: StepAnswer, What: to.Address + " closes the connection without an answer",
			Next: "Check that the port in the " + to.Place + " is the web port of the " + to.Kind + ", and that the " + to.Kind + " works",
		}).odd(to)
	}
	return (&Error{
		Step: StepAnswer, What: "the server at " + to.Address + " is not a web server, so it is not the " + to.Kind,
		Next: "Check the port in the " + to.Place + to.pages(),
	}).odd(to)
}
