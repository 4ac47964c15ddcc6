package reach

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter is the longest time for which a server can keep us away.
const maxRetryAfter = 2 * time.Minute

// Answer explains an unexpected answer with this status. err goes with it, for the log. page means
// that the answer is a web page.
func Answer(to Server, status int, header http.Header, page bool, err error) *Error {
	e := &Error{Step: StepAnswer, Err: err, RetryAfter: retryAfter(header, time.Now())}
	switch {
	case status == http.StatusNetworkAuthenticationRequired: // RFC 6585 §6
		e.What = "this network wants you to sign in first"
		e.Next = "Open any web page in a browser and sign in to the network"
	case status == http.StatusProxyAuthRequired:
		e.What, e.Verdict = "a proxy on the way to "+to.Address+" wants a name and a password, or refused them", true
		e.Next = "Write them into its address, http://NAME:PASSWORD@HOST:PORT, in the variable that brings it: HTTP_PROXY, or that of proxy in the " + to.Place
	case status == http.StatusTooManyRequests:
		e.What = fmt.Sprintf("%s has had too many requests and asks us to wait (429)", to.Address)
		e.Next = "Wait; if it goes on, ask the administrator of the " + to.Kind
	case status >= 500 && status != http.StatusNotImplemented:
		e.What = fmt.Sprintf("the server at %s reports an error of its own (%d %s)", to.Address, status, http.StatusText(status))
		e.Next = "Try again in a minute; if it goes on, ask the administrator of the " + to.Kind
	case status/100 == 3:
		e.What = "the server at " + to.Address + " redirects us" + placeOf(header.Get("Location"))
		e.Next = "Put that address into the " + to.Place + " if it is the " + to.Kind +
			"; if it is a sign-in page of this network, open it in a browser"
		e.portal(to)
	default:
		e.What = "the web server at " + to.Address + " is not a " + to.Make
		if status == http.StatusUnauthorized || status == http.StatusForbidden { // of somebody who may stand before it
			e.What = fmt.Sprintf("the web server at %s refuses us (%d) and does not look like a %s", to.Address, status, to.Make)
		}
		e.Next = "Check host and port in the " + to.Place + to.pages()
		if e.odd(to); page {
			e.portal(to)
		}
	}
	return e
}

// IsPage reports whether an answer is a web page, by its header and the beginning of its body.
func IsPage(header http.Header, body []byte) bool {
	return strings.Contains(header.Get("Content-Type"), "html") || strings.HasPrefix(strings.TrimSpace(string(body[:min(len(body), 64)])), "<")
}

// placeOf names the target of a redirect without its private parts.
func placeOf(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return ""
	}
	return " to " + u.Scheme + "://" + u.Host
}

// retryAfter reads a Retry-After header: seconds or a date (RFC 9110 §10.2.3).
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(header.Get("Retry-After"))
	var wait time.Duration
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, _ := strconv.ParseUint(value, 10, 31) // the largest one where there is no room for it
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, maxRetryAfter))
}
