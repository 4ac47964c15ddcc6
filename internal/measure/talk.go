package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/rtc"
)

// useCards gives each end of a call its sound card and runs both until ctx ends.
func (c *call) useCards(ctx context.Context, working *sync.WaitGroup) (devices []audio.Device, err error) {
	for i, end := range []*rtc.Session{c.from, c.to} {
		device, err := audio.OpenSwitch(audio.Config{Mic: cards[2*i] + ".monitor", Speaker: cards[2*i+1]})
		if err != nil {
			return nil, errors.Join(err, device.Close())
		}
		devices = append(devices, device)
		working.Go(func() { talk(ctx, end, device) })
	}
	return devices, nil
}

// talk runs a sound card and an end of a call as the phone does: it looks every 5 ms what the card
// wants, and plays half a frame at a time.
func talk(ctx context.Context, end *rtc.Session, device audio.Device) {
	defer device.Close()
	step := time.NewTicker(rtc.FrameLen / 4)
	defer step.Stop()
	mic, ear := make([]int16, rtc.FrameSamples), make([]int16, rtc.FrameSamples/2)
	for {
		for device.Read(mic) {
			_ = end.WriteFrame(mic)
		}
		for device.Wants() {
			end.ReadFrame(ear)
			if !device.Write(ear) {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-step.C:
		}
	}
}
