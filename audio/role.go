package audio

// Role is what a person uses a device for.
type Role int

const (
	Microphone Role = iota + 1
	Speaker
	// Ringer is the speaker of a Switch that OpenRinger made.
	Ringer
)

func (r Role) String() string {
	switch r {
	case Microphone:
		return "microphone"
	case Speaker:
		return "speaker"
	case Ringer:
		return "ringer"
	}
	return "sound"
}

// missing says that there is no device for the role.
func (r Role) missing() error {
	switch r {
	case Microphone:
		return errNoMic
	case Ringer:
		return errNoRinger
	}
	return errNoSpeaker
}
