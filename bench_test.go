//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/demopbx/exchange"
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
		s := start(b, 80, 24)
		s.sees(`(?s)LIVE.*EXTENSIONS\s+50\d`)
		total += time.Since(began)
		s.leave()
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N)/1000, "ms/start")
}

// BenchmarkKeyToScreen is the time from a key press at a real terminal until the change is drawn, while
// so many lines change in a second.
func BenchmarkKeyToScreen(b *testing.B) {
	for _, c := range []struct {
		kind            string
		people, changes int
	}{{"vodia", 500, 1000}, {"nethcti", 500, 2000}, {"nethcti", 10_000, 200}} {
		b.Run(fmt.Sprintf("%s/%d/%d", c.kind, c.people, c.changes), func(b *testing.B) {
			keyToScreen(b, demopbx.Options{Only: c.kind, PBX: exchange.Options{Seed: 7, Extensions: c.people, ChangesPerSecond: float64(c.changes)}})
		})
	}
}

func keyToScreen(b *testing.B, o demopbx.Options) {
	op := operate(b, o, 200, 60)
	op.press("/")
	op.see(`find: \[_`)
	var took []time.Duration
	typed := ""
	for b.Loop() {
		began := time.Now()
		if typed += "x"; len(typed) > 20 {
			typed = ""
			op.press("ctrl+u")
		} else {
			op.types("x")
		}
		want := "find: [" + typed + "_"
		op.waits("the letter is there", func() (string, bool) { return want, strings.Contains(op.text(), want) })
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms/p99")
}

// BenchmarkDialToAudio is the time from the dial key to the far end's sound at the sound card,
// through all of both sides, over sockets and DTLS-SRTP. 601 answers and speaks at once, so no
// ringback comes first.
func BenchmarkDialToAudio(b *testing.B) {
	d := sit(b, demopbx.Options{PBX: exchange.Options{ColleagueAnswers: 1}})
	var took []time.Duration
	for b.Loop() {
		for len(d.ear.loud) > 0 {
			<-d.ear.loud
		}
		began := time.Now()
		d.do(phone.Dial{To: exchange.NumberColleague})
		took = append(took, (<-d.ear.loud).Sub(began))
		d.do(phone.HangupAll{})
		d.sees("over", func(s phone.Snapshot) bool { return s.Live() == 0 })
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms/p99")
}
