package nethcti

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/patchcord/patchcord/internal/janus"
	"github.com/patchcord/patchcord/pbxws"
)

// gatewayCaps are what calls of our own can do by way of the gateway.
const gatewayCaps = pbxws.CapMedia | pbxws.CapTrickle | pbxws.CapHold | pbxws.CapICERestart | pbxws.CapBlindTransfer | pbxws.CapAttendedTransfer

// sipHost is where the gateway meets the PBX, as the PBX's own page is told.
type sipHost struct {
	host string
	port int
}

// account is our webrtc extension at the gateway.
func (h sipHost) account(extension, name, secret string) janus.Account {
	return janus.Account{
		URI: h.uri(extension), Name: name, Secret: secret, Proxy: "sip:" + h.host + ":" + strconv.Itoa(h.port),
	}
}

// uri is the address of a number.
func (h sipHost) uri(number string) string { return "sip:" + escapeUser(number) + "@" + h.host }

// escapeUser writes a number as the user of a SIP URI (RFC 3261 §25.1).
func escapeUser(number string) string {
	var b strings.Builder
	for i := range len(number) {
		c := number[i]
		if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-_.!~*'()&=+$,", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
	}
	return b.String()
}

// numberOf is the number in the SIP URI of an order of ours.
func numberOf(uri string) string {
	user, _, _ := strings.Cut(strings.TrimPrefix(uri, "sip:"), "@")
	if plain, err := url.PathUnescape(user); err == nil {
		return plain
	}
	return user
}

// gatewayOrder is a command about a call of ours in the gateway's words. mine is false for a command
// that is none; an order of nil has nothing to be done for it.
func (h sipHost) gatewayOrder(c pbxws.Command) (o janus.Order, mine bool) {
	switch c := c.(type) {
	case pbxws.Offer:
		return janus.Call{ID: janus.CallID(c.Leg), To: h.uri(c.To), SDP: c.SDP}, c.Kind == pbxws.OfferCall
	case pbxws.Ringing: // the gateway tells the caller by itself
		return nil, true
	case pbxws.Answer:
		return janus.Answer{ID: janus.CallID(c.Leg), SDP: c.SDP}, true
	case pbxws.Reject:
		return janus.Decline{ID: janus.CallID(c.Leg), Code: c.Cause.Code}, true
	case pbxws.Bye:
		return janus.Hangup{ID: janus.CallID(c.Leg)}, true
	case pbxws.AddCandidate:
		return janus.AddCandidate{ID: janus.CallID(c.Leg), Line: c.Candidate.Line, Mid: c.Candidate.Mid, MLine: c.Candidate.MLine}, true
	case pbxws.EndOfCandidates:
		return janus.EndOfCandidates{ID: janus.CallID(c.Leg)}, true
	case pbxws.Hold:
		return janus.Hold{ID: janus.CallID(c.Leg), On: c.On}, true
	case pbxws.Reoffer:
		return janus.Reoffer{ID: janus.CallID(c.Leg), SDP: c.SDP}, true
	case pbxws.Tones:
		return janus.Tones{ID: janus.CallID(c.Leg), Digits: c.Digits}, true
	case pbxws.BlindTransfer:
		return janus.Transfer{ID: janus.CallID(c.Leg), To: h.uri(c.To)}, true
	case pbxws.AttendedTransfer:
		return janus.Join{ID: janus.CallID(c.Leg), With: janus.CallID(c.With)}, true
	case pbxws.Trace:
		return janus.Trace{On: c.On}, true
	}
	return nil, false
}

// commandOf is the command that an order was made of, as far as the order has it.
func commandOf(o janus.Order) pbxws.Command {
	switch o := o.(type) {
	case janus.Call:
		return pbxws.Offer{Leg: pbxws.LegID(o.ID), To: numberOf(o.To), SDP: o.SDP}
	case janus.Answer:
		return pbxws.Answer{Leg: pbxws.LegID(o.ID), SDP: o.SDP}
	case janus.Hold:
		return pbxws.Hold{Leg: pbxws.LegID(o.ID), On: o.On}
	case janus.Reoffer:
		return pbxws.Reoffer{Leg: pbxws.LegID(o.ID), SDP: o.SDP}
	case janus.Tones:
		return pbxws.Tones{Leg: pbxws.LegID(o.ID), Digits: o.Digits}
	case janus.Transfer:
		return pbxws.BlindTransfer{Leg: pbxws.LegID(o.ID), To: numberOf(o.To)}
	case janus.Join:
		return pbxws.AttendedTransfer{Leg: pbxws.LegID(o.ID), With: pbxws.LegID(o.With)}
	}
	return nil
}

// gatewayEvent is what the gateway told, in the words of all PBXs; nil for what nobody asks for.
func gatewayEvent(e janus.Event) pbxws.Event {
	switch e := e.(type) {
	case janus.Registered:
		return pbxws.Registered{}
	case janus.Unregistered:
		return pbxws.Unregistered{Reason: whyUnregistered(e)}
	case janus.Offered:
		return pbxws.LegOffered{Leg: pbxws.LegID(e.ID), From: callerOf(e.From), To: callerOf(e.To), SDP: e.SDP}
	case janus.Progressed:
		return pbxws.LegProgressed{Leg: pbxws.LegID(e.ID), Code: e.Code}
	case janus.Described:
		kind := pbxws.SDPAnswer
		if e.Offer {
			kind = pbxws.SDPOffer
		}
		return pbxws.LegDescribed{Leg: pbxws.LegID(e.ID), SDP: e.SDP, Kind: kind, Sure: true}
	case janus.Answered:
		return pbxws.LegAnswered{Leg: pbxws.LegID(e.ID)}
	case janus.Candidate:
		return pbxws.LegCandidate{Leg: pbxws.LegID(e.ID), Candidate: pbxws.Candidate{Line: e.Line, Mid: e.Mid, MLine: e.MLine}}
	case janus.Held:
		return pbxws.LegHeld{Leg: pbxws.LegID(e.ID), On: e.On}
	case janus.FarHeld:
		return pbxws.LegHeld{Leg: pbxws.LegID(e.ID), On: e.On, Remote: true}
	case janus.Orphaned:
		return pbxws.LegMissing{Leg: pbxws.LegID(e.ID)}
	case janus.Ended:
		return pbxws.LegEnded{Leg: pbxws.LegID(e.ID), Cause: causeOf(e)}
	case janus.Refused:
		if c := commandOf(e.Order); c != nil {
			return pbxws.CommandRefused{Command: c, Code: e.Code, Reason: e.Reason}
		}
	case janus.Unrecognized:
		return pbxws.Unrecognized{Name: e.Name, Why: e.Why, Raw: e.Raw}
	case janus.Frame:
		return pbxws.Frame{At: e.At, Sent: e.Sent, Text: e.Text}
	}
	return nil
}

func callerOf(p janus.Party) pbxws.Party { return pbxws.Party{Number: p.User, Name: p.Name} }

// causeOf is why a call is over.
func causeOf(e janus.Ended) pbxws.Cause {
	cause := pbxws.CauseOfCode(e.Code, e.Reason)
	if e.Code/100 == 2 { // a call that was up has no more to say
		cause = pbxws.Cause{Ending: pbxws.EndedThere}
	}
	switch e.How {
	case janus.EndedHere:
		cause.Ending = pbxws.EndedHere
	case janus.EndedElsewhere:
		cause.Ending = pbxws.EndedElsewhere
	case janus.EndedTransferred:
		cause.Ending = pbxws.EndedTransferred
	case janus.EndedLost:
		cause.Ending = pbxws.EndedLink
	}
	return cause
}

// whyUnregistered says why calls cannot come, as a clause.
func whyUnregistered(u janus.Unregistered) string {
	switch u.Why {
	case janus.SecretRefused:
		return "the PBX refused the gateway's name or secret for your webrtc extension"
	case janus.NoGateway:
		return "what answers at the gateway's address is not a gateway"
	case janus.RegistrarRefused:
		return "the PBX does not register your webrtc extension" + pbxws.Cause{Code: u.Code, Reason: u.Reason}.Said()
	}
	if status := pbxws.StatusOf(u.Err); status != 0 {
		return "the gateway for calls does not answer (" + strconv.Itoa(status) + ")"
	}
	return "the gateway for calls does not answer"
}
