package exchange

import "sync"

// robot is the voice of a simulated person: it plays a tune or repeats what it hears, and beeps for every
// key.
type robot struct {
	tune *tune // nil is silence
	echo bool
	// echoMeter plays a sound and measures its echo; nil for a voice that does not.
	echoMeter *echoMeter
	// tape records what it hears after the tune; nil for a voice that does not.
	tape *tape

	lastFrame []int16 // the last frame, for echo; the mixer's own

	mu   sync.Mutex // the loop beeps, the mixer plays
	beep []*tune
}

// maxBeeps bounds the beeps that wait to be played; further keys get no beep.
const maxBeeps = 32

func (r *robot) acknowledge(digit rune) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.beep) < maxBeeps {
		r.beep = append(r.beep, newBeep(digit))
	}
}

func (r *robot) hear(pcm []int16) {
	switch {
	case r.echoMeter != nil:
		r.echoMeter.hear(pcm)
	case r.tape != nil && r.tune.done():
		r.tape.record(pcm)
	case r.echo:
		r.lastFrame = append(r.lastFrame[:0], pcm...)
	}
}

func (r *robot) say(pcm []int16) {
	switch {
	case r.echoMeter != nil:
		r.echoMeter.say(pcm)
	case r.beeping(pcm):
	case r.echo:
		clear(pcm[copy(pcm, r.lastFrame):])
		r.lastFrame = r.lastFrame[:0]
	case r.tune != nil:
		r.tune.next(pcm)
	default:
		clear(pcm)
	}
}

// beeping fills pcm when a beep is due.
func (r *robot) beeping(pcm []int16) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.beep) == 0 {
		return false
	}
	r.beep[0].next(pcm)
	if r.beep[0].done() {
		r.beep = r.beep[1:]
	}
	return true
}
