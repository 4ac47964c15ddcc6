package phone

import (
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
		frame := newFrame()
		w.slots[i].said.Take(frame)
		return frame[0]
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
	part := make([]int16, earPart)
	for i := range part {
		part[i] = value
	}
	return part
}
