package tui

import (
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// message is what the message line says.
func (r *robot) message() string {
	_, text, _ := said(&r.m.scene, &r.m.view)
	return text
}

func (r *robot) says(want string) *robot {
	r.t.Helper()
	if got := r.message(); got != want {
		r.t.Errorf("the message line says %q, want %q", got, want)
	}
	return r
}

// tells is a snapshot with one more notice, of now.
func (r *robot) tells(n phone.Notice) *robot {
	s := r.m.scene.Snapshot
	s.Notices = append(s.Notices[:len(s.Notices):len(s.Notices)], n)
	last := &s.Notices[len(s.Notices)-1]
	last.N, last.At = uint64(len(s.Notices)), r.now
	r.show(s)
	return r
}

// TestFailureKeepsItsPlace: until the next key, or for 8 s, whatever comes in meanwhile.
func TestFailureKeepsItsPlace(t *testing.T) {
	busy := phone.Notice{Grade: phone.GradeWarn, Text: "602 is busy"}
	news := phone.Notice{Grade: phone.GradeInfo, Text: "203 calls"}
	r := newRobot(t, calm())
	r.tells(busy).wait(time.Second)
	r.tells(news).says("602 is busy")
	r.send(newsMsg{News{Grade: phone.GradeInfo, Text: "config reloaded"}})
	r.says("602 is busy")
	r.press("down").says("203 calls") // a key was pressed: the newest counts again

	r = newRobot(t, calm())
	r.tells(busy).wait(time.Second)
	r.tells(news).wait(holdsFor - 2*time.Second)
	r.says("602 is busy").wait(time.Second)
	r.says("203 calls")

	r = newRobot(t, calm()) // what failed later, or worse, is the one to be read
	r.tells(busy).wait(time.Second)
	r.tells(phone.Notice{Grade: phone.GradeFailed, Text: "the link is lost"}).says("the link is lost").wait(time.Second)
	r.tells(busy).says("the link is lost")

	r = newRobot(t, calm()) // what failed first and came about then is over
	r.tells(phone.Notice{Grade: phone.GradeFailed, Text: "the link is lost"}).wait(time.Second)
	r.tells(phone.Notice{Grade: phone.GradeDone, Leg: "a", Text: "203 answered"}).says("the link is lost").wait(time.Second)
	r.tells(phone.Notice{Grade: phone.GradeDone, Text: "the link is back"}).says("the link is back")

	over := calm() // and so is trouble of a call that has ended
	over.Legs = []phone.Leg{{ID: "a", State: phone.Ended, Ended: r.now}}
	r = newRobot(t, over)
	r.tells(phone.Notice{Grade: phone.GradeWarn, Leg: "a", Text: "nothing comes from 203"}).wait(time.Second)
	r.tells(news).says("nothing comes from 203").wait(time.Second)
	r.tells(phone.Notice{Grade: phone.GradeInfo, Leg: "a", Text: "203 hung up"}).says("203 hung up")

	r = newRobot(t, calm()) // of the screen's own failures too
	r.send(savedMsg{err: errFull})
	r.wait(time.Second)
	r.tells(news).says("the report was not written: the disk is full")
	r.send(newsMsg{News{Grade: phone.GradeWarn, Text: "the phone book is away"}})
	r.says("the report was not written: the disk is full")
	r.m.scene.w, r.m.scene.h = 160, 40
	r.send(tickMsg{})
	r.sees("the phone book is away") // but nothing is lost
}

type fullDisk struct{}

func (fullDisk) Error() string { return "the disk is full" }

var errFull = fullDisk{}

// TestAsidesAreEvents: what happened to devices and hooks is in the list of events, and only where
// that is not on the screen, and nothing else is to be said, in the message line.
func TestAsidesAreEvents(t *testing.T) {
	device := phone.Notice{Grade: phone.GradeWarn, Text: "the headset is gone", NoOutcome: true}
	for _, s := range []phone.Snapshot{calm(), with(calm(), talkingTo(mario))} {
		r := newRobot(t, s)
		r.m.scene.w, r.m.scene.h = 160, 40
		r.tells(device).says("")
		r.sees("the headset is gone")
		r.send(newsMsg{News{Grade: phone.GradeWarn, Text: "hook ringing (crm) took too long", EventsOnly: true}})
		r.says("").sees("hook ringing (crm) took")
		r.tells(phone.Notice{Grade: phone.GradeInfo, Text: "203 hung up after 3 s"}).tells(device).says("203 hung up after 3 s")
		if s.Live() == 0 {
			r = newRobot(t, s)
			r.tells(device).says("the headset is gone").tells(phone.Notice{Text: "203 calls"}).says("203 calls").tells(device).says("203 calls")
		}
	}
}

// TestOfferIsSeen: where Enter calls somebody, the sentence that says so is on the screen.
func TestOfferIsSeen(t *testing.T) {
	r := newRobot(t, calm())
	r.send(savedMsg{err: errFull})
	r.wait(time.Second)
	r.press("d")
	r.send(newsMsg{News{Dial: "305"}})
	if r.m.view.freed.ID != "" && !strings.Contains(r.message(), "Enter calls") {
		t.Errorf("Enter would call, and the line says %q", r.message())
	}
}

// TestLongLineEndsInDots: whatever has no room is cut where a person sees that it is.
func TestLongLineEndsInDots(t *testing.T) {
	long := strings.Repeat("the important half comes first, ", 8)
	r := newRobot(t, calm())
	r.tells(phone.Notice{Grade: phone.GradeFailed, Text: long}).sees("...")
	for _, width := range []int{20, 50, 80, 120, 200} {
		c := term.NewCanvas(width, 1, true)
		c.On(term.NewRect(0, 0, width, 1), 0).PutCut(term.Plain, long)
		if line := strings.TrimSuffix(c.String(), "\n"); !strings.HasSuffix(line, "...") || len(line) > width {
			t.Errorf("%d columns: %q", width, line)
		}
	}
	c := term.NewCanvas(10, 1, false)
	c.On(term.NewRect(0, 0, 10, 1), 0).PutCut(term.Plain, "電話交換手電話")
	if got := c.String(); got != "電話交...\n" {
		t.Errorf("wide letters: %q", got)
	}
}

// TestOutcomeOfAnEarlierCall: the outcome of one call is gone when the next one is placed.
func TestOutcomeOfAnEarlierCall(t *testing.T) {
	over := calling(carla, phone.Ended)
	over.ID, over.Ended = "leg-9", noon
	r := newRobot(t, with(calm(), over))
	r.tells(phone.Notice{Leg: over.ID, Grade: phone.GradeWarn, Text: "305 Carla Verdi is busy"}).wait(2 * time.Second)
	r.says("305 Carla Verdi is busy")
	next := calling(mario, phone.Dialing)
	next.Began = r.now
	s := r.m.scene.Snapshot
	s.Legs = append(s.Legs[:1:1], next)
	r.show(s)
	r.says("").sees("CALLING")
}

// TestNobodyFound: no cursor stands in a list that is empty.
func TestNobodyFound(t *testing.T) {
	r := newRobot(t, calm())
	r.press("down", "/", "M", "x", "y", "q", "z")
	r.sees("nobody here has that name").seesNot("> 2")
}

// TestEventsOfDevices: of news of devices in a row the newest is shown, and other news stay.
func TestEventsOfDevices(t *testing.T) {
	s := with(calm(), talkingTo(mario))
	for i, n := range []phone.Notice{
		{Text: "the headset is gone", Device: true}, {Text: "the relay did not answer"},
		{Text: "the headset is back", Device: true}, {Text: "the speaker is gone", Device: true},
	} {
		n.N, n.At, n.Grade, n.NoOutcome = uint64(i+1), ago(time.Duration(9-i)*time.Minute), phone.GradeWarn, true
		s.Notices = append(s.Notices, n)
	}
	newRobot(t, s).sees("the headset is gone", "the relay did not answer", "the speaker is gone (and 1 before)").seesNot("the headset is back")
}
