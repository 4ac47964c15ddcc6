package phone

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// TestNamesAreNoNumbers: no intent dials a word, unless the directory has an account of that name.
func TestNamesAreNoNumbers(t *testing.T) {
	s := Snapshot{Caps: ^pbxws.Caps(0), Link: Link{State: LinkUp}, Legs: []Leg{inState(Connected).Leg}}
	for _, id := range []pbxws.AccountID{"anna", "203", "1-800"} {
		s.PBX.Accounts = s.PBX.Accounts.With(id, pbxws.Account{ID: id})
	}
	for _, to := range []string{"Mairo", "tel:Mairo", "sip:Mairo", "callto:mairo", "anonymous", "Mario Bianchi", "private"} {
		for _, i := range []Intent{Dial{To: to}, TransferBlind{To: to}, Consult{To: to}, DeskDial{To: to}, SendText{To: to, Text: "x"},
			ParkCall{Orbit: pbxws.OrbitID(to)}, SetForward{Forward: pbxws.Forward{To: to}}} {
			if s.Refuses(i) == "" {
				t.Errorf("%T does %q", i, to)
			}
		}
	}
	if _, why := s.Number("Mairo"); why != "nobody here is called Mairo, and it is not a number" {
		t.Error(why)
	}
	for to, want := range map[string]string{
		"anna": "anna", "sip:anna": "anna", " anna ": "anna", "203": "203", "1-800": "1-800", "+39 (0721) 555016": "+390721555016",
		"anna@acme.example": "anna@acme.example",
	} {
		if n, why := s.Number(to); n.String() != want || why != "" || s.Refuses(Dial{To: to}) != "" {
			t.Errorf("%q: %q (%s)", to, n, why)
		}
	}
	if s.Refuses(TransferBlind{To: "305"}) == "" || s.Refuses(TransferBlind{To: "tel:3-05"}) == "" {
		t.Error("a call is sent to the one who is in it")
	}
}

// TestTonesNeedAnAnswer: where nobody answers us no tones can follow, and that is said.
func TestTonesNeedAnAnswer(t *testing.T) {
	s := Snapshot{Caps: ^pbxws.Caps(0), Link: Link{State: LinkUp}, Legs: []Leg{inState(Connected).Leg}}
	const to = "+18005550100,,1234#"
	for _, i := range []Intent{TransferBlind{To: to}, DeskDial{To: to}, SendText{To: to, Text: "x"}, ParkCall{Orbit: to}, SetForward{Forward: pbxws.Forward{To: to}}} {
		if why := s.Refuses(i); !strings.Contains(why, "no tones can follow") {
			t.Errorf("%T: %q", i, why)
		}
	}
	for _, i := range []Intent{Dial{To: to}, Consult{To: to}} {
		if why := s.Refuses(i); why != "" {
			t.Errorf("%T: %s", i, why)
		}
	}
}

// sending plays inputs and gives the tones sent and the waits for more.
func sending(g leg, inputs ...input) (leg, []string) {
	var did []string
	for i, in := range inputs {
		var effects []effect
		g, effects = g.step(in, t0.Add(time.Duration(i)*time.Second))
		for _, e := range effects {
			switch e := e.(type) {
			case tones:
				did = append(did, e.digits)
			case wait:
				if e.of == untilTones {
					did = append(did, e.d.String())
				}
			case drop:
				if e.of == untilTones {
					did = append(did, "drop")
				}
			}
		}
	}
	return g, did
}

// TestTonesFollowTheAnswer: two seconds for a comma, tones once there is an answer and sound, and
// none for a call that is refused or ended.
func TestTonesFollowTheAnswer(t *testing.T) {
	ringing := inState(Ringing)
	ringing.Queued = ",,1234#,5"
	answer := reported{pbxws.LegDescribed{SDP: "v=0 a", Kind: pbxws.SDPAnswer, Sure: true}}
	pickup, next := reported{pbxws.LegAnswered{}}, timeout{untilTones}
	held, back := reported{pbxws.LegHeld{On: true}}, reported{pbxws.LegHeld{}}
	for name, tt := range map[string]struct {
		inputs []input
		did    []string
		left   string
	}{
		"answered, then sound": {[]input{answer, pickup, mediaUp{}, next, next, next, next}, []string{"2s", "2s", "1234#", "3s", "5"}, ""},
		"sound, then answered": {[]input{answer, mediaUp{}, pickup, next, next}, []string{"2s", "2s", "1234#", "3s"}, ",5"},
		"not answered":         {[]input{answer, mediaUp{}, next}, nil, ",,1234#,5"},
		"no sound":             {[]input{answer, pickup, next}, nil, ",,1234#,5"},
		"refused":              {[]input{reported{pbxws.LegEnded{Cause: pbxws.CauseOfCode(486, "")}}, mediaUp{}, next}, nil, ""},
		"hung up":              {[]input{answer, pickup, mediaUp{}, next, wantHangup{}, next}, []string{"2s", "2s"}, ""},
		"held meanwhile":       {[]input{answer, pickup, mediaUp{}, wantHold{true}, held, next, wantHold{false}, back, mediaUp{}, next, next}, []string{"2s", "drop", "2s", "2s", "1234#", "3s"}, ",5"},
		"sent away":            {[]input{answer, pickup, mediaUp{}, wantTransfer{"203"}, next}, []string{"2s", "drop"}, ",,1234#,5"},
	} {
		g, did := sending(ringing, tt.inputs...)
		if !slices.Equal(did, tt.did) || g.Queued != tt.left {
			t.Errorf("%s: %q, left %q", name, did, g.Queued)
		}
	}
}

// Where the PBX chooses the parking place, a place that is named is refused before anything is sent.
func TestParkingPlaceOfThePBX(t *testing.T) {
	s := Snapshot{Caps: ^pbxws.CapParkPlace, Link: Link{State: LinkUp}, Legs: []Leg{inState(Connected).Leg}}
	if why := s.Refuses(ParkCall{Orbit: "81"}); why != "this PBX chooses the parking place itself: leave it empty" {
		t.Errorf("a place that is named: %q", why)
	}
	if why := s.Refuses(ParkCall{}); why != "" {
		t.Errorf("none: %q", why)
	}
}
