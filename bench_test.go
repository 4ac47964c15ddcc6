package main

import (
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/phone"
)

// BenchmarkStart is the time from the start of the built program to a full screen: the phone
// signed in at the practice PBX and its 500 extensions drawn.
func BenchmarkStart(b *testing.B) {
	if _, err := built(); err != nil {
		b.Fatal(err)
	}
	var total time.Duration
	for b.Loop() {
		began := time.Now()
		s := takeSeat(b, 80, 24)
		s.sees(`(?s)LIVE.*EXTENSIONS\s+50\d`)
		total += time.Since(began)
		s.leave()
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N)/1000, "ms/start")
}

// BenchmarkDialToAudio is the time from the dial key to sound from the far end in the ear,
// through the whole of both sides; the echo picks up at once.
func BenchmarkDialToAudio(b *testing.B) {
	o := demopbx.Options{EchoAnswers: 1, ColleagueAnswers: 1}
	d := sit(b, o)
	var total time.Duration
	for b.Loop() {
		began := time.Now()
		d.do(phone.Dial{To: demopbx.NumberColleague})
		d.sees("sound", func(s phone.Snapshot) bool {
			l, ok := s.Talking()
			return ok && l.Stats.Received > 0
		})
		total += time.Since(began)
		d.do(phone.Hangup{})
		d.sees("over", func(s phone.Snapshot) bool { return s.Live() == 0 })
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N)/1000, "ms/call")
}
