package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/rtc"
)

// onCards holds a call whose ends have a sound card each and speak all the time, for as long as watch takes.
func (b *bench) onCards(ctx context.Context, pcm []int16, watch func(context.Context, *call, []audio.Device) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, err := connect(ctx, b.engine, nil, nil)
	if err != nil {
		return err
	}
	defer func() { _ = c.close() }()
	var working sync.WaitGroup
	defer working.Wait()
	defer cancel() // before the wait
	devices, err := c.useCards(ctx, &working)
	if err != nil {
		return err
	}
	for _, mouth := range []string{"mouthA", "mouthB"} {
		working.Go(func() {
			for play(ctx, mouth, pcm) == nil {
			}
		})
	}
	return watch(ctx, c, devices)
}

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
// wants, and sends and plays half a frame at a time.
func talk(ctx context.Context, end *rtc.Session, device audio.Device) {
	defer device.Close()
	step := time.NewTicker(rtc.FrameLen / 4)
	defer step.Stop()
	mic, ear := make([]int16, rtc.FrameSamples/2), make([]int16, rtc.FrameSamples/2)
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
