//go:build linux

package main

import (
	"encoding/binary"
	"flag"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
	"github.com/patchcord/patchcord/internal/guard"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/rtc"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if guard.Keep() {
		return
	}
	if death := os.Getenv(deathVariable); death != "" {
		dieOf(death)
		return
	}
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(sideBySide)); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, append(abandoned(), goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(buildDir)
		os.Exit(code)
	}))...)
}

// TestCallAColleague is the life of a call: it rings there, is answered, heard, held, resumed,
// sent digits and hung up, each step seen from both sides.
func TestCallAColleague(t *testing.T) { onDialects(t, playCallAColleague) }

func playCallAColleague(t *testing.T, o demopbx.Options) {
	o.PBX.ColleagueAnswers = 3 * time.Second // a snapshot may be late
	d := sit(t, o)
	d.do(phone.Dial{To: "601"})
	d.rings(0)
	leg := d.state(0, phone.Connected)
	d.witnessed(exchange.CallAnswered, func(e exchange.Entry) bool { return e.User == "601" || e.Peer == "601" })
	d.hears(exchange.ColleagueTone)

	d.do(phone.Hold{})
	d.leg(0, "held, confirmed", func(l phone.Leg) bool { return l.LocalHold && !l.HoldPending })
	d.witnessed(exchange.Held, anything)
	d.silence()

	d.do(phone.Resume{})
	d.leg(0, "resumed, confirmed", func(l phone.Leg) bool { return !l.LocalHold && !l.HoldPending })
	d.witnessed(exchange.Resumed, anything)
	d.hears(exchange.ColleagueTone)

	d.do(phone.SendDigits{Digits: "12#"})
	for _, digit := range []string{"1", "2", "#"} {
		d.witnessed(exchange.DigitPressed, func(e exchange.Entry) bool { return e.Text == digit })
	}

	d.do(phone.Hangup{Leg: leg.ID})
	ended := d.state(0, phone.Ended)
	if ended.Cause.Ending != pbxws.EndedHere {
		t.Errorf("cause %v", ended.Cause)
	}
	d.witnessed(exchange.CallEnded, func(e exchange.Entry) bool { return e.User == station.PracticeUser })
}

// TestEcho: the voice comes back.
func TestEcho(t *testing.T) { onDialects(t, playEcho) }

func playEcho(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "600"})
	d.state(0, phone.Connected)
	d.listen("the echo of the microphone", func(level, _ float64) bool { return level > 200 }, 440)
}

func TestRemoteHangup(t *testing.T) { onDialects(t, playRemoteHangup) }

func playRemoteHangup(t *testing.T, o demopbx.Options) {
	o.PBX.ColleagueTalks = 300 * time.Millisecond
	d := sit(t, o)
	d.do(phone.Dial{To: "601"})
	if l := d.state(0, phone.Ended); l.Answered.IsZero() || l.Cause.Ending != pbxws.EndedThere {
		t.Errorf("answered at %v, cause %v", l.Answered, l.Cause)
	}
}

func TestBusy(t *testing.T) { onDialects(t, playBusy) }

func playBusy(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "602"})
	if l := d.state(0, phone.Ended); l.Cause.Ending != pbxws.EndedBusy {
		t.Errorf("cause %v", l.Cause)
	}
	d.reads("busy")
}

func TestUnknownNumber(t *testing.T) { onDialects(t, playUnknownNumber) }

func playUnknownNumber(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "99999"})
	if l := d.state(0, phone.Ended); l.Cause.Ending != pbxws.EndedNotFound {
		t.Errorf("cause %v", l.Cause)
	}
}

func TestCancelBeforeAnswer(t *testing.T) { onDialects(t, playCancelBeforeAnswer) }

func playCancelBeforeAnswer(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "603"})
	d.rings(0)
	d.do(phone.Hangup{})
	d.state(0, phone.Ended)
	d.witnessed(exchange.CallEnded, func(e exchange.Entry) bool { return e.User == station.PracticeUser })
}

// callMeBack has 604 call and waits until it rings here.
func callMeBack(d *desk) phone.Leg {
	d.do(phone.Dial{To: "604"})
	s := d.sees("604 calls back", func(s phone.Snapshot) bool { _, ok := s.Alerting(); return ok })
	l, _ := s.Alerting()
	return l
}

func TestCallBackAnswered(t *testing.T) { onDialects(t, playCallBackAnswered) }

func playCallBackAnswered(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	in := callMeBack(d)
	if in.Dir != phone.Incoming || in.Peer.Number != "604" {
		t.Errorf("the call comes from %+v", in.Peer)
	}
	d.do(phone.AnswerCall{})
	d.sees("talking to 604", func(s phone.Snapshot) bool {
		l, ok := s.Leg(in.ID)
		return ok && l.State == phone.Connected && l.Media
	})
	d.listen("604", func(level, _ float64) bool { return level > 300 }, 440)
	d.do(phone.Hangup{Leg: in.ID})
	d.sees("over", func(s phone.Snapshot) bool { l, ok := s.Leg(in.ID); return !ok || l.State == phone.Ended })
}

func TestCallBackRejected(t *testing.T) { onDialects(t, playCallBackRejected) }

func playCallBackRejected(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	in := callMeBack(d)
	d.do(phone.Reject{Code: pbxws.CodeBusyHere})
	d.sees("over", func(s phone.Snapshot) bool { l, ok := s.Leg(in.ID); return !ok || l.State == phone.Ended })
	d.witnessed(exchange.CallRefused, func(e exchange.Entry) bool { return e.Code == pbxws.CodeBusyHere })
}

// TestSwap: a second call puts the first on hold; swapping makes exactly one hold and one
// resume, and only the talking one is heard.
func TestSwap(t *testing.T) { onDialects(t, playSwap) }

func playSwap(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.hears(exchange.ColleagueTone)
	d.do(phone.Dial{To: "603"})
	d.leg(0, "first call held", func(l phone.Leg) bool { return l.LocalHold })
	d.rings(1)
	d.do(phone.Hangup{Leg: d.last.Legs[1].ID})
	d.do(phone.Dial{To: "600"})
	d.sees("talking to the echo", func(s phone.Snapshot) bool {
		l, ok := s.Talking()
		return ok && l.Peer.Number == "600"
	})
	before := len(holds(d))
	d.do(phone.Swap{})
	d.sees("swapped", func(s phone.Snapshot) bool {
		l, ok := s.Talking()
		_, held := s.Meant(phone.Resume{})
		return ok && held && l.Peer.Number == "601" && !l.HoldPending
	})
	d.hears(exchange.ColleagueTone)
	if after := holds(d); len(after) != before+2 {
		t.Errorf("one swap made the PBX see %v", after[before:])
	}
}

func holds(d *desk) []exchange.Entry {
	var seen []exchange.Entry
	for _, e := range d.pbx.Journal().Since(0) {
		if e.Kind == exchange.Held || e.Kind == exchange.Resumed {
			seen = append(seen, e)
		}
	}
	return seen
}

func TestBlindTransfer(t *testing.T) { onDialects(t, playBlindTransfer) }

func playBlindTransfer(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)

	d.do(phone.TransferBlind{To: "602"})
	d.reads("was not sent to 602")
	if l, ok := d.last.Talking(); !ok || l.Transfer != "" {
		t.Fatalf("after the refusal: %+v", d.last.Legs)
	}
	d.hears(exchange.ColleagueTone)

	d.do(phone.TransferBlind{To: "600"})
	if l := d.state(0, phone.Ended); l.Cause.Ending != pbxws.EndedTransferred {
		t.Errorf("cause %v", l.Cause)
	}
	d.reads("was transferred to 600")
	d.witnessed(exchange.Transferred, anything)
}

// consult calls 601, holds them and asks the colleague.
func consult(d *desk, colleague string) (waiting, asked pbxws.LegID) {
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.do(phone.Consult{To: colleague})
	s := d.sees("the colleague answers", func(s phone.Snapshot) bool {
		asked, waiting, ok := s.Consulting()
		return ok && asked.State == phone.Connected && waiting.LocalHold
	})
	a, w, _ := s.Consulting()
	return w.ID, a.ID
}

func TestAttendedTransfer(t *testing.T) { onDialects(t, playAttendedTransfer) }

func playAttendedTransfer(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	consult(d, "600")
	d.do(phone.CompleteTransfer{})
	d.reads("601 Luca Neri was put through to 600 Echo")
	d.sees("both calls are gone", func(s phone.Snapshot) bool { return s.Live() == 0 })
	d.witnessed(exchange.Transferred, anything)
}

// TestLinkCalls joins a held and a talking call without having asked anybody.
func TestLinkCalls(t *testing.T) { onDialects(t, playLinkCalls) }

func playLinkCalls(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	one, two := twoCalls(d)
	d.do(phone.LinkCalls{Leg: one, With: two})
	d.reads("601 Luca Neri was put through to 600 Echo")
	d.sees("both calls are gone", func(s phone.Snapshot) bool { return s.Live() == 0 })
	d.witnessed(exchange.Transferred, anything)
}

// TestAskTheOneWhoIsUp makes a consultation of two calls: the second is resumed, the first waits,
// and they can be joined.
func TestAskTheOneWhoIsUp(t *testing.T) { onDialects(t, playAskTheOneWhoIsUp) }

func playAskTheOneWhoIsUp(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	one, two := twoCalls(d)
	d.do(phone.ConsultWith{Leg: two, With: one})
	d.sees("601 is asked, 600 waits", func(s phone.Snapshot) bool {
		asked, waiting, ok := s.Consulting()
		return ok && asked.ID == one && !asked.LocalHold && !asked.HoldPending && waiting.ID == two && waiting.LocalHold
	})
	d.do(phone.CompleteTransfer{})
	d.reads("600 Echo was put through to 601 Luca Neri")
}

// twoCalls has 601 on hold and talks to the echo.
func twoCalls(d *desk) (held, talking pbxws.LegID) {
	d.do(phone.Dial{To: "601"})
	held = d.state(0, phone.Connected).ID
	d.do(phone.Dial{To: "600"})
	s := d.sees("talking to the echo, 601 waits", func(s phone.Snapshot) bool {
		l, ok := s.Talking()
		h, _ := s.Leg(held)
		return ok && l.Peer.Number == "600" && h.LocalHold && !h.HoldPending
	})
	l, _ := s.Talking()
	return held, l.ID
}

// TestWayBack: dropping the one who was asked brings the waiting one back.
func TestWayBack(t *testing.T) { onDialects(t, playWayBack) }

func playWayBack(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	waiting, asked := consult(d, "600")
	d.do(phone.DropConsult{})
	d.sees("talking to the first again", func(s phone.Snapshot) bool {
		w, ok := s.Leg(waiting)
		a, still := s.Leg(asked)
		return ok && w.State == phone.Connected && !w.LocalHold && !w.HoldPending && (!still || a.State == phone.Ended)
	})
	d.hears(exchange.ColleagueTone)
}

// TestAskedOneIsBusy: the caller stays on hold, and it is said.
func TestAskedOneIsBusy(t *testing.T) { onDialects(t, playAskedOneIsBusy) }

func playAskedOneIsBusy(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.do(phone.Consult{To: "602"})
	d.reads("601 Luca Neri is still on hold with you")
	d.leg(0, "held", func(l phone.Leg) bool { return l.State == phone.Connected && l.LocalHold })
}

// TestRecordHere: the file has the far end's tone on the left, and is complete when the notice says
// so.
func TestRecordHere(t *testing.T) { onDialects(t, playRecordHere) }

func playRecordHere(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.hears(exchange.ColleagueTone)
	d.do(phone.RecordHere{On: true})
	file := d.leg(0, "recording", func(l phone.Leg) bool { return l.RecordingTo != "" }).RecordingTo
	for range 5 { // 200 ms each at least; a loaded machine slips frames
		d.hears(exchange.ColleagueTone)
	}
	d.do(phone.RecordHere{})
	d.reads("recorded to " + file)
	pure, parts := 0, 0
	for part := range slices.Chunk(leftOf(t, file), rtc.SampleRate/20) {
		parts++
		if pitchShare(part, exchange.ColleagueTone) > 0.9 {
			pure++
		}
	}
	if pure < 4 { // silence or the wrong side has none
		t.Errorf("%d of %d parts of 50 ms hold the tone", pure, parts)
	}
}

// leftOf reads the left channel of a WAV file of 16-bit stereo.
func leftOf(t *testing.T, file string) []int16 {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var left []int16
	for i := 44; i+4 <= len(data); i += 4 {
		left = append(left, int16(binary.LittleEndian.Uint16(data[i:])))
	}
	return left
}

func TestMute(t *testing.T) { onDialects(t, playMute) }

func playMute(t *testing.T, o demopbx.Options) {
	d := sit(t, o)
	d.do(phone.Dial{To: "600"})
	d.state(0, phone.Connected)
	audible := func(level, _ float64) bool { return level > 200 }
	d.listen("the echo", audible, 440)
	d.do(phone.SetMute{On: true})
	d.sees("muted", func(s phone.Snapshot) bool { return s.Muted })
	d.silence()
	d.do(phone.SetMute{})
	d.listen("the echo again", audible, 440)
}
