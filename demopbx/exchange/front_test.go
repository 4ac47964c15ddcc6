package exchange

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/rtc"
)

// plainFront is a front without a wire. It writes the news down in the order in which they come.
type plainFront struct {
	pbx  *PBX
	news chan string
}

func (f *plainFront) say(format string, args ...any) {
	select {
	case f.news <- fmt.Sprintf(format, args...):
	default:
	}
}

func (f *plainFront) AccountChanged(*Account)  {}
func (f *plainFront) SettingsChanged(*Account) {}
func (f *plainFront) MailboxChanged(*Account)  {}
func (f *plainFront) CallMissed(a *Account)    { f.say("%s missed a call", a.Number) }
func (f *plainFront) Close()                   {}
func (f *plainFront) Break()                   {}

func (f *plainFront) TextSent(from, to *Account, text string) {
	f.say("%s to %s: %s", from.Number, to.Number, text)
}

func (f *plainFront) CallChanged(c *Call) {
	if c.Over {
		f.say("call of %s is over", c.Caller.Party.Number)
	}
}

// plainPhone is a phone of that front: rtc on both sides, and calls as the test wants them.
type plainPhone struct {
	f      *plainFront
	client *Client
	rings  chan *Leg
}

func (p *plainPhone) say(what string, l *Leg) { p.f.say("%s %s", l.Account.Number, what) }

// Ring leaves it to the client to offer when it picks up, as some wires do.
func (p *plainPhone) Ring(l *Leg) {
	p.say("rings", l)
	p.rings <- l
}

func (p *plainPhone) Answered(l *Leg)                        { p.say("was answered", l) }
func (p *plainPhone) PeerChanged(l *Leg, far pbxws.Party)    { p.say("talks to "+far.Number, l) }
func (p *plainPhone) Candidate(_ *Leg, _ rtc.LocalCandidate) {}

func (p *plainPhone) Ended(l *Leg, how Ending, code int) {
	p.say(fmt.Sprintf("ended %d %d", how, code), l)
}

// attach signs a phone in.
func (f *plainFront) attach(t *testing.T, number string) *plainPhone {
	t.Helper()
	p := &plainPhone{f: f, rings: make(chan *Leg, 4)}
	f.pbx.Do(func() {
		a, ok := f.pbx.Extension(number)
		if !ok {
			t.Errorf("there is no %s", number)
			return
		}
		var err error
		if p.client, err = f.pbx.Attach(a, p); err != nil {
			t.Error(err)
			return
		}
		f.pbx.Register(p.client)
	})
	return p
}

// await takes news until these have come, in any order.
func (f *plainFront) await(t *testing.T, want ...string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for len(want) > 0 {
		select {
		case got := <-f.news:
			want = slices.DeleteFunc(want, func(w string) bool { return w == got })
		case <-limit:
			t.Fatalf("not within 20 s: %q", want)
		}
	}
}

// serve runs a small exchange with that front until the test ends.
func serve(t *testing.T) (*plainFront, *rtc.Engine) {
	t.Helper()
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	pbx := New(Options{Extensions: 12, EchoAnswers: time.Millisecond}, engine)
	f := &plainFront{pbx: pbx, news: make(chan string, 256)}
	pbx.Serve(f)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		pbx.Run(ctx)
	}()
	t.Cleanup(func() {
		pbx.Stop()
		cancel()
		<-ended
	})
	return f, engine
}

// TestAnotherFront: the exchange serves a front that has nothing of a wire: its clients call one
// another with media, hold, record, transfer, text and hang up by orders alone.
func TestAnotherFront(t *testing.T) {
	f, engine := serve(t)
	pbx, ctx := f.pbx, t.Context()
	var client sync.WaitGroup
	t.Cleanup(client.Wait)
	anna, bruno := f.attach(t, "201"), f.attach(t, "202")

	media, offer, err := engine.Offer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer media.Close()
	var leg *Leg
	pbx.Do(func() {
		leg = pbx.Place(anna.client, "a", "202")
		pbx.Answer(leg, offer, func(_ string, err error) {
			if err != nil || !pbx.Begin(leg) {
				t.Errorf("the call does not begin: %v", err)
				return
			}
			pbx.Proceed(leg)
		})
	})
	f.await(t, "202 rings")
	there := <-bruno.rings
	pbx.Do(func() {
		pbx.Offer(there, func(sdp string, err error) {
			if err != nil {
				t.Error(err)
				return
			}
			client.Go(func() { // answers
				session, answer, err := engine.Answer(ctx, sdp)
				if err != nil {
					t.Error(err)
					return
				}
				defer session.Close()
				pbx.Do(func() { pbx.Accept(there, answer, func() {}) })
				<-ctx.Done()
			})
		})
	})
	f.await(t, "201 was answered")
	pbx.Do(func() {
		pbx.Hold(leg.End(), true)
		pbx.Record(leg.End(), true)
		if c := leg.Call; !c.Caller.Held || !c.Recording || c.Callee.Leg != there {
			t.Errorf("the call is %+v", c)
		}
		if _, ok := pbx.SendText(anna.client.Account, "202", "hello"); !ok {
			t.Error("the text is for nobody")
		}
		if code := pbx.Transfer(bruno.client.Account, there.End(), "600"); code != 0 {
			t.Errorf("the transfer is refused with %d", code)
		}
	})
	f.await(t, "201 to 202: hello", "202 ended 0 0", "201 talks to 600")
	pbx.Do(func() { pbx.HangUp(leg) })
	f.await(t, "call of 201 is over")
	pbx.Do(func() {
		if l := pbx.Place(anna.client, "b", "4711"); l != nil {
			t.Error("a number that nobody has is called")
		}
	})
	f.await(t, "201 ended 0 404")
}

// TestDeclineOfAPlacedCall: a client that declines the call that it places gives it up, also before that has
// begun.
func TestDeclineOfAPlacedCall(t *testing.T) {
	f, _ := serve(t)
	anna := f.attach(t, "201")
	f.pbx.Do(func() { f.pbx.Decline(f.pbx.Place(anna.client, "a", "202"), 603) })
	f.await(t, "201 ended 2 0")
}

// TestFetch: who is parked, and who rings at somebody else, rings at an account that fetches them.
func TestFetch(t *testing.T) {
	f, _ := serve(t)
	pbx := f.pbx
	f.attach(t, "201")
	f.attach(t, "202")
	if err := pbx.CallTo("202", "600"); err != nil {
		t.Fatal(err)
	}
	f.await(t, "202 rings")
	pbx.Do(func() {
		waiting := pbx.Account("202").Calls[0]
		if code := pbx.Fetch(waiting, pbx.Account("201")); code != 0 {
			t.Errorf("refused with %d", code)
		}
	})
	f.await(t, "201 rings", "202 ended 4 0")
	pbx.Do(func() {
		call := pbx.Account("201").Calls[0]
		call.Callee.desk = true
		pbx.pickUp(call)
		if code := pbx.Transfer(pbx.Account("201"), &call.Callee, ParkCode); code != 0 {
			t.Errorf("parking is refused with %d", code)
		}
	})
	pbx.Do(func() {
		parked := pbx.Account("80").Calls[0]
		if code := pbx.Fetch(parked, pbx.Account("202")); code != 0 || len(pbx.Account("80").Calls) != 0 {
			t.Errorf("refused with %d, or still parked", code)
		}
	})
	f.await(t, "202 rings")
}
