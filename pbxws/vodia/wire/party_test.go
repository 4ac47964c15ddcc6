package wire

import (
	"testing"

	"github.com/patchcord/patchcord/pbxws"
)

func TestParties(t *testing.T) {
	for header, want := range map[string]pbxws.Party{
		`"Ana Reyes" <sip:+15555550142@tenant.example.com;user=phone>`: {Name: "Ana Reyes", Number: "+15555550142"},
		`"O\"Neil <x>" <sips:7@t>;tag=1`:                               {Name: `O"Neil <x>`, Number: "7"},
		`Ana <sip:7@t>`:                                                {Name: "Ana", Number: "7"},
		`<sip:7;isub=1@t>`:                                             {Number: "7"},
		`<tel:+1555>`:                                                  {Number: "+1555"},
		`SIP:%2A85@t`:                                                  {Number: "*85"},
		`501@t`:                                                        {Number: "501"},
		`501`:                                                          {Number: "501"},
		``:                                                             {},
		`"`:                                                            {Number: `"`},
		`"a\`:                                                          {Number: `"a\`},
		`<`:                                                            {},
	} {
		if got := PartyOf(header, "", ""); got != want {
			t.Errorf("%s: %+v, want %+v", header, got, want)
		}
	}
}

func TestCallerNumber(t *testing.T) {
	for _, tt := range []struct {
		invite Invite
		want   pbxws.Party
	}{
		{Invite{From: `"Ana" <sip:+1555@t>`, FromUser: "555", FromNumber: "5", FromDisplay: "Ana Reyes"}, pbxws.Party{Name: "Ana Reyes", Number: "+1555"}},
		{Invite{From: `"Ana" <sip:@t>`, FromUser: "555", FromNumber: "5"}, pbxws.Party{Name: "Ana", Number: "555"}},
		{Invite{FromNumber: "5"}, pbxws.Party{Number: "5"}},
		{Invite{}, pbxws.Party{}},
	} {
		if got := tt.invite.Caller(); got != tt.want {
			t.Errorf("%+v: %+v", tt.invite, got)
		}
	}
}
