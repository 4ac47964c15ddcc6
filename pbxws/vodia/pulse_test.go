package vodia

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// life is when a link became suspect and when it ended, since the given time; 0 for never.
func life(c *conn, since time.Time) (doubted, ended time.Duration) {
	for e := range c.Events() {
		if _, ok := e.(pbxws.ProbeMissed); ok && doubted == 0 {
			doubted = time.Since(since)
		}
	}
	return doubted, time.Since(since)
}

// TestDoubtComesBeforeTheEnd: a link whose PBX stops answering pings is suspect after 3 s and given
// up after 10 s without a frame.
func TestDoubtComesBeforeTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		c := startFake(f)
		defer c.Close()
		synctest.Wait() // the first pong is here
		close(f.deaf)
		if doubted, ended := life(c, time.Now()); doubted != pingEvery+answerLimit || ended != silenceLimit {
			t.Errorf("doubted after %s, ended after %s", doubted, ended)
		}
	})
}

// startTalkative is a link to a PBX that answers no ping but has so far sent something after every
// avoid-disconnect.
func startTalkative() (*fakeWire, *conn) {
	f := newFakeWire()
	close(f.deaf)
	c := startFake(f)
	for range 3 {
		pass(keepAliveEvery)
		f.frames <- `{"action":"missed-calls","count":1}`
		synctest.Wait()
	}
	return f, c
}

// TestHalfOpenLinkWithoutPings: a PBX that never answers a ping but says something after every
// avoid-disconnect is missed when it no longer does.
func TestHalfOpenLinkWithoutPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := startTalkative()
		defer c.Close()
		began := time.Now()
		doubted, ended := life(c, began)
		if doubted != keepAliveEvery+answerLimit || ended != keepAliveEvery+silenceLimit || !errors.Is(c.Err(), errSilent) {
			t.Errorf("doubted after %s, ended after %s by %v", doubted, ended, c.Err())
		}
		if sentLike(f, `"own-calls"`) != 1 {
			t.Error("no other probe was sent")
		}
	})
}

// TestCalmPBX: a PBX that becomes quiet is sent another probe, and the link lives as long as that
// is answered.
func TestCalmPBX(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, c := startTalkative()
		defer c.Close()
		done := make(chan struct{})
		go func() {
			for {
				select {
				case sent := <-f.sent:
					if strings.Contains(sent, "own-calls") {
						f.frames <- `{"action":"call-state","calls":[]}`
					}
				case <-done:
					return
				}
			}
		}()
		pass(24 * time.Hour)
		close(done)
		if err := c.Err(); err != nil || closed(c.Over()) {
			t.Errorf("ended by %v", err)
		}
		if n := drained[pbxws.ProbeMissed](c); n != 1 {
			t.Errorf("doubted %d times", n)
		}
	})
}

// TestLinkThatBreaksAtOnceKeepsItsCalls: calls that were up before are not forgotten by a link that
// took nothing.
func TestLinkThatBreaksAtOnceKeepsItsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeWire()
		close(f.stuck)
		var left []*leg
		k := link{
			socket: f.socket(), translator: newTranslator("t", "501", generation{}), blf: []string{"501"}, release: func() {}, log: discard,
			earlier: []*leg{{id: "up", callIDs: []string{"up@pbx"}, number: "502", answered: true}},
			leave:   func(legs []*leg) { left = legs },
		}
		c := start(k)
		for range c.Events() {
		}
		c.Close()
		if len(left) != 1 || left[0].id != "up" {
			t.Errorf("left %v", left)
		}
	})
}

// TestWordsOfALostLink: what a person reads of a link that ended is in our words.
func TestWordsOfALostLink(t *testing.T) {
	err := readError(errors.New("failed to get reader: use of closed network connection"))
	var lost *pbxws.LinkError
	if !errors.As(err, &lost) || lost.What != "the connection broke" {
		t.Errorf("got %v", err)
	}
}
