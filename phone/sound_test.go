package phone

import (
	"fmt"
	"testing"

	"github.com/patchcord/patchcord/audio"
	"github.com/patchcord/patchcord/rtc"
)

// TestSlotsFollowTheVoices: who stays keeps what was said so far, in whatever place; who leaves takes it along.
func TestSlotsFollowTheVoices(t *testing.T) {
	w := newSoundWork(newSound(""), audio.Null(rtc.FrameSamples))
	var sessions [maxLegs]*rtc.Session
	for i := range sessions {
		sessions[i] = &rtc.Session{}
	}
	follow := func(now ...int) {
		list := voices{}
		for _, i := range now {
			list = append(list, voice{session: sessions[i]})
		}
		w.follow(&list)
	}
	said := func(i int, pcm int16) {
		for range 4 {
			w.slots[i].said.Put(filled(pcm))
		}
	}
	took := func(i int) int16 {
		one := newPart()
		w.slots[i].said.Take(one)
		return one[0]
	}
	follow(0, 1, 2)
	said(0, 10)
	said(1, 11)
	said(2, 12)
	follow(2, 0)
	if a, b := took(0), took(1); a != 12 || b != 10 {
		t.Errorf("the third and the first stay: %d and %d", a, b)
	}
	follow(2, 1, 0)
	if a, b, c := took(0), took(1), took(2); a != 12 || b != 0 || c != 10 {
		t.Errorf("the second is back: %d, %d and %d", a, b, c)
	}
	follow()
	follow(0)
	if a := took(0); a != 0 {
		t.Errorf("after nobody was there: %d", a)
	}
	follow(5, 4, 3, 2, 1, 0)
	for i, want := range []int{5, 4, 3, 2, 1, 0} {
		if w.slots[i].session != sessions[want] {
			t.Errorf("slot %d has the wrong session", i)
		}
	}
}

func filled(value int16) []int16 {
	pcm := newPart()
	for i := range pcm {
		pcm[i] = value
	}
	return pcm
}

// loop is a sound loop with so many voices, whose sessions are not connected: all but codecs and network is at
// work.
func loop(tb testing.TB, n int) *soundWork {
	tb.Helper()
	engine, err := rtc.NewEngine(rtc.Config{Loopback: true})
	if err != nil {
		tb.Fatal(err)
	}
	var list voices
	for range n {
		session, _, err := engine.Offer(tb.Context())
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = session.Close() })
		list = append(list, voice{session: session})
	}
	w := newSoundWork(newSound(""), audio.Null(rtc.FrameSamples))
	w.follow(&list)
	return w
}

// frame is 20 ms of the loop.
func (w *soundWork) frame() {
	for range 2 {
		w.listen()
		w.send()
	}
}

// TestConferenceAllocatesNothing: no sound of a conference needs memory, however many are in it.
func TestConferenceAllocatesNothing(t *testing.T) {
	for _, n := range []int{1, 2, maxLegs} {
		w := loop(t, n)
		per := 1.0
		for range 50 { // what the sessions do meanwhile is counted too
			if per = testing.AllocsPerRun(10, w.frame); per == 0 {
				break
			}
		}
		if per > 0 {
			t.Errorf("%d voices: %v allocations a frame", n, per)
		}
	}
}

// BenchmarkConference is what 20 ms cost beside codecs and network: of one call, of a conference of two and of
// six. BenchmarkEncode and BenchmarkReceive of rtc are what each call costs besides.
func BenchmarkConference(b *testing.B) {
	for _, n := range []int{1, 2, maxLegs} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w := loop(b, n)
			b.ReportAllocs()
			for b.Loop() {
				w.frame()
			}
		})
	}
}
