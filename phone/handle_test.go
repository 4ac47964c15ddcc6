package phone

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
)

// busyDesk is a desk with one call that is up, at a PBX with many accounts and calls.
func busyDesk(tb testing.TB) *desk {
	d, _ := withCards()
	d.work, d.player.state, d.player.cancel = tb.Context(), playerOn, func() {}
	k := d.links[0]
	var all pbxws.DomainLoaded
	for i := range 10_000 {
		all.Accounts = append(all.Accounts, pbxws.Account{ID: pbxws.AccountID(fmt.Sprint(1000 + i)), Registered: true})
	}
	k.learn(all)
	for i := range 500 {
		k.learn(pbxws.CallChanged{Call: pbxws.Call{
			ID: pbxws.CallID(fmt.Sprint(i)), Members: []pbxws.AccountID{pbxws.AccountID(fmt.Sprint(1000 + i)), pbxws.AccountID(fmt.Sprint(2000 + i))},
		}})
	}
	up := inState(Connected)
	up.ID = "a"
	d.calls = []*call{{leg: up, link: k, worker: newWorker(nil, 0, nil, nil, nil)}}
	return d
}

// holdAndResume is two intents and what the PBX says to them.
func (d *desk) holdAndResume() {
	for _, i := range []Intent{Hold{}, Resume{}} {
		d.handle(order{1, i})
		_, on := i.(Hold)
		d.take(linkSaid{d.links[0], pbxws.LegHeld{Leg: "leg", On: on}})
		d.settle()
		d.calls[0].worker.jobs = make(chan effect, jobsDeep) // nobody works them off
	}
}

// TestIntentCopiesNoDirectory: what the PBX told is judged as it lies there, however much it is.
func TestIntentCopiesNoDirectory(t *testing.T) {
	d := busyDesk(t)
	d.holdAndResume()
	var before, after runtime.MemStats
	const times = 20
	runtime.ReadMemStats(&before)
	for range times {
		d.holdAndResume()
	}
	runtime.ReadMemStats(&after)
	if per := (after.TotalAlloc - before.TotalAlloc) / times / 2; per > 64<<10 {
		t.Errorf("an intent costs %d bytes", per)
	}
}

// oneMore is a change of one of so many people, as the PBX tells it.
func oneMore(i, people int) pbxws.Event {
	dnd := i%2 == 0
	return pbxws.AccountChanged{Patch: pbxws.AccountPatch{ID: pbxws.AccountID(fmt.Sprint(1000 + i*37%people)), DND: &dnd}}
}

// TestSnapshotCopiesNoDirectory: a change and the snapshot after it cost what the change costs.
func TestSnapshotCopiesNoDirectory(t *testing.T) {
	d := busyDesk(t)
	var before, after runtime.MemStats
	const times = 100
	runtime.ReadMemStats(&before)
	for i := range times {
		d.take(linkSaid{d.links[0], oneMore(i, 10_000)})
		d.watch.Publish(d.snapshot())
	}
	runtime.ReadMemStats(&after)
	if per := (after.TotalAlloc - before.TotalAlloc) / times; per > 16<<10 {
		t.Errorf("a change costs %d bytes", per)
	}
}

// TestQuietDeskSleeps: with no call the desk wakes when a PBX has been silent for too long, and not before; that
// the PBX is alive is no news.
func TestQuietDeskSleeps(t *testing.T) {
	d, _ := withCards()
	k := d.links[0]
	d.calls = nil
	k.State, k.AliveAt, d.published, d.dirty = LinkUp, d.now, d.now, false
	if got := d.nextWake(); got < staleAfter || got > staleAfter+time.Second {
		t.Errorf("wakes after %s", got)
	}
	d.take(linkSaid{k, pbxws.Alive{}})
	if d.dirty {
		t.Error("a sign of life made a snapshot")
	}
	d.now = d.now.Add(staleAfter + time.Millisecond)
	if d.publishDue(); k.State != LinkStale {
		t.Errorf("the link is %d", k.State)
	}
	if got := d.nextWake(); got < time.Minute {
		t.Errorf("wakes after %s", got)
	}
}

// TestSeveralChangesMakeOneSnapshot: what a PBX tells at once is published at once, and what a person asks for
// waits for nothing.
func TestSeveralChangesMakeOneSnapshot(t *testing.T) {
	d, _ := withCards()
	d.calls, d.dirty = nil, false
	d.published = d.now.Add(-time.Minute)
	for i := range 3 {
		d.take(linkSaid{d.links[0], oneMore(i, 10)})
		d.publishDue()
	}
	if got := d.nextWake(); !d.dirty || got != gathers {
		t.Fatalf("dirty %v, wakes after %s", d.dirty, got)
	}
	d.now = d.now.Add(gathers)
	before := d.snapshots
	if d.publishDue(); d.dirty || d.snapshots != before+1 {
		t.Errorf("dirty %v, %d snapshots", d.dirty, d.snapshots-before)
	}
	d.now = d.now.Add(publishEvery)
	d.take(linkSaid{d.links[0], oneMore(4, 10)})
	d.take(devicesAre{})
	if d.publishDue(); d.dirty {
		t.Error("an answer to the person waits")
	}
}

// TestALargeDirectoryIsTidiedUpAfter: what reading it took is given back once it is shown.
func TestALargeDirectoryIsTidiedUpAfter(t *testing.T) {
	for people, want := range map[int]int{largeDirectory - 1: 0, largeDirectory: 1} {
		d, _ := withCards()
		d.timers = nil
		var all pbxws.DomainLoaded
		for i := range people {
			all.Accounts = append(all.Accounts, pbxws.Account{ID: pbxws.AccountID(fmt.Sprint(i))})
		}
		d.take(linkSaid{d.links[0], all})
		if n := len(d.timers); n != want {
			t.Errorf("%d people: %d timers", people, n)
		}
	}
}

// BenchmarkSnapshot is one change of a PBX with so many people until the snapshot with it is published.
func BenchmarkSnapshot(b *testing.B) {
	for _, people := range []int{500, 5000, 50000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			d := busyDesk(b)
			var all pbxws.DomainLoaded
			for i := range people {
				all.Accounts = append(all.Accounts, pbxws.Account{ID: pbxws.AccountID(fmt.Sprint(1000 + i)), Registered: true})
			}
			d.links[0].learn(all)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				d.take(linkSaid{d.links[0], oneMore(i, people)})
				d.watch.Publish(d.snapshot())
			}
		})
	}
}

// BenchmarkIntent is from an intent to its command and from the PBX's word to the notice, without wire
// and screen.
func BenchmarkIntent(b *testing.B) {
	d := busyDesk(b)
	b.ReportAllocs()
	for b.Loop() {
		d.holdAndResume()
	}
}
