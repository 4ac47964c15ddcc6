package rtc

// bridge conceals what is missing: gap samples, or as many as the pull still needs if gap is 0.
func (r *receiver) bridge(gap, lacking int) {
	const step = SampleRate / 100 // what every mode of Opus can conceal
	n := (lacking + step - 1) / step * step
	if gap > 0 && gap < n {
		n = gap / shortestGap * shortestGap
	}
	if r.pausing > 0 {
		r.pause(n)
	} else {
		r.conceal(n)
	}
	r.mu.Lock()
	r.buffer.next += int64(n)
	r.mu.Unlock()
}

// conceal counts what it makes up until that has faded out. A longer silence means that the far end
// has stopped, and a call on hold must not count as a bad one.
func (r *receiver) conceal(n int) {
	if !r.playout.silent() {
		r.made += n
		if r.playout.run == 0 {
			r.begun++
		}
	}
	r.playout.conceal(r.decoder(), n)
}

// decoder is the decoder of the last sound, nil before the first.
func (r *receiver) decoder() decoder {
	if r.format == nil {
		return nil
	}
	return r.format.decoder
}

// pause plays the noise of a pause that the far end announced, by comfort noise or by an Opus
// packet that stands for silence (RFC 7587 §3.1.3).
func (r *receiver) pause(n int) {
	dst := r.playout.room(n)
	if r.format.decoder == nil {
		r.noise.fill(dst)
	} else if !r.format.decoder.conceal(dst) {
		clear(dst)
	}
	r.playout.add(n)
	r.pausing += n
}

// play decodes a packet, and before it what the packet carries of the gap in front of it.
func (r *receiver) play(p *packet, gap int) {
	if p.format != r.format {
		r.format = p.format
		r.playout.broken = true
	}
	r.pausing = 0
	if p.format.decoder == nil {
		r.noise.set(p.payload)
		r.pausing = 1
		return
	}
	if gap > 0 {
		r.recover(p, gap)
	}
	n, err := p.format.decoder.decode(r.playout.room(maxSpan), p.payload)
	if err != nil || n == 0 {
		r.conceal(p.span)
		return
	}
	r.playout.add(n)
	if p.format.name == "opus" && len(p.payload) <= opusPause {
		r.pausing = 1
	}
}

// recover decodes the gap before a packet from that packet. A frame is recovered whole, even if its
// first part was made up already.
func (r *receiver) recover(p *packet, gap int) {
	whole := r.playout.room(p.redundant)
	if !p.format.decoder.recover(whole, p.payload) {
		r.conceal(gap)
		return
	}
	copy(whole, whole[p.redundant-gap:])
	r.playout.add(gap)
}
