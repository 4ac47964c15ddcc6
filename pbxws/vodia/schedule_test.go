package vodia

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/internal/connection"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
)

func TestKeepAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		defer c.Close()
		pass(keepAliveEvery - time.Millisecond)
		if len(f.sent) != 0 {
			t.Fatalf("sent early: %s", <-f.sent)
		}
		pass(time.Millisecond)
		if got := <-f.sent; got != `{"action":"avoid-disconnect"}` {
			t.Errorf("sent %s", got)
		}
		// A ping at the start and one every five seconds; the one of this instant included.
		if got := drained[pbxws.Alive](c); got != 7 {
			t.Errorf("heard %d pongs in %s, want 7", got, keepAliveEvery)
		}
	})
}

func TestRegistrationIsRenewed(t *testing.T) {
	for reply, want := range map[string]time.Duration{
		`{"action":"sip-register","expires":60}`:      30 * time.Second,
		`{"action":"sip-register","expires":"3600"}`:  30 * time.Minute,
		`{"action":"sip-register","expires":10}`:      30 * time.Second,
		`{"action":"sip-register","add":"with PBX"}`:  0,
		`{"action":"sip-register","expires":0}`:       0,
		`{"action":"sip-register","expires":"later"}`: 0,
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFakeWire()
			c := startFake(f)
			defer c.Close()
			go func() { // a phone that keeps reading
				for range c.Events() {
				}
			}()
			began := time.Now()
			f.frames <- reply
			renewed := time.Duration(0)
			for time.Since(began) < 40*time.Minute && renewed == 0 {
				if strings.Contains(<-f.sent, "sip-register") {
					renewed = time.Since(began)
				}
			}
			if renewed != want {
				t.Errorf("%s: renewed after %s, want %s", reply, renewed, want)
			}
		})
	}
}

func TestSilenceEndsTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		defer c.Close()
		synctest.Wait() // the first pong is here
		close(f.deaf)
		last := time.Now()
		for range c.Events() {
		}
		if got := time.Since(last); got != silenceLimit {
			t.Errorf("ended after %s, want %s", got, silenceLimit)
		}
		if !errors.Is(c.Err(), errSilent) {
			t.Errorf("ended by %v", c.Err())
		}
		if f.polite {
			t.Error("a dead peer was waited for")
		}
	})
}

func TestFramesAreSignsOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		defer c.Close()
		synctest.Wait()
		close(f.deaf)
		for range 10 {
			pass(silenceLimit - time.Second)
			f.frames <- `{"action":"missed-calls","count":1}`
			synctest.Wait()
		}
		if got := drained[pbxws.MissedChanged](c); got != 10 {
			t.Errorf("heard %d frames", got)
		}
	})
}

// A PBX that never answered a ping is not declared dead for it.
func TestPBXThatKnowsNoPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		close(f.deaf)
		c := startFake(f)
		defer c.Close()
		pass(time.Hour)
		select {
		case e, ok := <-c.Events():
			t.Errorf("told %v, open %t: %v", e, ok, c.Err())
		default:
		}
	})
}

// A phone that does not read stops the reading of the socket, but neither the keep-alive nor
// what it orders, and the silence it makes itself is not held against the PBX.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		defer c.Close()
		synctest.Wait() // the first pong is here
		close(f.deaf)   // a pong behind unread frames is not seen either
		const frames = connection.EventRoom * 2
		go func() {
			for range frames {
				f.frames <- `{"action":"missed-calls","count":1}`
			}
		}()
		pass(time.Minute)
		if err := c.Send(t.Context(), pbxws.Bye{Leg: "in:x@pbx"}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := len(c.Events()); got != connection.EventRoom || len(f.frames) != cap(f.frames) {
			t.Errorf("%d events wait, want %d; the socket has %d frames left", got, connection.EventRoom, len(f.frames))
		}
		var sent []string
		for len(f.sent) > 0 {
			sent = append(sent, <-f.sent)
		}
		if len(sent) != 3 || !strings.Contains(sent[2], "sip-bye") {
			t.Errorf("sent %q, want two keep-alives and the bye", sent)
		}
		received := 0
		for received < frames {
			if _, ok := (<-c.Events()).(pbxws.MissedChanged); ok {
				received++
			}
		}
	})
}

func TestPBXThatTakesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		defer c.Close()
		close(f.stuck)
		began := time.Now()
		if err := c.Send(t.Context(), pbxws.Bye{Leg: "in:x@pbx"}); err != nil {
			t.Fatal(err)
		}
		for range c.Events() {
		}
		if got := time.Since(began); got != writeLimit || !errors.Is(c.Err(), context.DeadlineExceeded) {
			t.Errorf("ended after %s by %v", got, c.Err())
		}
		if err := c.Send(t.Context(), pbxws.Trace{}); !errors.Is(err, connection.ErrEnded) {
			t.Errorf("a dead link took a command: %v", err)
		}
	})
}

func TestFullQueueEndsTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		defer c.Close()
		close(f.stuck)
		var err error
		sent := 0
		for ; err == nil; sent++ {
			err = c.Send(t.Context(), pbxws.Bye{Leg: "in:x@pbx"})
			synctest.Wait()
		}
		for range c.Events() {
		}
		if sent != connection.CommandRoom+2 || !errors.Is(err, connection.ErrQueueFull) || !errors.Is(c.Err(), connection.ErrQueueFull) {
			t.Errorf("the %dth command: %v; the link: %v", sent, err, c.Err())
		}
	})
}

// What was ordered before Close is still written, and then the socket is closed politely.
func TestCloseSendsTheLastByes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		for _, leg := range []pbxws.LegID{"in:1@pbx", "in:2@pbx"} {
			if err := c.Send(t.Context(), pbxws.Bye{Leg: leg}); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Close(); err != nil || c.Err() != nil {
			t.Errorf("close: %v, %v", err, c.Err())
		}
		if len(f.sent) != 2 || !f.polite {
			t.Errorf("%d byes sent, polite %t", len(f.sent), f.polite)
		}
		if err := c.Send(t.Context(), pbxws.Trace{}); !errors.Is(err, connection.ErrEnded) {
			t.Errorf("a closed link took a command: %v", err)
		}
		if err := c.Close(); err != nil {
			t.Errorf("a second close: %v", err)
		}
	})
}

func TestCloseIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		close(f.stuck)
		_ = c.Send(t.Context(), pbxws.Bye{Leg: "in:1@pbx"})
		synctest.Wait()
		began := time.Now()
		c.Close()
		if got := time.Since(began); got != closeTimeout {
			t.Errorf("close took %s", got)
		}
		if c.Err() != nil {
			t.Errorf("a close of ours is news: %v", c.Err())
		}
	})
}

// A link that dies while nobody reads its events keeps them, and Close does not wait for a
// reader.
func TestDeadLinkKeepsItsEvents(t *testing.T) {
	for _, reads := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			f := newFakeWire()
			c := startFake(f)
			const calls = connection.EventRoom + 100
			f.frames <- callList(calls) // one list, more events than there is room for
			synctest.Wait()
			close(f.stuck)
			_ = c.Send(t.Context(), pbxws.Bye{Leg: "in:x@pbx"})
			<-c.Over()
			got := 0
			for reads {
				e, ok := <-c.Events()
				if !ok {
					break
				}
				if _, isCall := e.(pbxws.CallChanged); isCall {
					got++
				}
			}
			c.Close()
			if reads && (got != calls || c.Err() == nil) {
				t.Errorf("told %d calls of %d, then %v", got, calls, c.Err())
			}
		})
	}
}

func callList(n int) string {
	m := wire.CallState{}
	for i := range n {
		m.Calls = append(m.Calls, wire.CallEntry{ID: fmt.Sprint(i), From: "<sip:601@t>", To: "<sip:602@t>", State: "connected"})
	}
	frame, err := wire.EncodeMessage(m)
	if err != nil {
		panic(err)
	}
	return string(frame)
}

// Calls of others that a list of our own calls lacks are kept until the doubt is settled.
func TestDoubtIsSettledByTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		defer c.Close()
		f.frames <- `{"action":"call-state","calls":[{"id":"1","from":"<sip:601@t>","to":"<sip:602@t>","state":"connected"}]}`
		f.frames <- `{"action":"call-state","calls":[]}`
		synctest.Wait()
		if got := drained[pbxws.CallEnded](c); got != 0 {
			t.Fatal("one list was enough to end a call of others")
		}
		pass(unconfirmedLimit)
		if got := drained[pbxws.CallEnded](c); got != 1 {
			t.Errorf("%d calls ended after %s", got, unconfirmedLimit)
		}
	})
}

// TestAnAnswerPutsTheTimerOff: a PBX that answers is looked after at the next ping, and not before.
func TestAnAnswerPutsTheTimerOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSchedule()
		defer s.stop()
		s.in(jobPing, pingEvery)
		s.once(jobAnswer, answerLimit)
		s.drop(jobAnswer)
		began := time.Now()
		<-s.timer.C
		if j, ok := s.take(); !ok || j != jobPing || time.Since(began) != pingEvery {
			t.Errorf("woke after %s for %d, %v", time.Since(began), j, ok)
		}
	})
}
