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

const closeLimit = time.Second

// card is a sound card through malgo: two devices, since one that does both directions at once
// takes two periods longer from end to end. A stand-in takes the place of one that is missing.
type card struct {
	*stream
	library *library

	mic, speaker         *malgo.Device // nil when missing
	micUsed, speakerUsed Endpoint
	calls                []*callback // of the devices
	missing              *standIn    // nil if both are there or not wanted

	closing  sync.Once
	closeErr error
}

// HasCards tells whether this program was built with what works sound cards.
const HasCards = true

func openCard(cfg Config) (Device, error) { return openWithin(openLimit, cfg, backends()) }

// openWithin opens both directions, or the null device.
func openWithin(limit time.Duration, cfg Config, systems []malgo.Backend) (Device, error) {
	c, err := within(limit, func() (*card, error) { return open(cfg, systems) })
	if c == nil {
		return newNull(cfg), err
	}
	return c, err
}

// within runs open with a time limit: a server that takes the connection and then says nothing
// would block the library for ever. Only here and in Close a goroutine may be left behind, because
// nothing can end a thread that is inside C. If open returns after all, the goroutine closes what
// it opened.
func within(limit time.Duration, open func() (*card, error)) (*card, error) {
	type result struct {
		card *card
		err  error
	}
	opened, abandoned := make(chan result), make(chan struct{})
	go func() {
		c, err := open()
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
		return r.card, r.err
	case <-time.After(limit):
		close(abandoned)
		return nil, errNoAnswer
	}
}

// open returns no card and the reason, or a card and an error if one direction failed.
func open(cfg Config, systems []malgo.Backend) (*card, error) {
	library, err := newContext(systems, cfg.log())
	if err != nil {
		return nil, err
	}
	c := &card{stream: newStream(cfg.frame()), library: library}
	micErr := c.openMic(cfg.Mic)
	speakerErr := c.openSpeaker(cfg.Speaker)
	if c.mic == nil && c.speaker == nil {
		c.release()
		return nil, ErrNoCard
	}
	if c.mic == nil || c.speaker == nil {
		s := newStandIn(c.stream, c.mic == nil, c.speaker == nil, cfg.Quiet)
		c.missing = &s
	}
	return c, joinSentences(speakerErr, micErr)
}

func (c *card) openMic(name string) error {
	if name == None {
		return nil
	}
	device, found, err := c.start(malgo.Capture, name, func(_, in []byte, _ uint32) { c.captured(samples(in)) })
	if device == nil {
		return errNoMic
	}
	c.mic, c.micUsed = device, found
	return err
}

func (c *card) openSpeaker(name string) error {
	if name == None {
		return nil
	}
	device, found, err := c.start(malgo.Playback, name, func(out, _ []byte, _ uint32) { c.play(samples(out)) })
	if device == nil {
		return errNoSpeaker
	}
	c.speaker, c.speakerUsed = device, found
	return err
}

// start opens and starts the device of that name. If there is none it takes the default one, and
// the error says so. Without a device nothing could be opened.
func (c *card) start(kind malgo.DeviceType, name string, data malgo.DataProc) (*malgo.Device, Endpoint, error) {
	id, found, err := c.library.find(kind, name)
	calls := newCallback(c.stream, kind)
	device, initErr := c.library.initDevice(kind, id, calls, data)
	if initErr != nil {
		calls.free()
		return nil, Endpoint{}, nil
	}
	if device.Start() != nil {
		device.Uninit()
		calls.free()
		return nil, Endpoint{}, nil
	}
	c.calls = append(c.calls, calls)
	return device, found, err
}

// samples gives the library's buffer as samples. malloc aligns it for any type.
func samples(b []byte) []int16 {
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/2)
}

func (c *card) Name() string {
	if c.speaker == nil {
		return "no speaker"
	}
	return c.speakerUsed.Name
}

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

// Close is Device.Close. The library can hang for ever over a device that vanished. After a second
// Close gives up, which costs a thread and some memory, and returns an error.
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
			c.closeErr = fmt.Errorf("the sound card %s did not stop within %v and was abandoned", c.Name(), closeLimit)
		}
	})
	return c.closeErr
}

// release closes everything, devices first. Uninit takes our callback away before it waits for the
// device's thread, and a speaker without a callback plays whatever is in its buffer. So the device
// is stopped first.
func (c *card) release() {
	for _, device := range []*malgo.Device{c.mic, c.speaker} {
		if device != nil {
			_ = device.Stop() // fails on a device that is gone, which Uninit ends as well
			device.Uninit()
		}
	}
	for _, calls := range c.calls {
		calls.free()
	}
	c.library.close()
}

// printable makes text from elsewhere safe to show, such as the name a USB device gives itself.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
