package nethcti

import (
	"fmt"
	"testing"

	"github.com/patchcord/patchcord/internal/janus"
	"github.com/patchcord/patchcord/pbxws"
)

var gatewayHost = sipHost{"127.0.0.1", 20139}

// TestGatewayOrders: each command about a call of ours in the gateway's words, and back where it may be
// refused.
func TestGatewayOrders(t *testing.T) {
	for _, c := range []struct {
		command pbxws.Command
		order   janus.Order
		back    bool
	}{
		{pbxws.Offer{Leg: "a", To: "*8#20 2", SDP: "v=0"}, janus.Call{ID: "a", To: "sip:*8%2320%202@127.0.0.1", SDP: "v=0"}, true},
		{pbxws.Ringing{Leg: "a"}, nil, false},
		{pbxws.Answer{Leg: "a", SDP: "v=0"}, janus.Answer{ID: "a", SDP: "v=0"}, true},
		{pbxws.Reject{Leg: "a", Cause: pbxws.Cause{Code: 486}}, janus.Decline{ID: "a", Code: 486}, false},
		{pbxws.Bye{Leg: "a"}, janus.Hangup{ID: "a"}, false},
		{pbxws.AddCandidate{Leg: "a", Candidate: pbxws.Candidate{Line: "candidate:1", Mid: "0", MLine: 1}}, janus.AddCandidate{ID: "a", Line: "candidate:1", Mid: "0", MLine: 1}, false},
		{pbxws.EndOfCandidates{Leg: "a"}, janus.EndOfCandidates{ID: "a"}, false},
		{pbxws.Hold{Leg: "a", On: true}, janus.Hold{ID: "a", On: true}, true},
		{pbxws.Reoffer{Leg: "a", SDP: "v=0"}, janus.Reoffer{ID: "a", SDP: "v=0"}, true},
		{pbxws.Tones{Leg: "a", Digits: "12#"}, janus.Tones{ID: "a", Digits: "12#"}, true},
		{pbxws.BlindTransfer{Leg: "a", To: "203"}, janus.Transfer{ID: "a", To: "sip:203@127.0.0.1"}, true},
		{pbxws.AttendedTransfer{Leg: "a", With: "b"}, janus.Join{ID: "a", With: "b"}, true},
		{pbxws.Trace{On: true}, janus.Trace{On: true}, false},
	} {
		got, mine := gatewayHost.gatewayOrder(c.command)
		if !mine || got != c.order {
			t.Errorf("%#v: %#v", c.command, got)
		}
		if back := commandOf(c.order); c.back && back != c.command || !c.back && back != nil {
			t.Errorf("%#v comes back as %#v", c.command, back)
		}
	}
	for _, other := range []pbxws.Command{pbxws.Offer{Kind: pbxws.OfferPickup}, pbxws.DeskDial{}, pbxws.SetDND{}} {
		if _, mine := gatewayHost.gatewayOrder(other); mine {
			t.Errorf("%T is taken for one about a call of ours", other)
		}
	}
}

// TestGatewayEvents: each event of the gateway in the words of all PBXs.
func TestGatewayEvents(t *testing.T) {
	for _, c := range []struct {
		event janus.Event
		want  string
	}{
		{janus.Registered{}, "pbxws.Registered{For:0}"},
		{janus.Unregistered{Why: janus.SecretRefused, Code: 904}, `pbxws.Unregistered{Reason:"the PBX refused the gateway's name or secret for your webrtc extension"}`},
		{janus.Unregistered{Why: janus.RegistrarRefused, Code: 503, Reason: "Service Unavailable"}, `pbxws.Unregistered{Reason:"the PBX does not register your webrtc extension (503 Service Unavailable)"}`},
		{janus.Unregistered{Why: janus.NoGateway}, `pbxws.Unregistered{Reason:"what answers at the gateway's address is not a gateway"}`},
		{janus.Unregistered{}, `pbxws.Unregistered{Reason:"the gateway for calls does not answer"}`},
		{janus.Unregistered{Err: status(502)}, `pbxws.Unregistered{Reason:"the gateway for calls does not answer (502)"}`},
		{janus.Answered{ID: "a"}, `pbxws.LegAnswered{Leg:"a"}`},
		{janus.Progressed{ID: "a", Code: 183}, `pbxws.LegProgressed{Leg:"a", Code:183, Peer:pbxws.Party{Name:"", Number:""}}`},
		{janus.Described{ID: "a", SDP: "v=0"}, `pbxws.LegDescribed{Leg:"a", SDP:"v=0", Kind:0x0, Sure:true}`},
		{janus.Described{ID: "a", SDP: "v=0", Offer: true}, `pbxws.LegDescribed{Leg:"a", SDP:"v=0", Kind:0x1, Sure:true}`},
		{janus.Held{ID: "a", On: true}, `pbxws.LegHeld{Leg:"a", On:true, Remote:false}`},
		{janus.FarHeld{ID: "a", On: true}, `pbxws.LegHeld{Leg:"a", On:true, Remote:true}`},
		{janus.Orphaned{ID: "a"}, `pbxws.LegMissing{Leg:"a"}`},
		{janus.Candidate{ID: "a", Line: "candidate:1", Mid: "0"}, `pbxws.LegCandidate{Leg:"a", Candidate:pbxws.Candidate{Line:"candidate:1", Mid:"0", MLine:0x0}}`},
		{janus.Refused{Order: janus.Hold{ID: "a", On: true}, Code: 490, Reason: "no"}, `pbxws.CommandRefused{Command:pbxws.Hold{Leg:"a", On:true, SDP:""}, Code:490, Reason:"no"}`},
		{janus.Refused{Order: janus.Hangup{ID: "a"}}, "<nil>"},
		{janus.Transferred{ID: "a"}, "<nil>"},
		{janus.Missed{}, "<nil>"},
	} {
		if got := fmt.Sprintf("%#v", gatewayEvent(c.event)); got != c.want {
			t.Errorf("%#v: %s, want %s", c.event, got, c.want)
		}
	}
	offered := gatewayEvent(janus.Offered{ID: "in", From: janus.Party{URI: "sip:202@x", User: "202", Name: "Bruno"}, To: janus.Party{User: "91201"}, SDP: "v=0"})
	want := pbxws.LegOffered{Leg: "in", From: pbxws.Party{Number: "202", Name: "Bruno"}, To: pbxws.Party{Number: "91201"}, SDP: "v=0"}
	if offered != want {
		t.Errorf("%#v", offered)
	}
}

// TestGatewayEndings: how a call ended.
func TestGatewayEndings(t *testing.T) {
	for want, e := range map[string]janus.Ended{
		"busy (486 Busy Here)":                        {Code: 486, Reason: "Busy Here"},
		"the other side hung up":                      {Code: 200, Reason: "to BYE"},
		"you hung up":                                 {How: janus.EndedHere, Code: 200, Reason: "to BYE"},
		"answered elsewhere (487)":                    {How: janus.EndedElsewhere, Code: 487},
		"transferred":                                 {How: janus.EndedTransferred},
		"the link to the PBX was lost":                {How: janus.EndedLost},
		"the caller gave up (487 Request Terminated)": {Code: 487, Reason: "Request Terminated"},
	} {
		if got := causeOf(e).String(); got != want {
			t.Errorf("%+v: %q, want %q", e, got, want)
		}
	}
}

type status int

func (s status) Error() string { return "HTTP" }
func (s status) Status() int   { return int(s) }
