package phone

import (
	"slices"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/rtc"
)

// voice is a far end that hears us and is heard.
type voice struct {
	session *rtc.Session
	// recorder records it; nil records nothing.
	recorder *audio.Recorder
	// holdsUs keeps its sound from the others of a conference: it may be music.
	holdsUs bool
	// apart is for one that is linked with another: they hear each other, and we have no part in it.
	apart bool
}

// voices are those we talk to: one, or everybody in a conference that this phone carries. A list that
// is in use is never changed.
type voices []voice

// slot is what the sound loop keeps for a voice.
type slot struct {
	session *rtc.Session
	// said is what it has said, on its way from the speaker's clock to the microphone's; part is what goes with the
	// part of the microphone that is being sent.
	said *audio.Elastic
	part []int16
}

// follow takes the list of those whose sound is moved. Who was in the one before goes on without a gap.
func (w *soundWork) follow(now *voices) {
	if now == w.now {
		return
	}
	w.now = now
	for i := range w.slots {
		if s := &w.slots[i]; !slices.ContainsFunc(*now, func(v voice) bool { return v.session == s.session }) {
			s.give(nil)
		}
	}
	for i, v := range *now {
		rest := w.slots[i:]
		of := func(session *rtc.Session) int {
			return slices.IndexFunc(rest, func(s slot) bool { return s.session == session })
		}
		j := of(v.session)
		if j < 0 {
			j = of(nil)
		}
		rest[0], rest[j] = rest[j], rest[0]
		rest[0].give(v.session)
	}
}

// give makes it the slot of a session.
func (p *slot) give(s *rtc.Session) {
	if p.session != s {
		p.session = s
		p.said.Reset()
	}
}

// listen fills the ear with what is said next. Each call's own clock and jitter end in its session; what is
// read follows the speaker's clock.
func (w *soundWork) listen() {
	now := *w.now
	if len(now) == 1 && !now[0].apart {
		now[0].session.ReadFrame(w.ear)
		if now[0].recorder != nil {
			w.slots[0].said.Put(w.ear)
		}
		return
	}
	w.sum.Clear()
	for i, v := range now {
		v.session.ReadFrame(w.ear)
		if v.holdsUs {
			clear(w.ear)
		}
		w.slots[i].said.Put(w.ear)
		if !v.apart {
			w.sum.Add(w.ear)
		}
	}
	w.sum.Without(nil, w.ear)
}

// send passes a part of the microphone to the far ends, to each with what the others say.
func (w *soundWork) send() {
	now, us := *w.now, w.mic
	if len(now) == 0 {
		return
	}
	muted := w.muted.Load()
	w.mutedSpeech.Store(w.speaking.Hear(w.mic) && muted && slices.ContainsFunc(now, func(v voice) bool { return !v.apart }))
	if muted {
		us = w.silence
	}
	for i := range now {
		w.slots[i].said.Take(w.slots[i].part)
	}
	w.sendTo(false, us)
	w.sendTo(true, w.silence) // us is not heard there
}

// sendTo gives those whom we are with, or those apart, what the others of them say, and us; and records that.
func (w *soundWork) sendTo(apart bool, us []int16) {
	now, of, last := *w.now, 0, 0
	w.sum.Clear()
	for i, v := range now {
		if v.apart == apart {
			w.sum.Add(w.slots[i].part)
			of, last = of+1, i
		}
	}
	if of == 0 {
		return
	}
	them := w.slots[last].part
	if of > 1 {
		them = w.out
		w.sum.Without(nil, them)
	}
	for _, v := range now {
		if v.apart == apart && v.recorder != nil {
			v.recorder.Write(them, us)
		}
	}
	if of == 1 && !apart {
		_ = now[last].session.WriteFrame(us) // a session that cannot send says so by Lost
		return
	}
	w.sum.Add(us)
	for i, v := range now {
		if v.apart == apart {
			w.sum.Without(w.slots[i].part, w.out)
			_ = v.session.WriteFrame(w.out)
		}
	}
}
