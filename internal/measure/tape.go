package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"time"
)

// tape records what a card plays, on the clock of this process.
type tape struct {
	recorder *exec.Cmd
	reading  sync.WaitGroup
	pcm      []int16
	began    time.Time // the time of the first sample, by the fastest packet
}

// stream are arguments for the programs of PulseAudio; to asks for a short delay through the
// server.
func stream(ctx context.Context, program, card, latency string) *exec.Cmd {
	return exec.CommandContext(ctx, program, "-d", card, "--raw", "--format=s16le", "--rate=48000", "--channels=1",
		"--latency-msec="+latency, "--process-time-msec=2")
}

// record starts a tape of a source.
func record(ctx context.Context, source string) (*tape, error) {
	t := &tape{recorder: stream(ctx, "parec", source, "5")}
	sound, err := t.recorder.StdoutPipe()
	if err == nil {
		err = t.recorder.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", source, err)
	}
	t.reading.Go(func() { t.read(sound) })
	return t, nil
}

func (t *tape) read(sound io.Reader) {
	buf := make([]byte, 8192)
	for kept := 0; ; {
		n, err := sound.Read(buf[kept:])
		now := time.Now()
		kept += n
		for i := 0; i+1 < kept; i += 2 {
			t.pcm = append(t.pcm, int16(binary.LittleEndian.Uint16(buf[i:])))
		}
		buf[0] = buf[max(0, kept-1)] // half a sample, if there is one
		kept %= 2
		began := now.Add(-time.Duration(len(t.pcm)) * time.Second / soundRate)
		if len(t.pcm) < soundRate || began.Before(t.began) { // the first second may have waited in the server
			t.began = began
		}
		if err != nil {
			return
		}
	}
}

// stop ends the recording; then pcm and began can be used.
func (t *tape) stop() {
	_ = t.recorder.Process.Kill()
	t.reading.Wait()
	_ = t.recorder.Wait()
}

// play plays pcm into a card until it is over or ctx ends.
func play(ctx context.Context, card string, pcm []int16) error {
	raw := make([]byte, 0, 2*len(pcm))
	for _, v := range pcm {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(v))
	}
	player := stream(ctx, "pacat", card, "20")
	player.Stdin = bytes.NewReader(raw)
	if err := player.Run(); err != nil {
		return fmt.Errorf("play into %s: %w", card, err)
	}
	return ctx.Err()
}

func energy(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum
}
