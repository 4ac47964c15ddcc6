package audio

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// Switch is a Device whose microphone and speaker can be changed while it is in use, and which goes
// on by itself on another device when one is lost. Read, Wants and Write never wait for any of
// that. Each half is a card of its own, so changing one leaves the other in peace:
//
//	Read  ──> microphone half ─┐                     ┌─ watchdog, every 200 ms
//	Write ──> speaker half ────┼── atomic pointers ──┤
//	          (the next half is opened beside) ──────┴─ list of devices, every 2 s
//
// The half that is left plays out what it was given, then is closed; one that hangs in closing is
// abandoned. A card stops without a word when it is unplugged or its server dies, which is noticed
// by the age of its callbacks within 800 ms. The next device is then that of the same name if it
// can be opened again, else the system's default, else none, and then the first one that comes. The
// default of the system is never taken in place of a lost microphone when it is the monitor of a
// speaker: the other side would hear itself.
//
// Every method may be called from any goroutine, but Read, Wants and Write from one.
type Switch struct {
	cfg    Config
	system system

	mic, speaker seat
	reading      *half // the half of the last Read
	volume       *gain
	loud         []int16 // a frame after the volume
	echo         atomic.Int32

	asks    chan ask   // unbuffered
	events  chan Event // full: the oldest is thrown away
	stop    context.CancelFunc
	done    chan struct{}
	helpers sync.WaitGroup // listing, and closing of halves that were left
	closing sync.Once
}

// seat is one of the two places in a Switch. All but used belongs to its supervisor.
type seat struct {
	part    Part
	used    atomic.Pointer[half]
	wanted  string // as in Config
	offered bool   // the return of what was wanted was told
	monitor bool   // the last card here was a monitor, so another one may follow it
}

// system is what a Switch needs of the outside.
type system struct {
	open func(Config, wish) (*half, error)
	list func(context.Context) (Listing, error)
}

// eventsDeep is how many events wait for somebody to read them.
const eventsDeep = 16

var (
	errNoRinger = errors.New("no ringer could be opened, so calls do not ring aloud")
	errClosed   = errors.New("the sound is closed")
)

// OpenSwitch is Open for a device that can be switched; what it says of errors holds here too. The
// caller has to Close it.
func OpenSwitch(cfg Config) (*Switch, error) {
	return openSwitch(cfg, Speaker, system{openHalf, Devices})
}

// OpenRinger opens cfg.Speaker for nothing but ringing: a Switch without a microphone. None is a
// choice too, and no error. What is written is lost then.
func OpenRinger(cfg Config) (*Switch, error) {
	cfg.Mic, cfg.Quiet = None, true
	return openSwitch(cfg, Ringer, system{openHalf, Devices})
}

func openSwitch(cfg Config, speaker Part, outside system) (*Switch, error) {
	prepareEnvironment()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Switch{
		cfg: cfg, system: outside,
		mic: seat{part: Microphone, wanted: cfg.Mic}, speaker: seat{part: speaker, wanted: cfg.Speaker},
		volume: newGain(), loud: make([]int16, cfg.frame()),
		asks: make(chan ask), events: make(chan Event, eventsDeep), stop: cancel, done: make(chan struct{}),
	}
	var micErr, speakerErr error
	var opening sync.WaitGroup // beside each other, so that a deaf server is waited for once
	opening.Go(func() { micErr = s.begin(&s.mic) })
	opening.Go(func() { speakerErr = s.begin(&s.speaker) })
	opening.Wait()
	s.reading = s.mic.used.Load()
	go s.supervise(ctx)
	return s, s.trouble(micErr, speakerErr)
}

// begin fills a seat for the first time.
func (s *Switch) begin(at *seat) error {
	if at.wanted == None {
		at.used.Store(standInFor(at.part, s.cfg))
		return nil
	}
	h, err := s.system.open(s.cfg, wish{part: at.part, name: at.wanted})
	if h == nil {
		h = standInFor(at.part, s.cfg)
	} else if h.silent() { // the server has nothing but a stand-in of its own
		err = at.part.missing()
	}
	at.monitor = h.used().Monitor
	at.used.Store(h)
	return err
}

// trouble is one sentence or two for what could not be opened.
func (s *Switch) trouble(mic, speaker error) error {
	switch {
	case errors.Is(mic, errNoLibrary) || errors.Is(speaker, errNoLibrary):
		return errNoLibrary
	case errors.Is(mic, errNoAnswer) || errors.Is(speaker, errNoAnswer):
		return errNoAnswer
	case speaker == nil || !s.Silent():
		return joinSentences(speaker, mic)
	case s.speaker.part == Ringer:
		return errNoRinger
	case mic != nil && s.Deaf():
		return errNoCard
	}
	return joinSentences(speaker, mic)
}

// missing is the sentence for a part that there is none of.
func (p Part) missing() error {
	switch p {
	case Microphone:
		return errNoMic
	case Ringer:
		return errNoRinger
	}
	return errNoSpeaker
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
	return "no " + s.speaker.part.String()
}

// Silent is Device.Silent. It may change when a device comes or goes.
func (s *Switch) Silent() bool { return s.speaker.used.Load().silent() }

// Deaf reports whether there is no microphone.
func (s *Switch) Deaf() bool { return s.mic.used.Load().silent() }

// Read is Device.Read. A new microphone takes over where the one before it ends, so the stream goes
// on without a gap and without growing.
func (s *Switch) Read(pcm []int16) bool {
	h := s.mic.used.Load()
	if h != s.reading {
		h.stream.join(s.reading.stream)
		s.reading = h
	}
	return h.Read(pcm)
}

// Wants is Device.Wants.
func (s *Switch) Wants() bool { return s.speaker.used.Load().Wants() }

// Write is Device.Write, at the volume set.
func (s *Switch) Write(pcm []int16) bool {
	h := s.speaker.used.Load()
	if !h.Wants() {
		return false
	}
	if len(pcm) > len(s.loud) {
		s.loud = make([]int16, len(pcm))
	}
	out := s.loud[:len(pcm)]
	s.volume.apply(out, pcm)
	return h.Write(out)
}

// Meter is Device.Meter. Its counters go on across a change of device.
func (s *Switch) Meter() Meter {
	mic, speaker := s.mic.used.Load().meter(), s.speaker.used.Load().meter()
	return Meter{Mic: mic.Mic, Overruns: mic.Overruns, Speaker: speaker.Speaker, Underruns: speaker.Underruns}
}

// SetVolume makes what is written louder or softer, from 0 (nothing) over 1 (as it is) to
// MaxVolume. What would clip is limited softly.
func (s *Switch) SetVolume(volume float32) { s.volume.set(volume) }

// Volume is what SetVolume set.
func (s *Switch) Volume() float32 { return s.volume.get() }

// UseMic changes the microphone to the one of that name or ID, "" for the system's default or None.
// It returns when the new one is in use, in a few tens of milliseconds as a rule. With an error, a
// sentence for a person, nothing has changed; but if ctx ended it may change still.
func (s *Switch) UseMic(ctx context.Context, name string) error { return s.use(ctx, &s.mic, name) }

// UseSpeaker is UseMic for the speaker.
func (s *Switch) UseSpeaker(ctx context.Context, name string) error {
	return s.use(ctx, &s.speaker, name)
}

// Events tells what happened to the devices by itself. It holds 16; when nobody reads, the oldest
// ones go. Close closes it.
func (s *Switch) Events() <-chan Event { return s.events }

// Close is Device.Close. It takes two seconds at most, when a sound server hangs.
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
