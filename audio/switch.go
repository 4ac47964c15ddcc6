package audio

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// Switch is a Device whose microphone and speaker can be changed while it is in use, and which
// continues on another device when one is lost. Read, Wants and Write never wait for any of that.
// Each direction is a card of its own, a port, so that a change of one does not touch the other:
//
//	Read  ──> microphone port ─┐                     ┌─ watchdog, every 200 ms
//	Write ──> speaker port ────┼── atomic pointers ──┤
//	          (the next port, opened meanwhile) ─────┴─ list of devices, every 2 s
//
// A speaker that is replaced plays out what it was given, then is closed; one that hangs in closing
// is abandoned. A card gives no error when it is unplugged or its server dies: the age of its
// callbacks shows that within 800 ms. The next device is the one of the same name if it opens
// again, else the system's default, else none, and then the first one that comes. A default that is
// the monitor of a speaker never takes the place of a lost microphone: the other side would hear
// itself.
//
// Every method may be called from any goroutine, but Read, Wants and Write from one.
type Switch struct {
	cfg    Config
	system system

	mic, speaker slot
	reading      *port // the port of the last Read
	volume       *gain
	loud         []int16 // a frame after the volume
	echo         echo

	requests chan request // unbuffered
	events   chan Event   // full: the oldest is thrown away
	stop     context.CancelFunc
	done     chan struct{}
	helpers  sync.WaitGroup // listing, and closing of ports that were replaced
	closing  sync.Once
}

// slot is one of the two places in a Switch, for a port. All but used belongs to the supervisor.
type slot struct {
	role    Role
	used    atomic.Pointer[port]
	wanted  string // as in Config
	offered bool   // Returned was sent for what was wanted
	monitor bool   // the last card here was a monitor, so the next may be one
}

// system opens and lists devices; tests have one of their own.
type system struct {
	open func(Config, choice) (*port, error)
	list func(context.Context) (Listing, error)
}

// eventsDeep is how many events wait for somebody to read them.
const eventsDeep = 16

var (
	errNoRinger = errors.New("no ringer could be opened, so calls do not ring aloud")
	errClosed   = errors.New("the sound is closed")
)

// OpenSwitch is Open for a device that can be switched, with the same errors. The caller has to
// Close it.
func OpenSwitch(cfg Config) (*Switch, error) {
	return openSwitch(cfg, Speaker, system{openPort, Devices})
}

// OpenRinger opens cfg.Speaker only for ringing: a Switch without a microphone. With None, which is
// no error, what is written is dropped.
func OpenRinger(cfg Config) (*Switch, error) {
	cfg.Mic, cfg.Quiet, cfg.Echo = None, true, EchoOff
	return openSwitch(cfg, Ringer, system{openPort, Devices})
}

func openSwitch(cfg Config, speaker Role, sys system) (*Switch, error) {
	prepareEnvironment()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Switch{
		cfg: cfg, system: sys,
		mic: slot{role: Microphone, wanted: cfg.Mic}, speaker: slot{role: speaker, wanted: cfg.Speaker},
		volume: newGain(), loud: make([]int16, cfg.frame()),
		requests: make(chan request), events: make(chan Event, eventsDeep), stop: cancel, done: make(chan struct{}),
	}
	s.SetEcho(cfg.Echo)
	var micErr, speakerErr error
	var opening sync.WaitGroup // at once, so that a server that does not answer is waited for once
	opening.Go(func() { micErr = s.begin(&s.mic) })
	opening.Go(func() { speakerErr = s.begin(&s.speaker) })
	opening.Wait()
	s.reading = s.mic.used.Load()
	go s.supervise(ctx)
	return s, s.trouble(micErr, speakerErr)
}

// begin fills a slot for the first time.
func (s *Switch) begin(at *slot) error {
	if at.wanted == None {
		at.used.Store(standInFor(at.role, s.cfg))
		return nil
	}
	p, err := s.system.open(s.cfg, choice{role: at.role, name: at.wanted})
	if p == nil {
		p = standInFor(at.role, s.cfg)
	} else if p.silent() { // the server has only a sink for nobody
		err = at.role.missing()
	}
	at.monitor = p.used().Monitor
	at.used.Store(p)
	return err
}

// trouble is a sentence or two about what could not be opened.
func (s *Switch) trouble(mic, speaker error) error {
	switch {
	case errors.Is(mic, errNoLibrary) || errors.Is(speaker, errNoLibrary):
		return errNoLibrary
	case errors.Is(mic, errNoAnswer) || errors.Is(speaker, errNoAnswer):
		return errNoAnswer
	case speaker == nil || !s.Silent():
		return joinSentences(speaker, mic)
	case s.speaker.role == Ringer:
		return errNoRinger
	case mic != nil && s.deaf():
		return ErrNoCard
	}
	return joinSentences(speaker, mic)
}

// Using is what a Switch uses at the moment. A zero Endpoint is none.
type Using struct{ Mic, Speaker Endpoint }

// Using tells which devices are in use.
func (s *Switch) Using() Using {
	return Using{Mic: s.mic.used.Load().shown(), Speaker: s.speaker.used.Load().shown()}
}

// Name is the speaker in use.
func (s *Switch) Name() string {
	if name := s.Using().Speaker.Name; name != "" {
		return name
	}
	return "no " + s.speaker.role.String()
}

// Silent is Device.Silent. It may change when a device comes or goes.
func (s *Switch) Silent() bool { return s.speaker.used.Load().silent() }

// Deaf reports whether there is no microphone.
func (s *Switch) deaf() bool { return s.mic.used.Load().silent() }

// Read is Device.Read, without the echo of what was written, see Config.Echo. A new microphone begins where the
// one before it ends, so that the stream has no gap and does not grow.
func (s *Switch) Read(pcm []int16) bool {
	p := s.mic.used.Load()
	if p != s.reading {
		p.stream.join(s.reading.stream)
		s.reading = p
	}
	if !p.Read(pcm) {
		return false
	}
	s.echo.captured(pcm, p, s.speaker.used.Load())
	return true
}

// Wants is Device.Wants.
func (s *Switch) Wants() bool { return s.speaker.used.Load().Wants() }

// Write is Device.Write, at the volume set.
func (s *Switch) Write(pcm []int16) bool {
	p := s.speaker.used.Load()
	if !p.Wants() {
		return false
	}
	if len(pcm) > len(s.loud) {
		s.loud = make([]int16, len(pcm))
	}
	out := s.loud[:len(pcm)]
	s.volume.apply(out, pcm)
	if !p.Write(out) {
		return false
	}
	s.echo.played(out, p.stream.takeGap())
	return true
}

// Meter is Device.Meter. Its counters continue when a device is changed.
func (s *Switch) Meter() Meter {
	mic, speaker := s.mic.used.Load().meter(), s.speaker.used.Load().meter()
	return Meter{Mic: mic.Mic, Overruns: mic.Overruns, Speaker: speaker.Speaker, Underruns: speaker.Underruns}
}

// SetVolume makes what is written louder or softer, from 0 (nothing) over 1 (unchanged) to
// MaxVolume. It limits softly instead of clipping.
func (s *Switch) SetVolume(volume float32) { s.volume.set(volume) }

// UseMic changes the microphone to the one with that name or ID, "" for the system's default, or
// None. It returns when the new one is in use, usually in a few tens of milliseconds. An error is a
// sentence for a person and means that nothing has changed; only if ctx ended it may still change.
func (s *Switch) UseMic(ctx context.Context, name string) error { return s.use(ctx, &s.mic, name) }

// UseSpeaker is UseMic for the speaker.
func (s *Switch) UseSpeaker(ctx context.Context, name string) error {
	return s.use(ctx, &s.speaker, name)
}

// Events gives what happened to the devices by itself. It holds 16; if nobody reads, the oldest are
// dropped. Close closes it.
func (s *Switch) Events() <-chan Event { return s.events }

// Close is Device.Close. It takes two seconds at most, if a sound server hangs.
func (s *Switch) Close() error {
	s.closing.Do(func() {
		s.stop()
		<-s.done
		s.retire(s.mic.used.Load(), 0)
		s.retire(s.speaker.used.Load(), 0)
		s.helpers.Wait()
		close(s.events)
	})
	return nil
}
