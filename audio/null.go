package audio

import "time"

// Null returns a device without a card: paced by the clock, with a microphone that plays a soft
// test signal and a speaker that nobody hears. frame is the number of samples of one Read or Write;
// zero or less means 20 ms. It starts no goroutine.
//
// Nothing happens between calls: each Read, Wants and Write first makes up for the time that has
// passed, up to eight frames. Older frames are lost and counted, unless the caller was away for so
// long that there was no call.
func Null(frame int) Device { return newNull(Config{Frame: frame}) }

type null struct {
	*stream
	card standIn
}

func newNull(cfg Config) *null {
	s := newStream(cfg.frame())
	return &null{stream: s, card: newStandIn(s, true, true, cfg.Quiet)}
}

func (n *null) Name() string           { return "no sound card" }
func (n *null) Silent() bool           { return true }
func (n *null) Close() error           { return nil }
func (n *null) Read(pcm []int16) bool  { n.card.catchUp(); return n.stream.Read(pcm) }
func (n *null) Wants() bool            { n.card.catchUp(); return n.stream.Wants() }
func (n *null) Write(pcm []int16) bool { n.card.catchUp(); return n.stream.Write(pcm) }

// standIn takes the place of a card, or of one direction of it: it runs the missing callbacks
// whenever the media loop comes by. It belongs to the media loop.
type standIn struct {
	stream       *stream
	mic, speaker bool   // which of the two it plays
	voice        *voice // what the microphone captures; nil is silence
	begun        time.Time
	done         int64 // periods since begun that have been run
	pcm          []int16
}

func newStandIn(s *stream, mic, speaker, quiet bool) standIn {
	c := standIn{stream: s, mic: mic, speaker: speaker, begun: time.Now(), pcm: make([]int16, period)}
	if mic && !quiet {
		c.voice = newVoice()
	}
	return c
}

// catchUp runs the periods that are due. After a long pause it skips to the last ones: the older
// ones have no room, and one call must not take too long.
func (c *standIn) catchUp() {
	due := int64(time.Since(c.begun) / (time.Second * period / Rate))
	room := int64(backlog * c.stream.frame / period)
	if skipped := due - c.done - room; skipped > 0 {
		c.done += skipped
		if c.mic {
			c.stream.dropped.Add(uint64(skipped) * period)
		}
	}
	for ; c.done < due; c.done++ {
		c.step()
	}
}

func (c *standIn) step() {
	if c.mic {
		clear(c.pcm)
		if c.voice != nil {
			c.voice.speak(c.pcm)
		}
		c.stream.captured(c.pcm)
	}
	if c.speaker {
		c.stream.play(c.pcm)
	}
}
