// Package audio is the sound card: microphones, speakers and ringers, what stands in for them when
// there are none, the tones a telephone makes itself, and what is done with sound on its way:
// volume, recording. Everything here is 48 kHz, one channel, 16-bit
// signed samples. It knows nothing of calls, codecs or networks.
//
// OpenSwitch finds the devices and always returns one that can be used. A Switch is a Device that
// can be changed while somebody talks and that goes on by itself when one is lost; OpenRinger is
// the same for ringing alone, Open the plain card under both. Devices lists what there is to choose from.
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
// # What the library does to us
//
// malgo has a process-wide lock that every data callback takes. It is held while a device is
// entered into or struck from a table, not while one is opened, closed or listed, so another
// device may be opened in the middle of a call. Devices come and go without an event, and one that
// is gone just stops calling back; closing it may then hang for ever inside C. So callbacks are
// watched by their age, devices are listed every two seconds, and what hangs is abandoned. Each
// failed search for a PulseAudio server leaves a descriptor open, so whatever is done again and
// again looks first whether one answers.
//
// Without cgo the package builds as well; opening then says that the build has no sound.
package audio
