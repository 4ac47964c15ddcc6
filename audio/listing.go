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
	// ID is the system's own name, which no other endpoint of its kind has. Either one chooses
	// an endpoint wherever one is asked for by name.
	ID string
	// Default is the one the system uses when nobody asks for another.
	Default bool
	// Monitor marks a microphone that hears what a speaker plays: right for a test, wrong for
	// a call, whose other side would hear itself.
	Monitor bool
	// EchoCancelled marks one from which the sound server takes the echo out.
	EchoCancelled bool
}

// Listing is what there is to choose from, in the order of the system.
type Listing struct {
	Mics, Speakers []Endpoint

	pulse bool // the system's names tell monitors and cancellers apart
}

// Devices lists microphones and speakers in a few milliseconds, or until ctx ends. It may be
// called at any time and from anywhere but the audio thread, during a call as well: the library's
// process-wide lock, which its data callbacks take, is not held while it lists. A server that does
// not answer keeps one goroutine waiting inside C, never more, and later callers wait for it under
// their own ctx. The error is a sentence for a person.
//
// A stand-in that PulseAudio and PipeWire provide when there is no card is left out.
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

// classify fills in what the system's own name tells: PulseAudio's monitors end in ".monitor",
// and its echo canceller and that of PipeWire are called so.
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

// echoOf tells whether the system takes the echo out of a microphone in use, if that is known. Where
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
