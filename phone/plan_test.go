package phone

import (
	"testing"

	"github.com/patchcord/patchcord/pbxws"
)

// twoPBXs are a snapshot over two links. 203 is somebody at both.
func twoPBXs() Snapshot {
	at := func(id LinkID, plan Plan, numbers ...pbxws.AccountID) LinkView {
		st := pbxws.NewState(numbers[0])
		var accounts []pbxws.Account
		for _, n := range numbers {
			accounts = append(accounts, pbxws.Account{ID: n})
		}
		st.Apply(pbxws.DomainLoaded{Accounts: accounts}, t0)
		return LinkView{Link: Link{ID: id, Label: string(id), State: LinkUp}, Caps: pbxws.CapMedia | pbxws.CapBlindTransfer, PBX: st, Plan: plan}
	}
	return Snapshot{Now: t0, Links: []LinkView{
		at("hq", Plan{Prefixes: []string{"0", "+39"}, Reach: map[LinkID]string{"branch": "8"}}, "201", "203"),
		at("branch", Plan{Prefixes: []string{"06"}, Lengths: []int{5}}, "31", "203"),
	}}.On("")
}

// TestRoute: by the longest prefix, then by length, then by who has the number, then the first that is up.
func TestRoute(t *testing.T) {
	for to, want := range map[string]LinkID{
		"0721555016": "hq", "06555016": "branch", "+39 06 555": "hq", "12345": "branch", "02345": "hq",
		"31": "branch", "203": "hq", "999": "hq", "": "hq",
	} {
		if got := twoPBXs().Route(to); got != want {
			t.Errorf("%q goes out by %q, want %q", to, got, want)
		}
	}
	s := twoPBXs()
	s.Links[0].Link.State = LinkWaiting
	if got := s.On("").Route("999"); got != "branch" {
		t.Errorf("while hq is down 999 goes out by %q", got)
	}
	if got := s.On("").Route("0721"); got != "hq" {
		t.Errorf("a number of hq goes out by %q", got)
	}
	if got := (Snapshot{Links: s.Links[1:]}).On("").Route("0721"); got != "branch" {
		t.Errorf("over one link a number goes out by %q", got)
	}
}

// TestTransferAcross: what one PBX dials for a number of the other, and the words where it cannot.
func TestTransferAcross(t *testing.T) {
	s := twoPBXs()
	if dial, why := s.As("hq", Account{Link: "branch", ID: "31"}); dial != "831" || why != "" {
		t.Errorf("hq calls 31 of branch as %q, %q", dial, why)
	}
	if dial, why := s.As("branch", Account{Link: "branch", ID: "31"}); dial != "31" || why != "" {
		t.Errorf("branch calls its own as %q, %q", dial, why)
	}
	const no = "201 is at hq, which branch has no way to call"
	if dial, why := s.As("branch", Account{Link: "hq", ID: "201"}); dial != "" || why != no {
		t.Errorf("branch calls 201 of hq as %q, %q", dial, why)
	}
	leg := func(link LinkID) Leg {
		return Leg{ID: "x", Link: link, State: Connected, Peer: pbxws.Party{Number: "0721555016"}}
	}
	for _, tt := range []struct {
		link     LinkID
		to, want string
	}{
		{"branch", "201", no}, {"hq", "31", "31 is at branch, which hq calls as 831"}, {"hq", "831", ""}, {"hq", "203", ""}, {"branch", "203", ""},
	} {
		s.Legs = []Leg{leg(tt.link)}
		if got := s.Refuses(TransferBlind{Leg: "x", To: tt.to}); got != tt.want {
			t.Errorf("a call of %s to %s: %q, want %q", tt.link, tt.to, got, tt.want)
		}
	}
}

// TestSameNumberElsewhere: who is up at one PBX is not the one with that number at another.
func TestSameNumberElsewhere(t *testing.T) {
	s := twoPBXs()
	for i := range s.Links {
		s.Links[i].Caps |= pbxws.CapAttendedTransfer
	}
	s.Legs = []Leg{
		{ID: "x", Link: "branch", State: Connected, Peer: pbxws.Party{Number: "0721555016"}},
		{ID: "y", Link: "hq", State: Connected, LocalHold: true, Peer: pbxws.Party{Number: "203"}},
	}
	if got := s.On("").Sending("x", "203", false); got != (TransferBlind{Leg: "x", To: "203"}) {
		t.Errorf("a call of branch is sent by %#v", got)
	}
	s.Legs[1].Link = "branch"
	if got := s.On("").Sending("x", "203", false); got != (LinkCalls{Leg: "x", With: "y"}) {
		t.Errorf("a call beside one of branch is sent by %#v", got)
	}
}
