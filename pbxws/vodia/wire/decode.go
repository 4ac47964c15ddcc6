package wire

import (
	"cmp"
	"fmt"
	"strings"
)

// DecodeMessage reads a frame of the PBX. An unknown frame is an Unknown. In a known one only the
// callid and the session description must be right; without them there is an error and no message.
// An error that comes with a message names members that were not as expected and were read as far
// as possible. An error never quotes a member.
func DecodeMessage(data []byte) (Message, error) {
	o, err := parse(data)
	if err != nil {
		return nil, err
	}
	name, m := o.flat()
	if m == nil {
		name, m = o.named()
	}
	if o.err != nil {
		return nil, fmt.Errorf("%s: %w", name, o.err)
	}
	if m == nil {
		return Unknown{Name: name, Raw: data}, nil
	}
	if o.odd != nil {
		return m, fmt.Errorf("%s: %w", name, o.odd)
	}
	return m, nil
}

// flat reads a frame whose type is the member that is present, in the order of Vodia's client. A
// member counts if JavaScript would take it for true.
func (o *object) flat() (string, Message) {
	switch {
	case o.truthy("sdp") && o.action() == "sdp-packet":
		return "sdp-packet", o.invite("sdp")
	case o.truthy("sdp"):
		return "sdp", o.sdp()
	case o.truthy("invitesdp"):
		return "invitesdp", o.invite("invitesdp")
	case o.truthy("candidate"):
		return "candidate", o.candidate()
	case o.truthy("bye"):
		return "bye", o.bye()
	case o.truthy("cancel"):
		return "cancel", o.cancel()
	case o.truthy("cancelresponse"):
		return "cancelresponse", CancelResponse{CallID: o.id()}
	case o.truthy("response"):
		return "response", o.response()
	case o.truthy("ringtones"):
		return "ringtones", Ringtones{o.raw("ringtones")}
	case o.truthy("info"):
		return "info", Info{CallID: o.id(), Value: o.raw("info")}
	case o.truthy("change"):
		return "change", Change{o.raw("change")}
	}
	return "", nil
}

// action is the frame's name, empty when it has none or one that is no text.
func (o *object) action() string {
	v := o.raw("action")
	if v == nil {
		return ""
	}
	s, _ := unquote(v)
	return s
}

// named reads a frame that says its name.
func (o *object) named() (string, Message) {
	name := o.action()
	switch name {
	case "domain-state":
		return name, o.domainState()
	case "user-state":
		return name, UserState{o.account()}
	case "user-change":
		return name, UserChange{o.account()}
	case "call-state":
		return name, o.callState()
	case "orbit-calls":
		return name, o.orbitCalls()
	case "sip-register":
		return name, RegisterReply{Expires: o.number("expires"), Add: o.text("add")}
	case "blf":
		return name, o.blf()
	case "missed-calls":
		return name, o.missedCalls()
	case "rec-start":
		return name, RecStart{o.first("callid", "id")}
	case "rec-stop":
		return name, RecStop{o.first("callid", "id")}
	case "callerid":
		return name, CallerID{CallID: o.id(), Name: o.text("name"), Number: o.text("number")}
	case "bye-response":
		return name, ByeResponse{CallID: o.id()}
	case "chat":
		return name, Chat{Peer: o.text("dest"), Text: o.text("message")}
	case "crmcontact":
		return name, CRMContact{Data: o.text("data"), Direction: o.text("direction"), ServerURL: o.text("serverurl")}
	}
	return name, o.mirrored(name)
}

// mirrored reads frames that look like a client's own; some clients accept them, and nobody has
// seen a PBX send them.
func (o *object) mirrored(name string) Message {
	switch name {
	case "sip-ringing", "ringing":
		r := o.response()
		r.Code = 180
		return r
	case "sip-bye", "bye":
		return o.bye()
	case "sip-cancel", "cancel":
		return o.cancel()
	case "sip-busy":
		r := o.response()
		if r.Code == 0 {
			r.Code = 486
		}
		return r
	}
	return nil
}

// description is a session description: text, or an object that also says its kind. It is empty for
// anything else.
func (o *object) description(key string) (sdp, kind string) {
	if in := o.inner(key); in != nil {
		sdp, kind = in.text("sdp"), in.text("type")
		if in.odd != nil {
			o.isOdd(fmt.Errorf("in %s: %w", key, in.odd))
		}
		return sdp, kind
	}
	if v := o.raw(key); v != nil && v[0] == '"' {
		sdp, _ = unquote(v)
	}
	return sdp, ""
}

// codeProgress is 183 (RFC 3261 §21.1.5).
const codeProgress = 183

func (o *object) sdp() SDP {
	m := SDP{CallID: o.id(), CSeq: o.echo("cseq"), ToUser: o.text("to-user"), ToDisplay: o.text("to-display")}
	m.Code, m.Reason = o.outcome()
	if m.Code == 0 && o.truthy("code") { // no code at all would mean a pickup
		m.Code = codeProgress
	}
	if m.Code < 400 { // what a refusal carries besides its code is not described
		m.SDP, m.Kind = o.description("sdp")
	}
	switch {
	case m.SDP != "" || m.Code >= 400:
	case m.Code == 0:
		o.broken("sdp", "a session description")
	default: // the code says something all the same
		o.wrong("sdp", "a session description")
	}
	if name := o.action(); m.Kind == "" && (name == "sdp-200ok" || name == "sdp-answer") {
		m.Kind = "answer"
	}
	return m
}

// outcome is the status of a message and the words for it.
func (o *object) outcome() (code int, reason string) {
	code, phrase := o.status("code")
	return code, cmp.Or(o.text("reason"), phrase)
}

func (o *object) invite(key string) Invite {
	m := Invite{
		CallID: o.id(), CSeq: o.echo("cseq"), From: o.text("from"), To: o.text("to"),
		FromUser: o.text("from-user"), FromDisplay: o.text("from-display"), FromNumber: o.text("from-number"),
		Group: o.text("group"), AlertInfo: o.text("alertinfo"),
	}
	if m.SDP, _ = o.description(key); m.SDP == "" {
		o.broken(key, "a session description")
	}
	return m
}

// maxAddrs is how many candidates one may become.
const maxAddrs = 32

func (o *object) candidate() Candidate {
	m := Candidate{CallID: o.id(), ToUser: o.text("to-user")}
	at := o
	if in := o.inner("candidate"); in != nil { // the form of a client
		at = in
	}
	if m.Line = at.text("candidate"); m.Line == "" && at.raw("candidate") != nil && at.odd != nil {
		o.broken("candidate", "a candidate")
	}
	m.Mid, m.MLine = at.text("sdpMid"), at.mline()
	if at != o && at.odd != nil {
		o.isOdd(fmt.Errorf("in candidate: %w", at.odd))
	}
	m.Line = strings.TrimPrefix(m.Line, "a=")
	m.Addrs = o.addrs()
	if len(m.Addrs) > 0 && len(strings.Fields(m.Line)) < 6 {
		o.wrong("candidate", "long enough to hold an address")
		m.Addrs = nil
	}
	return m
}

func (o *object) mline() uint16 {
	n := o.number("sdpMLineIndex")
	if n < 0 || n > 0xffff {
		o.wrong("sdpMLineIndex", "the index of a media section")
		return 0
	}
	return uint16(n)
}

func (o *object) bye() Bye {
	m := Bye{CallID: o.id(), CSeq: o.echo("cseq"), ToUser: o.text("to-user")}
	m.Code, m.Reason = o.outcome()
	return m
}

func (o *object) cancel() Cancel {
	m := Cancel{CallID: o.id(), CSeq: o.echo("cseq"), ToUser: o.text("to-user")}
	m.Code, m.Reason = o.outcome()
	return m
}

func (o *object) response() Response {
	m := Response{CallID: o.id(), CSeq: o.echo("cseq"), ToUser: o.text("to-user")}
	if m.Code, m.Reason = o.outcome(); m.Code == 0 {
		if v := o.raw("response"); v != nil && v[0] != '{' && v[0] != '[' && string(v) != "true" { // the key may hold the status itself
			var phrase string
			m.Code, phrase = o.status("response")
			m.Reason = cmp.Or(m.Reason, phrase)
		}
	}
	return m
}

func (o *object) missedCalls() MissedCalls {
	for _, key := range []string{"count", "missed", "missed-calls", "number", "total"} {
		if o.raw(key) != nil {
			return MissedCalls{o.number(key)}
		}
	}
	return MissedCalls{len(o.list("calls"))}
}
