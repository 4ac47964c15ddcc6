package libopus

import (
	"fmt"
	"unsafe"
)

// Encoder makes packets of mono sound at Rate. It is not safe for concurrent use.
type Encoder struct {
	library *Library
	state   []uint64
	calls   arguments
}

// forSpeech is OPUS_APPLICATION_VOIP.
const forSpeech = 2048

// NewEncoder makes an encoder of speech with the library's own settings.
func (l *Library) NewEncoder() (*Encoder, error) {
	var calls arguments
	memory, err := state(calls.call(l.encoderSize, 1, 0, 0, 0, 0, 0))
	if err != nil {
		return nil, err
	}
	code := calls.call(l.startEncoder, uintptr(unsafe.Pointer(unsafe.SliceData(memory))), Rate, 1, forSpeech, 0, 0)
	if int32(code) != 0 {
		return nil, failure("no encoder", int32(code))
	}
	return &Encoder{library: l, state: memory}, nil
}

// Setting is one of an encoder, by its number in opus_defines.h.
type Setting uintptr

const (
	Bitrate    Setting = 4002 // bit/s
	MaxBand    Setting = 4004 // a Band
	Variable   Setting = 4006 // 0 for a constant bitrate, 1
	Complexity Setting = 4010 // 0 to 10
	InbandFEC  Setting = 4012 // 0 or 1: packets carry the frame before once more
	Loss       Setting = 4014 // expected, percent
	Signal     Setting = 4024 // AnySignal, or Music for CELT wherever the bitrate is enough
)

// The values of Signal.
const (
	AnySignal = -1000
	Music     = 3002
)

// The bands of MaxBand, by the highest frequency.
const (
	To4kHz = iota + 1101
	To6kHz
	To8kHz
	To12kHz
	To20kHz
)

// Set changes a setting; it counts from the next packet on.
func (e *Encoder) Set(s Setting, value int) error {
	code := e.calls.call(e.library.setEncoder, uintptr(unsafe.Pointer(unsafe.SliceData(e.state))), uintptr(s), uintptr(value), 0, 0, 0)
	if int32(code) != 0 {
		return failure(fmt.Sprintf("setting %d is not %d", s, value), int32(code))
	}
	return nil
}

// Encode writes the packet of 2.5 to 60 ms of sound to dst and returns its length.
func (e *Encoder) Encode(dst []byte, pcm []int16) (int, error) {
	n := e.calls.call(e.library.encode, uintptr(unsafe.Pointer(unsafe.SliceData(e.state))),
		uintptr(unsafe.Pointer(unsafe.SliceData(pcm))), uintptr(len(pcm)), uintptr(unsafe.Pointer(unsafe.SliceData(dst))), uintptr(len(dst)), 0)
	if int32(n) < 0 {
		return 0, failure("a frame is not encoded", int32(n))
	}
	return int(int32(n)), nil
}

// Decoder makes mono sound at Rate of packets; stereo is mixed down. It is not safe for concurrent use.
type Decoder struct {
	library *Library
	state   []uint64
	calls   arguments
}

// NewDecoder makes a decoder.
func (l *Library) NewDecoder() (*Decoder, error) {
	var calls arguments
	memory, err := state(calls.call(l.decoderSize, 1, 0, 0, 0, 0, 0))
	if err != nil {
		return nil, err
	}
	code := calls.call(l.startDecoder, uintptr(unsafe.Pointer(unsafe.SliceData(memory))), Rate, 1, 0, 0, 0)
	if int32(code) != 0 {
		return nil, failure("no decoder", int32(code))
	}
	return &Decoder{library: l, state: memory}, nil
}

// Decode writes the samples of a packet to dst and returns how many. Without a packet it fills dst with a guess
// of what was lost, a multiple of 2.5 ms.
func (d *Decoder) Decode(dst []int16, packet []byte) (int, error) { return d.run(dst, packet, 0) }

// Recover fills dst with what was lost before a packet, as the packet carries it.
func (d *Decoder) Recover(dst []int16, packet []byte) (int, error) { return d.run(dst, packet, 1) }

func (d *Decoder) run(dst []int16, packet []byte, before uintptr) (int, error) {
	n := d.calls.call(d.library.decode, uintptr(unsafe.Pointer(unsafe.SliceData(d.state))),
		uintptr(unsafe.Pointer(unsafe.SliceData(packet))), uintptr(len(packet)), uintptr(unsafe.Pointer(unsafe.SliceData(dst))), uintptr(len(dst)), before)
	if int32(n) < 0 {
		return 0, failure("a packet is not decoded", int32(n))
	}
	return int(int32(n)), nil
}

// arguments have room for those of one call, so that none allocates. A function leaves those alone that it does
// not have.
type arguments [9]uintptr

// call calls a function of C, on a stack of C. What the arguments point to stays where it is meanwhile. On Apple's
// arm64 what a variadic function gets beyond its named arguments is on the stack, where the ninth one is: so the
// third is given there as well.
//
//go:uintptrescapes
func (a *arguments) call(function, first, second, third, fourth, fifth, sixth uintptr) uintptr {
	*a = arguments{first, second, third, fourth, fifth, sixth, 0, 0, third}
	return callC(function, a[:])
}
