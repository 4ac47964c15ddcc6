package audio

// Meter are levels and faults of a device since it was opened.
type Meter struct {
	// Mic and Speaker are the loudest sample of the last 50 ms or so, 0 (silence) to 1
	// (full scale).
	Mic     float32 `json:"mic"`
	Speaker float32 `json:"speaker"`
	// Overruns counts captured frames that were not read in time, Underruns gaps in what was played.
	Overruns  uint64 `json:"overruns"`
	Underruns uint64 `json:"underruns"`
}

// Device is a microphone and a speaker at 48 kHz, one channel, 16-bit signed samples. Read
// and Write never block and are called from one goroutine; Meter from any.
type Device interface {
	// Name is what a person calls it.
	Name() string
	// Silent is true for a device that plays to nobody.
	Silent() bool
	// Read fills pcm with captured samples and reports true. While fewer than len(pcm) are there it
	// reports false and leaves pcm alone.
	Read(pcm []int16) bool
	// Wants reports whether a frame should be written now. By it the sound card's clock paces the far
	// end's sound: a caller that asks first can leave the frame in its jitter buffer until the last
	// moment.
	Wants() bool
	// Write queues pcm for playing and reports true, or false while enough is queued, as Wants said.
	// The caller has to come back within a few ms.
	Write(pcm []int16) bool
	Meter() Meter
	// Close stops the device and waits for what it started.
	Close() error
}
