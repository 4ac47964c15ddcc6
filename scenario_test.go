//go:build linux

package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/desktest"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// The acceptance scenarios of an operator, each by somebody who presses keys at a terminal and
// reads what stands there. What the PBX saw of it stands in its journal. The first one, the
// newcomer, is TestNewcomer; the one without a screen TestLinear.

// callsUs has a colleague ring us, who is at the other end of what happens then.
func (op *operator) callsUs(user string) *desk {
	op.Helper()
	d := op.colleague(user)
	d.do(phone.Dial{To: station.PracticeUser})
	op.see(`RINGING`)
	return d
}

// answersF3 answers by the F-row, which works whatever was pressed a moment ago.
func (op *operator) answersF3() {
	op.Helper()
	op.press("f3")
	op.see(`TALKING`)
}

// TestSwapTwoCalls: somebody rings while another is talked to; swapping makes one hold and one
// resume, and the words change sides only when the PBX has said so.
func TestSwapTwoCalls(t *testing.T) { onDialects(t, playSwapTwoCalls) }

func playSwapTwoCalls(t *testing.T, o demopbx.Options) {
	op := operate(t, o, 80, 24)
	op.press("600 enter")
	op.see(`TALKING`)
	op.callsUs("202")
	op.see(`answering puts Echo on hold`)
	op.press("f3")
	op.see(`(?s)TALKING.*202 .*ON HOLD by you.*600 Echo`)
	op.see(`held 0:0\d of 0:00:\d\d`)
	op.never(`(?s)[12] TALKING.*[12] TALKING`)
	for _, order := range []string{`(?s)TALKING.*600 Echo.*ON HOLD by you.*202 `, `(?s)TALKING.*202 .*ON HOLD by you.*600 Echo`} {
		before := op.now()
		op.press("s")
		op.see(order)
		op.pbx(exchange.Resumed, station.PracticeUser)
		if holds, resumes := op.since(before, exchange.Held), op.since(before, exchange.Resumed); holds != 1 || resumes != 1 {
			t.Errorf("one swap was %d holds and %d resumes", holds, resumes)
		}
	}
}

// TestAskThenPutThrough is an attended transfer with a way back.
func TestAskThenPutThrough(t *testing.T) { onDialects(t, playAskThenPutThrough) }

func playAskThenPutThrough(t *testing.T, o demopbx.Options) {
	op := operate(t, o, 80, 24)
	mario := op.callsUs("202")
	op.answersF3()
	op.press("T")
	op.see(`ask about .* first`)
	op.press("600 enter")
	op.see(`step 2 of 3: talk to Echo`)
	op.see(`on hold 0:0`)
	op.press("x")
	op.waits("the box is gone", func() (string, bool) { return op.text(), !strings.Contains(op.text(), "step 2") })
	op.see(`(?s)  TALKING .*202 `)
	op.press("T 600 enter")
	op.see(`step 2 of 3: talk to Echo`)
	op.press("t")
	op.pbx(exchange.Transferred, station.PracticeUser)
	op.see(`was put through to 600 Echo`)
	op.waits("both calls are gone", func() (string, bool) { return op.text(), !strings.Contains(op.text(), "TRANSFER") })
	mario.sees("Mario talks to the echo", func(s phone.Snapshot) bool { _, up := s.Talking(); return up })
}

// TestSearchWhileTheBoardMoves: fifty changes a second, and the selected name stays under the cursor.
func TestSearchWhileTheBoardMoves(t *testing.T) {
	t.Parallel()
	o := desktest.Quick()
	o.PBX.ChangesPerSecond = 50
	op := operate(t, o, 80, 24)
	op.press("/ a")
	op.see(`find: \[a_`)
	op.press("n down down")
	const name = "416 Anna Longo" // of seed 7, the third whom we can call
	op.see(`Enter: calls ` + name)
	marked := regexp.MustCompile(`(?m)^ > (\d+ \S+ \S+)`)
	counts := regexp.MustCompile(`\. (\d+) free`)
	seen := map[string]bool{}
	op.waits("the counts have changed five times", func() (string, bool) {
		text := op.text()
		if m := marked.FindStringSubmatch(text); m != nil && m[1] != name {
			t.Fatalf("the mark went from %s to %v\n%s", name, m, text)
		}
		if m := counts.FindStringSubmatch(text); m != nil {
			seen[m[1]] = true
		}
		return text, len(seen) >= 5
	})
	op.press("enter")
	if e := op.pbx(exchange.CallPlaced, station.PracticeUser); !strings.HasPrefix(name, e.Peer) {
		t.Errorf("%q was marked and %q called", name, e.Peer)
	}
}

// TestPickUpInTheGrid takes the call that rings at a colleague's; where somebody was faster nothing
// is left half open.
func TestPickUpInTheGrid(t *testing.T) { onDialects(t, playPickUpInTheGrid) }

func playPickUpInTheGrid(t *testing.T, o demopbx.Options) {
	op := operate(t, o, 80, 24)
	caller := op.colleague("202")
	caller.do(phone.Dial{To: "603"})
	op.press("/603")
	op.see(`603 .*RINGING from 202`)
	op.press("tab")
	op.see(`>P +pick up the call that rings at 603`)
	op.press("enter")
	op.see(`(?s)TALKING.*202 `)
	op.press("xx")
	op.see(`you hung up`)

	faster := op.colleague("204")
	caller.sees("free again", func(s phone.Snapshot) bool { return s.Live() == 0 })
	caller.do(phone.Dial{To: "603"})
	op.see(`603 .*RINGING from 202`)
	faster.sees("it rings at 603", func(s phone.Snapshot) bool { return s.PBX.Lamp(s.PBX.Accounts.At("603")) == pbxws.LampRinging })
	faster.do(phone.Pickup{Account: phone.Account{ID: "603"}})
	op.pbx(exchange.Retrieved, "204")
	op.press("P")
	op.see(`nothing rings at 603|somebody was faster|was not picked up`)
	op.waits("no card is left", func() (string, bool) {
		return op.text(), !strings.Contains(op.text(), "CALLING") && !strings.Contains(op.text(), "RINGING")
	})
}

// TestWatchAndDND: a bell when somebody is free; with do-not-disturb nothing ever rings.
func TestWatchAndDND(t *testing.T) { onDialects(t, playWatchAndDND) }

func playWatchAndDND(t *testing.T, o demopbx.Options) {
	op := operate(t, o, 80, 24)
	d := op.colleague("202")
	d.do(phone.Dial{To: "600"})
	d.state(0, phone.Connected)
	op.press("/202")
	op.see(`202 .*TALKING`)
	op.press("esc")
	op.see(`w watch`)
	op.press("w")
	op.see(`202 .*free`)
	bells := op.bells()
	d.do(phone.Hangup{})
	op.see(`202 .* is free, Enter calls`)
	op.waits("the bell rings", func() (string, bool) { return op.text(), op.bells() > bells })
	op.press("Z")
	op.see(`DND`)
	op.pbx(exchange.DNDChanged, station.PracticeUser)
	op.never(`RINGING 1`)
	before := op.now()
	d.sees("202 is free", func(s phone.Snapshot) bool { return s.Live() == 0 })
	d.do(phone.Dial{To: station.PracticeUser})
	d.sees("it was refused", func(s phone.Snapshot) bool {
		return len(s.Legs) > 0 && s.Legs[len(s.Legs)-1].State >= phone.Early && s.Legs[len(s.Legs)-1].Peer.Number == station.PracticeUser
	})
	if n := op.since(before, exchange.CallRinging); n != 0 {
		t.Errorf("it rang %d times", n)
	}
}

// TestHeldTooLong: a beep and a line, and the timer stands out without colours too.
func TestHeldTooLong(t *testing.T) {
	t.Parallel()
	op := operate(t, desktest.Quick(), 80, 24)
	op.press("601 enter")
	op.see(`TALKING`)
	op.press(":")
	op.types("set hold.reminder 5\r")
	op.see(`a beep after 0:05`)
	op.press("h")
	op.see(`ON HOLD by you`)
	bells := op.bells()
	op.see(`!! Luca Neri has been on hold for 0:(0[5-9]|[1-5]\d)`)
	op.see(`!! held 0:0\d of 0:00:\d\d !!`)
	op.waits("the bell rings once", func() (string, bool) { return op.text(), op.bells() == bells+1 })
}

// TestLeavingAsks: with calls up leaving is a question, and Enter means no.
func TestLeavingAsks(t *testing.T) { onDialects(t, playLeavingAsks) }

func playLeavingAsks(t *testing.T, o demopbx.Options) {
	op := operate(t, o, 80, 24)
	op.press("601 enter")
	op.see(`TALKING`)
	op.press("d 600 enter")
	op.see(`(?s)TALKING.*600 Echo.*ON HOLD`)
	before := op.now()
	for _, key := range []string{"q", "ctrl+c"} {
		op.press(key)
		op.see(`2 calls: s stay \(Enter\), x hang up and leave`)
		op.press("enter")
		op.waits("the question is gone", func() (string, bool) { return op.text(), !strings.Contains(op.text(), "2 calls:") })
	}
	if n := op.since(before, exchange.CallEnded); n != 0 {
		t.Errorf("%d calls were ended", n)
	}
	op.press("q x")
	op.pbx(exchange.CallEnded, station.PracticeUser)
	op.pbx(exchange.CallEnded, station.PracticeUser)
	op.leaves()
}

// TestLinkTwoCallers: l asks, Enter joins the two, and we are out.
func TestLinkTwoCallers(t *testing.T) { onDialects(t, playLinkTwoCallers) }

func playLinkTwoCallers(t *testing.T, o demopbx.Options) {
	op := operate(t, o, 80, 24)
	d := op.callsUs("202")
	op.answersF3()
	op.press("d 601 enter")
	op.see(`(?s)TALKING.*601 Luca Neri.*ON HOLD`)
	op.press("l")
	op.see(`Link .* with Luca Neri and leave\?`)
	op.press("esc")
	op.see(`nothing was changed`)
	op.press("l")
	op.see(`and leave\?`)
	op.press("enter")
	op.pbx(exchange.Transferred, station.PracticeUser)
	op.see(`was put through to 601 Luca Neri`)
	d.sees("202 talks to 601", func(s phone.Snapshot) bool { _, up := s.Talking(); return up })
}

// TestResizeStorm: in a call the window becomes every size and back; at the smallest the call is
// there and its keys work.
func TestResizeStorm(t *testing.T) {
	t.Parallel()
	op := operate(t, desktest.Quick(), 80, 24)
	op.press("601 enter")
	op.see(`TALKING`)
	sizes := [][2]uint16{{200, 60}, {80, 24}, {50, 12}, {20, 5}, {120, 40}, {1, 1}, {60, 10}, {59, 9}, {300, 100}, {20, 5}}
	for range 5 {
		for _, s := range sizes {
			op.resize(s[0], s[1])
		}
	}
	op.see(`(?s)^TALK\S* +0:0.*Luca Neri.*h hold`)
	op.press("h")
	op.pbx(exchange.Held, station.PracticeUser)
	op.see(`(?s)^ON HOLD.*Luca Neri`)
	op.resize(200, 60)
	op.see(`(?s)ON HOLD by you.*601 Luca Neri.*EXTENSIONS 500.*THIS CALL`)
	op.resize(80, 24)
	op.see(`(?s)^ 201 .*ON HOLD by you.*NOBODY HEARS YOU.*h resume`)
	op.press("ctrl+l h")
	op.pbx(exchange.Resumed, station.PracticeUser)
	op.press("xx")
	op.see(`you hung up`)
	op.press("q")
	op.leaves()
}

// TestTerminalThatStopsReading: the phone goes on, nothing piles up, and the screen is right again
// once the terminal reads.
func TestTerminalThatStopsReading(t *testing.T) {
	t.Parallel()
	o := desktest.Quick()
	o.PBX.ChangesPerSecond = 200
	op := operate(t, o, 200, 60)
	op.press("601 enter")
	op.see(`TALKING`)
	op.desk.hears(exchange.ColleagueTone)
	op.stall()
	for range 5 { // a second of sound
		op.desk.hears(exchange.ColleagueTone)
	}
	op.press("h")
	op.pbx(exchange.Held, station.PracticeUser) // keys are still taken
	op.goOn()
	op.see(`(?s)ON HOLD by you.*601 Luca Neri`)
	op.press("xx")
	op.see(`you hung up`)
}

// TestDigitsBelongWhereTheyAre: tones in a call, a number when everybody is on hold, text in a
// search.
func TestDigitsBelongWhereTheyAre(t *testing.T) { onDialects(t, playDigitsBelongWhereTheyAre) }

func playDigitsBelongWhereTheyAre(t *testing.T, o demopbx.Options) {
	op := operate(t, o, 80, 24)
	op.press("601 enter")
	op.see(`0-9 TONES`)
	op.press("5")
	if e := op.pbx(exchange.DigitPressed, station.PracticeUser); e.Text != "5" {
		t.Errorf("heard %q", e.Text)
	}
	op.see(`tones sent to Luca Neri: 5`)
	op.press("/5")
	op.see(`find: \[5_`)
	op.press("esc")
	op.see(`YOU ARE TALKING TO`)
	op.press("h")
	op.see(`NOBODY HEARS YOU`)
	before := op.now()
	op.press("6")
	op.see(`dial: \[6_`)
	if n := op.since(before, exchange.DigitPressed); n != 0 {
		t.Error("somebody on hold heard a tone")
	}
}

// TestTypingIsNotStolen: a call that comes in the middle of a number takes no key; the F-row
// answers.
func TestTypingIsNotStolen(t *testing.T) { onDialects(t, playTypingIsNotStolen) }

func playTypingIsNotStolen(t *testing.T, o demopbx.Options) {
	op := operate(t, o, 80, 24)
	d := op.colleague("202")
	op.press("60")
	op.see(`dial: \[60_`)
	d.do(phone.Dial{To: station.PracticeUser})
	op.see(`(?s)RINGING.*F3 answer +F4 reject`)
	op.press("a")
	op.see(`dial: \[60a_`)
	op.press("f3")
	op.see(`(?s)TALKING.*202 `)
	d.sees("up", func(s phone.Snapshot) bool { _, up := s.Talking(); return up })
	d.do(phone.Hangup{})
	op.see(`(?i)hung up`)
}

// TestPasteRunsNothing: text with keys in it opens the dial field with its digits, and a hostile
// one is shown harmless.
func TestPasteRunsNothing(t *testing.T) {
	t.Parallel()
	op := operate(t, desktest.Quick(), 80, 24)
	before := op.now()
	op.types("\x1b[200~q\rxx +39 (0721) 555-016 \x1b]0;owned\a\r\x1b[201~")
	op.see(`dial: \[\+390721555016`)
	if n := op.since(before, exchange.CallPlaced, exchange.CallEnded); n != 0 {
		t.Error("a paste did something at the PBX")
	}
}

// TestNoteOnTheDesktop: a terminal that can shows who calls, beside the bell and the title.
func TestNoteOnTheDesktop(t *testing.T) {
	t.Parallel()
	for term, note := range map[string]string{"foot": "\x1b]777;notify;Patchcord;Sara Conti calls\a", "xterm-kitty": "\x1b]9;Sara Conti calls\a"} {
		op := operate(t, desktest.Quick(), 80, 24, "TERM="+term)
		op.callsUs("202")
		op.waits("note, title and bell came", func() (string, bool) {
			raw := op.output()
			return raw[max(0, len(raw)-400):], strings.Contains(raw, note) &&
				strings.Contains(raw, "\x1b]2;(ringing) Sara Conti\a") && op.bells() == 1
		})
		op.hasRungAWhile()
		op.press("f4")
		op.waits("the title no longer says that it rings", func() (string, bool) {
			raw := op.output()
			return raw[max(0, len(raw)-400):], strings.LastIndex(raw, "\x1b]2;201 - Patchcord\a") > strings.LastIndex(raw, "(ringing)")
		})
	}
}

// hasRungAWhile waits until the screen has shown for more than a second that a call rings: a key pressed earlier
// may still mean what was there before. How long it rang before it was drawn does not count.
func (op *operator) hasRungAWhile() {
	op.Helper()
	rang := regexp.MustCompile(`RINGING.* 0:(\d\d)`)
	first := -1
	op.waits("it rings for a while", func() (string, bool) {
		text, seconds := op.text(), -1
		if found := rang.FindStringSubmatch(text); found != nil {
			seconds, _ = strconv.Atoi(found[1])
		}
		if first < 0 {
			first = seconds
		}
		return text, first >= 0 && seconds >= first+2
	})
}

// TestNothingIsDrawnForNothing: a screen on which nothing happens writes a few bytes a second, for
// the ages of who is parked and who waits in queues. It runs alone, since others stop this process and let it go on,
// which draws all anew.
func TestNothingIsDrawnForNothing(t *testing.T) {
	op := operate(t, desktest.Quick(), 200, 60)
	op.see(`EXTENSIONS 50\d`)
	age := regexp.MustCompile(`PARKED.* (\d+):(\d\d)`)
	ticks := func(after int) (now int) { // until the age of a parked call goes on, in seconds
		op.waits("the age has ticked", func() (string, bool) {
			text := op.text()
			if m := age.FindStringSubmatch(text); m != nil {
				minutes, _ := strconv.Atoi(m[1])
				seconds, _ := strconv.Atoi(m[2])
				now = 60*minutes + seconds
			}
			return text, now > after
		})
		return now
	}
	began := ticks(ticks(0))
	written := len(op.output())
	now := began
	for range 3 {
		now = ticks(now)
	}
	passed := now - began                                   // a busy machine may skip some
	if out := op.output()[written:]; len(out) > 80*passed { // four ages of 16 bytes, and room for a tens digit
		t.Errorf("%d bytes in %d s of nothing: %q", len(out), passed, out)
	}
}
