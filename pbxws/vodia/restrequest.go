package vodia

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/patchcord/patchcord/internal/signin"
	"github.com/patchcord/patchcord/pbxws"
)

// restQueue is how many requests of a kind may wait for REST; further ones are refused.
const restQueue = 16

// orderLimit is how long REST may take for an order: a person waits for it.
const orderLimit = 4 * time.Second

// soundLimit is how long a file with sound may take: it is large, and a person may stop waiting.
const soundLimit = 30 * time.Second

// limit is how long the request may take.
func (e restRequest) limit() time.Duration {
	switch {
	case e.sound:
		return soundLimit
	case e.isQuery():
		return stepLimit
	}
	return orderLimit
}

// restRequest is one REST request, made next to the websocket. The translator makes it, the loop sends
// it off and brings the outcome back.
type restRequest struct {
	// command is the order that it is for; nil if the link itself wants to know something.
	command pbxws.Command
	method  string
	path    string
	body    any
	// sound tells that the reply is a file with sound.
	sound bool
	// done takes the body of a good reply; it returns an error if that is unreadable.
	done func(body []byte) error
	// failed is called when there was no good reply, in place of a refusal; nil for none.
	failed func()
	// fallback tries another way if the PBX does not offer this one; nil for none.
	fallback func()
}

// restResult is what came of a request.
type restResult struct {
	restRequest
	reply reply
	err   error
}

// runREST makes one request after the other until the link ends.
func runREST(ctx context.Context, do func(context.Context, call) (reply, error), requests <-chan restRequest, results chan<- restResult) {
	for {
		var e restRequest
		select {
		case e = <-requests:
		case <-ctx.Done():
			return
		}
		limited, done := context.WithTimeout(ctx, e.limit())
		r, err := do(limited, call{method: e.method, path: e.path, body: e.body, timeout: e.limit()})
		done()
		select {
		case results <- restResult{e, r, err}:
		case <-ctx.Done():
			return
		}
	}
}

// isQuery tells a query from an order. Queries are slow and must not hold up orders; both
// keep their order among themselves.
func (e restRequest) isQuery() bool { return e.method == http.MethodGet }

// receiveREST takes the outcome of a request.
func (t *translator) receiveREST(o restResult) {
	switch refusal := o.refusal(); {
	case refusal == nil:
		err := o.done(o.reply.body)
		if err == nil {
			return
		}
		t.emit(pbxws.Unrecognized{Name: o.path, Why: err.Error(), Raw: excerpt(o.reply.body, t.hide)})
		if o.command != nil {
			t.refuse(o.command, 0, "its answer could not be read; the trace shows it")
		}
	case o.fallback != nil && o.notOffered():
		o.fallback()
	case o.failed != nil:
		o.failed()
	default:
		t.refuse(o.command, refusal.Code, refusal.Reason)
	}
}

// refuse reports that an order failed; a failed query of the link itself is not reported.
func (t *translator) refuse(c pbxws.Command, code int, reason string) {
	if c != nil {
		t.giveUp(c)
		t.emit(pbxws.CommandRefused{Command: c, Code: code, Reason: reason})
	}
}

// refusal makes an error of a reply without success, nil for one with.
func (o restResult) refusal() *pbxws.CommandRefused {
	switch {
	case errors.Is(o.err, context.DeadlineExceeded):
		return &pbxws.CommandRefused{Reason: "the PBX did not answer within " + o.limit().String()}
	case errors.Is(o.err, errLongReply) && o.sound:
		return &pbxws.CommandRefused{Reason: fmt.Sprintf("it is larger than %d MB", pbxws.MaxSound>>20)}
	case errors.Is(o.err, errLongReply):
		return &pbxws.CommandRefused{Reason: o.err.Error()}
	case o.err != nil:
		return &pbxws.CommandRefused{Reason: "the web server of the PBX cannot be reached"}
	case o.sound && o.reply.status == http.StatusNotFound:
		return &pbxws.CommandRefused{Code: o.reply.status, Reason: "the PBX does not have it any more"}
	case o.reply.status/100 != 2:
		return &pbxws.CommandRefused{Code: o.reply.status, Reason: o.reply.words()}
	case o.reply.isPage():
		return &pbxws.CommandRefused{Reason: "the PBX answered with a web page"}
	case o.saysNo():
		return &pbxws.CommandRefused{Reason: "the PBX said no"}
	}
	return nil
}

// saysNo reports whether the PBX understood an order and refused it.
func (o restResult) saysNo() bool {
	return o.err == nil && o.reply.status/100 == 2 && !o.isQuery() && string(bytes.TrimSpace(o.reply.body)) == "false"
}

// notOffered reports whether the PBX does not offer this request, to us or at all. It is false for
// an order that may have been carried out: that must not be given twice.
func (o restResult) notOffered() bool {
	if o.err != nil {
		return false
	}
	if o.saysNo() {
		return true
	}
	switch o.reply.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return true
	}
	return o.reply.status/100 == 3 || o.reply.isPage()
}

// maxWords is how much of a refusal is repeated, in bytes.
const maxWords = 120

// words are the PBX's own words for a refusal: a short line of text, else those of the status.
func (r reply) words() string {
	text := strings.TrimSpace(string(r.body[:min(len(r.body), maxWords+1)]))
	if text == "" || len(text) > maxWords || strings.ContainsAny(text[:1], `<{["`) || strings.ContainsFunc(text, unicode.IsControl) {
		return signin.StatusError(r.status).Error()
	}
	return strings.ToValidUTF8(text, "")
}

// appendTo writes the request as a line for the trace.
func (e restRequest) appendTo(line []byte) []byte {
	line = append(line, e.method+" "+e.path...)
	if e.body == nil {
		return line
	}
	body, err := json.Marshal(e.body)
	if err != nil {
		return line
	}
	return append(append(line, ' '), body...)
}
