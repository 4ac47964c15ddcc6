package wire

import "fmt"

// DecodeRequest reads a frame of a client. A frame that no table knows is an Unsupported.
func DecodeRequest(data []byte) (Request, error) {
	o, err := parse(data)
	if err != nil {
		return nil, err
	}
	name := o.action()
	r := o.subscription(name)
	if r == nil {
		r = o.callRequest(name)
	}
	if r == nil {
		r = o.portalRequest(name)
	}
	if o.err != nil {
		return nil, fmt.Errorf("%s: %w", name, o.err)
	}
	if r == nil {
		return Unsupported{Name: name, Raw: data}, nil
	}
	return r, nil
}

func (o *object) subscription(name string) Request {
	switch name {
	case "avoid-disconnect":
		return AvoidDisconnect{}
	case "own-calls":
		return OwnCalls{o.flag("subscribe")}
	case "domain-calls":
		return DomainCalls{o.flag("subscribe")}
	case "orbit-calls":
		return OrbitCalls{o.flag("subscribe")}
	case "ringtones":
		return GetRingtones{}
	case "blf":
		return SubscribeBLF{o.texts("add")}
	case "sip-register":
		return Register{o.text("useragent")}
	case "get-users":
		return GetUsers{}
	case "get-calls":
		return GetCalls{}
	}
	return nil
}

func (o *object) callRequest(name string) Request {
	id := o.text("callid")
	switch name {
	case "sdp-packet":
		sdp, _ := o.description("sdp")
		return Offer{To: o.text("to"), SDP: sdp, CallID: id}
	case "ice-candidate":
		return o.iceCandidate(id)
	case "sip-ringing":
		return Ringing{id, o.echo("cseq")}
	case "sdp-200ok":
		sdp, _ := o.description("sdp")
		return Answer{CallID: id, CSeq: o.echo("cseq"), SDP: sdp}
	case "sip-ack":
		return Ack{id}
	case "sip-busy":
		return Busy{CallID: id, CSeq: o.echo("cseq"), Code: o.number("code")}
	case "sip-bye":
		return Hangup{CallID: id, Caller: o.flag("caller")}
	case "bye-response":
		return ByeDone{id, o.echo("cseq")}
	case "cancel-response":
		return CancelDone{id, o.echo("cseq")}
	case "wrtc-hold":
		return o.hold(id)
	case "blind-transfer2":
		return BlindTransfer{ID: o.text("id"), From: o.text("from"), To: o.text("to")}
	case "att-transfer":
		return AttTransfer{ID: o.text("id"), From: o.text("from"), ID2: o.text("id2"), To: o.text("to")}
	case "mute":
		return Mute{id, o.flag("muted")}
	case "rec-call":
		return RecCall{ID: o.text("id"), On: o.text("startstop") == "on"}
	}
	return nil
}

func (o *object) portalRequest(name string) Request {
	switch name {
	case "blind-transfer":
		return OldBlindTransfer{ID: o.text("id"), From: o.text("from"), To: o.text("to")}
	case "hold-call":
		return HoldCall{o.text("id")}
	case "accept-call":
		return AcceptCall{o.text("id")}
	case "clear-call":
		return ClearCall{o.text("id"), o.flag("connected")}
	case "make-call":
		return MakeCall{o.text("to")}
	case "chat":
		return SendChat{Src: o.text("src"), Dest: o.text("dest"), Text: o.text("message")}
	case "add-to-crm":
		return AddToCRM{Sub: o.text("sub"), Des: o.text("des"), ID: o.text("id")}
	}
	return nil
}

func (o *object) iceCandidate(id string) Request {
	if o.raw("candidate") == nil {
		return ICECandidate{CallID: id}
	}
	c := o.candidate()
	return ICECandidate{CallID: id, Line: c.Line, Mid: c.Mid, MLine: c.MLine}
}

func (o *object) hold(id string) Request {
	h := Hold{CallID: id, Caller: o.text("calldir") == "caller"}
	switch o.text("holdcmd") {
	case "sendonly":
		h.On = true
	case "sendrecv":
	default:
		o.wrong("holdcmd", "sendonly or sendrecv")
	}
	h.SDP, _ = o.description("sdp")
	return h
}

// EncodeRequest writes a frame in the documented form.
func EncodeRequest(r Request) ([]byte, error) {
	switch r := r.(type) {
	case AvoidDisconnect:
		return encode(withAction("avoid-disconnect"))
	case OwnCalls:
		return encode(withAction("own-calls"), with("subscribe", r.Subscribe))
	case DomainCalls:
		return encode(withAction("domain-calls"), with("subscribe", r.Subscribe))
	case OrbitCalls:
		return encode(withAction("orbit-calls"), with("subscribe", r.Subscribe))
	case GetRingtones:
		return encode(withAction("ringtones"))
	case SubscribeBLF:
		return encode(withAction("blf"), with("add", nonNil(r.Add)))
	case Register:
		return encode(withAction("sip-register"), withSome("useragent", r.UserAgent))
	case GetUsers:
		return encode(withAction("get-users"))
	case GetCalls:
		return encode(withAction("get-calls"))
	case Unsupported:
		return r.Raw, nil
	}
	return encodeCall(r)
}

func encodeCall(r Request) ([]byte, error) {
	switch r := r.(type) {
	case Offer:
		return encode(withAction("sdp-packet"), with("to", r.To), with("sdp", sessionDescription{"offer", r.SDP}), withCall(r.CallID))
	case ICECandidate:
		return encode(withAction("ice-candidate"), with("candidate", r.object()), withCall(r.CallID))
	case Ringing:
		return encode(withAction("sip-ringing"), withCall(r.CallID), withCSeq(r.CSeq))
	case Answer:
		return encode(withAction("sdp-200ok"), with("sdp", sessionDescription{"answer", r.SDP}), withCall(r.CallID), withCSeq(r.CSeq))
	case Ack:
		return encode(withAction("sip-ack"), withCall(r.CallID))
	case Busy:
		return encode(withAction("sip-busy"), withCall(r.CallID), withCSeq(r.CSeq), withCode(r.Code))
	case Hangup:
		return encode(withAction("sip-bye"), with("caller", quotedBool(r.Caller)), withCall(r.CallID))
	case ByeDone:
		return encode(withAction("bye-response"), withCall(r.CallID), withCSeq(r.CSeq))
	case CancelDone:
		return encode(withAction("cancel-response"), withCall(r.CallID), withCSeq(r.CSeq))
	case Hold:
		return r.encode()
	case BlindTransfer:
		return encode(withAction("blind-transfer2"), with("id", r.ID), with("from", r.From), with("to", r.To))
	case AttTransfer:
		return encode(withAction("att-transfer"), with("id", r.ID), with("from", r.From), with("id2", r.ID2), with("to", r.To))
	case Mute:
		return encode(withAction("mute"), withCall(r.CallID), with("muted", r.Muted))
	case RecCall:
		return encode(withAction("rec-call"), with("id", r.ID), with("startstop", map[bool]string{true: "on", false: "off"}[r.On]))
	}
	return encodePortal(r)
}

func encodePortal(r Request) ([]byte, error) {
	switch r := r.(type) {
	case OldBlindTransfer:
		return encode(withAction("blind-transfer"), with("id", r.ID), with("from", r.From), with("to", r.To))
	case HoldCall:
		return encode(withAction("hold-call"), with("id", r.ID))
	case AcceptCall:
		return encode(withAction("accept-call"), with("id", r.ID))
	case ClearCall:
		return encode(withAction("clear-call"), with("id", r.ID), with("connected", quotedBool(r.Connected)))
	case MakeCall:
		return encode(withAction("make-call"), with("to", r.To))
	case SendChat:
		return encode(withAction("chat"), with("src", r.Src), with("dest", r.Dest), with("message", r.Text))
	case AddToCRM:
		return encode(withAction("add-to-crm"), with("sub", r.Sub), with("des", r.Des), with("id", r.ID))
	}
	return nil, fmt.Errorf("encode: %T is no request", r)
}

// browserCandidate is a candidate as a browser serialises it.
type browserCandidate struct {
	Candidate string `json:"candidate"`
	Mid       string `json:"sdpMid"`
	MLine     uint16 `json:"sdpMLineIndex"`
}

func (r ICECandidate) object() any {
	if r.Line == "" {
		return nil
	}
	return browserCandidate{r.Line, r.Mid, r.MLine}
}

func (r Hold) encode() ([]byte, error) {
	command, dir := "sendrecv", "callee"
	if r.On {
		command = "sendonly"
	}
	if r.Caller {
		dir = "caller"
	}
	sdp := member{"sdp", sessionDescription{"offer", r.SDP}, r.SDP == ""}
	return encode(withAction("wrtc-hold"), withCall(r.CallID), with("holdcmd", command), with("calldir", dir), sdp)
}

// quotedBool is a boolean the way some members want it.
func quotedBool(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
