package audio

import (
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// None in place of a device's name asks for no card at all.
const None = "none"

// Config says which card to open.
type Config struct {
	// Mic and Speaker are names as the system shows them or the IDs of a Listing; empty is the
	// system's default, which follows the person's choice while we run, and None is no card.
	Mic     string
	Speaker string
	// Frame is the number of samples of one Read or Write; zero or less means 20 ms.
	Frame int
	// Quiet makes the stand-in of a microphone silent. Otherwise it plays a test signal, as Null does:
	// right for an echo test, but not for a person at the other end.
	Quiet bool
	// Echo says when the echo of what is played is taken out of what is captured, by a Switch.
	Echo EchoMode
	// Log gets the messages of the sound library at level debug. Nil drops them.
	Log *slog.Logger
}

func (c Config) frame() int {
	if c.Frame <= 0 {
		return 2 * period
	}
	return c.Frame
}

func (c Config) log() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

// openLimit is how long opening may take while a person waits for it.
const openLimit = 2 * time.Second

// What a person reads when there is no sound.
var (
	// ErrNoCard is why Open gives a silent device where there is none.
	ErrNoCard = errors.New("no sound card or sound server was found, so there is no sound here")
	// errNoLibrary is for builds without the sound library, which is written in C.
	errNoLibrary = errors.New("this program was built without a C compiler and has no sound, so there is no sound here")
	errNoAnswer  = errors.New("the sound server did not answer in time, so there is no sound here; start it again, then this program")
	errNoSpeaker = errors.New("no speaker or headset could be opened, so there is no sound here")
	errNoMic     = errors.New("no microphone could be opened, so the other side hears nothing from you")
	errNoListing = errors.New("the sound server did not list its devices in time; start it again, then try once more")
)

// absentError says that a device is not there, and that the default one takes its place unless
// exactly that one was asked for.
type absentError struct {
	role  Role
	name  string
	there string // what there is instead
	exact bool
}

func (e absentError) Error() string {
	consequence := "the default one is used"
	if e.exact {
		consequence = "nothing was changed"
	}
	return fmt.Sprintf("there is no %s %q, so %s; there are: %s", e.role, e.name, consequence, e.there)
}

// inPlaceOf says in an absentError what was asked for; other errors stay.
func (want choice) inPlaceOf(err error) error {
	var absent absentError
	if !errors.As(err, &absent) {
		return err
	}
	absent.role, absent.exact = want.role, want.exact
	return absent
}

// joinSentences makes one line of up to two errors.
func joinSentences(first, second error) error {
	if first == nil {
		return second
	}
	if second == nil {
		return first
	}
	return fmt.Errorf("%w; %w", first, second)
}

// Open opens a microphone and a speaker, usually in a few tens of milliseconds, and in two seconds
// at most. The Device it returns can always be used. The error is a sentence for a person and says
// what is missing: all sound (then the Device is that of Null), one of the two directions, or the
// device that was asked for (then the default one is used). None is no error.
//
// Open is for the start of the program, not for polling until a server appears: each time
// PulseAudio's client library finds no server, miniaudio leaves a file descriptor open.
func Open(cfg Config) (Device, error) {
	if cfg.Mic == None && cfg.Speaker == None {
		return newNull(cfg), nil
	}
	return openCard(cfg)
}
