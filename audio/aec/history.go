package aec

const (
	// step is how many samples of the model are a block, at 16 kHz.
	step = Block / ratio
	// frame is how many samples of the model are transformed at once, and lines how many lines of 50 Hz that gives.
	frame = 2 * step
	lines = frame/2 + 1
)

// played is a block of the far end: the spectrum of the last frame samples up to its end, and its power.
type played struct {
	line  [lines]complex64
	power [lines]float32
}

// history are the last blocks of what was played.
type history struct {
	blocks [partitions]played
	newest int
	frame  [frame]float32
}

// add takes the next block.
func (h *history) add(f *fft, block *[step]float32) {
	copy(h.frame[:], h.frame[step:])
	copy(h.frame[step:], block[:])
	h.newest = (h.newest + 1) % partitions
	b := &h.blocks[h.newest]
	f.transform(h.frame[:], b.line[:])
	for k, v := range &b.line {
		b.power[k] = powerOf(v)
	}
}

// block is the one so many blocks ago.
func (h *history) block(ago int) *played {
	at := h.newest - ago
	if at < 0 {
		at += partitions
	}
	return &h.blocks[at]
}
