package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// onDisk is what the record of this machine holds, with what was missed before noon seen.
func onDisk(calls ...history.Record) pastMsg {
	return pastMsg{map[phone.LinkID]history.View{"": {Calls: calls, Seen: ago(time.Hour)}}}
}

func missedFrom(p pbxws.Party, at time.Time) history.Record {
	return history.Record{ID: "own", Incoming: true, Name: p.Name, Number: p.Number, Began: at, Ended: at.Add(time.Second), Outcome: history.Missed}
}

// notedHistory is a record that writes down what it is asked.
type notedHistory struct{ asked []string }

func (*notedHistory) Watch(context.Context) <-chan map[phone.LinkID]history.View { return nil }
func (n *notedHistory) See(time.Time)                                            { n.asked = append(n.asked, "see") }
func (n *notedHistory) Annotate(_ phone.LinkID, c history.Record) {
	n.asked = append(n.asked, "note "+c.ID+": "+c.Note)
}
func (n *notedHistory) Clear() { n.asked = append(n.asked, "clear") }

// TestMissed counts a call once, whatever the PBX's record says of it, until somebody looked.
func TestMissed(t *testing.T) {
	r := newRobot(t, calm())
	book := &notedHistory{}
	r.m.history = book
	r.send(onDisk(missedFrom(mario, ago(time.Minute)), missedFrom(carla, ago(2*time.Hour))))
	r.sees("miss 1")
	s := calm()
	s.PBX.History = []pbxws.PastCall{{ID: "x", From: mario, To: pbxws.Party{Number: "201"}, Incoming: true, Began: ago(time.Minute - time.Second), Ended: noon}}
	s.PBX.Missed = 1
	r.show(s)
	r.sees("miss 1")
	if n := len(r.m.scene.past.calls); n != 2 {
		t.Errorf("%d calls in the history, want each once: %v", n, r.m.scene.past.calls)
	}
	r.press("g", "h").sees("! missed").seesNot("miss 1")
	if !slices.Equal(book.asked, []string{"see"}) {
		t.Errorf("the record was asked to %v", book.asked)
	}
	s.PBX.Missed = 2
	r.show(s)
	r.sees("miss 1")
}

// TestCallBack: Enter calls the one under the cursor, and a missed call that was returned is no
// longer counted.
func TestCallBack(t *testing.T) {
	r := newRobot(t, calm())
	r.m.history = &notedHistory{}
	missed := missedFrom(mario, ago(10*time.Minute))
	r.send(onDisk(missed))
	r.press("g", "h", "enter").expect(phone.Dial{To: mario.Number})
	back := history.Record{ID: "back", Number: "0721555016", Began: ago(5 * time.Minute), Answered: ago(4 * time.Minute), Ended: ago(3 * time.Minute), Outcome: history.Talked}
	r.m.scene.seen = time.Time{}
	r.send(onDisk(back, missed))
	r.seesNot("miss 1")
	r.press("g", "h").sees("  returned")
}

// TestForget asks before the record is gone.
func TestForget(t *testing.T) {
	r := newRobot(t, calm())
	book := &notedHistory{}
	r.m.history = book
	command := func() { r.press(":").press(strings.Split("history clear", "")...).press("enter") }
	command()
	r.sees("no calls are kept on this computer")
	r.send(onDisk(missedFrom(mario, ago(time.Minute))))
	command()
	r.sees("delete the call history here?", "Type yes to delete the 1 call")
	r.press("n", "o", "enter").sees("nothing was deleted")
	command()
	r.press("y", "e", "s").sees("Enter: deletes the 1 call").press("enter").sees("is deleted")
	if !slices.Equal(book.asked, []string{"clear"}) {
		t.Errorf("the record was asked to %v", book.asked)
	}
}

// TestHostileRecord: what a caller wrote years ago is harmless still.
func TestHostileRecord(t *testing.T) {
	r := newRobot(t, calm())
	bad := missedFrom(pbxws.Party{Name: "\x1b]0;owned\a\u202eoiram", Number: "\x1b[2J123456789"}, ago(time.Minute))
	r.send(onDisk(bad))
	r.press("g", "h")
	for _, c := range r.frame.c.String() {
		if c != '\n' && (c < ' ' || c >= 0x7f) {
			t.Fatalf("%U is on the screen:\n%s", c, r.frame.c)
		}
	}
}

// TestNameFromEarlier: whoever told a name once is known by it, and how the call sounded is told.
func TestNameFromEarlier(t *testing.T) {
	r := newRobot(t, with(calm(), ringingFrom(pbxws.Party{Number: "0721555016"})))
	talked := history.Record{
		ID: "t", Incoming: true, Name: "Mario Bianchi", Number: "+39 0721 555 016", Outcome: history.Talked,
		Began: ago(76 * time.Hour), Answered: ago(76 * time.Hour), Ended: ago(76*time.Hour - 4*time.Minute),
		Sound: &history.Sound{Score: 4.2, Gaps: []history.Millis{1200}},
	}
	r.send(onDisk(talked))
	r.sees(">> Mario Bianchi", "last call Wed 10:05, they called, 4:00")
	r.press("g", "h").sees("good 4.2, path changed, 1.2 s gap  4:00")
}

// BenchmarkHistory is a frame, and a letter typed, over ten thousand calls.
func BenchmarkHistory(b *testing.B) {
	sc := sceneOf(b, calm())
	var calls []history.Record
	for n := range 10000 {
		c := missedFrom(pbxws.Party{Name: "Mario Bianchi", Number: fmt.Sprint("07215", n)}, ago(time.Duration(n)*time.Minute))
		c.ID = fmt.Sprint(n)
		calls = append(calls, c)
	}
	b.Run("take", func(b *testing.B) {
		for b.Loop() {
			sc.past.keep(history.View{Calls: calls})
		}
	})
	sc.w, sc.h = 200, 60
	shown := newView()
	v := &shown
	v.panes.push(&listPane{kind: historyList})
	c := term.NewCanvas(sc.w, sc.h, false)
	b.Run("draw", func(b *testing.B) {
		for b.Loop() {
			c.Reset(sc.w, sc.h, false)
			draw(c, sc, v)
		}
	})
	b.Run("find", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			v.panes = append(v.panes[:1], searching(historyList, fmt.Sprint("bia", i%10)))
			c.Reset(sc.w, sc.h, false)
			draw(c, sc, v)
		}
	})
}

// TestNameBeforeTheAnswer: who calls is looked up in the phone book and the history.
func TestNameBeforeTheAnswer(t *testing.T) {
	r := newRobot(t, with(able(), ringingFrom(pbxws.Party{Number: "0721555016"})))
	r.sees(">> Mario Bianchi", "in your contacts: Mario Bianchi, Bianchi SRL", "last call Tue 10:05, they called, 4:10")
	if r.frame.c.Title != "(ringing) Mario Bianchi" {
		t.Errorf("title %q", r.frame.c.Title)
	}
}
