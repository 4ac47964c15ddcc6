package audio

import (
	"math"
	"sync/atomic"
	"time"

	"github.com/patchcord/patchcord/audio/aec"
)

// EchoMode is when the echo canceller of this program works.
type EchoMode string

// Where the system is not known to have one; always; never.
const (
	EchoAuto EchoMode = ""
	EchoOn   EchoMode = "on"
	EchoOff  EchoMode = "off"
)

// Canceller is whose echo canceller works on the microphone.
type Canceller uint8

// Not known; nobody's; the system's; this program's.
const (
	UnknownCanceller Canceller = iota
	NoCanceller
	SystemCanceller
	OwnCanceller
)

// Echo is what becomes of the echo of the speaker in the microphone.
type Echo struct {
	Canceller Canceller `json:"canceller"`
	// Reduction is by how many dB our canceller made the echo softer in the last second in which it was heard alone;
	// 0 where there was none.
	Reduction int `json:"reduction,omitempty"`
}

// echo is the part of a Switch that takes the speaker's sound out of the microphone's. mode and system are set
// by others; the rest belongs to the media loop, but for what it publishes.
type echo struct {
	mode      atomic.Value // an EchoMode
	system    atomic.Int32 // see noteEcho
	canceller atomic.Pointer[aec.Canceller]
	mic       *port // those that the canceller knows the room of
	speaker   *port
	readAt    time.Time
	working   atomic.Bool
	reduction atomic.Int32 // dB
}

// ours reports whether our canceller shall work between these two. A monitor is a microphone that is to capture
// what is played.
func (e *echo) ours(mic, speaker *port) bool {
	if e.canceller.Load() == nil || mic.silent() || speaker.silent() {
		return false
	}
	switch e.mode.Load() {
	case EchoOn:
		return true
	case EchoOff:
		return false
	}
	return e.system.Load() != echoCancelled && !mic.used().Monitor
}

// played takes a frame that was given to the speaker, which had nothing to play before it for a gap in samples.
func (e *echo) played(pcm []int16, gap int) {
	if e.working.Load() {
		c := e.canceller.Load()
		c.Pause(gap)
		c.Play(pcm)
	}
}

// captured takes the echo out of a frame of the microphone.
func (e *echo) captured(pcm []int16, mic, speaker *port) {
	now := time.Now()
	resumed := now.Sub(e.readAt) > pause
	e.readAt = now
	if !e.ours(mic, speaker) || len(pcm)%aec.Block != 0 {
		e.working.Store(false)
		e.reduction.Store(0)
		return
	}
	c := e.canceller.Load()
	if resumed || mic != e.mic || speaker != e.speaker || !e.working.Load() {
		c.Reset()
		e.mic, e.speaker = mic, speaker
		e.working.Store(true)
	}
	c.Capture(pcm)
	dB, _ := c.Reduction()
	e.reduction.Store(int32(math.Round(dB)))
}

// SetEcho says when the echo canceller of this program works.
func (s *Switch) SetEcho(mode EchoMode) {
	if mode != EchoOff && s.echo.canceller.Load() == nil {
		s.echo.canceller.CompareAndSwap(nil, aec.New())
	}
	s.echo.mode.Store(mode)
}

// Echo tells whose canceller works. That of the system is known with PulseAudio and its equals, a moment after
// opening; headsets with one of their own are not known.
func (s *Switch) Echo() Echo {
	switch {
	case s.echo.working.Load():
		return Echo{OwnCanceller, max(0, int(s.echo.reduction.Load()))}
	case s.echo.system.Load() == echoCancelled:
		return Echo{Canceller: SystemCanceller}
	case s.echo.system.Load() == echoStays:
		return Echo{Canceller: NoCanceller}
	}
	return Echo{}
}
