package audio

import (
	"context"
	"slices"
	"strings"
)

// Endpoint is a microphone or a speaker as the system offers it. The zero Endpoint is none at all.
type Endpoint struct {
	// Name is what a person calls it, safe to show. Two of the same make may share it.
	Name string
	// ID is the system's own name, which no other endpoint of its kind has. A Config and Use... take
	// the name or the ID.
	ID string
	// Default is the one the system uses when nobody asks for another.
	Default bool
	// Monitor marks a microphone that captures what a speaker plays: right for a test, wrong for a
	// call, where the other side would hear itself.
	Monitor bool
	// EchoCancelled marks a microphone from which the sound server removes the echo.
	EchoCancelled bool
}

// Listing is what there is to choose from, in the order of the system.
type Listing struct {
	Mics, Speakers []Endpoint

	pulse bool // the system's names show which are monitors and echo cancellers
}

// Devices lists microphones and speakers, in a few milliseconds or until ctx ends. It may be called
// at any time, also during a call, but not from the audio thread: while it lists it does not hold
// the library's process-wide lock, which the data callbacks take. A server that does not answer
// keeps one goroutine waiting inside C, never more; later callers wait for that one under their own
// ctx. The error is a sentence for a person.
//
// The sink that PulseAudio and PipeWire provide when there is no card is left out.
func Devices(ctx context.Context) (Listing, error) { return devices(ctx) }

func named(list []Endpoint, name string) (Endpoint, bool) {
	i := slices.IndexFunc(list, func(e Endpoint) bool {
		if name == "" {
			return e.Default
		}
		return strings.EqualFold(e.Name, name) || e.ID == name
	})
	if i < 0 {
		return Endpoint{}, false
	}
	return list[i], true
}

// standInID is the sink that PulseAudio and PipeWire make up when there is none. Nobody hears it.
const standInID = "auto_null"

// classify fills in what the system's own name shows: PulseAudio's monitors end in ".monitor", and
// echo cancellers have "echo-cancel" in their names.
func classify(e Endpoint) Endpoint {
	id := strings.ToLower(e.ID)
	e.Monitor = strings.HasSuffix(id, ".monitor")
	e.EchoCancelled = strings.Contains(id, "echo-cancel") || strings.Contains(id, "echo_cancel")
	return e
}

// isStandIn reports whether an endpoint is the system's own null device or the monitor of it.
func isStandIn(e Endpoint) bool {
	return e.ID == standInID || e.ID == standInID+".monitor"
}

// echoOf tells whether the system removes the echo of a microphone in use, if that is known. Where
// our stream follows the default, the server loads the filter that we want (PULSE_PROP filter.want)
// under the microphone's name with a suffix, and moves the stream there without the library's
// knowledge. A filter of that name may also have been loaded by hand; then nothing is moved.
func (l Listing) echoOf(used Endpoint, followsDefault bool) int32 {
	switch {
	case used.EchoCancelled:
		return echoCancelled
	case followsDefault && slices.ContainsFunc(l.Mics, func(e Endpoint) bool {
		return e.EchoCancelled && strings.HasPrefix(e.ID, used.ID+".")
	}):
		return echoUnknown
	}
	return echoStays
}
