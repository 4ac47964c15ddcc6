package vodia

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// DecodeMessage reads a frame of the PBX. A frame that no table knows is an Unknown; a known
// one whose content is wrong is an error that names the frame and the member, and never quotes
// what is in it. Beside a message an error tells what in the entries of a list was left out.
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

// flat reads a frame that is told by which member is there, in the order of Vodia's client.
// A member counts when JavaScript would take it for true.
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
		return "cancelresponse", CancelResponse{CallID: o.text("callid")}
	case o.truthy("response"):
		return "response", o.response()
	case o.truthy("ringtones"):
		return "ringtones", Ringtones{o.raw("ringtones")}
	case o.truthy("info"):
		return "info", Info{CallID: o.text("callid"), Value: o.raw("info")}
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
		calls, _ := o.calls()
		return name, CallState{calls}
	case "orbit-calls":
		calls, _ := o.calls()
		return name, OrbitState{Orbit: o.first("orbit", "account", "extension", "ext", "number"), Calls: calls}
	case "sip-register":
		return name, RegisterReply{Expires: o.number("expires"), Add: o.text("add")}
	case "blf":
		return name, BLFState{Account: o.first("account", "extension", "ext", "user", "number"), State: o.first("state", "code", "status")}
	case "missed-calls":
		return name, o.missedCalls()
	case "rec-start":
		return name, RecStart{o.first("callid", "id")}
	case "rec-stop":
		return name, RecStop{o.first("callid", "id")}
	case "callerid":
		return name, CallerID{CallID: o.text("callid"), Name: o.text("name"), Number: o.word("number")}
	case "bye-response":
		return name, ByeResponse{CallID: o.text("callid")}
	case "chat":
		return name, Chat{Peer: o.word("dest"), Text: o.text("message")}
	case "crmcontact":
		return name, CRMContact{Data: o.text("data"), Direction: o.text("direction"), ServerURL: o.text("serverurl")}
	}
	return name, o.mirrored(name)
}

// mirrored reads the frames that a client takes to be the inbound twins of its own; nobody
// has seen a PBX send them.
func (o *object) mirrored(name string) Message {
	switch name {
	case "sip-ringing", "ringing":
		return Response{CallID: o.text("callid"), CSeq: o.echo("cseq"), Code: 180}
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

// description is a session description: text, or an object that also says its kind.
func (o *object) description(key string) (sdp, kind string) {
	in := o.inner(key)
	if in == nil {
		return o.text(key), ""
	}
	sdp, kind = in.text("sdp"), in.text("type")
	if in.err != nil {
		o.wrong(key, "a session description")
	}
	return sdp, kind
}

func (o *object) sdp() SDP {
	m := SDP{
		CallID: o.text("callid"), CSeq: o.echo("cseq"), Code: o.number("code"),
		ToUser: o.word("to-user"), ToDisplay: o.text("to-display"), Reason: o.text("reason"),
	}
	if m.Code < 400 { // what a refusal carries besides its code is not described
		m.SDP, m.Kind = o.description("sdp")
	}
	if name := o.action(); m.Kind == "" && (name == "sdp-200ok" || name == "sdp-answer") {
		m.Kind = "answer"
	}
	return m
}

func (o *object) invite(key string) Invite {
	m := Invite{
		CallID: o.text("callid"), CSeq: o.echo("cseq"), From: o.text("from"), To: o.text("to"),
		FromUser: o.word("from-user"), FromDisplay: o.text("from-display"), FromNumber: o.word("from-number"),
		Group: o.word("group"), AlertInfo: o.text("alertinfo"),
	}
	m.SDP, _ = o.description(key)
	return m
}

// maxAddrs bounds what one candidate may expand to.
const maxAddrs = 32

func (o *object) candidate() Candidate {
	m := Candidate{CallID: o.text("callid")}
	at := o
	if in := o.inner("candidate"); in != nil { // the form of a client
		at = in
	}
	m.Line, m.Mid = at.text("candidate"), at.text("sdpMid")
	m.MLine = at.mline()
	if at.err != nil {
		o.err = at.err
	}
	m.Line = strings.TrimPrefix(m.Line, "a=")
	m.Addrs = o.addrs()
	if len(m.Addrs) > 0 && len(strings.Fields(m.Line)) < 6 {
		o.wrong("candidate", "long enough to hold an address")
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

// addrs reads "adr", a list of [address, port].
func (o *object) addrs() []Addr {
	pairs := o.list("adr")
	if len(pairs) > maxAddrs {
		o.wrong("adr", fmt.Sprintf("a list of at most %d", maxAddrs))
		return nil
	}
	var list []Addr
	for _, pair := range pairs {
		a, ok := addr(pair)
		if !ok {
			o.wrong("adr", "a list of address and port")
			return nil
		}
		list = append(list, a)
	}
	return list
}

func addr(pair json.RawMessage) (Addr, bool) {
	if pair[0] != '[' {
		return Addr{}, false
	}
	parts := slices.Collect(elements(pair))
	if len(parts) != 2 {
		return Addr{}, false
	}
	in := object{members: []field{{[]byte("host"), parts[0]}, {[]byte("port"), parts[1]}}}
	host, port := strings.Trim(in.text("host"), "[]"), in.number("port")
	_, err := netip.ParseAddr(host)
	return Addr{host, uint16(port)}, err == nil && in.err == nil && port >= 0 && port <= 0xffff
}

func (o *object) bye() Bye {
	return Bye{CallID: o.text("callid"), CSeq: o.echo("cseq"), Code: o.number("code"), Reason: o.text("reason")}
}

func (o *object) cancel() Cancel {
	return Cancel{CallID: o.text("callid"), CSeq: o.echo("cseq"), Code: o.number("code"), Reason: o.text("reason")}
}

func (o *object) response() Response {
	m := Response{CallID: o.text("callid"), CSeq: o.echo("cseq"), Code: o.number("code"), Reason: o.text("reason")}
	if v := o.raw("response"); m.Code == 0 && v != nil && v[0] >= '1' && v[0] <= '9' {
		m.Code = o.number("response") // the key may hold the status itself
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
