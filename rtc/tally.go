package rtc

import "time"

// tally holds the counters of a session at one moment; they only rise.
type tally struct {
	bytesIn, bytesOut  uint64
	played, made, runs uint64 // samples of sound, samples made up, runs of those made up
	arrived            time.Time
	paused             bool // the far end said that it is silent
	codec, ourCodec    string
	packet, ourPacket  time.Duration // how long they are
	buffer             time.Duration
	rtt, theirJitter   time.Duration
	theirLoss          float64
	reported           time.Time
}

// tally reads the counters of the inbound side.
func (r *receiver) tally(t *tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.bytesIn = r.bytes
	t.played, t.made, t.runs = uint64(r.played), uint64(r.concealed), uint64(r.runs)
	t.arrived, t.paused, t.codec = r.arrived, r.paused, r.codec
	t.buffer, t.packet = r.buffer.wait, time.Duration(r.buffer.timeline.frame)*time.Second/SampleRate
}

// takeGap returns the longest time between two packets since the last call of it.
func (r *receiver) takeGap() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	gap := r.gap
	r.gap = 0
	return gap
}

func (s *Session) tally() tally {
	var t tally
	s.in.tally(&t)
	t.bytesOut = s.track.bytes.Load()
	t.ourCodec, t.ourPacket = s.track.sends()
	s.report.mu.Lock()
	defer s.report.mu.Unlock()
	t.rtt, t.theirLoss, t.theirJitter, t.reported = s.report.rtt, s.report.loss, s.report.jitter, s.report.reported
	return t
}

// inbound is the transmission that we received between two readings.
func (t *tally) inbound(before *tally) transmission {
	made := float64(t.made - before.made)
	played := float64(t.played - before.played)
	p := transmission{delay: t.delay()}
	if played > 0 {
		p.loss = min(1, made/played)
		p.burst = burstiness(made/FrameSamples, played/FrameSamples, float64(t.runs-before.runs))
	}
	return p
}

// outbound is the transmission that they received, by their last report.
func (t *tally) outbound() transmission {
	return transmission{delay: t.theirDelay(), loss: t.theirLoss}
}

func (t *tally) delay() time.Duration { return algorithmic(t.codec, t.packet) + t.rtt/2 + t.buffer }

func (t *tally) theirDelay() time.Duration {
	return algorithmic(t.ourCodec, t.ourPacket) + t.rtt/2 + theirBuffer(t.theirJitter)
}
