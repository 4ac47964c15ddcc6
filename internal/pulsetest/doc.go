// Package pulsetest runs a PulseAudio of a test's own, with sinks that sound nowhere: a sound system
// that is real and needs no sound card. It is for tests alone, built under the tag pulse, and fails
// them where pulseaudio or its tools are not installed.
package pulsetest
