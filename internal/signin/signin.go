// Package signin is what dialects share that sign in at a web server: how its address is read, and how a
// failed sign-in is explained.
package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/patchcord/patchcord/internal/reach"
	"github.com/patchcord/patchcord/pbxws"
)

// StatusError is an HTTP status that no sign-in can go on from.
type StatusError int

func (e StatusError) Error() string {
	return fmt.Sprintf("the PBX answered %d %s", int(e), http.StatusText(int(e)))
}

// Status is what pbxws.StatusOf looks for.
func (e StatusError) Status() int { return int(e) }

// Web reads the address of a PBX's web server, as http or https. A path is taken only where it is one of
// those given. next is the advice where the address is no good. Errors are *pbxws.DialError.
func Web(address, next string, paths ...string) (*url.URL, error) {
	bad := func(what string, err error) error {
		return &pbxws.DialError{Step: pbxws.StepAddress, What: what, Next: next, Permanent: true, Err: err}
	}
	scheme, rest, _ := strings.Cut(strings.TrimSpace(address), "://")
	web, ok := map[string]string{"https": "https", "wss": "https", "http": "http", "ws": "http"}[scheme]
	if !ok {
		return nil, bad("the address of the PBX begins with neither https:// nor http://", nil)
	}
	u, err := url.Parse(web + "://" + rest)
	if err != nil || u.Hostname() == "" {
		return nil, bad("the address of the PBX names no host", err)
	}
	switch {
	case u.User != nil:
		return nil, bad("the address of the PBX holds a user name or password, which would be seen by others", nil)
	case u.Path != "" && u.Path != "/" && !slices.Contains(paths, u.Path) || u.RawQuery != "" || u.Fragment != "":
		return nil, bad("the address of the PBX holds more than a host and a port", nil)
	}
	return u, nil
}

// BadProfile is a profile that nobody can sign in with.
func BadProfile(what, next string) error {
	return &pbxws.DialError{Step: pbxws.StepAddress, What: what, Next: next, Permanent: true}
}

// Unreachable tells why no answer came, with the step that it really failed at. step is the step that was
// tried.
func Unreachable(s reach.Server, step pbxws.Step, err error) *pbxws.DialError {
	e := reach.Explain(s, err)
	switch e.Step {
	case reach.StepHost:
		step = pbxws.StepReach
	case reach.StepTLS:
		step = pbxws.StepTLS
	}
	return dialError(step, e)
}

// Answered is for an answer that no sign-in can go on from. page tells that it is one for people.
func Answered(s reach.Server, step pbxws.Step, status int, header http.Header, page bool, err error) *pbxws.DialError {
	return dialError(step, reach.Answer(s, status, header, page, err))
}

func dialError(step pbxws.Step, e *reach.Error) *pbxws.DialError {
	return &pbxws.DialError{
		Step: step, What: e.What, Next: e.Next, Permanent: e.Permanent, Verdict: e.Verdict,
		Later: e.Later, LaterNext: e.LaterNext, RetryAfter: e.RetryAfter, Err: e.Err,
	}
}

// NoSecret is for a password that could not be fetched.
func NoSecret(s reach.Server, err error) error {
	if errors.Is(err, context.Canceled) {
		return Unreachable(s, pbxws.StepLogin, err)
	}
	return &pbxws.DialError{
		Step: pbxws.StepLogin, Verdict: true, Err: err,
		What: "the password could not be read: " + err.Error(),
		Next: "Store it again, or correct the command that prints it",
	}
}
