package control

import (
	"reflect"
	"testing"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// apart is a telephone at two systems, with a call at the second.
func apart() phone.Snapshot {
	at := func(id phone.LinkID, user pbxws.AccountID, state phone.LinkState, mail int) phone.LinkView {
		st := pbxws.NewState(user)
		st.Accounts = st.Accounts.With(user, pbxws.Account{ID: user, DND: id == "hq"})
		st.Registered, st.MWI.New = true, mail
		return phone.LinkView{
			Link: phone.Link{ID: id, Label: string(id), User: string(user), State: state}, PBX: st,
			Caps: pbxws.CapMedia | pbxws.CapDND, Plan: phone.Plan{Prefixes: map[phone.LinkID][]string{"branch": {"06"}}[id]},
		}
	}
	s := phone.Snapshot{
		Links: []phone.LinkView{at("hq", "201", phone.LinkUp, 2), at("branch", "31", phone.LinkStale, 1)},
		Legs:  []phone.Leg{{ID: "x", N: 1, Link: "branch", State: phone.Connected, Peer: pbxws.Party{Number: "33"}}},
	}
	s.Links[1].PBX.Accounts = s.Links[1].PBX.Accounts.With("33", pbxws.Account{ID: "33", Name: "Vera"})
	s.Links[0].PBX.Accounts = s.Links[0].PBX.Accounts.With("33", pbxws.Account{ID: "33", Name: "Nobody"})
	return s.On("")
}

// TestStatusOfSystems: each system with its own state, and the call with the name that it has there.
func TestStatusOfSystems(t *testing.T) {
	st := StatusOf(apart(), 3)
	want := []System{
		{Name: "hq", Link: "up", Extension: "201", Registered: true, DND: true, Voicemail: 2},
		{Name: "branch", Link: "stale", Extension: "31", Registered: true, Voicemail: 1},
	}
	if !reflect.DeepEqual(st.Systems, want) || st.Voicemail != 3 || st.Missed != 3 {
		t.Errorf("systems %+v of %+v", st.Systems, st)
	}
	if c := st.Calls[0]; c.System != "branch" || c.Name != "Vera" {
		t.Errorf("the call is %+v", c)
	}
	one := apart()
	one.Links = one.Links[:1]
	if st := StatusOf(one, 0); st.Systems != nil || st.Calls[0].System != "" {
		t.Errorf("with one system %+v", st)
	}
}

// TestRequestsOfSystems: a request names a system, or goes where it belongs.
func TestRequestsOfSystems(t *testing.T) {
	for _, tt := range []struct {
		r    Request
		want phone.Intent
		why  string
	}{
		{r: Request{Verb: "dial", To: "0612"}, want: phone.Dial{To: "0612", Link: "branch"}},
		{r: Request{Verb: "dial", To: "0612", System: "hq"}, want: phone.Dial{To: "0612", Link: "hq"}},
		{r: Request{Verb: "dial", To: "0612", System: "x"}, why: `no PBX is called "x"; there are hq, branch`},
		{r: Request{Verb: "dnd", Set: "off"}, want: phone.SetDND{Link: phone.Everywhere}},
		{r: Request{Verb: "dnd"}, want: phone.SetDND{Link: phone.Everywhere, On: true}},
		{r: Request{Verb: "dnd", System: "branch"}, want: phone.SetDND{Link: "branch", On: true}},
	} {
		got, why := taskOf(tt.r, apart())
		if !reflect.DeepEqual(got.intent, tt.want) || why != tt.why {
			t.Errorf("%+v is %#v, %q", tt.r, got.intent, why)
		}
	}
	one := apart()
	one.Links = one.Links[:1]
	if _, why := taskOf(Request{Verb: "dial", To: "1", System: "x"}, one); why != "there is only one PBX: leave out its name" {
		t.Errorf("with one system %q", why)
	}
}
