// Package audio is the sound card: a microphone, a speaker, what stands in for them when
// there are none, and the tones a telephone makes itself. Everything here is 48 kHz, one
// channel, 16-bit signed samples. It knows nothing of calls, codecs or networks.
//
// Open finds the card and always returns a Device that can be used. A card is opened before
// the first call and closed after the last one, never during one, because the library under
// it takes one lock for all its devices whenever one comes or goes.
//
// Two threads that belong to the sound library run the two data callbacks, every 10 ms each.
// They copy samples to or from a ring of fixed size and touch atomics, and do nothing else:
// no lock of ours, no channel, no allocation, no log. On the other side of the rings stands
// one goroutine of the caller, the media loop:
//
//	microphone ─> callback ─> ring ─> Device.Read  ─┐
//	                                                ├─ media loop
//	speaker   <─ callback <─ ring <─ Device.Write <─┘
//
// Nobody ever waits. A full capture ring drops the newest samples, an empty playback ring
// plays silence, and both are counted. The loop is clocked by the card: it comes by more often
// than once a frame, reads until Read refuses and writes while Wants says so, so that what it
// pulls from the network follows the speaker's quartz and nothing piles up.
//
// Without cgo the package builds as well; Open then says that the build has no sound.
package audio
