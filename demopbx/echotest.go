package demopbx

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/patchcord/patchcord/internal/echo"
	"github.com/patchcord/patchcord/pbxws/vodia/wire"
	"github.com/patchcord/patchcord/rtc"
)

// The echo test: 605 plays a sound, listens for what comes back of it, and changes its name to what
// it found, which every client shows. It begins anew as long as the call lasts.

// testLook is how often it is looked whether enough was heard.
const testLook = 500 * time.Millisecond

// examiner is the voice of the echo test.
type examiner struct {
	mu            sync.Mutex // the mixer plays and listens, the loop takes what was heard
	signal        *echo.Signal
	played, heard []int16
	waiting       []int16 // heard in the frame that is being played
	samples       int     // that are compared at a time
}

func newExaminer(length time.Duration) func() *robot {
	samples := int(length.Seconds() * rtc.SampleRate)
	return func() *robot { return &robot{examines: &examiner{signal: echo.NewSignal(), samples: samples}} }
}

func (e *examiner) hear(pcm []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waiting = append(e.waiting[:0], pcm...)
}

func (e *examiner) say(pcm []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.signal.Next(pcm)
	if len(e.played) < e.samples {
		silence := make([]int16, max(0, len(pcm)-len(e.waiting)))
		e.played = append(e.played, pcm...)
		e.heard = append(append(e.heard, e.waiting[:min(len(pcm), len(e.waiting))]...), silence...)
	}
	e.waiting = e.waiting[:0]
}

// take gives what was played and heard, once that is enough, and begins anew.
func (e *examiner) take() (played, heard []int16, enough bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.played) < e.samples {
		return nil, nil, false
	}
	played, heard = e.played, e.heard
	e.played, e.heard = nil, nil
	return played, heard, true
}

// examine looks whether the echo test of a call has an outcome, and goes on with it.
func (p *pbx) examine(c *call) {
	if c.callee.voice == nil || c.callee.voice.examines == nil {
		return
	}
	e := c.callee.voice.examines
	p.later(c, testLook, func() {
		if played, heard, enough := e.take(); enough {
			p.work(func() func() {
				found := echo.Best(played, heard)
				return func() { p.examined(c, found) }
			})
		}
		p.examine(c)
	})
}

// examined tells what was found.
func (p *pbx) examined(c *call, found echo.Result) {
	if c.over {
		return
	}
	c.callee.party.Name = echoWords(found)
	p.note(Entry{Kind: EchoMeasured, User: c.caller.party.Number, Peer: c.callee.party.Number, Call: callidOf(&c.caller), Text: c.callee.party.Name})
	p.callChanged(c)
	if l := c.caller.leg; l != nil {
		p.send(l.sock, wire.CallerID{CallID: l.id, Name: c.callee.party.Name, Number: c.callee.party.Number})
	}
}

// echoWords is what was found, in a name.
func echoWords(found echo.Result) string {
	if !found.Found {
		return "No echo"
	}
	return fmt.Sprintf("Echo %d ms %.0f dB", found.Delay.Milliseconds(), math.Round(found.Level)+0) // no -0
}
