package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/rtc"
)

// hour holds a call with sound cards for an hour. Once it runs steadily nothing may be missed or made up, and nothing
// may grow.
func hour(ctx context.Context, b *bench, out io.Writer) error {
	server, err := startSound(ctx)
	if err != nil {
		return err
	}
	defer server.close()
	fmt.Fprintln(out, "  One call with sound cards, both ends together, from the end of the first minute on.")
	pcm, _ := speech(60)
	return b.onCards(ctx, pcm, func(ctx context.Context, c *call, devices []audio.Device) error {
		if err := pause(ctx, time.Minute); err != nil {
			return err
		}
		first := c.wear(devices)
		fmt.Fprintf(out, "   1 min: %s\n", first)
		for minute := 10; minute <= 60; minute += 10 {
			if err := pause(ctx, time.Duration(min(10, minute-1))*time.Minute); err != nil {
				return err
			}
			fmt.Fprintf(out, "  %2d min: %s\n", minute, c.wear(devices).since(first))
		}
		return nil
	})
}

// wear is what a long call shows: what went wrong so far, and what this process holds at the moment.
type wear struct {
	overruns, underruns, lost, concealed uint64
	megabytes                            float64
	goroutines, descriptors              int
}

func (c *call) wear(devices []audio.Device) (w wear) {
	for _, d := range devices {
		m := d.Meter()
		w.overruns += m.Overruns
		w.underruns += m.Underruns
	}
	for _, end := range []*rtc.Session{c.from, c.to} {
		s := end.Stats()
		w.lost += s.Lost
		w.concealed += s.Concealed
	}
	files, _ := os.ReadDir("/proc/self/fd")
	w.megabytes, w.goroutines, w.descriptors = memory(), runtime.NumGoroutine(), len(files)
	return w
}

// since leaves out what went wrong before.
func (w wear) since(first wear) wear {
	w.overruns -= first.overruns
	w.underruns -= first.underruns
	w.lost -= first.lost
	w.concealed -= first.concealed
	return w
}

func (w wear) String() string {
	return fmt.Sprintf("%d underruns, %d overruns, %d packets lost, %d frames made up; %.1f MB, %d goroutines, %d descriptors",
		w.underruns, w.overruns, w.lost, w.concealed, w.megabytes, w.goroutines, w.descriptors)
}
