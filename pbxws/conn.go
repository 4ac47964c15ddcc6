package pbxws

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Caps are the capabilities of a dialect. The phone and the screen ask for them and never for a
// vendor's name.
type Caps uint32

// What a PBX may be able to do.
const (
	CapMedia            Caps = 1 << iota // calls can carry our own sound
	CapHold                              // Hold without an SDP: the PBX has a message for it
	CapBlindTransfer                     // BlindTransfer
	CapAttendedTransfer                  // AttendedTransfer
	CapDND                               // SetDND
	CapPark                              // Park, and Offer with OfferRetrieve
	CapPickup                            // Offer with OfferPickup
	CapRecord                            // Record
	CapForward                           // SetForward and Fetch(TopicForwards)
	CapDesk                              // DeskDial and its kin
	CapHistory                           // Fetch(TopicHistory)
	CapPhonebook                         // Fetch(TopicPhonebook)
	CapVoicemail                         // Fetch(TopicVoicemail)
	CapICERestart                        // Reoffer
	CapText                              // SendText
	CapHoldByOffer                       // Hold with our new offer in the same session (RFC 6337 §5.3)
	CapTrickle                           // AddCandidate; without it descriptions hold all candidates
	CapNewSession                        // Hold that resumes with an offer of a new session
	CapPresence                          // SetPresence
	CapQueue                             // JoinQueue, PauseQueue and TakeWaiting
	CapListen                            // Listen
	CapIntrude                           // Intrude
	CapDevices                           // ChooseDevice
	CapDeskMoves                         // DeskPark, DeskRetrieve, DeskPickup and DeskRecord, where the same is possible for a call of ours
	CapParkPlace                         // Park at an orbit that is named; without it the PBX chooses
	CapTones                             // Tones; without it they go with the sound (RFC 4733)
	CapMessageSound                      // FetchSound of a message
	CapCallSound                         // FetchSound of a past call
)

// Has reports whether all the given abilities are there.
func (c Caps) Has(want Caps) bool { return c&want == want }

// ErrUnsupported is returned by Send for a command that the dialect does not know.
var ErrUnsupported = errors.New("this PBX cannot do that")

// Conn is one signed-in link to a PBX. It never reconnects: when it ends, Events is closed
// and whoever dialled dials again.
type Conn interface {
	// Caps are fixed for the life of the link.
	Caps() Caps
	// Events is closed when the link ends; then Err says why. The reader must keep reading: a full
	// channel stops the socket on purpose.
	Events() <-chan Event
	// Send queues a command and never waits. A full queue ends the link, since the PBX takes nothing
	// any more.
	Send(context.Context, Command) error
	// Err is nil while the link lives and after Close.
	Err() error
	// Close ends the link and waits for everything it started.
	Close() error
}

// ErrNotPBX says that the server at the address is no PBX of the dialect. A DialError wraps it.
var ErrNotPBX = errors.New("no such PBX answers there")

// StatusOf is the HTTP status of a failed sign-in: that of an error in the chain with a method
// Status() int, 0 if there is none.
func StatusOf(err error) int {
	var s interface{ Status() int }
	if errors.As(err, &s) {
		return s.Status()
	}
	return 0
}

// DialFunc signs in and brings a link up. Errors that a person can act on are *DialError.
type DialFunc func(context.Context) (Conn, error)

// Step is the step at which signing in failed.
type Step uint8

// The steps of signing in, in order.
const (
	StepAddress Step = iota // the profile itself: URL, domain, user
	StepReach               // name look-up and TCP
	StepTLS                 // certificate
	StepLogin               // the session
	StepLink                // the websocket
)

var stepNames = [...]string{"reading the address", "reaching the server", "checking its certificate", "signing in", "opening the websocket"}

func (s Step) String() string { return nameOf(stepNames[:], s) }

// DialError is a failed sign-in that a person can act on: which step failed, what was wrong
// and what to do next. It never holds a secret.
type DialError struct {
	Step Step
	// What and Next are whole sentences without an end mark.
	What, Next string
	// Permanent says that trying again is useless, or harmful (a lock-out), until a person
	// changed something: above all a password that the PBX itself refuses.
	Permanent bool
	// Verdict says that the profile or its address seems to be wrong. That counts at a first sign-in
	// only: for a profile that worked before, the failure will pass.
	Verdict bool
	// Later and LaterNext replace What and Next for a profile that worked before; both may be
	// empty.
	Later, LaterNext string
	// RetryAfter is how long the server wants to be left alone, 0 if it says nothing.
	RetryAfter time.Duration
	Err        error
	// Asks is what a person has to answer before it can go on, nil for nothing. Such an error is Permanent.
	Asks *Question
}

// Question is something that a sign-in wants to know of a person, and that no profile holds.
type Question struct {
	// Label and Help are what the field shows.
	Label, Help string
	// Answer takes what was typed; the next try to sign in uses it. Any goroutine may call it, once.
	Answer func(string)
}

func (e *DialError) Error() string { return fmt.Sprintf("%s failed: %s. %s.", e.Step, e.What, e.Next) }

func (e *DialError) Unwrap() error { return e.Err }

// Final reports whether to stop trying until a person acts. known means that the profile has signed
// in before.
func (e *DialError) Final(known bool) bool { return e.Permanent || e.Verdict && !known }

// Sentences are the sentences for a person.
func (e *DialError) Sentences(known bool) (what, next string) {
	if known && e.Later != "" {
		return e.Later, e.LaterNext
	}
	return e.Step.String() + " failed: " + e.What, e.Next
}

// LinkError says why a link ended. What is a clause in our words that follows "the link to the PBX
// was lost: "; Err is for the log.
type LinkError struct {
	What string
	Err  error
}

func (e *LinkError) Error() string {
	if e.Err == nil {
		return e.What
	}
	return e.What + ": " + e.Err.Error()
}

func (e *LinkError) Unwrap() error { return e.Err }
