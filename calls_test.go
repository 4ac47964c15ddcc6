//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchcord/patchcord/demopbx"
	"github.com/patchcord/patchcord/history"
	"github.com/patchcord/patchcord/internal/station"
	"github.com/patchcord/patchcord/phone"
)

// TestRecordsOfCalls compares the records of calls with their real outcomes.
func TestRecordsOfCalls(t *testing.T) { onDialects(t, playRecordsOfCalls) }

func playRecordsOfCalls(t *testing.T, o demopbx.Options) {
	var keeping sync.WaitGroup
	t.Cleanup(keeping.Wait) // after the phone has ended, as station.KeepRecords does
	d := sit(t, o)
	book := history.Open(filepath.Join(t.TempDir(), "book.jsonl"), nil)
	defer book.Close()
	keeping.Go(func() { station.KeepRecords(d.ctx, d.phone, func(_ phone.LinkID, r history.Record) { book.Put(r) }) })
	views := book.Watch(d.ctx)
	kept := func(what string, ok func(history.Record) bool) {
		t.Helper()
		deadline := time.After(timeout)
		var last history.View
		for {
			select {
			case last = <-views:
				if len(last.Calls) > 0 && ok(last.Calls[0]) {
					return
				}
			case <-deadline:
				t.Fatalf("not kept: %s; the last was %+v", what, last.Calls)
			}
		}
	}
	quiet := func() { d.sees("no call", func(s phone.Snapshot) bool { return s.Live() == 0 }) }

	d.do(phone.Dial{To: "601"})
	d.state(0, phone.Connected)
	d.leg(0, "something is heard for a moment", func(l phone.Leg) bool { // sound may come before the answer; records count milliseconds
		return l.Stats.Codec != "" && l.Stats.Received > 0 && time.Since(l.Answered) > 5*time.Millisecond
	})
	d.do(phone.Hangup{})
	kept("a talk", func(r history.Record) bool {
		return r.Outcome == history.Talked && !r.Incoming && r.Number == "601" && r.Name == "Luca Neri" && r.Talk() > 0 &&
			r.Sound != nil && r.Sound.Codec != "" && r.Cause == "you hung up"
	})
	quiet()
	d.do(phone.Dial{To: "602"})
	kept("a busy one", func(r history.Record) bool { return r.Outcome == history.Busy && r.Talk() == 0 && r.Sound == nil })
	d.do(phone.Dial{To: "603"})
	d.sees("it rings there", func(s phone.Snapshot) bool { return s.Live() == 1 && s.Legs[len(s.Legs)-1].State > phone.Dialing })
	d.do(phone.HangupAll{})
	kept("one we gave up", func(r history.Record) bool { return r.Outcome == history.Aborted && r.Number == "603" })
	d.do(phone.Dial{To: "604"})
	d.sees("it rings here", func(s phone.Snapshot) bool { _, rings := s.Alerting(); return rings })
	d.do(phone.Reject{})
	kept("one we turned away", func(r history.Record) bool { return r.Incoming && r.Outcome == history.Declined && !r.Missed() })
}

// TestKeptAcrossStarts calls somebody, is killed in another call, and looks for both at the next
// start.
func TestKeptAcrossStarts(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	s := start(t, 120, 40, "XDG_STATE_HOME="+state)
	s.sees(`LIVE`)
	s.types("601\r")
	s.sees(`TALKING`)
	s.types("xx")
	s.sees(`you hung up`)
	s.types("600\r")
	s.sees(`(?s)TALKING.*0:00:(0[1-9]|[1-5]\d)`)
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	s.gone(-1)

	again := start(t, 120, 40, "XDG_STATE_HOME="+state)
	again.sees(`LIVE`)
	again.types("gh")
	again.sees(`(?s)HISTORY.*> out +\d+:\d+ +600 Echo +(?:\w+ [0-9.]+ +)?cut off.*> out +\d+:\d+ +601 Luca Neri .*0:`)
	again.types("/luca\r")
	again.sees(`(?s)CALLING|TALKING`)
	again.types("\x1bOS") // F4
	again.sees(`you hung up`)
	again.types(":history clear\r")
	again.sees(`delete the call history here`)
	again.types("yes\r")
	again.sees(`history on this computer is deleted`)
	file := filepath.Join(state, "patchcord", "history", "practice.jsonl")
	again.waits("nothing is left on the disk", func() (string, bool) {
		data, err := os.ReadFile(file)
		return string(data), err == nil && !strings.Contains(string(data), "Luca")
	})
	again.types("q")
	again.sees(`EXTENSIONS`)
	again.types("q")
	again.gone(0)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
