//go:build cgo

package audio

import (
	"bytes"
	"context"
	"slices"

	"github.com/gen2brain/malgo"
)

// listing lets one caller at a time into the library's list of devices. The library has a lock of
// its own for that, but it waits inside C, where no context can end the wait.
var listing = make(chan struct{}, 1)

func devices(ctx context.Context) (Listing, error) {
	select {
	case listing <- struct{}{}:
	case <-ctx.Done():
		return Listing{}, errNoListing
	}
	type result struct {
		Listing
		err error
	}
	done := make(chan result, 1)
	go func() {
		l, err := list(ctx)
		<-listing
		done <- result{l, err}
	}()
	select {
	case r := <-done:
		return r.Listing, r.err
	case <-ctx.Done():
		return Listing{}, errNoListing
	}
}

func list(ctx context.Context) (Listing, error) {
	library, err := newContext(answering(ctx, backends()), Config{}.log())
	if err != nil {
		return Listing{}, err
	}
	defer library.close()
	mics, micErr := library.endpoints(malgo.Capture)
	speakers, speakerErr := library.endpoints(malgo.Playback)
	if micErr != nil || speakerErr != nil {
		return Listing{}, errNoListing
	}
	return Listing{
		Mics:     slices.DeleteFunc(mics, isStandIn),
		Speakers: slices.DeleteFunc(speakers, isStandIn),
		pulse:    library.backend == malgo.BackendPulseaudio,
	}, nil
}

// kind is the library's name for a role.
func (p Role) kind() malgo.DeviceType {
	if p == Microphone {
		return malgo.Capture
	}
	return malgo.Playback
}

// answering leaves PulseAudio out if no server is there.
func answering(ctx context.Context, systems []malgo.Backend) []malgo.Backend {
	if slices.Contains(systems, malgo.BackendPulseaudio) && !pulseAnswers(ctx) {
		systems = slices.DeleteFunc(systems, func(b malgo.Backend) bool { return b == malgo.BackendPulseaudio })
	}
	return systems
}

// endpoints lists one kind of device.
func (c *library) endpoints(kind malgo.DeviceType) ([]Endpoint, error) {
	devices, err := c.Devices(kind)
	if err != nil {
		return nil, err
	}
	list := make([]Endpoint, len(devices))
	for i := range devices {
		list[i] = c.endpoint(&devices[i])
	}
	return list, nil
}

func (c *library) endpoint(d *malgo.DeviceInfo) Endpoint {
	e := Endpoint{Name: printable(d.Name()), ID: d.ID.String(), Default: d.IsDefault != 0}
	if c.backend == malgo.BackendPulseaudio { // whose ids are text
		text, _, _ := bytes.Cut(d.ID[:], []byte{0})
		e.ID = printable(string(text))
		e = classify(e)
	}
	return e
}
