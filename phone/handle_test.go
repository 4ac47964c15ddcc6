package phone

import (
	"fmt"
	"runtime"
	"testing"

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

// BenchmarkIntent is from an intent to its command and from the PBX's word to the notice, without wire
// and screen.
func BenchmarkIntent(b *testing.B) {
	d := busyDesk(b)
	b.ReportAllocs()
	for b.Loop() {
		d.holdAndResume()
	}
}
