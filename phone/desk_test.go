package phone

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/internal/backoff"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeConn is a link whose other end is the test.
type fakeConn struct {
	events chan pbxws.Event
	caps   pbxws.Caps
	mu     sync.Mutex
	sent   []pbxws.Command
	err    error
}

func newFakeConn() *fakeConn {
	return &fakeConn{
		events: make(chan pbxws.Event, 16), caps: byMessage | pbxws.CapMedia | pbxws.CapBlindTransfer,
	}
}

func (c *fakeConn) Caps() pbxws.Caps           { return c.caps }
func (c *fakeConn) Events() <-chan pbxws.Event { return c.events }
func (c *fakeConn) Err() error                 { return c.err }
func (c *fakeConn) Close() error               { return nil }

func (c *fakeConn) Send(_ context.Context, cmd pbxws.Command) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, cmd)
	return nil
}

func (c *fakeConn) commands() []pbxws.Command {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sent)
}

// room runs a phone in fake time. dial makes the n-th attempt, counted from 1. Links are made
// inside the bubble, or its time would stand still.
type room struct {
	*Phone
	conn  *fakeConn
	snaps <-chan Snapshot
	last  Snapshot
	dials atomic.Int32
	// ended is what Run said.
	ended error
}

// able is a PBX that can do something besides what every one can.
func able(more pbxws.Caps) func(r *room, n int) (pbxws.Conn, error) {
	return func(r *room, _ int) (pbxws.Conn, error) {
		r.conn.caps |= more
		return r.conn, nil
	}
}

func inRoom(t *testing.T, dial func(r *room, n int) (pbxws.Conn, error), f func(*testing.T, *room)) {
	inRoomWith(t, dial, func(*Config) {}, f)
}

// inRoomWith is inRoom with a configuration of the test's own.
func inRoomWith(t *testing.T, dial func(r *room, n int) (pbxws.Conn, error), configure func(*Config), f func(*testing.T, *room)) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{conn: newFakeConn()}
		c := Config{
			Links: []LinkConfig{{
				Label: "acme", User: "201",
				Dial: func(context.Context) (pbxws.Conn, error) {
					return dial(r, int(r.dials.Add(1)))
				},
			}},
			OpenSound: func() (audio.Device, error) { return audio.Null(rtc.FrameSamples), nil },
		}
		configure(&c)
		r.Phone = New(c)
		ctx, cancel := context.WithCancel(t.Context())
		r.snaps = r.Watch(ctx)
		done := make(chan struct{})
		go func() { defer close(done); r.ended = r.Run(ctx) }()
		f(t, r)
		cancel()
		<-done
	})
}

// bareDesk is a desk with one link that does not run.
func bareDesk() *desk { return newDesk(New(Config{Links: []LinkConfig{{}}})) }

// after lets fake time pass and gives what the screen would show then.
func (r *room) after(d time.Duration) Snapshot {
	time.Sleep(d) // fake time: the bubble's
	synctest.Wait()
	for {
		select {
		case s, ok := <-r.snaps:
			if !ok {
				return r.last
			}
			r.last = s
		default:
			return r.last
		}
	}
}

func (r *room) said() string {
	var lines []string
	for _, n := range r.last.Notices {
		lines = append(lines, n.Text)
	}
	return strings.Join(lines, "; ")
}

func always(r *room, _ int) (pbxws.Conn, error) { return r.conn, nil }

func TestReconnectsWithGrowingPatience(t *testing.T) {
	down := func(r *room, n int) (pbxws.Conn, error) {
		if n < 9 {
			return nil, &pbxws.DialError{Step: pbxws.StepReach, What: "acme.example refused the connection", Next: "Check the port"}
		}
		return r.conn, nil
	}
	inRoom(t, down, func(t *testing.T, r *room) {
		s := r.after(100 * time.Millisecond)
		if s.Link.State != LinkWaiting || s.Link.Next != "Check the port" || s.Link.NextTry.Sub(s.Now) > 2*time.Second {
			t.Fatalf("after the first try: %+v", s.Link)
		}
		if s = r.after(10 * time.Minute); s.Link.State != LinkStale || s.Link.Attempt != 0 || s.Link.What != "" {
			t.Fatalf("in the end: %+v", s.Link)
		}
		if r.dials.Load() != 9 {
			t.Errorf("%d tries", r.dials.Load())
		}
		if n := strings.Count(r.said(), "refused the connection"); n != 1 {
			t.Errorf("the same trouble was told %d times", n)
		}
	})
}

func TestBackoffStaysInBounds(t *testing.T) {
	for attempt := 1; attempt < 40; attempt++ {
		for range 100 {
			if d := backoff.Pause(attempt, firstPause, longestPause); d <= 0 || d > longestPause+longestPause/8 || attempt == 1 && d > 2*firstPause {
				t.Fatalf("try %d waits %s", attempt, d)
			}
		}
	}
}

func TestWrongPasswordIsTriedOnce(t *testing.T) {
	wrong := func(*room, int) (pbxws.Conn, error) {
		return nil, &pbxws.DialError{Step: pbxws.StepLogin, What: "the password is wrong", Next: "Correct it", Permanent: true}
	}
	inRoom(t, wrong, func(t *testing.T, r *room) {
		if s := r.after(time.Hour); s.Link.State != LinkStopped || r.dials.Load() != 1 {
			t.Fatalf("%+v after %d tries", s.Link, r.dials.Load())
		}
		_, _ = r.Do(Reconnect{})
		if r.after(time.Second); r.dials.Load() != 2 {
			t.Fatalf("asked to try again: %d tries", r.dials.Load())
		}
	})
}

// TestLinkThatBreaksAtOnce: a PBX that accepts the link and closes it, again and again, is tried
// ever more rarely; a link that lasted is tried again at once.
func TestLinkThatBreaksAtOnce(t *testing.T) {
	dial := func(r *room, n int) (pbxws.Conn, error) {
		if r.conn = newFakeConn(); n < 9 {
			r.conn.err = errors.New("it closed the link")
			close(r.conn.events)
		}
		return r.conn, nil
	}
	inRoom(t, dial, func(t *testing.T, r *room) {
		if r.after(10 * time.Second); r.dials.Load() > 6 {
			t.Errorf("%d links in 10 s", r.dials.Load())
		}
		if s := r.after(10 * time.Minute); s.Link.State == LinkWaiting || r.dials.Load() != 9 {
			t.Fatalf("after %d links: %+v", r.dials.Load(), s.Link)
		}
		r.conn.err = errors.New("it closed the link")
		close(r.conn.events)
		if s := r.after(100 * time.Millisecond); s.Link.State != LinkWaiting || s.Link.NextTry.Sub(s.Now) > 2*time.Second {
			t.Errorf("after a steady link: %+v", s.Link)
		}
	})
}

func TestSilenceIsStale(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		conn := r.conn
		if s := r.after(9 * time.Second); s.Link.State != LinkUp {
			t.Fatalf("after 9 s: %+v", s.Link)
		}
		if s := r.after(3 * time.Second); s.Link.State != LinkStale {
			t.Fatalf("after 12 s: %+v", s.Link)
		}
		conn.events <- pbxws.Alive{}
		if s := r.after(100 * time.Millisecond); s.Link.State != LinkUp {
			t.Fatalf("after a word: %+v", s.Link)
		}
	})
}

func TestIncomingCallThatGivesUp(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		conn := r.conn
		r.after(time.Second)
		conn.events <- pbxws.LegOffered{Leg: "in1", From: pbxws.Party{Name: "Mario", Number: "305"}}
		s := r.after(time.Second)
		if l, ok := s.Alerting(); !ok || !s.Sound.Ringing || l.Peer.Name != "Mario" {
			t.Fatalf("ringing: %+v %+v", s.Legs, s.Sound)
		}
		conn.events <- pbxws.LegEnded{Leg: "in1", Cause: pbxws.Cause{Ending: pbxws.EndedCancelled}}
		if s = r.after(300 * time.Millisecond); s.Live() != 0 || s.Sound.Ringing {
			t.Fatalf("after the caller gave up: %+v", s.Sound)
		}
		if s = r.after(10 * time.Second); len(s.Legs) != 0 || !strings.Contains(r.said(), "missed call from 305 Mario") {
			t.Fatalf("10 s later: %+v, %s", s.Legs, r.said())
		}
	})
}

// TestRingEnds: a call whose end the PBX never sends does not ring for ever.
func TestRingEnds(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		conn := r.conn
		r.after(time.Second)
		conn.events <- pbxws.LegOffered{Leg: "in1"}
		if s := r.after(10 * time.Minute); s.Live() != 0 || s.Sound.Ringing {
			t.Fatalf("still ringing: %+v", s)
		}
		want := pbxws.Reject{Leg: "in1", Cause: pbxws.Cause{Ending: pbxws.EndedNoAnswer, Code: pbxws.CodeUnavailable}}
		if !slices.Contains(conn.commands(), pbxws.Command(want)) {
			t.Errorf("sent %+v", conn.commands())
		}
	})
}

// TestDNDNeverRings: do-not-disturb refuses before any ringing is sent, so no lamp flickers.
func TestDNDNeverRings(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		conn := r.conn
		yes := true
		conn.events <- pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: "201", DND: &yes}}
		conn.events <- pbxws.LegOffered{Leg: "in1"}
		r.after(time.Second)
		for _, c := range conn.commands() {
			if _, rang := c.(pbxws.Ringing); rang {
				t.Error("the PBX was told that it rings")
			}
		}
		if len(conn.commands()) != 1 {
			t.Errorf("sent %+v", conn.commands())
		}
	})
}

func TestRefusalsComeInWords(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		conn := r.conn
		r.after(time.Second)
		for _, i := range []Intent{Hold{}, Resume{}, Swap{}, AnswerCall{}, Reject{}, Hangup{}, HangupAll{}, SendDigits{Digits: "1"},
			TransferBlind{To: "203"}, Consult{To: "203"}, CompleteTransfer{}, DropConsult{}, Join{Room: Account{ID: "90"}}, Mix{}, Split{},
			ParkCall{}, Retrieve{Orbit: "80"}, Pickup{Account: Account{ID: "202"}}, SetRecording{On: true}, RecordHere{On: true}, SetForward{}, WatchLine{Account: Account{ID: "999"}, On: true},
			Fetch{}, DeskDial{To: "202"}, Dial{To: " "}, Dial{To: "12\x1b[2J"}, SetMute{On: true}, RestartICE{}, CallAgain{}, UseDevice{}, UseDevice{Role: Speaker, Name: "\a"}, TryDevice{Role: Microphone}, SetVolume{Role: Microphone}, Silence{}, SetDND{On: true}, Reconnect{}} {
			before := len(r.last.Notices)
			if _, err := r.Do(i); err != nil {
				t.Fatal(err)
			}
			s := r.after(time.Second)
			if len(s.Notices) != before+1 || s.Notices[before].Text == "" || s.Notices[before].Grade != GradeWarn {
				t.Errorf("%T: said %q", i, r.said())
			}
		}
		if len(conn.commands()) != 0 {
			t.Errorf("and yet sent %+v", conn.commands())
		}
	})
}

// TestOpenMicrophone: the warning that nobody hears us is taken back when the microphone is open again,
// and nothing is said where there was none.
func TestOpenMicrophone(t *testing.T) {
	d := bareDesk()
	d.player.sound = newSound("")
	for _, speaks := range []bool{true, false} {
		d.notices, d.muted, d.now = nil, true, d.now.Add(time.Hour)
		d.player.sound.mutedSpeech.Store(speaks)
		d.warnMuted()
		d.handle(order{intent: SetMute{}})
		var said []string
		for _, n := range d.notices {
			said = append(said, n.Text)
		}
		want := []string{"you are muted: nobody hears you", "your microphone is open again"}
		if !speaks {
			want = nil
		}
		if !slices.Equal(said, want) {
			t.Errorf("speaking %t: said %q", speaks, said)
		}
	}
}

// TestRingingOutlivesTheLink: a call that rings here stays without a link, is not heard and cannot be
// answered meanwhile, and ends when the new link does not show it.
func TestRingingOutlivesTheLink(t *testing.T) {
	again := func(r *room, n int) (pbxws.Conn, error) {
		if n > 1 {
			r.conn = newFakeConn()
		}
		return r.conn, nil
	}
	inRoom(t, again, func(t *testing.T, r *room) {
		first := r.conn
		r.after(time.Second)
		first.events <- pbxws.LegOffered{Leg: "in1"}
		r.after(time.Second)
		first.err = errors.New("connection reset")
		close(first.events)
		s := r.after(100 * time.Millisecond)
		if s.Live() != 1 || s.Sound.Ringing || s.Link.State != LinkWaiting {
			t.Fatalf("%+v, ringing %t, %v", s.Legs, s.Sound.Ringing, s.Link.State)
		}
		if said := "the call from withheld may have ended"; !strings.Contains(r.said(), said) {
			t.Errorf("not said: %s", said)
		}
		if why := s.Refuses(AnswerCall{}); why != "there is no link to the PBX to answer by" {
			t.Errorf("without a link: %q", why)
		}
		if s = r.after(3 * time.Second); s.Link.State != LinkUp || !strings.Contains(r.said(), "is back") {
			t.Fatalf("%+v, said %s", s.Link, r.said())
		}
		if why := s.Refuses(AnswerCall{}); why != "" || s.Live() != 1 || !s.Sound.Ringing {
			t.Errorf("with the link back: %q, %+v", why, s.Legs)
		}
		r.conn.events <- pbxws.LegMissing{Leg: "in1"}
		if s = r.after(time.Second); s.Live() != 0 || !strings.Contains(r.said(), "missed call from withheld: it ended while the link to the PBX was lost") {
			t.Errorf("%+v, said %s", s.Legs, r.said())
		}
	})
}

// TestEveryIntentIsDecided walks the closed set: each intent has a rule, and the one switch has a case
// for it.
func TestEveryIntentIsDecided(t *testing.T) {
	src := sources(t, "handle.go")
	ruled := map[string]bool{}
	for kind := range rules {
		ruled[kind.Name()] = true
	}
	for _, name := range markers(t, "*.go", "intent") {
		if !ruled[name] {
			t.Errorf("no rule decides %s", name)
		}
		if !regexp.MustCompile(`\tcase ` + name + `:`).MatchString(src) {
			t.Errorf("no case carries %s out", name)
		}
	}
	var unknown struct{ Hold }
	if why := (Snapshot{}).Refuses(unknown); why == "" {
		t.Error("an intent that nobody knows is not refused")
	}
}

// TestWatchedLine: who asked is told once when a colleague is free.
func TestWatchedLine(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		busy, idle := pbxws.BLFBusy, pbxws.BLFIdle
		yes := true
		line := func(b *pbxws.BLF) pbxws.Event {
			return pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: "231", Registered: &yes, BLF: b}}
		}
		r.conn.events <- line(&busy)
		r.after(time.Second)
		_, _ = r.Do(WatchLine{Account: Account{ID: "231"}, On: true})
		if s := r.after(time.Second); len(s.Watched) != 1 {
			t.Fatalf("watched: %v", s.Watched)
		}
		for _, b := range []*pbxws.BLF{&idle, &busy, &idle} {
			r.conn.events <- line(b)
			r.after(time.Second)
		}
		if n := strings.Count(r.said(), "231 is free"); n != 2 || len(r.last.Watched) != 0 { // the promise and the news
			t.Errorf("said %s", r.said())
		}
	})
}

func TestCommandsOfThePBXAreToldWhenDone(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		r.after(time.Second)
		r.conn.events <- pbxws.CommandDone{Command: pbxws.SetDND{On: true}}
		r.conn.events <- pbxws.CommandRefused{Command: pbxws.SetForward{}, Code: 403, Reason: "no right"}
		r.after(time.Second)
		if said := r.said(); said != "do not disturb is on at the PBX; the forwarding always was not changed: no right" {
			t.Errorf("said %q", said)
		}
	})
}

// TestTexts: messages of others, the outcome of ours and a customer record are shown in a line.
func TestTexts(t *testing.T) {
	inRoom(t, able(pbxws.CapText), func(t *testing.T, r *room) {
		r.after(time.Second)
		r.conn.events <- pbxws.DomainLoaded{Accounts: []pbxws.Account{{ID: "502", Name: "Front Desk"}}}
		_, _ = r.Do(SendText{To: "50 2", Text: " hello "})
		_, _ = r.Do(SendText{To: "502", Text: " "})
		r.after(time.Second)
		r.conn.events <- pbxws.CommandDone{Command: pbxws.SendText{To: "502"}}
		r.conn.events <- pbxws.CommandRefused{Command: pbxws.SendText{To: "503"}, Reason: "nobody there"}
		r.conn.events <- pbxws.TextReceived{From: "502", Text: "two\n lines"}
		r.conn.events <- pbxws.CustomerFound{Incoming: true, URL: "https://crm/7", Fields: []pbxws.Field{{Name: "name", Value: "Ana"}, {Name: "tier", Value: "2"}}}
		r.after(time.Second)
		const want = "no text was given; your text to 502 was sent; your text to 503 was not sent: nobody there; " +
			"502 Front Desk writes: two lines; the caller's customer record: name Ana, tier 2 https://crm/7"
		if said := r.said(); said != want {
			t.Errorf("said %q", said)
		}
		if sent := r.conn.commands(); !slices.Contains(sent, pbxws.Command(pbxws.SendText{To: "502", Text: "hello"})) {
			t.Errorf("sent %v", sent)
		}
	})
}

// TestNotUnderstoodIsKept: a message that was not understood is in the trace, even if that was
// closed when it came.
func TestNotUnderstoodIsKept(t *testing.T) {
	inRoom(t, always, func(t *testing.T, r *room) {
		r.after(time.Second)
		r.conn.events <- pbxws.Frame{Text: "nobody wants to see this"}
		r.conn.events <- pbxws.Unrecognized{Name: "new-word", Raw: `{"action":"new-word"}`}
		s := r.after(time.Second)
		if len(s.Trace) != 1 || s.Trace[0].Text != `not understood: new-word {"action":"new-word"}` {
			t.Errorf("kept %v", s.Trace)
		}
	})
}

// TestControlOnly: on a machine without sound calls use the desk phone, unless the PBX says that
// there is none.
func TestControlOnly(t *testing.T) {
	inRoom(t, able(pbxws.CapDesk), func(t *testing.T, r *room) {
		r.after(time.Second)
		_, _ = r.Do(Dial{To: "305"})
		r.after(time.Second)
		if !slices.Contains(r.conn.commands(), pbxws.Command(pbxws.DeskDial{To: "305"})) || r.last.Live() != 0 {
			t.Errorf("sent %+v", r.conn.commands())
		}
		r.conn.events <- pbxws.CallChanged{Call: pbxws.Call{
			ID: "d1", From: pbxws.Party{Number: "201"}, To: pbxws.Party{Number: "305"}, Caller: "201", Callee: "305", Members: []pbxws.AccountID{"201", "305"},
		}}
		if s := r.after(time.Second); len(s.Legs) != 1 || s.Legs[0].Place != DeskPhone || s.Legs[0].Call != "d1" {
			t.Errorf("calls of the desk phone: %+v", s.Legs)
		}
	})
	deskAlone := func(r *room, _ int) (pbxws.Conn, error) {
		r.conn.caps = pbxws.CapDesk
		return r.conn, nil
	}
	inRoom(t, deskAlone, func(t *testing.T, r *room) { // a PBX that carries no sound to here
		r.after(time.Second)
		if why := r.last.Refuses(Dial{To: "305"}); why != "" {
			t.Errorf("refused: %s", why)
		}
		_, _ = r.Do(Dial{To: "305"})
		r.after(time.Second)
		if !slices.Contains(r.conn.commands(), pbxws.Command(pbxws.DeskDial{To: "305"})) {
			t.Errorf("sent %+v", r.conn.commands())
		}
	})
	s := Snapshot{Caps: pbxws.CapDesk, Sound: Sound{Silent: true}, PBX: pbxws.State{PhonesKnown: true}}
	if s.ControlOnly() {
		t.Error("a desk phone that is not there is to call")
	}
	if s.PBX.Phones = []string{"Desk 7"}; !s.ControlOnly() {
		t.Error("the desk phone that is there is not to call")
	}
}

// TestOrdersThatNobodyAnswers: a missing answer of the PBX is reported after 5 s, and an answer
// prevents that.
func TestOrdersThatNobodyAnswers(t *testing.T) {
	reported := func(s Snapshot) string {
		last := s.Notices[len(s.Notices)-1]
		return last.Text
	}
	desk := pbxws.Call{ID: "d1", From: pbxws.Party{Number: "201"}, To: pbxws.Party{Number: "305"}, Members: []pbxws.AccountID{"201"}}
	others := []pbxws.Event{
		pbxws.CallChanged{Call: pbxws.Call{ID: "d2", From: pbxws.Party{Number: "401"}, Callee: "201", Members: []pbxws.AccountID{"201"}}},
		pbxws.CallChanged{Call: pbxws.Call{ID: "d3", From: pbxws.Party{Number: "402"}, Callee: "201", Members: []pbxws.AccountID{"201"}, Phase: pbxws.PhaseConnected}},
	}
	for _, c := range []struct {
		order  Intent
		answer []pbxws.Event
		want   string // in what is said last, 5 s after the order
	}{
		{Dial{To: "305"}, nil, "your desk phone did not call 305: the PBX has not answered in 5 s"},
		{Dial{To: "305"}, []pbxws.Event{pbxws.CommandDone{Command: pbxws.DeskDial{To: "305"}}}, "the PBX accepted the order, but no call has appeared in 5 s"},
		{Dial{To: "305"}, []pbxws.Event{pbxws.CallChanged{Call: desk}, pbxws.CommandDone{Command: pbxws.DeskDial{To: "305"}}}, "the PBX has your desk phone ring"},
		{Dial{To: "305"}, []pbxws.Event{pbxws.CommandDone{Command: pbxws.DeskDial{To: "305"}}, pbxws.CallChanged{Call: desk}}, "the PBX has your desk phone ring"},
		{Dial{To: "305"}, []pbxws.Event{pbxws.CommandRefused{Command: pbxws.DeskDial{To: "305"}, Reason: "no"}}, "your desk phone did not call 305: no"},
		{AnswerCall{Leg: "desk:d2"}, nil, "your desk phone did not answer: the PBX has not"},
		{Hold{Leg: "desk:d3"}, nil, "your desk phone did not hold: the PBX has not"},
		{Hangup{Leg: "desk:d3"}, nil, "your desk phone did not hang up: the PBX has not"},
		{TransferBlind{Leg: "desk:d3", To: "306"}, nil, "your desk phone's call was not sent to 306: the PBX has not"},
		{SetDND{On: true}, nil, "do not disturb was not switched on: the PBX has not"},
		{SetForward{Forward: pbxws.Forward{To: "306"}}, nil, "the forwarding always was not changed: the PBX has not"},
		{SendText{To: "305", Text: "hi"}, nil, "your text to 305 was not sent: the PBX has not"},
		{SetDND{On: true}, []pbxws.Event{pbxws.CommandDone{Command: pbxws.SetDND{On: true}}}, "do not disturb is on"},
	} {
		inRoom(t, able(pbxws.CapDesk|pbxws.CapDND|pbxws.CapForward|pbxws.CapText), func(t *testing.T, r *room) {
			for _, e := range others {
				r.conn.events <- e
			}
			r.after(time.Second)
			_, _ = r.Do(c.order)
			r.after(time.Second)
			for _, e := range c.answer {
				r.conn.events <- e
			}
			s := r.after(4100 * time.Millisecond)
			if !strings.Contains(reported(s), c.want) {
				t.Errorf("%#v: told %q, want %q", c.order, reported(s), c.want)
			}
			came := strings.HasPrefix(c.want, "the PBX has your") || strings.HasSuffix(c.want, " is on")
			if o := s.Outcomes[len(s.Outcomes)-1]; (o.Grade == GradeDone) != came {
				t.Errorf("%#v with %#v: %+v", c.order, c.answer, o)
			}
		})
	}
}

func TestFullInbox(t *testing.T) {
	p := New(Config{})
	for range intentsDeep {
		if _, err := p.Do(Silence{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Do(Silence{}); !errors.Is(err, ErrBusy) {
		t.Errorf("the 33rd intent: %v", err)
	}
}

// TestPlainData: intents and snapshots survive JSON, so that another process can use them.
func TestPlainData(t *testing.T) {
	s := Snapshot{
		Now: t0, Link: Link{State: LinkUp, Label: "acme", AliveAt: t0}, PBX: pbxws.NewState("201"),
		Legs:    []Leg{{ID: "a", State: Connected, Peer: pbxws.Party{Name: "Mario", Number: "305"}, Began: t0, LocalHold: true}},
		Notices: []Notice{{N: 1, At: t0, Text: "held", Took: 41 * time.Millisecond}}, Muted: true,
		Trace: []pbxws.Frame{{At: t0, Sent: true, Text: "{}"}},
	}
	s.PBX.Apply(pbxws.DomainLoaded{Accounts: []pbxws.Account{{ID: "305", Name: "Mario", Registered: true}}}, t0)
	s.PBX.Apply(pbxws.CallChanged{Call: pbxws.Call{ID: "1", Members: []pbxws.AccountID{"305"}, Phase: pbxws.PhaseConnected}}, t0)
	var back Snapshot
	roundTrip(t, s, &back)
	if !reflect.DeepEqual(s.Legs, back.Legs) || !reflect.DeepEqual(s.Notices, back.Notices) || !reflect.DeepEqual(s.Link, back.Link) {
		t.Errorf("came back as %+v", back)
	}
	if back.PBX.Lamp(back.PBX.Accounts.At("305")) != pbxws.LampBusy {
		t.Error("a lamp changed on the way")
	}
	var dial TransferBlind
	roundTrip(t, TransferBlind{Leg: "a", To: "203"}, &dial)
	if dial != (TransferBlind{Leg: "a", To: "203"}) {
		t.Errorf("the intent came back as %+v", dial)
	}
}

func roundTrip(t *testing.T, in, out any) {
	t.Helper()
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, out); err != nil {
		t.Fatal(err)
	}
}
