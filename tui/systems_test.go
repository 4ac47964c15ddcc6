package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/roster"
)

// together is a phone at two PBXs. 203 is somebody else at each.
func together() phone.Snapshot {
	s := calm()
	s.PBX = directoryOf(40)
	s.Link.ID, s.Link.Label = "hq", "hq"
	branch := pbxws.NewState("31")
	var accounts []pbxws.Account
	for i := range 12 {
		accounts = append(accounts, pbxws.Account{
			ID: pbxws.AccountID(fmt.Sprint(30 + i)), Registered: i != 4, DND: i == 6,
			Name: firstNames[(i+3)%len(firstNames)] + " " + lastNames[(i+5)%len(lastNames)],
		})
	}
	accounts = append(accounts, pbxws.Account{ID: "203", Registered: true, Name: "Giulia Ferri"})
	branch.Apply(pbxws.DomainLoaded{Accounts: accounts}, ago(time.Hour))
	branch.Registered = true
	link := s.Link
	link.ID, link.Label, link.User, link.AliveAt = "branch", "branch", "31", ago(12*time.Second)
	link.State = phone.LinkStale
	s.Links = []phone.LinkView{
		{Link: s.Link, Caps: s.Caps, PBX: s.PBX, Plan: phone.Plan{Reach: map[phone.LinkID]string{"branch": "8"}}},
		{Link: link, Caps: s.Caps, PBX: branch, Plan: phone.Plan{Prefixes: []string{"06"}, Lengths: []int{4}}},
	}
	return s
}

// twoCallsApart is one call at each of two PBXs.
func twoCallsApart() phone.Snapshot {
	talks, waits := talkingTo(pbxws.Party{Number: "203"}), heldParty(mario)
	talks.N, talks.Link, waits.N, waits.Link = 2, "branch", 1, "hq"
	s := with(together(), talks, waits)
	down := &s.Links[1].Link
	down.State, down.Attempt, down.NextTry, down.What = phone.LinkWaiting, 3, noon.Add(5*time.Second), "The PBX at branch.example does not answer on port 443"
	return s
}

// withSame is a robot at two PBXs, where 201 of one and 31 of the other are one person, and
// so are 202 and 32.
func withSame(t *testing.T, s phone.Snapshot) *robot {
	r := newRobot(t, s)
	r.m.settle(Settings{Same: [][]phone.Account{
		{{Link: "hq", ID: "201"}, {Link: "branch", ID: "31"}}, {{Link: "hq", ID: "202"}, {Link: "branch", ID: "32"}},
	}})
	r.show(s)
	return r
}

// TestOneBoard: the people of both in one grid, found together, and one system alone by a key.
func TestOneBoard(t *testing.T) {
	r := newRobot(t, together())
	r.sees("hq 201 LIVE  branch 31 STALE 12 s", "PEOPLE hq 40 branch 13", "z203 h Marco Neri", ".203 b Giulia Ferri", "z36  b")
	r.press("f").sees("only hq").seesNot("Giulia")
	r.press("f").sees("only branch", "Giulia").seesNot("Marco Neri")
	r.press("f").sees("only free", "Giulia")
	r.press("q").seesNot("only")
	r.press("/").press("g", "i", "u").sees("Giulia Ferri", "Enter: calls 203 Giulia Ferri by branch").press("enter").
		expect(phone.Dial{To: "203", Link: "branch"})
}

// TestByWhich: a number goes out by the system whose it is, by the plan, or by the one that Tab chooses.
func TestByWhich(t *testing.T) {
	for typed, want := range map[string]phone.Dial{
		"203": {To: "203", Link: "hq"}, "33": {To: "33", Link: "branch"}, "0612345": {To: "0612345", Link: "branch"},
		"4711": {To: "4711", Link: "branch"}, "0721555016": {To: "0721555016", Link: "hq"},
	} {
		r := newRobot(t, together())
		r.press("d")
		for _, digit := range typed {
			r.press(string(digit))
		}
		r.sees("Enter: calls "+typed, " by "+string(want.Link)).press("enter").expect(want)
	}
	r := newRobot(t, together())
	r.press("d", "2", "0", "3").sees("calls 203 Marco Neri by hq").press("tab").sees("calls 203 Giulia Ferri by branch").
		press("tab").sees("203 Marco Neri by hq").press("tab", "enter").expect(phone.Dial{To: "203", Link: "branch"})
	r.press(".").expect(phone.Dial{To: "203", Link: "branch"})

	down := together()
	down.Links[1].Link.State = phone.LinkWaiting
	r = newRobot(t, down)
	r.press("d", "2", "0", "3", "tab").sees("calls 203 Marco Neri by hq", "there is no link to branch")
	r = newRobot(t, down)
	r.press("/").press("g", "i", "u").press("enter").sees("there is no link to branch: you cannot dial")
}

// TestAskedToCallBy: what another program asks for goes out by the system that it names, at once or later.
func TestAskedToCallBy(t *testing.T) {
	asked := newsMsg{News{Dial: "203", By: "branch"}}
	for _, first := range []string{"", "/"} {
		r := newRobot(t, together())
		if first != "" {
			r.press(first)
		}
		r.send(asked)
		if first != "" {
			r.press("esc")
		}
		r.sees("calls 203 Giulia Ferri by branch").wait(time.Second)
		r.press("enter").expect(phone.Dial{To: "203", Link: "branch"})
	}
}

// TestOnePerson: who is at both systems is one entry, with what they do at each.
func TestOnePerson(t *testing.T) {
	s := together()
	s.Links[1].PBX.Apply(pbxws.CallChanged{Call: pbxws.Call{
		ID: "x", From: pbxws.Party{Number: "32", Name: "Vera"}, To: mario, Members: []pbxws.AccountID{"32"}, Caller: "32",
		Phase: pbxws.PhaseConnected, Answered: ago(time.Minute),
	}}, noon)
	r := withSame(t, s)
	r.sees("*202 + Sara Conti", "PEOPLE hq 40 branch 13").seesNot(" 32 b")
	r.press("/", "3", "2").sees("202 + Sara Conti").press("esc")
	r.m.view.roster.mark = phone.Account{Link: "branch", ID: "32"}
	r.show(s)
	r.sees("hq: free; 32 at branch: TALKING 1:00")
	r.press("d").sees("by hq")
	s.Links[0].Link.State = phone.LinkWaiting
	s.Links[1].Link.State = phone.LinkUp
	r.show(s.On(""))
	r.sees("by branch")
}

// TestAcrossSystems: a call of one is sent to a number of the other by what is dialled there, else refused.
func TestAcrossSystems(t *testing.T) {
	call := talkingTo(mario)
	call.Link = "hq"
	r := newRobot(t, with(together(), call))
	r.sees("TALKING at hq")
	ringing := calling(carla, phone.Ringing)
	ringing.Link = "branch"
	newRobot(t, with(together(), ringing)).sees("CALLING at branch, it rings there")
	r.press("t", "3", "3").sees("33 is at branch, which hq calls as 833")
	r.press("ctrl+u", "u", "g", "o").sees("Enter: ")
	there := call
	there.Link = "branch"
	r = newRobot(t, with(together(), there))
	r.press("t", "2", "0", "4").sees("204 is at hq, which branch has no way to call").press("enter").expect()
}

// TestMarkedAcrossSystems: somebody who is selected at another PBX is never taken for whoever has
// the same number at that of the call.
func TestMarkedAcrossSystems(t *testing.T) {
	call := talkingTo(mario)
	call.Link = "hq"
	r := newRobot(t, with(together(), call))
	r.press("t", "g", "i", "u", "l", "i", "a").sees("will talk to 203 Giulia Ferri at branch as 8203").
		press("enter").expect(phone.TransferBlind{Leg: call.ID, To: "8203"})
	call.Link = "branch"
	r = newRobot(t, with(together(), call))
	r.press("t", "2", "0", "3", "up").sees("203 is at hq, which branch has no way to call").press("enter").expect()
}

// TestDisturbAllOrOne: do-not-disturb goes to all systems, or to the one that is named.
func TestDisturbAllOrOne(t *testing.T) {
	r := newRobot(t, together())
	r.press("Z").expect(phone.SetDND{On: true, Link: phone.Everywhere})
	s := together()
	s.Links[1].PBX.Apply(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: "31", DND: ptr(true)}}, noon)
	r = newRobot(t, s)
	r.sees("DND branch")
	r.press(":")
	for _, letter := range "set dnd off branch" {
		if letter == ' ' {
			r.press("space")
			continue
		}
		r.press(string(letter))
	}
	r.press("enter").expect(phone.SetDND{Link: "branch"})
}

// TestForwardsOfSeveral: forwards that are the same at all systems are said once, and where there is no room for
// all that is lit, some of it stays.
func TestForwardsOfSeveral(t *testing.T) {
	s := together()
	busy := func(to string) pbxws.ForwardsLoaded {
		return pbxws.ForwardsLoaded{Forwards: []pbxws.Forward{{When: pbxws.ForwardBusy, To: to}}}
	}
	s.Links[0].PBX.Apply(busy("305"), noon)
	newRobot(t, s.On("hq")).sees("fwd 305 if busy hq")
	s.Links[1].PBX.Apply(busy("305"), noon)
	newRobot(t, s.On("hq")).sees("fwd 305 if busy").seesNot("if busy hq")
	s.Links[1].PBX.Apply(busy("+390721555016"), noon)
	newRobot(t, s.On("hq")).sees("fwd 305 if busy hq")
}

// TestSignsTellApart: the signs in the grid are as long as it takes.
func TestSignsTellApart(t *testing.T) {
	for _, tt := range []struct{ one, other, want string }{{"hq", "branch", "h b"}, {"milan", "munich", "mi mu"}, {"branch", "branch2", "branch branc2"}, {"office-one", "office-two", "offone offtwo"}} {
		s := together()
		s.Links[0].Link.Label, s.Links[1].Link.Label = tt.one, tt.other
		sc := &scene{Snapshot: s.On("")}
		signs := sc.signsOf()
		if got := signs.of["hq"] + " " + signs.of["branch"]; got != tt.want {
			t.Errorf("%s and %s are %q", tt.one, tt.other, got)
		}
	}
	if got := (signs{}).sign(&roster.Entry{}); got != "" {
		t.Errorf("alone it has the sign %q", got)
	}
}

// TestListsOfBoth: what was and who waits at both systems is in one list, and Enter goes where it belongs.
func TestListsOfBoth(t *testing.T) {
	s := together()
	for i := range s.Links {
		s.Links[i].Caps |= pbxws.CapVoicemail | pbxws.CapHistory | pbxws.CapPark | pbxws.CapQueue
		st := &s.Links[i].PBX
		n := time.Duration(i + 1)
		far := pbxws.Party{Number: []string{"204", "33"}[i]}
		st.History = []pbxws.PastCall{{ID: "1", From: far, To: pbxws.Party{Number: string(st.Self)}, Incoming: true, Began: ago(n * time.Hour), Ended: ago(n * time.Hour)}}
		st.Voicemail = []pbxws.VoiceMessage{{ID: "v", From: far, At: ago(n * time.Hour)}}
		st.Apply(pbxws.OrbitChanged{Orbit: pbxws.Orbit{ID: "80", Call: "c", Parked: far, Since: ago(time.Minute)}}, noon)
		st.Queues = st.Queues.With("71", pbxws.Queue{ID: "71", Name: "Sales", Waiting: 1, Longest: ago(time.Minute)})
	}
	s = s.On("")
	newestFirst := newRobot(t, s).press("g", "h").sees("hq     ! missed  13:05         204 Elena Longo", " branch ! missed  12:05         33 Vera Serra", "HISTORY 2  2 missed")
	newestFirst.did()
	newestFirst.press("down", "enter").expect(phone.Dial{To: "33", Link: "branch"})
	r := newRobot(t, s)
	r.press("g", "v").sees("VOICEMAIL 2").expect(phone.Fetch{Topic: pbxws.TopicVoicemail, Link: "hq"}, phone.Fetch{Topic: pbxws.TopicVoicemail, Link: "branch"})
	r.press("down", "enter").expect(phone.Dial{To: "33", Link: "branch"})
	r = newRobot(t, s)
	r.press("g", "p").sees("PARKED 2", "hq     80", "branch 80").press("down", "enter").expect(phone.Retrieve{Orbit: "80", Link: "branch"})
	r = newRobot(t, s)
	r.press("g", "q").sees("QUEUES 2", "branch 71").press("down", "enter").expect(phone.Dial{To: "71", Link: "branch"})
}

// TestCommandsGoWhereTheyBelong: a queue that is named by its number is that of the system that has it.
func TestCommandsGoWhereTheyBelong(t *testing.T) {
	s := together()
	for i := range s.Links {
		s.Links[i].Caps |= pbxws.CapQueue
	}
	at := &s.Links[1].PBX
	at.Apply(pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: "79", Kind: ptr(pbxws.KindQueue), Name: ptr("Shop")}}, noon)
	at.Queues = at.Queues.With("79", pbxws.Queue{ID: "79", Name: "Shop", Members: []pbxws.QueueMember{{ID: "31"}}})
	r := newRobot(t, s.On(""))
	if why := r.m.doThere(phone.JoinQueue{Queue: phone.Account{ID: "79"}, On: true}); why != "" {
		t.Error(why)
	}
	r.expect(phone.JoinQueue{Queue: phone.Account{Link: "branch", ID: "79"}, On: true})
	if why := r.m.doThere(phone.PauseQueue{On: true}); why != "" {
		t.Error(why)
	}
	r.expect(phone.PauseQueue{Queue: phone.Account{Link: phone.Everywhere}, On: true})
}

// TestLinearNamesTheSystem: each link, and the system of each call, in the lines for a screen reader.
func TestLinearNamesTheSystem(t *testing.T) {
	ear := &listener{}
	n, v := newLinear(ear, true), newView()
	s := twoCallsApart()
	n.narrate(sceneOf(t, s), &v, tickMsg{})
	for _, line := range []string{
		"link: 201 at hq, live", "link: 31 at branch, reconnecting. The PBX at branch.example does not answer on port 443",
		"call: 203 Giulia Ferri, TALKING at branch", "ON HOLD by you at hq",
	} {
		if !strings.Contains(ear.said.String(), line) {
			t.Errorf("not said: %q\n%s", line, &ear.said)
		}
	}
}

// rungApart is a call that rings at a PBX whose link is down.
func rungApart() phone.Snapshot {
	rings := ringingFrom(pbxws.Party{Number: "203"})
	rings.Link = "branch"
	s := with(together(), rings)
	s.Links[1].Link.State, s.Links[1].Link.NextTry = phone.LinkWaiting, noon.Add(5*time.Second)
	return s
}

// tracedApart are messages of two PBXs.
func tracedApart() phone.Snapshot {
	s := together()
	s.Tracing = true
	for i, text := range []string{`{"state":"busy"}`, `42["extenUpdate",{"exten":"31"}]`, `{"state":"free"}`} {
		s.Trace = append(s.Trace, pbxws.Frame{N: uint64(i + 1), Link: []string{"hq", "branch"}[i%2], At: ago(time.Duration(3-i) * time.Second), Text: text})
	}
	return s
}

// TestTraceOfSeveral: each message tells its PBX, and the messages of one are shown alone.
func TestTraceOfSeveral(t *testing.T) {
	r := newRobot(t, tracedApart())
	r.press("g", "w").sees("3 messages", `h <-     16 {"state":"busy"}`, `b <-     32 42["extenUpdate"`)
	r.press("f").sees("2 of 3 messages, hq alone", "busy", "free").seesNot("extenUpdate")
	r.press("f").sees("1 of 3 messages, branch alone", "extenUpdate").seesNot("busy")
	r.press("f").sees("3 messages").seesNot("alone")
	r.press("/")
	for _, letter := range "system=branch" {
		r.press(string(letter))
	}
	r.press("enter").sees(`1 of 3 messages match "system=branch"`).seesNot("busy")
	r = newRobot(t, traced())
	r.press("g", "w", "f").sees("4 messages", "+0.250 <-").seesNot("alone")
}

// TestSignallingOfOneCall: the messages of another PBX are no part of a call's signalling.
func TestSignallingOfOneCall(t *testing.T) {
	s := tracedApart()
	l := talkingTo(pbxws.Party{Number: "203"})
	l.Link, l.Began = "branch", ago(time.Minute)
	sc := &scene{Snapshot: with(s, l)}
	if list := steps(sc, l); len(list) != 1 || !strings.Contains(list[0].text, "extenUpdate") {
		t.Errorf("the signalling is %+v", list)
	}
}

// TestUnconfirmed: a call that nobody has answered may be over where no news comes; one that is up has sound to tell.
func TestUnconfirmed(t *testing.T) {
	up := talkingTo(mario)
	up.Link = "branch"
	for _, tt := range []struct {
		state phone.LinkState
		leg   phone.Leg
		want  string
	}{
		{phone.LinkWaiting, rungApart().Legs[0], "RINGING 1 of 1 at branch, link lost, may be over"},
		{phone.LinkStale, rungApart().Legs[0], "RINGING 1 of 1 at branch, no news, may be over"},
		{phone.LinkUp, rungApart().Legs[0], "RINGING 1 of 1 at branch"},
		{phone.LinkWaiting, up, "TALKING at branch"},
	} {
		s := with(together(), tt.leg)
		s.Links[1].Link.State = tt.state
		if _, words := cardTitle(&scene{Snapshot: s}, tt.leg); words != tt.want {
			t.Errorf("%v: %q, want %q", tt.state, words, tt.want)
		}
	}
}

// TestNoAnswerWithoutALink: a call that rings is not offered for an answer that its PBX would not get.
func TestNoAnswerWithoutALink(t *testing.T) {
	newRobot(t, rungApart()).sees("link lost", "x reject", "silence").seesNot("answer")
	up := rungApart()
	up.Links[1].Link.State = phone.LinkUp
	newRobot(t, up).sees("a answer")
}

// TestOutOfALink: who is out of two linked calls is offered no key about a voice that is in neither; where one of
// the two is on hold, the other's card does not say that it is heard.
func TestOutOfALink(t *testing.T) {
	newRobot(t, linkedHere()).sees("they hear each other, not you", "c    join them").seesNot("hold", "mute")
	s := linkedHere()
	s.Legs[0].LocalHold, s.Legs[0].HeldAt = true, noon
	newRobot(t, s).sees("resume Mario Bianchi, they hear each other again", "hears nobody, the other one is on hold").seesNot("mute", "not you")
}

// TestSameNameAtTwo: where two calls are with somebody of one name, sentences name the PBX of each.
func TestSameNameAtTwo(t *testing.T) {
	one, other := talkingTo(pbxws.Party{Number: "601", Name: "Luca Neri"}), heldParty(pbxws.Party{Number: "601", Name: "Luca Neri"})
	one.Link, other.Link = "hq", "branch"
	newRobot(t, with(together(), one, other)).sees("TALKING TO: Luca Neri at hq", "swap: hold Luca Neri at hq, talk to Luca Neri at branch")
	other.Peer = pbxws.Party{Number: "602", Name: "Ugo Neri"}
	newRobot(t, with(together(), one, other)).sees("swap: hold Luca Neri, talk to Ugo Neri")
}
