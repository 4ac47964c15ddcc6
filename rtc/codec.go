package rtc

import (
	"fmt"
	"time"
)

// Sound enters and leaves this package as frames of signed 16-bit mono samples.
const (
	// SampleRate is in samples a second. Codecs with a lower rate are resampled inside.
	SampleRate = 48000
	// FrameLen is the length of one frame, and the usual packet time that we send.
	FrameLen = 20 * time.Millisecond
	// FrameSamples is one frame in samples.
	FrameSamples = 960
)

// codec describes a format for SDP and RTP.
type codec struct {
	name     string
	clock    uint32 // RTP ticks a second
	channels uint16 // as in rtpmap; for Opus always 2 (RFC 7587 §7)
	fmtp     string
	payload  uint8  // the payload type that we offer
	tsStep   uint32 // RTP ticks a frame
}

// codecByName knows "opus" (RFC 7587), "G722" (RFC 3551 §4.5.2), "PCMU" and "PCMA" (§4.5.14), and
// "CN" (RFC 3389), which is received only.
func codecByName(name string) (codec, bool) {
	switch name {
	case "opus":
		return codec{name, 48000, 2, "minptime=10;useinbandfec=1", 111, 960}, true
	case "G722":
		return codec{name, 8000, 1, "", 9, 160}, true
	case "PCMU":
		return codec{name, 8000, 1, "", 0, 160}, true
	case "PCMA":
		return codec{name, 8000, 1, "", 8, 160}, true
	case "CN":
		return codec{name, 8000, 1, "", 13, 160}, true
	}
	return codec{}, false
}

// encoder makes the RTP payloads of one codec from frames of FrameSamples, or halves of them. It keeps state from
// frame to frame and allocates nothing, except gopus with redundancy. It is not safe for concurrent use.
type encoder interface {
	// encode writes one payload to dst, at least maxPayload long, and returns its length.
	encode(dst []byte, pcm []int16) (int, error)
	// expect sets how many packets in a hundred will be lost, for codecs that can protect against it. 0, as at
	// the start, protects against none.
	expect(percent int) error
}

// maxPayload is what one RTP packet may carry: what an Ethernet frame leaves after IP and UDP.
const maxPayload = 1472

func newEncoder(name string, o Opus) (encoder, error) {
	switch name {
	case "opus":
		return o.newEncoder()
	case "G722":
		return newG722Encoder(), nil
	case "PCMU":
		return newG711Encoder(encodeMu), nil
	case "PCMA":
		return newG711Encoder(encodeA), nil
	}
	return nil, fmt.Errorf("no encoder for codec %q", name)
}

// The longest of Opus in samples: a packet, and the frame before it that it can carry too.
const (
	maxSpan       = 120 * SampleRate / 1000
	maxRedundancy = 60 * SampleRate / 1000
)

// decoder makes samples at SampleRate from the payloads of one codec. It keeps state from packet to
// packet and allocates nothing. It is not safe for concurrent use.
type decoder interface {
	// decode writes the samples of one payload to dst, at least maxSpan long, and returns how
	// many.
	decode(dst []int16, payload []byte) (int, error)
	// recover fills dst with the end of the gap before next, if the payload next carries that too
	// (forward error correction). It reports whether it did.
	recover(dst []int16, next []byte) bool
	// conceal fills dst, a multiple of 2.5 ms long, with a guess of what was lost. It reports false
	// where repeating the waveform is the better guess.
	conceal(dst []int16) bool
}

// newDecoder returns nil for comfort noise, which has nothing to decode.
func newDecoder(name string, o Opus) decoder {
	switch name {
	case "opus":
		return o.newDecoder()
	case "G722":
		return newG722Decoder()
	case "PCMU":
		return newG711Decoder(DecodeMu)
	case "PCMA":
		return newG711Decoder(DecodeA)
	}
	return nil
}
