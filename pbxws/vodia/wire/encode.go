package wire

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// EncodeMessage writes a frame as a PBX would. Undocumented frames are written in the form that
// DecodeMessage tries first.
func EncodeMessage(m Message) ([]byte, error) {
	switch m := m.(type) {
	case SDP:
		return encode(with("sdp", described(m.SDP, m.Kind)), withCode(m.Code), withCall(m.CallID), withCSeq(m.CSeq),
			withSome("to-user", m.ToUser), withSome("to-display", m.ToDisplay), withSome("reason", m.Reason))
	case Invite:
		return encode(with("invitesdp", m.SDP), withCall(m.CallID), withCSeq(m.CSeq), with("from", m.From), with("to", m.To),
			withSome("from-user", m.FromUser), withSome("from-display", m.FromDisplay), withSome("from-number", m.FromNumber),
			with("group", m.Group), with("alertinfo", m.AlertInfo))
	case Candidate:
		return encode(with("candidate", m.Line), member{"adr", m.pairs(), len(m.Addrs) == 0}, withCall(m.CallID), withSome("to-user", m.ToUser))
	case Bye:
		return encode(with("bye", "true"), withCall(m.CallID), withCSeq(m.CSeq), withCode(m.Code), withSome("reason", m.Reason), withSome("to-user", m.ToUser))
	case Cancel:
		return encode(with("cancel", "true"), withCall(m.CallID), withCSeq(m.CSeq), withCode(m.Code), withSome("reason", m.Reason), withSome("to-user", m.ToUser))
	case CancelResponse:
		return encode(with("cancelresponse", "true"), withCall(m.CallID))
	case Response:
		return encode(with("response", "true"), withCode(m.Code), withSome("reason", m.Reason), withCall(m.CallID), withCSeq(m.CSeq),
			withSome("to-user", m.ToUser))
	case Ringtones:
		return encode(with("ringtones", m.Value))
	case Info:
		return encode(with("info", m.Value), withCall(m.CallID))
	case Change:
		return encode(with("change", m.Value))
	case Unknown:
		return m.Raw, nil
	}
	return encodeNamed(m)
}

func encodeNamed(m Message) ([]byte, error) {
	switch m := m.(type) {
	case DomainState:
		return m.encode()
	case UserState:
		return m.encode("user-state")
	case UserChange:
		return m.encode("user-change")
	case CallState:
		return encode(withAction("call-state"), with("calls", nonNil(m.Calls)))
	case OrbitState:
		return encode(append([]member{withAction("orbit-calls")}, m.members()...)...)
	case OrbitList:
		return encode(withAction("orbit-calls"), with("orbits", nonNil(m.Orbits)))
	case RegisterReply:
		return encode(withAction("sip-register"), member{"expires", m.Expires, m.Expires == 0}, withSome("add", m.Add))
	case BLFState:
		return encode(withAction("blf"), with("account", m.Account), with("state", m.State))
	case BLFList:
		return encode(withAction("blf"), with("blf", nonNil(m.Lamps)))
	case MissedCalls:
		return encode(withAction("missed-calls"), with("count", m.Count))
	case RecStart:
		return encode(withAction("rec-start"), with("callid", m.ID))
	case RecStop:
		return encode(withAction("rec-stop"), with("callid", m.ID))
	case CallerID:
		return encode(withAction("callerid"), withCall(m.CallID), with("name", m.Name), with("number", m.Number))
	case ByeResponse:
		return encode(withAction("bye-response"), withCall(m.CallID))
	case Chat:
		return encode(withAction("chat"), with("dest", m.Peer), with("message", m.Text))
	case CRMContact:
		return encode(withAction("crmcontact"), with("data", m.Data), with("direction", m.Direction), with("serverurl", m.ServerURL))
	}
	return nil, fmt.Errorf("encode: %T is no message", m)
}

// sessionDescription is an SDP as a browser serialises it.
type sessionDescription struct {
	Type string `json:"type"`
	SDP  string `json:"sdp"`
}

func described(sdp, kind string) any {
	if kind == "" {
		return sdp
	}
	return sessionDescription{kind, sdp}
}

func (m Candidate) pairs() [][2]any {
	pairs := make([][2]any, 0, len(m.Addrs))
	for _, a := range m.Addrs {
		pairs = append(pairs, [2]any{a.Host, a.Port})
	}
	return pairs
}

func (m DomainState) encode() ([]byte, error) {
	messages := m.Messages
	if messages == nil {
		messages = json.RawMessage(`""`)
	}
	return encode(withAction("domain-state"), with("messages", messages),
		member{"calls", m.Calls, m.Calls == nil}, member{"accounts", m.Accounts, m.Accounts == nil})
}

func (e AccountEntry) encode(action string) ([]byte, error) {
	return encode(append([]member{withAction(action)}, e.members()...)...)
}

// MarshalJSON writes the entry as it stands in a domain-state.
func (e AccountEntry) MarshalJSON() ([]byte, error) { return encode(e.members()...) }

func (e AccountEntry) members() []member {
	tag := member{"tag", e.Tag, e.Tag == nil}
	return []member{
		withSome("type", e.Type), with("account", e.Account), withSome("domain", e.Domain), withSome("name", e.Name),
		withBool("registered", e.Registered), withBool("dnd", e.DND), withSome("chatstatus", e.ChatStatus),
		with("code", codeOrNull(e.Code)), with("calls", e.Calls), tag,
	}
}

// codeOrNull is null for idle, a number where the code is one, else text.
func codeOrNull(code string) any {
	if code == "" {
		return nil
	}
	if n, err := strconv.Atoi(code); err == nil {
		return n
	}
	return code
}

func (m OrbitState) members() []member {
	return []member{with("orbit", m.Orbit), with("calls", nonNil(m.Calls))}
}

// MarshalJSON writes the orbit as it stands in a list.
func (m OrbitState) MarshalJSON() ([]byte, error) { return encode(m.members()...) }

// MarshalJSON writes the lamp as it stands in a list.
func (m BLFState) MarshalJSON() ([]byte, error) {
	return encode(with("account", m.Account), with("state", m.State))
}

// MarshalJSON writes the call as it stands in an account's calls.
func (c AccountCall) MarshalJSON() ([]byte, error) {
	return encode(with("from", c.From), withSome("id", c.ID), withSome("to", c.To), withSome("state", c.State),
		member{"start", c.Start, c.Start == 0})
}

// MarshalJSON writes the call as it stands in a call-state.
func (c CallEntry) MarshalJSON() ([]byte, error) {
	return encode(withSome("id", c.ID), withSome("callid", c.CallID), with("from", c.From), with("to", c.To),
		withSome("from-number", c.FromNumber), withSome("from-name", c.FromName),
		withSome("to-number", c.ToNumber), withSome("to-name", c.ToName),
		with("extension", nonNil(c.Extension)), with("state", c.State), with("callstate", c.State),
		member{"start", c.Start, c.Start == 0}, with("connect", c.Connect), withSome("rec", c.Rec))
}

// nonNil makes the list an empty one on the wire rather than null.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
