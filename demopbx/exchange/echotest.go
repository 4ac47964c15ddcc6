package exchange

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/echo"
	"github.com/patchcord/patchcord/rtc"
)

// The echo test: 605 plays a sound, listens for its echo, and changes its own name to the result,
// which every client shows. It repeats while the call lasts.

// echoCheckEvery is how often the echo test checks whether enough was received.
const echoCheckEvery = 500 * time.Millisecond

// echoMeter is the voice of the echo test.
type echoMeter struct {
	mu               sync.Mutex // the mixer plays and listens, the loop takes what was received
	signal           *echo.Signal
	played, received []int16
	waiting          []int16 // received in the frame that is being played
	samples          int     // that are compared at a time
}

func newEchoMeter(length time.Duration) func() *robot {
	samples := int(length.Seconds() * rtc.SampleRate)
	return func() *robot { return &robot{echoMeter: &echoMeter{signal: echo.NewSignal(), samples: samples}} }
}

func (e *echoMeter) hear(pcm []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waiting = append(e.waiting[:0], pcm...)
}

func (e *echoMeter) say(pcm []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.signal.Next(pcm)
	if len(e.played) < e.samples {
		silence := make([]int16, max(0, len(pcm)-len(e.waiting)))
		e.played = append(e.played, pcm...)
		e.received = append(append(e.received, e.waiting[:min(len(pcm), len(e.waiting))]...), silence...)
	}
	e.waiting = e.waiting[:0]
}

// take returns what was played and received, once that is enough, and starts again.
func (e *echoMeter) take() (played, received []int16, enough bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.played) < e.samples {
		return nil, nil, false
	}
	played, received = e.played, e.received
	e.played, e.received = nil, nil
	return played, received, true
}

// checkEcho reports the outcome of an echo test when there is one, and goes on.
func (p *PBX) checkEcho(c *Call) {
	if c.Callee.voice == nil || c.Callee.voice.echoMeter == nil {
		return
	}
	e := c.Callee.voice.echoMeter
	p.later(c, echoCheckEvery, func() {
		if played, received, enough := e.take(); enough {
			p.work(func() func() {
				found := echo.Best(played, received)
				return func() { p.echoMeasured(c, found) }
			})
		}
		p.checkEcho(c)
	})
}

// echoMeasured shows the outcome as the name of the callee.
func (p *PBX) echoMeasured(c *Call, found echo.Result) {
	if c.Over {
		return
	}
	c.Callee.Party.Name = echoWords(found)
	p.Note(Entry{Kind: EchoMeasured, User: c.Caller.Party.Number, Peer: c.Callee.Party.Number, Call: c.Caller.legID(), Text: c.Callee.Party.Name})
	p.callChanged(c)
	tellPeer(c.Caller.Leg, c.Callee.Party)
}

// echoWords is an outcome as a name.
func echoWords(found echo.Result) string {
	if !found.Found {
		return "No echo"
	}
	return fmt.Sprintf("Echo %d ms %.0f dB", found.Delay.Milliseconds(), math.Round(found.Level)+0) // no -0
}
