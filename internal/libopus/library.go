package libopus

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unsafe"
)

// Rate is the sample rate on both sides; all sound is mono.
const Rate = 48000

// The oldest version that is used. Before it, speech at low bitrates was worse and faults of safety were open.
const leastMajor, leastMinor = 1, 3

// ErrAbsent is that the system has no libopus.
var ErrAbsent = errors.New("this system has no libopus")

// Library is a libopus that was loaded and works. It stays loaded until the process ends.
type Library struct {
	version                                       string
	encoderSize, startEncoder, setEncoder, encode uintptr
	decoderSize, startDecoder, decode             uintptr
}

// Open loads the library by the names that it has on this kind of system. The error is a sentence for a
// person, and is ErrAbsent where none has such a name.
func Open() (*Library, error) { return openFirst(fileNames()) }

func openFirst(names []string) (*Library, error) {
	reason := error(ErrAbsent)
	for _, name := range names {
		handle, err := load(name)
		if err != nil {
			if !missing(err) {
				reason = fmt.Errorf("%s cannot be loaded: %w", name, err)
			}
			continue
		}
		l, err := bind(handle)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be used: %w", name, err)
		}
		return l, nil
	}
	return nil, reason
}

// bind finds the functions, and tries them.
func bind(handle uintptr) (*Library, error) {
	l := new(Library)
	var ofVersion uintptr
	for name, into := range map[string]*uintptr{
		"opus_get_version_string": &ofVersion,
		"opus_encoder_get_size":   &l.encoderSize, "opus_encoder_init": &l.startEncoder,
		"opus_encoder_ctl": &l.setEncoder, "opus_encode": &l.encode,
		"opus_decoder_get_size": &l.decoderSize, "opus_decoder_init": &l.startDecoder, "opus_decode": &l.decode,
	} {
		at, err := symbol(handle, name)
		if err != nil || at == 0 {
			return nil, fmt.Errorf("it has no function %s", name)
		}
		*into = at
	}
	var err error
	if l.version, err = supported(text(new(arguments).call(ofVersion, 0, 0, 0, 0, 0, 0))); err != nil {
		return nil, err
	}
	return l, l.try()
}

// supported takes the version out of what the library says of itself, such as "libopus 1.3.1-fixed".
func supported(words string) (string, error) {
	name, version, _ := strings.Cut(words, " ")
	numbers, _, _ := strings.Cut(version, "-")
	parts := strings.Split(numbers, ".")
	if name != "libopus" || len(parts) < 2 || len(version) > 32 {
		return "", errors.New("it does not tell its version")
	}
	major, err := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	if errors.Join(err, err2) != nil {
		return "", errors.New("it does not tell its version")
	}
	if major < leastMajor || major == leastMajor && minor < leastMinor {
		return "", fmt.Errorf("it is version %s, and %d.%d or newer is needed", numbers, leastMajor, leastMinor)
	}
	return version, nil
}

// try encodes and decodes a frame.
func (l *Library) try() error {
	const frame = Rate / 50
	encoder, err := l.NewEncoder()
	if err != nil {
		return err
	}
	packet, pcm := make([]byte, 1000), make([]int16, frame)
	n, err := encoder.Encode(packet, pcm)
	if err != nil {
		return err
	}
	decoder, err := l.NewDecoder()
	if err != nil {
		return err
	}
	if n, err = decoder.Decode(pcm, packet[:n]); err != nil {
		return err
	}
	if n != frame {
		return fmt.Errorf("of %d samples it gives back %d", frame, n)
	}
	return nil
}

// Version is like "1.3.1".
func (l *Library) Version() string { return l.version }

// failure is an error code in words.
func failure(what string, code int32) error { return fmt.Errorf("libopus: %s (code %d)", what, code) }

// state has memory for an encoder or a decoder, which has no pointer to anything that Go could move or free.
func state(bytes uintptr) ([]uint64, error) {
	const most = 1 << 24
	if bytes == 0 || bytes > most {
		return nil, fmt.Errorf("libopus: it asks for %d bytes", bytes)
	}
	return make([]uint64, (bytes+7)/8), nil
}

// text copies a string of C, 100 bytes at most. The pointer is one of C and not moved by Go.
func text(at uintptr) string {
	const most = 100
	if at == 0 {
		return ""
	}
	from := *(*unsafe.Pointer)(unsafe.Pointer(&at))
	var b []byte
	for i := range most {
		c := *(*byte)(unsafe.Add(from, i))
		if c == 0 {
			break
		}
		b = append(b, c)
	}
	return string(b)
}
