package nethcti

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// gathers is how long our candidates are gathered before a description of ours leaves: the gateway puts all
// of them into it.
const gathers = 50 * time.Millisecond

// handle is room for one call.
type handle struct {
	s  *session
	id uint64
	// ready says that it was registered, as master or as helper.
	ready bool
	// leg is its call, nil for none; callID names that for the client.
	leg    *exchange.Leg
	callID string
	// taken says that the media of the last call is not freed yet.
	taken bool
	// transferring says that the call leaves by a transfer.
	transferring bool
	// described says that our description has left; what was gathered before waits for that in candidates.
	described  bool
	candidates []rtc.LocalCandidate
}

// pluginData is what a plugin says: a pluginResult or a pluginError.
type pluginData struct {
	Plugin string `json:"plugin"`
	Data   any    `json:"data"`
}

type pluginResult struct {
	SIP    string  `json:"sip"`
	CallID string  `json:"call_id,omitempty"`
	Result outcome `json:"result"`
}

type pluginError struct {
	SIP   string `json:"sip"`
	Code  int    `json:"error_code"`
	Error string `json:"error"`
}

// Errors of the SIP plugin.
const (
	codeNoCall        = 0
	codeUnknownOrder  = 442
	codeNoMaster      = 447
	codeNothingWaits  = 448
	codeNotRegistered = 449
	codeBadSDP        = 465
)

// outcome is an event of the SIP plugin.
type outcome struct {
	Event        string `json:"event"`
	Code         int    `json:"code,omitempty"`
	Reason       string `json:"reason,omitempty"`
	Protocol     string `json:"reason_header_protocol,omitempty"`
	Cause        string `json:"reason_header_cause,omitempty"`
	Username     string `json:"username,omitempty"`
	DisplayName  string `json:"displayname,omitempty"`
	Caller       string `json:"caller,omitempty"`
	Callee       string `json:"callee,omitempty"`
	CallID       string `json:"call_id,omitempty"`
	RegisterSent bool   `json:"register_sent,omitempty"`
	Helper       bool   `json:"helper,omitempty"`
	MasterID     uint64 `json:"master_id,omitempty"`
	Notify       string `json:"notify,omitempty"`
	Substate     string `json:"substate,omitempty"`
	ContentType  string `json:"content-type,omitempty"`
	Content      string `json:"content,omitempty"`
}

// answer is the reply to a request to a handle.
func (h *handle) answer(r request) message {
	switch r.Janus {
	case "message":
		if r.Body["request"] == "call" && (h.taken || h.leg != nil) {
			return refusal(codeNotFree, "the last call is not freed yet")
		}
		h.order(r)
		return message{Janus: "ack"}
	case "trickle":
		if c := r.Candidate; c != nil && !c.Completed && h.leg != nil {
			h.s.g.f.pbx.AddCandidate(h.leg, c.Line, c.Mid, c.MLine)
		}
		return message{Janus: "ack"}
	case "hangup":
		h.abandon()
		return success(0)
	case "detach":
		h.abandon()
		delete(h.s.handles, h.id)
		if h == h.s.master {
			h.s.unregister()
		}
		return success(0)
	}
	return refusal(codeUnknownRequest, "Unknown request '"+r.Janus+"'")
}

// abandon ends the call of a handle.
func (h *handle) abandon() {
	if h.leg != nil {
		h.s.g.f.pbx.HangUp(h.leg)
	}
}

// order is what the SIP plugin is asked.
func (h *handle) order(r request) {
	switch what := r.text("request"); what {
	case "register":
		h.register(r)
	case "unregister":
		h.unregister(r)
	case "call":
		h.call(r)
	case "hangup", "hold", "unhold", "decline":
		if h.leg != nil { // else it is taken, and nothing follows
			h.orderInCall(r, what)
		}
	default:
		if h.leg == nil {
			h.fail(r, codeNoCall, "Wrong state (not in a call)")
			return
		}
		h.orderInCall(r, what)
	}
}

// orderInCall is what the SIP plugin is asked of the call of a handle.
func (h *handle) orderInCall(r request, what string) {
	pbx := h.s.g.f.pbx
	tell := func(o outcome) { h.tell(r.Transaction, o, nil) }
	switch what {
	case "accept":
		h.accept(r)
	case "decline":
		code := int(r.number("code"))
		tell(outcome{Event: "declining", Code: max(code, 0), CallID: h.callID})
		pbx.Decline(h.leg, code)
	case "hangup":
		tell(outcome{Event: "hangingup"})
		pbx.HangUp(h.leg)
	case "hold":
		h.hold(r, true, "holding")
	case "unhold":
		h.hold(r, false, "resuming")
	case "dtmf_info":
		pbx.Note(exchange.Entry{Kind: exchange.DigitPressed, User: h.s.user.Number, Call: h.leg.ID, Text: r.text("digit")})
		tell(outcome{Event: "dtmfsent"})
	case "update":
		h.update(r)
	case "transfer":
		pbx.WhenUp(h.leg, func() { h.transfer(r) })
	default:
		h.fail(r, codeUnknownOrder, "Unknown request '"+what+"'")
	}
}

// talking tells whether the handle has a call that was answered.
func (h *handle) talking() bool { return h.leg.Call != nil && !h.leg.Call.Ringing() }

func (h *handle) hold(r request, on bool, event string) {
	h.s.g.f.pbx.WhenUp(h.leg, func() {
		if h.talking() {
			h.s.g.f.pbx.Hold(h.leg.End(), on)
			h.tell(r.Transaction, outcome{Event: event}, nil)
		}
	})
}

// tell queues an event of the plugin.
func (h *handle) tell(transaction string, o outcome, d *jsep) {
	said := pluginResult{SIP: "event", Result: o}
	if o.Event != "registering" && o.Event != "registered" && o.Event != "registration_failed" {
		said.CallID = h.callID
	}
	h.s.put(message{Janus: "event", Transaction: transaction, Sender: h.id, Plugin: &pluginData{plugin, said}, JSEP: d})
}

func (h *handle) fail(r request, code int, why string) {
	h.s.put(message{Janus: "event", Transaction: r.Transaction, Sender: h.id, Plugin: &pluginData{plugin, pluginError{"event", code, why}}})
}

// register makes a handle the master of its session, or a helper of that.
func (h *handle) register(r request) {
	s := h.s
	if r.text("type") == "helper" {
		if s.master == nil || uint64(r.number("master_id")) != s.masterID {
			h.fail(r, codeNoMaster, "Invalid master id")
			return
		}
		h.ready = true
		h.tell(r.Transaction, outcome{Event: "registered", Username: webRTCPrefix + s.user.Number, Helper: true, MasterID: s.masterID}, nil)
		return
	}
	h.tell(r.Transaction, outcome{Event: "registering"}, nil)
	number := strings.TrimPrefix(exchange.NumberOf(r.text("username")), webRTCPrefix)
	a, known := s.g.f.pbx.Extension(number)
	if !known || r.text("secret") != s.g.f.desk(a).secret {
		h.tell("", outcome{Event: "registration_failed", Code: 904, Reason: "Operation has no matching challenge "}, nil)
		return
	}
	if s.user != a {
		s.unregister()
		client, err := s.g.f.pbx.Attach(a, s)
		if err != nil {
			h.tell("", outcome{Event: "registration_failed", Code: 503, Reason: err.Error()}, nil)
			return
		}
		s.user, s.client, s.masterID = a, client, rand.Uint64N(1<<32)
	}
	s.master, h.ready = h, true
	s.g.f.pbx.Register(s.client)
	s.g.f.AccountChanged(a)
	h.tell("", outcome{Event: "registered", Username: webRTCPrefix + a.Number, RegisterSent: true, MasterID: s.masterID}, nil)
}

// unregister takes the telephone of the session away.
func (h *handle) unregister(r request) {
	h.tell(r.Transaction, outcome{Event: "unregistering"}, nil)
	if h.s.user != nil {
		number := h.s.user.Number
		h.s.unregister()
		h.tell("", outcome{Event: "unregistered", Username: webRTCPrefix + number}, nil)
	}
}

// call places a call.
func (h *handle) call(r request) {
	f := h.s.g.f
	if h.s.client == nil || !h.ready || r.JSEP == nil || r.JSEP.Type != "offer" {
		h.fail(r, codeNotRegistered, "Wrong state (not registered, or no offer)")
		return
	}
	h.begin(newToken())
	h.tell(r.Transaction, outcome{Event: "calling", CallID: h.callID}, nil)
	h.s.placing = h
	l := f.pbx.Place(h.s.client, h.callID, exchange.NumberOf(r.text("uri")))
	h.s.placing = nil
	if l == nil {
		return
	}
	h.take(l)
	f.pbx.Answer(l, r.JSEP.SDP, func(_ string, err error) {
		switch {
		case err != nil:
			f.pbx.Refuse(l, 488)
		case f.pbx.Begin(l):
			h.tell(r.Transaction, outcome{Event: "ringing"}, nil)
			h.tell(r.Transaction, outcome{Event: "proceeding", Code: 180}, nil)
			f.pbx.Proceed(l)
		}
	})
}

// begin makes a handle ready for a call.
func (h *handle) begin(callID string) {
	h.callID, h.described, h.transferring, h.candidates = callID, false, false, nil
}

// take gives a handle its call.
func (h *handle) take(l *exchange.Leg) {
	h.leg = l
	l.Data = h
}

// accept picks a call up, or answers an offer of ours.
func (h *handle) accept(r request) {
	leg := h.leg
	if r.JSEP == nil || !h.s.g.f.pbx.Accept(leg, r.JSEP.SDP, func() { h.tell(r.Transaction, outcome{Event: "accepted"}, nil) }) {
		h.fail(r, codeNothingWaits, "Nothing waits for an answer")
	}
}

// update takes another offer in mid-call. Its answer comes as another accepted.
func (h *handle) update(r request) {
	leg := h.leg
	if r.JSEP == nil || !h.talking() {
		h.fail(r, codeNothingWaits, "Nothing to update")
		return
	}
	h.tell(r.Transaction, outcome{Event: "updating"}, nil)
	if h.s.g.f.o.NoUpdates {
		return
	}
	h.s.g.f.pbx.Reoffer(leg, r.JSEP.SDP, func(sdp string, err error) {
		if err != nil {
			h.fail(r, codeBadSDP, "Error processing SDP")
			return
		}
		h.tell("", outcome{Event: "accepted"}, &jsep{"answer", sdp})
	})
}

// transfer sends the far end to a number, or to the far end of another call of the session.
func (h *handle) transfer(r request) {
	f := h.s.g.f
	if !h.talking() {
		h.fail(r, codeNoCall, "Wrong state (not in a call)")
		return
	}
	h.tell(r.Transaction, outcome{Event: "transferring"}, nil)
	h.notify("active", "SIP/2.0 100 Trying")
	code := 0
	h.transferring = true
	if other := r.text("replace"); other != "" {
		var with *exchange.End
		for _, o := range h.s.handles {
			if o.leg != nil && o.callID == other && o.leg.Call != nil {
				with = o.leg.End()
			}
		}
		code = f.pbx.Join(h.s.user, h.leg.End(), with)
	} else {
		code = f.pbx.Transfer(h.s.user, h.leg.End(), exchange.NumberOf(r.text("uri")))
	}
	if code != 0 {
		h.transferring = false
		h.notify("terminated", "SIP/2.0 "+strconv.Itoa(code)+" "+reasonOf(code))
	}
}

func (h *handle) notify(substate, content string) {
	h.tell("", outcome{Event: "notify", Notify: "refer", Substate: substate, ContentType: "message/sipfrag", Content: content}, nil)
}

// free is a handle for a call that comes in: the master first. Nil where all are taken.
func (s *session) free() *handle {
	if s.master == nil || s.master.leg == nil && !s.master.taken {
		return s.master
	}
	for _, h := range s.handles {
		if h.ready && h.leg == nil && !h.taken {
			return h
		}
	}
	return nil
}

// uriOf is the address of somebody as the gateway tells it.
func uriOf(number string) string {
	return "sip:" + number + "@" + sipHost + ":" + strconv.Itoa(sipPort)
}

// Ring implements exchange.Phone.
func (s *session) Ring(l *exchange.Leg) {
	f, from := s.g.f, l.Call.Caller.Party
	h := s.free()
	if h == nil {
		if s.master != nil {
			s.master.tell("", outcome{Event: "missed_call", Caller: uriOf(from.Number), DisplayName: from.Name}, nil)
		}
		f.pbx.After(0, func() { f.pbx.Decline(l, 486) })
		return
	}
	h.begin(l.ID)
	h.take(l)
	f.pbx.Offer(l, func(_ string, err error) {
		if err != nil {
			f.pbx.StopRinging(l)
			return
		}
		f.pbx.After(gathers, func() {
			if h.leg != l {
				return
			}
			f.pbx.Note(exchange.Entry{Kind: exchange.CallRinging, User: l.Account.Number, Peer: from.Number, Call: l.ID})
			h.tell("", outcome{
				Event: "incomingcall", Username: uriOf(from.Number), CallID: l.ID, DisplayName: strconv.Quote(from.Name),
				Callee: uriOf(webRTCPrefix + s.user.Number),
			}, &jsep{"offer", h.describe()})
		})
	})
}

// describe is our description with what was gathered. What is gathered later follows by itself.
func (h *handle) describe() string {
	h.described = true
	var b strings.Builder
	b.WriteString(h.leg.SDP())
	for _, c := range h.candidates {
		b.WriteString("a=" + c.Line + "\r\n")
	}
	h.candidates = nil
	return b.String()
}

// handleOf is the handle of a leg, nil for none.
func (s *session) handleOf(l *exchange.Leg) *handle {
	if h, ok := l.Data.(*handle); ok && h.s == s {
		return h
	}
	if s.placing != nil && s.placing.callID == l.ID {
		return s.placing
	}
	return nil
}

// Answered implements exchange.Phone.
func (s *session) Answered(l *exchange.Leg) {
	if h := s.handleOf(l); h != nil && !h.described {
		h.tell("", outcome{Event: "accepted", Username: uriOf(l.Call.Callee.Party.Number)}, &jsep{"answer", h.describe()})
	}
}

// PeerChanged implements exchange.Phone: the gateway has no word for it, the board shows it.
func (s *session) PeerChanged(*exchange.Leg, pbxws.Party) {}

// Candidate implements exchange.Phone.
func (s *session) Candidate(l *exchange.Leg, c rtc.LocalCandidate) {
	switch h := s.handleOf(l); {
	case h == nil:
	case h.described:
		s.put(message{Janus: "trickle", Sender: h.id, Candidate: &candidate{Line: c.Line, Mid: c.Mid, MLine: c.MLine}})
	default:
		h.candidates = append(h.candidates, c)
	}
}

// Ended implements exchange.Phone. The gateway frees the media a little later.
func (s *session) Ended(l *exchange.Leg, how exchange.Ending, code int) {
	h := s.handleOf(l)
	if h == nil {
		return
	}
	over := outcome{Event: "hangup", Code: code, Reason: reasonOf(code)}
	switch {
	case how == exchange.EndedByClient:
		over.Code, over.Reason = 200, "to BYE"
	case how == exchange.AnsweredElsewhere:
		over.Code, over.Reason, over.Protocol, over.Cause = 487, reasonOf(487), "SIP", "200"
	case how == exchange.Cancelled, code == 0 && how == exchange.Abandoned:
		over.Code, over.Reason = 487, reasonOf(487)
	case code == 0:
		over.Code, over.Reason = 200, "Session Terminated"
	}
	if h.transferring {
		h.notify("terminated", "SIP/2.0 200 OK")
	}
	h.tell("", over, nil)
	h.leg, h.taken = nil, true
	s.g.f.pbx.After(s.g.f.o.SlowFree, func() {
		h.taken = false
		if s.handles[h.id] == h {
			s.put(message{Janus: "hangup", Sender: h.id, Reason: "Close PC"})
		}
	})
}

// reasons are the phrases of the codes in use (RFC 3261 §21).
var reasons = map[int]string{
	403: "Forbidden", 404: "Not Found", 408: "Request Timeout", 415: "Unsupported Media Type", 480: "Temporarily Unavailable",
	481: "Call/Transaction Does Not Exist", 482: "Loop Detected", 486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here",
	491: "Request Pending", 503: "Service Unavailable", 603: "Decline",
}

func reasonOf(code int) string { return reasons[code] }
