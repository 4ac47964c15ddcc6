package phone

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/number"
	"github.com/patchcord/patchcord/pbxws"
)

// TestNameInACountry: the country decides whose name a number has, and what is dear there.
func TestNameInACountry(t *testing.T) {
	var s Snapshot
	s.PBX.Phonebook = []pbxws.Contact{{Name: "Officina", Numbers: []string{"0333123456"}}}
	for home, want := range map[number.Country]string{"": "Officina", "39": "", "49": "Officina"} {
		s.Link.Country = home
		if got := s.InPhonebook("333123456"); got != want {
			t.Errorf("in %q it is %q", home, got)
		}
	}
	dear, _ := s.Number("899123456")
	for home, want := range map[number.Country]bool{"": false, "39": true, "49": false} {
		s.Link.Country = home
		if got := s.Warning(dear) != ""; got != want {
			t.Errorf("in %q 899123456 is warned of: %t", home, got)
		}
	}
}

// TestCallInACountry: where the country tells two numbers apart, a call is neither refused nor sent for the
// other, and the call that was ordered is not answered for it.
func TestCallInACountry(t *testing.T) {
	for home, is := range map[number.Country]bool{"": true, "39": false, "49": true} {
		var s Snapshot
		s.Caps, s.Link.State, s.Link.Country = ^pbxws.Caps(0), LinkUp, home
		s.Legs = []Leg{{ID: "a", State: Connected, Peer: pbxws.Party{Number: "0333123456"}}, {ID: "b", State: Connected, Peer: pbxws.Party{Number: "601"}}}
		if got := s.refusesSending(s.Legs[0], "333123456") != ""; got != is {
			t.Errorf("in %q a transfer is refused: %t", home, got)
		}
		if _, joins := s.Sending("b", "333123456", false).(LinkCalls); joins != is {
			t.Errorf("in %q a transfer joins the other call: %t", home, joins)
		}

		d := newDesk(New(Config{Links: []LinkConfig{{Country: home}}}))
		k := d.links[0]
		k.expected = expectation{pbxws.Party{Number: "0333123456"}, d.now.Add(time.Minute)}
		if got := k.ordered(pbxws.Party{Number: "333123456"}); got != is {
			t.Errorf("in %q another call is taken for the one that was ordered: %t", home, got)
		}
	}
}

// TestParkedInACountry: of two calls that wait for their places, the very number gets its own.
func TestParkedInACountry(t *testing.T) {
	d := newDesk(New(Config{Links: []LinkConfig{{}}}))
	k := d.links[0]
	for _, n := range []string{"0333123456", "333123456"} {
		d.calls = append(d.calls, &call{link: k, leg: leg{wire: pbxws.LegID("w" + n), Leg: Leg{ID: pbxws.LegID(n), Transfer: parkedWord, Peer: pbxws.Party{Number: n}}}})
	}
	for _, n := range []string{"333123456", "0333123456"} {
		if c := k.parking(pbxws.Orbit{ID: "80", Call: "x", Parked: pbxws.Party{Number: n}}); c == nil || c.Peer.Number != n {
			t.Errorf("the place of %s is that of another", n)
		}
	}
}

// TestCountryOfTheLink: it comes from the configuration, else from our own number.
func TestCountryOfTheLink(t *testing.T) {
	for _, tt := range []struct {
		configured number.Country
		self       pbxws.AccountID
		want       number.Country
	}{{"39", "+4930123456", "39"}, {"", "+4930123456", "49"}, {"", "201", ""}} {
		d := newDesk(New(Config{Links: []LinkConfig{{Country: tt.configured}}}))
		d.links[0].pbx.Self = tt.self
		if got := d.view().Link.Country; got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}
