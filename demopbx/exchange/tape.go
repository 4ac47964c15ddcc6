package exchange

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/patchcord/patchcord/rtc"
)

const (
	// tapeRate is the rate of recorded sound, that of a telephone; tapeRatio is how many samples of ours make one.
	tapeRate  = 8000
	tapeRatio = rtc.SampleRate / tapeRate
	// maxTape bounds a recording in samples.
	maxTape = int(maxMessage/time.Second) * tapeRate
	// maxTapes is how many recordings a mailbox keeps; older messages have the made sound.
	maxTapes = 10
)

// MessageTone begins and dominates the made sound of a message that nobody spoke.
const MessageTone = 660.0

// tape records what a mailbox hears, or both ends of a call.
type tape struct {
	mu  sync.Mutex // the mixer records, the loop takes it
	pcm []int16
}

// record adds a frame. The mean of neighbours is low-pass enough for practice.
func (t *tape) record(pcm []int16) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for ; len(pcm) >= tapeRatio && len(t.pcm) < maxTape; pcm = pcm[tapeRatio:] {
		sum := 0
		for _, s := range pcm[:tapeRatio] {
			sum += int(s)
		}
		t.pcm = append(t.pcm, int16(sum/tapeRatio))
	}
}

func (t *tape) recorded() []int16 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pcm
}

// Spoken is what was said to a mailbox, or made in its place. It does not change any more.
type Spoken struct {
	pcm    []int16
	length time.Duration
}

// WAV is the recording as a file, as PBXs write it: 8 kHz, 16 bits, one channel.
func (r Spoken) WAV() []byte {
	pcm := r.pcm
	if pcm == nil {
		pcm = madeMessage(r.length)
	}
	le, size := binary.LittleEndian, uint32(2*len(pcm))
	b := make([]byte, 0, 44+size)
	b = append(b, "RIFF"...)
	b = le.AppendUint32(b, 36+size)
	b = append(b, "WAVEfmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, 1) // PCM
	b = le.AppendUint16(b, 1)
	b = le.AppendUint32(b, tapeRate)
	b = le.AppendUint32(b, 2*tapeRate)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = le.AppendUint32(b, size)
	for _, s := range pcm {
		b = le.AppendUint16(b, uint16(s))
	}
	return b
}

// madeMessage is a sound of a length, in place of words.
func madeMessage(length time.Duration) []int16 {
	const beat = 200 * time.Millisecond
	t, made := tune{loop: true, notes: []note{
		play(4*beat, MessageTone), play(beat, 550), play(2*beat, MessageTone), play(beat / 2), play(beat, 495), play(3*beat, MessageTone), play(beat),
	}}, &tape{}
	frame := make([]int16, rtc.FrameSamples)
	for range length / rtc.FrameLen {
		t.next(frame)
		made.record(frame)
	}
	return made.recorded()
}

// Listen gives the sound of a message in the mailbox of an account, and marks the message as an old one; false
// where there is none.
func (p *PBX) Listen(a *Account, id string) (Spoken, bool) {
	box := p.archiveOf(a)
	for i := range box.messages {
		if m := &box.messages[i]; m.ID == id {
			if m.Unread {
				m.Unread = false
				p.tell(func(f Front) { f.MailboxChanged(a) })
			}
			return Spoken{m.sound, m.Length}, true
		}
	}
	return Spoken{}, false
}

// maxMade is how long the made sound of a recorded call is at most.
const maxMade = 30 * time.Second

// ListenToCall gives the recording of a past call of an account; false where there is none.
func (p *PBX) ListenToCall(a *Account, id string) (Spoken, bool) {
	for _, c := range p.archiveOf(a).calls {
		if c.ID == id && c.Recorded {
			return Spoken{c.sound, min(maxMade, c.Ended.Sub(c.Answered))}, true
		}
	}
	return Spoken{}, false
}
