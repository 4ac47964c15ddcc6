package audio

import "fmt"

// EventKind is what happened to a device in use.
type EventKind int

const (
	// Lost says that a device stopped or vanished, and what is used instead.
	Lost EventKind = iota + 1
	// Returned says that a device which was lost, or missing at the start, can be used again. Nothing
	// was switched; the person decides that, see Switch.UseMic.
	Returned
	// Restored says that there is sound again after there was none.
	Restored
	// Followed says that the system's default is another device now, and that our sound moved with it.
	Followed
)

// Event is a change of the devices of a Switch that nobody asked for.
type Event struct {
	Kind EventKind
	Role Role // 0 when both were lost at once
	// Was and Now are the names of the devices; empty is none. After Lost the two may be the
	// same: the device stopped and was opened again.
	Was, Now string
	// Text is the same in a whole sentence.
	Text string
}

func lost(role Role, was, now string) Event {
	e := Event{Kind: Lost, Role: role, Was: was, Now: now}
	switch {
	case now == was:
		e.Text = fmt.Sprintf("The %s %q stopped and was started again.", role, was)
	case now != "":
		e.Text = fmt.Sprintf("The %s %q is gone; using %q now.", role, was, now)
	case role == Microphone:
		e.Text = fmt.Sprintf("The microphone %q is gone and there is no other, so the other side hears nothing from you; connect one.", was)
	case role == Ringer:
		e.Text = fmt.Sprintf("The ringer %q is gone and there is no other, so calls do not ring aloud; connect one.", was)
	default:
		e.Text = fmt.Sprintf("The speaker %q is gone and there is no other, so you hear nothing; connect one.", was)
	}
	return e
}

// lostBoth makes one event of two losses.
func lostBoth(mic, speaker Event) Event {
	if mic.Now == "" && speaker.Now == "" {
		return Event{Kind: Lost, Was: speaker.Was, Text: "The sound server stopped, so there is no sound until it runs again."}
	}
	return Event{Kind: Lost, Was: speaker.Was, Now: speaker.Now, Text: mic.Text + " " + speaker.Text}
}

func returned(role Role, was string) Event {
	return Event{Kind: Returned, Role: role, Was: was, Text: fmt.Sprintf("The %s %q was connected; choose it to use it.", role, was)}
}

func restored(role Role, now string) Event {
	return Event{Kind: Restored, Role: role, Now: now, Text: fmt.Sprintf("Sound is back: using the %s %q.", role, now)}
}

func followed(role Role, was, now string) Event {
	return Event{Kind: Followed, Role: role, Was: was, Now: now, Text: fmt.Sprintf("The system's %s is %q now.", role, now)}
}
