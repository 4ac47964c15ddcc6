//go:build chromium

package rtc

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/browsertest"
)

// browser is a headless Chromium at a page of ours, whose candidates it passes on.
type browser struct {
	*browsertest.Browser

	mu        sync.Mutex
	candidate func(LocalCandidate) // of the page's connection
}

func startBrowser(t *testing.T) *browser {
	t.Helper()
	b := &browser{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /candidate", b.takeCandidate)
	b.Browser = browsertest.Start(t, filepath.Join("testdata", "chromium", "page.html"), mux)
	return b
}

func (b *browser) takeCandidate(_ http.ResponseWriter, r *http.Request) {
	var c struct {
		Candidate, SDPMid string
		SDPMLineIndex     uint16
	}
	if json.NewDecoder(r.Body).Decode(&c) != nil {
		return
	}
	b.mu.Lock()
	to := b.candidate
	b.mu.Unlock()
	if to != nil {
		to(LocalCandidate{Line: c.Candidate, Mid: c.SDPMid, MLine: c.SDPMLineIndex})
	}
}

// do lets the page carry out one order.
func (b *browser) do(t testing.TB, name string, args map[string]any, result any) {
	t.Helper()
	b.Do(within(t), t, name, args, result)
}

// pageStats are the page's figures of what it receives.
type pageStats struct {
	Received int     `json:"received"`
	Energy   float64 `json:"energy"`
	Codec    string  `json:"codec"`
	State    string  `json:"state"`
}

func (b *browser) stats(t testing.TB) (s pageStats) {
	t.Helper()
	b.do(t, "stats", nil, &s)
	return s
}

// pageCall is a call between the page and a session of ours, which sends sound all the time.
type pageCall struct {
	*browser
	ours     *end
	received atomic.Int64 // frames of the page's tone in a row
	still    atomic.Int64 // frames of silence in a row
}

// begin makes the call; either side may offer.
func (b *browser) begin(t *testing.T, e *Engine, weOffer bool) *pageCall {
	t.Helper()
	b.do(t, "open", map[string]any{"hertz": high}, nil)
	c := &pageCall{browser: b}
	if weOffer {
		s, offer, err := e.Offer(within(t))
		if err != nil {
			t.Fatal(err)
		}
		c.follow(t, s)
		var answer string
		b.do(t, "answer", map[string]any{"sdp": offer}, &answer)
		if err := s.SetAnswer(answer); err != nil {
			t.Fatalf("%v in:\n%s", err, answer)
		}
	} else {
		var offer string
		b.do(t, "offer", nil, &offer)
		s, answer, err := e.Answer(within(t), offer)
		if err != nil {
			t.Fatalf("%v in:\n%s", err, offer)
		}
		b.do(t, "accept", map[string]any{"sdp": answer}, nil)
		c.follow(t, s)
	}
	c.ours.await(t)
	return c
}

// follow passes the candidates both ways and starts to send sound.
func (c *pageCall) follow(t *testing.T, s *Session) {
	c.ours = newEnd(s)
	c.mu.Lock()
	c.candidate = func(l LocalCandidate) { _ = s.AddCandidate(l.Line, l.Mid, l.MLine) }
	c.mu.Unlock()
	// The page refuses those that come before their description: it finds us anyway.
	c.ours.follow(t, func(l LocalCandidate) {
		_ = c.Try(within(t), "candidate", map[string]any{"candidate": l.Line, "sdpMid": l.Mid, "sdpMLineIndex": l.MLine}, nil)
	})
	over := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { c.speak(over) })
	t.Cleanup(func() { close(over); wg.Wait() })
}

func (c *pageCall) speak(over chan struct{}) {
	tick := time.NewTicker(FrameLen)
	defer tick.Stop()
	pcm := make([]int16, FrameSamples)
	count := func(n *atomic.Int64, yes bool) {
		if yes {
			n.Add(1)
		} else {
			n.Store(0)
		}
	}
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		_ = c.ours.WriteFrame(c.ours.frame(low))
		c.ours.ReadFrame(pcm)
		l := level(pcm, high)
		count(&c.received, l > audible)
		count(&c.still, l < silent)
	}
}

// until waits until something holds, with ten looks at the page a second.
func (c *pageCall) until(t *testing.T, what string, cond func(before, now pageStats) bool) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	ctx := within(t)
	before := c.stats(t)
	for {
		select {
		case <-ctx.Done():
			t.Fatalf("%s: not in time; the page has %+v, we %+v", what, before, c.ours.Stats())
		case <-tick.C:
		}
		now := c.stats(t)
		if cond(before, now) {
			return
		}
		before = now
	}
}

// A tone of amplitude 8000 has the mean square 0.03 of full scale, so a second of it has that
// energy; the test looks at a tenth of a second. Silence has none.
const pageAudible = 0.0005

func (c *pageCall) bothHear(t *testing.T) {
	t.Helper()
	c.until(t, "both hear", func(before, now pageStats) bool {
		return now.Energy-before.Energy > pageAudible && c.received.Load() > 5
	})
}

// Every codec that both have, whoever offers.
func TestChromium(t *testing.T) {
	b := startBrowser(t)
	for _, codec := range []string{"opus", "G722", "PCMU", "PCMA"} {
		for _, weOffer := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, we offer %v", codec, weOffer), func(t *testing.T) {
				c := b.begin(t, newEngine(t, codec), weOffer)
				c.bothHear(t)
				if got := c.stats(t).Codec; got != "audio/"+codec {
					t.Errorf("the page hears %s", got)
				}
				if got := c.ours.Stats().Codec; got != codec {
					t.Errorf("we hear %s", got)
				}
			})
		}
	}
	t.Run("all codecs", func(t *testing.T) { b.begin(t, newEngine(t), true).bothHear(t) })
	t.Run("the page holds", func(t *testing.T) { pageHolds(t, b.begin(t, newEngine(t), true)) })
	t.Run("we hold", func(t *testing.T) { weHold(t, b.begin(t, newEngine(t), false)) })
	t.Run("the page takes a new path", func(t *testing.T) { pageRestarts(t, b.begin(t, newEngine(t), true)) })
	t.Run("we take a new path", func(t *testing.T) { weRestart(t, b.begin(t, newEngine(t), false)) })
	t.Run("redundant audio", func(t *testing.T) { sendsCopies(t, b.begin(t, newEngine(t), false)) })
	t.Run("reports", func(t *testing.T) { reports(t, b.begin(t, newEngine(t), true)) })
}

// pageOffers runs an exchange that the page begins.
func (c *pageCall) pageOffers(t *testing.T, args map[string]any) {
	t.Helper()
	var offer string
	c.do(t, "offer", args, &offer)
	answer, err := c.ours.AnswerReoffer(within(t), offer)
	if err != nil {
		t.Fatal(err)
	}
	c.do(t, "accept", map[string]any{"sdp": answer}, nil)
}

// weOffer runs an exchange that we begin with offer.
func (c *pageCall) weOffer(t *testing.T, offer string, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var answer string
	c.do(t, "answer", map[string]any{"sdp": offer}, &answer)
	if err := c.ours.SetAnswer(answer); err != nil {
		t.Fatal(err)
	}
}

func pageHolds(t *testing.T, c *pageCall) {
	c.bothHear(t)
	for _, direction := range []string{"sendonly", "inactive"} {
		c.pageOffers(t, map[string]any{"direction": direction})
		if !held(c.ours) {
			t.Errorf("%s is no hold to us", direction)
		}
		c.until(t, direction, func(before, now pageStats) bool {
			music := c.received.Load() > 5
			return now.Received == before.Received && (direction == "sendonly" && music || c.still.Load() > 5)
		})
		c.pageOffers(t, map[string]any{"direction": "sendrecv"})
		if held(c.ours) {
			t.Error("the resumption is none to us")
		}
		c.bothHear(t)
	}
}

func weHold(t *testing.T, c *pageCall) {
	c.bothHear(t)
	for range 2 {
		offer, err := c.ours.Reoffer(within(t), true)
		c.weOffer(t, offer, err)
		c.until(t, "the page is silent", func(_, _ pageStats) bool { return c.still.Load() > 5 })
		offer, err = c.ours.Reoffer(within(t), false)
		c.weOffer(t, offer, err)
		c.bothHear(t)
	}
}

func pageRestarts(t *testing.T, c *pageCall) {
	c.bothHear(t)
	for range 2 {
		was := c.pair()
		c.pageOffers(t, map[string]any{"restart": true})
		c.until(t, "the sound takes the page's new port", func(_, _ pageStats) bool { return c.pair() != was })
		c.bothHear(t)
	}
}

func weRestart(t *testing.T, c *pageCall) {
	c.bothHear(t)
	for range 2 {
		offer, err := c.ours.Restart(within(t))
		c.weOffer(t, offer, err)
		c.awaitMove(t)
		c.bothHear(t)
	}
}

// pair is the pair of candidates in use. New ports that the page asked for are not reported.
func (c *pageCall) pair() pair {
	c.ours.path.mu.Lock()
	defer c.ours.path.mu.Unlock()
	return c.ours.path.pair
}

func (c *pageCall) awaitMove(t *testing.T) {
	t.Helper()
	select {
	case m := <-c.ours.moved:
		t.Logf("a gap of %v", m.Gap)
	case <-within(t).Done():
		t.Fatal("the change of path is not told")
	}
}

// sendsCopies sends redundant audio, which the page must understand.
func sendsCopies(t *testing.T, c *pageCall) {
	if !c.ours.track.doubles {
		t.Fatal("redundant audio is not agreed on")
	}
	if err := c.ours.track.reported(.2, 0); err != nil {
		t.Fatal(err)
	}
	c.bothHear(t)
	if c.ours.track.losses.percent() < twoCopiesFrom {
		t.Error("the page was sent no copies")
	}
}

// reports waits for the page's report about us, and for a score in both directions.
func reports(t *testing.T, c *pageCall) {
	c.until(t, "a report", func(_, _ pageStats) bool {
		s := c.ours.Stats()
		return !s.Reported.IsZero() && s.RTT > 0 && s.Score > 4 && s.RemoteScore > 4
	})
	s := c.ours.Stats()
	t.Logf("scores %.2f and %.2f, delays %v and %v, rates %d and %d bit/s", s.Score, s.RemoteScore, s.Delay, s.RemoteDelay,
		s.SendRate, s.ReceiveRate)
	if s.Delay > time.Second || s.RemoteDelay > time.Second || s.SendRate < 8000 || s.ReceiveRate < 1000 {
		t.Errorf("figures %+v", s)
	}
}
