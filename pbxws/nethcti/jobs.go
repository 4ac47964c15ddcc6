package nethcti

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/patchcord/patchcord/internal/signin"
	"github.com/patchcord/patchcord/pbxws"
)

const (
	// jobRoom is how many jobs of a kind wait for the web side of the PBX; further ones are refused.
	jobRoom = 16
	// orderLimit is how long the PBX may take for an order: a person waits for it.
	orderLimit = 4 * time.Second
)

// jobs are requests to the web server of the PBX, made one after the other while the loop goes on. What each
// returns goes to the loop.
type jobs struct {
	queue    chan func(context.Context) any
	outcomes chan any
}

func newJobs(outcomes chan any) jobs {
	return jobs{queue: make(chan func(context.Context) any, jobRoom), outcomes: outcomes}
}

// serve works until the link ends.
func (j jobs) serve(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case run := <-j.queue:
			select {
			case j.outcomes <- run(ctx):
			case <-ctx.Done():
				return
			}
		}
	}
}

// add queues a job and never waits; false is for no room.
func (j jobs) add(run func(context.Context) any) bool {
	select {
	case j.queue <- run:
		return true
	default:
		return false
	}
}

// order is a request for something to be done.
type order struct {
	command pbxws.Command
	path    string
	body    map[string]string
	// shows tells whether it has come about; nil where nothing shows it but the PBX's yes.
	shows func() bool
	// shown is true once it has come about, which may be before the PBX's yes.
	shown bool
	// until is when its effect is given up, zero before the PBX's yes.
	until time.Time
}

// orderDone is what came of an order at the web side.
type orderDone struct {
	*order
	reply reply
	err   error
}

// refusal reads a reply that is no success; limit is how long it was waited for.
func refusal(r reply, err error, limit time.Duration) (code int, reason string, refused bool) {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return 0, "the PBX did not answer within " + limit.String(), true
	case err != nil:
		return 0, "the web server of the PBX cannot be reached", true
	case r.status/100 == 2 && r.isPage():
		return 0, "the PBX answered with a web page", true
	case r.status/100 == 2:
		return 0, "", false
	}
	return r.status, r.words(), true
}

// words are the PBX's own for a refusal, which it puts into a header, else those of the status.
func (r reply) words() string {
	text := strings.ToValidUTF8(strings.TrimSpace(r.header.Get(headerError)), "")
	switch {
	case r.status == http.StatusForbidden:
		return "your profile on the PBX does not allow it"
	case text == "" || strings.ContainsFunc(text, unicode.IsControl):
		return signin.StatusError(r.status).Error()
	}
	return shortened(text)
}
