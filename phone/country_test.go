package phone

import (
	"testing"

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

// TestCountryOfTheLink: it is that of the configuration, else that of our own number.
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
