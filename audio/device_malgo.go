//go:build cgo

package audio

import (
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"
	"unsafe"

	"github.com/gen2brain/malgo"
)

const (
	openLimit  = 2 * time.Second
	closeLimit = time.Second
)

// card is a sound card through malgo: two devices, since one that does both directions at once
// takes two periods longer from end to end. The half that is missing is stood in for.
type card struct {
	*stream
	name string

	context      *malgo.AllocatedContext
	mic, speaker *malgo.Device // nil when missing
	missing      *standIn      // nil when nothing is

	closing  sync.Once
	closeErr error
}

func openCard(cfg Config) (Device, error) { return openWithin(openLimit, cfg, backends()) }

// openWithin runs open with a limit: a server that takes the connection and then says nothing
// would hold the library for ever. Together with Close it is the one place where a goroutine may
// be left behind, because nothing can end a thread that is inside C. If it returns after all, it
// closes what it opened.
func openWithin(limit time.Duration, cfg Config, systems []malgo.Backend) (Device, error) {
	type result struct {
		card *card
		err  error
	}
	opened, abandoned := make(chan result), make(chan struct{})
	go func() {
		c, err := open(cfg, systems)
		select {
		case opened <- result{c, err}:
		case <-abandoned:
			if c != nil {
				c.release()
			}
		}
	}()
	select {
	case r := <-opened:
		if r.card == nil {
			return newNull(cfg), r.err
		}
		return r.card, r.err
	case <-time.After(limit):
		close(abandoned)
		return newNull(cfg), errNoAnswer
	}
}

// open returns no card and the reason, or a card and what is wrong with it, if anything.
func open(cfg Config, systems []malgo.Backend) (*card, error) {
	context, err := newContext(systems, cfg.log())
	if err != nil {
		return nil, err
	}
	c := &card{stream: newStream(cfg.frame()), context: context}
	micErr := c.openMic(cfg.Mic)
	speakerErr := c.openSpeaker(cfg.Speaker)
	if c.mic == nil && c.speaker == nil {
		c.release()
		return nil, errNoCard
	}
	if c.mic == nil || c.speaker == nil {
		half := newStandIn(c.stream, c.mic == nil, c.speaker == nil, cfg.Quiet)
		c.missing = &half
	}
	return c, joinSentences(speakerErr, micErr)
}

// joinSentences makes one line of up to two errors.
func joinSentences(first, second error) error {
	if first == nil {
		return second
	}
	if second == nil {
		return first
	}
	return fmt.Errorf("%w; %w", first, second)
}

func (c *card) openMic(name string) error {
	if name == None {
		return nil
	}
	device, _, err := c.start(malgo.Capture, name, func(_, in []byte, _ uint32) { c.captured(samples(in)) })
	if device == nil {
		return errNoMic
	}
	c.mic = device
	return err
}

func (c *card) openSpeaker(name string) error {
	c.name = "no speaker"
	if name == None {
		return nil
	}
	device, found, err := c.start(malgo.Playback, name, func(out, _ []byte, _ uint32) { c.play(samples(out)) })
	if device == nil {
		return errNoSpeaker
	}
	c.speaker, c.name = device, found
	return err
}

// start opens and starts the device of that name, or the default one with an error that says so
// when there is none. No device and no error tell that nothing could be opened.
func (c *card) start(kind malgo.DeviceType, name string, data malgo.DataProc) (*malgo.Device, string, error) {
	id, found, err := find(c.context, kind, name)
	device, initErr := initDevice(c.context, kind, id, data)
	if initErr != nil {
		return nil, "", nil
	}
	if device.Start() != nil {
		device.Uninit()
		return nil, "", nil
	}
	return device, found, err
}

// samples sees the library's buffer as what it holds. malloc aligns it for any type.
func samples(b []byte) []int16 {
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/2)
}

func (c *card) Name() string { return c.name }
func (c *card) Silent() bool { return c.speaker == nil }

func (c *card) Read(pcm []int16) bool {
	c.catchUp()
	return c.stream.Read(pcm)
}

func (c *card) Wants() bool {
	c.catchUp()
	return c.stream.Wants()
}

func (c *card) Write(pcm []int16) bool {
	c.catchUp()
	return c.stream.Write(pcm)
}

func (c *card) catchUp() {
	if c.missing != nil {
		c.missing.catchUp()
	}
}

// Age is the time since the last callback, of whichever half is later. A card that was unplugged
// and a server that died both show by nothing else: no error comes and the library goes on
// believing that the device runs.
func (c *card) Age() time.Duration {
	var age time.Duration
	if c.mic != nil {
		age = c.heard.age()
	}
	if c.speaker != nil {
		age = max(age, c.played.age())
	}
	return age
}

// Close is Device.Close. The library can hang for ever over a device that vanished; after a second
// it is left to itself, which costs a thread and some memory, and the error says so.
func (c *card) Close() error {
	c.closing.Do(func() {
		released := make(chan struct{})
		go func() {
			defer close(released)
			c.release()
		}()
		select {
		case <-released:
		case <-time.After(closeLimit):
			c.closeErr = fmt.Errorf("the sound card %s did not stop within %v and was abandoned", c.name, closeLimit)
		}
	})
	return c.closeErr
}

// release gives everything back, devices first. Uninit waits for the device's thread.
func (c *card) release() {
	for _, device := range []*malgo.Device{c.mic, c.speaker} {
		if device != nil {
			device.Uninit()
		}
	}
	_ = c.context.Uninit() // fails only on a context that was never made
	c.context.Free()
}

// printable is text from outside, such as the name a USB device gives itself, made safe to show.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
