package vodia

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/patchcord/patchcord/pbxws"
)

// errandRoom is how many requests of a kind may wait for REST; further ones are refused.
const errandRoom = 16

// orderLimit is how long REST may take for an order: a person waits for it.
const orderLimit = 4 * time.Second

// limit is how long the errand may take.
func (e errand) limit() time.Duration {
	if e.isQuestion() {
		return stepLimit
	}
	return orderLimit
}

// errand is one REST request, made next to the websocket. The switchboard makes it, the loop sends
// it off and brings the outcome back.
type errand struct {
	// command is the order that it is for; nil if the link itself wants to know something.
	command pbxws.Command
	method  string
	path    string
	body    any
	// done takes the body of a good reply; it returns an error if that is unreadable.
	done func(body []byte) error
	// failed is called when there was no good reply, in place of a refusal; nil for none.
	failed func()
	// otherwise tries another way if the PBX does not offer this one; nil for none.
	otherwise func()
}

// outcome is what came of an errand.
type outcome struct {
	errand
	reply reply
	err   error
}

// runErrands makes one errand after the other until the link ends.
func runErrands(ctx context.Context, visit func(context.Context, call) (reply, error), errands <-chan errand, outcomes chan<- outcome) {
	for {
		var e errand
		select {
		case e = <-errands:
		case <-ctx.Done():
			return
		}
		limited, done := context.WithTimeout(ctx, e.limit())
		r, err := visit(limited, call{method: e.method, path: e.path, body: e.body})
		done()
		select {
		case outcomes <- outcome{e, r, err}:
		case <-ctx.Done():
			return
		}
	}
}

// isQuestion tells a question from an order. Questions are slow and must not hold up orders; both
// keep their order among themselves.
func (e errand) isQuestion() bool { return e.method == http.MethodGet }

// returned takes the outcome of a request.
func (s *switchboard) returned(o outcome) {
	switch refusal := o.refusal(); {
	case refusal == nil:
		err := o.done(o.reply.body)
		if err == nil {
			return
		}
		s.emit(pbxws.Unrecognized{Name: o.path, Why: err.Error(), Raw: excerpt(o.reply.body, s.hide)})
		if o.command != nil {
			s.refuse(o.command, 0, "its answer could not be read; the trace shows it")
		}
	case o.otherwise != nil && o.notOffered():
		o.otherwise()
	case o.failed != nil:
		o.failed()
	default:
		s.refuse(o.command, refusal.Code, refusal.Reason)
	}
}

// refuse reports that an order failed; a failed question of the link itself is not reported.
func (s *switchboard) refuse(c pbxws.Command, code int, reason string) {
	if c != nil {
		s.giveUp(c)
		s.emit(pbxws.CommandRefused{Command: c, Code: code, Reason: reason})
	}
}

// refusal makes an error of a reply without success, nil for one with.
func (o outcome) refusal() *pbxws.CommandRefused {
	switch {
	case errors.Is(o.err, context.DeadlineExceeded):
		return &pbxws.CommandRefused{Reason: "the PBX did not answer within " + o.limit().String()}
	case errors.Is(o.err, errLongReply):
		return &pbxws.CommandRefused{Reason: o.err.Error()}
	case o.err != nil:
		return &pbxws.CommandRefused{Reason: "the web server of the PBX cannot be reached"}
	case o.reply.status/100 != 2:
		return &pbxws.CommandRefused{Code: o.reply.status, Reason: o.reply.words()}
	case o.reply.isPage():
		return &pbxws.CommandRefused{Reason: "the PBX answered with a page for people"}
	case o.saysNo():
		return &pbxws.CommandRefused{Reason: "the PBX said no"}
	}
	return nil
}

// saysNo reports whether the PBX understood an order and refused it.
func (o outcome) saysNo() bool {
	return o.err == nil && o.reply.status/100 == 2 && !o.isQuestion() && string(bytes.TrimSpace(o.reply.body)) == "false"
}

// notOffered reports whether the PBX does not offer this request, to us or at all. It is false for
// an order that may have been carried out: that must not be given twice.
func (o outcome) notOffered() bool {
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
		return http.StatusText(r.status)
	}
	return strings.ToValidUTF8(text, "")
}

// appendTo writes the request as a line for the trace.
func (e errand) appendTo(line []byte) []byte {
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
