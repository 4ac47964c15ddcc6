package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os/exec"

	"github.com/patchcord/patchcord/internal/acoustics"
	"github.com/patchcord/patchcord/internal/nsim"
)

// soundRate is the rate of all sound, except for spectra.
const soundRate = 48000

// script is read out loud; it has every sound of English (the last four sentences are those of the
// Speech Accent Archive).
const script = "The quick brown fox jumps over the lazy dog. A rainbow is a division of white light into many beautiful " +
	"colors. These take the shape of a long round arch, with its path high above. Please call Stella. Ask her to bring " +
	"these things with her from the store. Six spoons of fresh snow peas, five thick slabs of blue cheese, and maybe a " +
	"snack for her brother Bob. We also need a small plastic snake and a big toy frog for the kids."

// speech is so many seconds of a voice at soundRate, and its name: espeak-ng if that is installed,
// else a synthetic sound.
func speech(seconds int) (pcm []int16, who string) {
	said, err := espeak()
	who = "espeak-ng"
	if err != nil {
		said, who = acoustics.Talker{Seed: 1, Pitch: 120}.Speak(10), "a synthetic voice, since espeak-ng is missing"
	}
	pcm = pcmOf(said)
	for len(pcm) < seconds*soundRate {
		pcm = append(pcm, pcm...)
	}
	return pcm[:seconds*soundRate], who
}

// pcmOf gives samples from -1 to 1 as 16 bits.
func pcmOf(x []float64) []int16 {
	pcm := make([]int16, len(x))
	for i, v := range x {
		pcm[i] = int16(math.Round(32767 * min(1, max(-1, v))))
	}
	return pcm
}

// espeak lets espeak-ng read the script.
func espeak() ([]float64, error) {
	wav, err := exec.Command("espeak-ng", "-v", "en", "-s", "160", "--stdout", script).Output()
	if err != nil {
		return nil, fmt.Errorf("run espeak-ng: %w", err)
	}
	const header = 44 // of a WAV file with one plain chunk, as espeak-ng writes it
	if len(wav) < header+soundRate {
		return nil, errors.New("espeak-ng said nothing")
	}
	rate := int(binary.LittleEndian.Uint32(wav[24:]))
	if rate < 8000 || rate > soundRate {
		return nil, fmt.Errorf("espeak-ng speaks at %d Hz", rate)
	}
	samples := wav[header:]
	x := make([]float64, len(samples)/2)
	for i := range x {
		x[i] = float64(int16(binary.LittleEndian.Uint16(samples[2*i:]))) / 32768
	}
	return nsim.Resample(x, rate, soundRate), nil
}
