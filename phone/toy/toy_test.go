package toy

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// card hums into the microphone and counts what is loud at the speaker.
type card struct {
	audio.Device
	samples atomic.Int64
}

func (c *card) Silent() bool { return false }

func (c *card) Read(pcm []int16) bool {
	ok := c.Device.Read(pcm)
	if ok {
		square(pcm)
	}
	return ok
}

func (c *card) Write(pcm []int16) bool {
	ok := c.Device.Write(pcm)
	if ok {
		c.samples.Add(loud(pcm))
	}
	return ok
}

// desk is a phone at one toy PBX or several.
type desk struct {
	*testing.T
	*phone.Phone
	pbx   *pbx // the first
	card  *card
	snaps <-chan phone.Snapshot
}

func newDesk(t *testing.T) *desk {
	d, _ := newDeskAt(t, "")
	return d
}

// newDeskAt is a phone with a link to a PBX of its own for each id.
func newDeskAt(t *testing.T, ids ...phone.LinkID) (*desk, []*pbx) {
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{T: t, card: &card{Device: audio.Null(rtc.FrameSamples)}}
	ctx, cancel := context.WithCancel(t.Context())
	config := phone.Config{OpenSound: func() (audio.Device, error) { return d.card, nil }}
	var all []*pbx
	for _, id := range ids {
		p := newPBX(t, engine)
		all = append(all, p)
		kind, known := pbxws.Dialects{dialect}.Find("toy") // the line that registers it
		if !known {
			t.Fatal("no such dialect")
		}
		login := pbxws.Login{
			URL: "ws://" + p.door.Addr().String(), User: "anna@toy",
			Secret: func(context.Context) (string, error) { return "sesame", nil },
		}
		if _, err := kind.Check(t.Context(), login); err != nil {
			t.Error(err)
		}
		config.Links = append(config.Links, phone.LinkConfig{ID: id, Label: kind.Name + string(id), User: login.User, Media: engine, Dial: kind.Dialer(login)})
		p.work.Go(func() { p.serve(ctx) })
	}
	d.pbx, d.Phone = all[0], phone.New(config)
	d.snaps = d.Watch(ctx)
	done := make(chan struct{})
	go func() { defer close(done); _ = d.Phone.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
		for _, p := range all {
			p.close()
		}
	})
	return d, all
}

// until waits for a snapshot that is as wanted.
func (d *desk) until(what string, ok func(phone.Snapshot) bool) phone.Snapshot {
	d.Helper()
	late := time.After(20 * time.Second)
	var last phone.Snapshot
	for {
		select {
		case s := <-d.snaps:
			if last = s; ok(s) {
				return s
			}
		case <-late:
			d.Fatalf("not in time: %s; legs %+v, notices %+v", what, last.Legs, last.Notices)
		}
	}
}

func (d *desk) do(i phone.Intent) {
	d.Helper()
	if _, err := d.Do(i); err != nil {
		d.Fatal(err)
	}
}

// bothHear waits until sound goes both ways from now on.
func (d *desk) bothHear() { d.bothHearAt(d.pbx) }

func (d *desk) bothHearAt(p *pbx) {
	d.Helper()
	d.card.samples.Store(0)
	p.samples.Store(0)
	d.until("sound both ways", func(phone.Snapshot) bool { return d.card.samples.Load() > 4800 && p.samples.Load() > 4800 })
}

// whole looks at a description that the PBX got.
func (d *desk) whole(direction string) {
	d.Helper()
	sdp := <-d.pbx.offers
	if strings.Contains(sdp, "c=IN IP4 0.0.0.0") || !strings.Contains(sdp, "a=candidate:") || !strings.Contains(sdp, "a="+direction+"\r\n") {
		d.Errorf("not whole or not %s:\n%s", direction, sdp)
	}
}

func up(s phone.Snapshot) bool {
	return len(s.Legs) == 1 && s.Legs[0].State == phone.Connected && s.Legs[0].Media
}

func over(s phone.Snapshot) bool { return s.Live() == 0 && s.PBX.Calls.Len() == 0 }

// TestCallPlaced: sign in, see two people, call one of them, hold and resume by new offers, hang up.
func TestCallPlaced(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.until("the directory", func(s phone.Snapshot) bool { return s.PBX.Accounts.Len() == 2 })
	if s.PBX.Self != "p1" || s.PBX.Accounts.At("p2").Name != "Bruno" || s.PBX.NotRegistered() {
		t.Errorf("%+v", s.PBX)
	}
	d.do(phone.Pickup{Account: phone.Account{ID: "p2"}})
	d.until("what this PBX cannot do", func(s phone.Snapshot) bool {
		return slices.ContainsFunc(s.Notices, func(n phone.Notice) bool { return strings.Contains(n.Text, "pick up calls") })
	})
	d.do(phone.Dial{To: "p2"})
	s = d.until("the call", up)
	if c, busy := s.PBX.CallOf("p2"); busy && c.ID != "c41" || s.LiveHere() != s.Live() {
		t.Errorf("%+v", s.PBX.Calls)
	}
	d.whole("sendrecv")
	d.bothHear()
	d.do(phone.Hold{})
	d.until("the hold", func(s phone.Snapshot) bool { return up(s) && s.Legs[0].LocalHold && !s.Legs[0].HoldPending })
	d.whole("sendonly")
	d.do(phone.Resume{})
	d.until("the resume", func(s phone.Snapshot) bool { return up(s) && !s.Legs[0].LocalHold && !s.Legs[0].HoldPending })
	d.whole("sendrecv")
	d.bothHear()
	d.do(phone.SendDigits{Digits: "12#"})
	if got := <-d.pbx.tones; got != "12#" {
		t.Errorf("the PBX got the tones %q", got)
	}
	d.until("the tones that were sent", func(s phone.Snapshot) bool { return s.Legs[0].Digits == "12#" })
	d.do(phone.Hangup{})
	s = d.until("the end", func(s phone.Snapshot) bool { return over(s) && len(s.Legs) == 1 && s.Legs[0].State == phone.Ended })
	if st := s.Legs[0].Stats; st.Codec == "" || st.Received == 0 {
		t.Errorf("the figures of the call are gone: %+v", st)
	}
}

// TestCallTaken: a call that comes without a description gets our offer at pickup.
func TestCallTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.until("the directory", func(s phone.Snapshot) bool { return s.PBX.Accounts.Len() == 2 })
	d.pbx.tell(message{Op: "incoming", Call: 42, From: "p2"})
	d.until("the ring", func(s phone.Snapshot) bool { _, rings := s.Alerting(); return rings })
	d.do(phone.AnswerCall{})
	d.until("the call", up)
	d.whole("sendrecv")
	d.bothHear()
	d.pbx.tell(message{Op: "over", Call: 42})
	d.until("the end", over)
}

// TestNewsWithoutACall: a lamp that the PBX hides, one who calls somebody, and an announcement.
func TestNewsWithoutACall(t *testing.T) {
	d := newDesk(t)
	d.until("the directory", func(s phone.Snapshot) bool { return s.PBX.Accounts.Len() == 2 })
	for state, want := range map[string]pbxws.Lamp{"calls": pbxws.LampCalling, "hidden": pbxws.LampUnknown} {
		d.pbx.tell(message{Op: "lamp", To: "p2", State: state})
		d.until("the lamp", func(s phone.Snapshot) bool { return s.PBX.Lamp(s.PBX.Accounts.At("p2")) == want })
	}
	d.pbx.tell(message{Op: "news", From: "Fire drill", State: "at noon"})
	d.until("the news", func(s phone.Snapshot) bool {
		return len(s.Notices) > 0 && s.Notices[len(s.Notices)-1].Text == "Fire drill: at noon"
	})
}

// TestWrongSecret: a refused login is a step that failed, and trying again is left to the person.
func TestWrongSecret(t *testing.T) {
	ours, theirs := net.Pipe()
	p := &pbx{t: t, socket: theirs}
	p.work.Go(func() { p.listen(t.Context(), theirs) })
	_, err := signIn(ours, "anna@toy", "wrong")
	p.work.Wait()
	var failed *pbxws.DialError
	if !errors.As(err, &failed) || failed.Step != pbxws.StepLogin || !failed.Final(true) {
		t.Errorf("%v", err)
	}
}

// TestTwoLinks: a call over each of two PBXs that use the same ids. One is held while the other
// talks, and a link that fails leaves the other's call alone.
func TestTwoLinks(t *testing.T) {
	t.Parallel()
	d, all := newDeskAt(t, "one", "two")
	one, two := all[0], all[1]
	s := d.until("both directories", func(s phone.Snapshot) bool {
		return len(s.Links) == 2 && s.On("one").PBX.Accounts.Len() == 2 && s.On("two").PBX.Accounts.Len() == 2
	})
	if s.Link.ID != "one" || s.On("two").Link.Label != "Toytwo" {
		t.Errorf("%+v", s.Links)
	}
	one.tell(message{Op: "incoming", Call: 42, From: "p2"})
	d.until("the ring", func(s phone.Snapshot) bool { _, rings := s.Alerting(); return rings })
	d.do(phone.AnswerCall{})
	first := d.until("the first call", up).Legs[0]
	d.bothHearAt(one)

	two.tell(message{Op: "incoming", Call: 42, From: "p2"})
	d.until("the second ring", func(s phone.Snapshot) bool { _, rings := s.Alerting(); return rings })
	d.do(phone.AnswerCall{})
	s = d.until("the second call, the first on hold", func(s phone.Snapshot) bool {
		talks, ok := s.Talking()
		held, _ := s.Leg(first.ID)
		return ok && talks.Link == "two" && talks.Media && held.LocalHold && !held.HoldPending
	})
	second, _ := s.Talking()
	if first.Link != "one" || second.ID == first.ID || second.N == first.N {
		t.Errorf("%+v and %+v", first, second)
	}
	d.bothHearAt(two)
	if why := s.Refuses(phone.LinkCalls{Leg: first.ID, With: second.ID}); !strings.Contains(why, "different PBXs") {
		t.Errorf("joined over two PBXs: %q", why)
	}
	d.do(phone.Resume{Leg: first.ID})
	d.until("the first call talks, the second is held", func(s phone.Snapshot) bool {
		talks, ok := s.Talking()
		held, _ := s.Leg(second.ID)
		return ok && talks.ID == first.ID && !talks.HoldPending && held.LocalHold && !held.HoldPending
	})
	d.bothHearAt(one)

	two.fail()
	s = d.until("the second link is down", func(s phone.Snapshot) bool { return s.On("two").Link.State == phone.LinkWaiting })
	if talks, ok := s.Talking(); s.Link.State != phone.LinkUp || !ok || talks.ID != first.ID || s.Live() != 2 {
		t.Errorf("the first link is %+v, calls %+v", s.Link, s.Legs)
	}
	if last := s.Notices[len(s.Notices)-1]; last.Link != "two" || !strings.HasPrefix(last.Text, "Toytwo: the link to the PBX was lost") {
		t.Errorf("%+v", last)
	}
	d.bothHearAt(one)
	d.do(phone.Dial{To: "p2", Link: "two"})
	d.until("what cannot be dialled", func(s phone.Snapshot) bool {
		return strings.Contains(s.Notices[len(s.Notices)-1].Text, "you cannot dial")
	})
	one.tell(message{Op: "over", Call: 42})
	d.until("the end of the first call alone", func(s phone.Snapshot) bool {
		ended, there := s.Leg(first.ID)
		held, _ := s.Leg(second.ID)
		return there && ended.State == phone.Ended && held.State == phone.Connected
	})
}
