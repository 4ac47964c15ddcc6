package tui

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/cputime"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
	"github.com/patchcord/patchcord/tui/term"
)

// bench is a screen of 200 by 60 with so many extensions and a call up.
func bench(b *testing.B, extensions int) (*scene, *view, *term.Painter) {
	s := noted(with(calm(), talkingTo(mario)))
	s.PBX = directoryOf(extensions)
	v := newView()
	v.roster.mark = at("259")
	sc := sceneOf(b, s)
	sc.w, sc.h = 200, 60
	return sc, &v, term.NewPainter(lookFor("xterm"))
}

// BenchmarkDraw is one whole frame onto the canvas. It must not depend on how many extensions
// there are beyond those in sight.
func BenchmarkDraw(b *testing.B) {
	for _, n := range []int{500, 5000, 50000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			sc, v, _ := bench(b, n)
			c := term.NewCanvas(sc.w, sc.h, false)
			before := cputime.Used()
			for b.Loop() {
				c.Reset(sc.w, sc.h, false)
				draw(c, sc, v)
			}
			b.ReportMetric(float64((cputime.Used()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

// BenchmarkPaint is finding out that nothing changed.
func BenchmarkPaint(b *testing.B) {
	sc, v, p := bench(b, 500)
	one, two := term.NewCanvas(sc.w, sc.h, false), term.NewCanvas(sc.w, sc.h, false)
	draw(one, sc, v)
	draw(two, sc, v)
	for b.Loop() {
		p.Paint(one)
		one, two = two, one
	}
}

// BenchmarkSnapshot is taking in a snapshot with one change, of a call that begins or ends. It must not depend on
// how many extensions there are.
func BenchmarkSnapshot(b *testing.B) {
	for _, n := range []int{500, 5000, 50000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			sc, _, _ := bench(b, n)
			two := changing(2, n, 20, anywhere)
			sc.take(two[0])
			before := cputime.Used()
			b.ReportAllocs()
			for i := 1; b.Loop(); i++ {
				sc.take(two[i%2])
			}
			b.ReportMetric(float64((cputime.Used()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

// TestSnapshotIsFollowed: what is derived of a snapshot with one change is not made again.
func TestSnapshotIsFollowed(t *testing.T) {
	two := changing(2, 10_000, 20, anywhere)
	sc := sceneOf(t, two[0])
	const times = 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range times {
		sc.take(two[(i+1)%2])
	}
	runtime.ReadMemStats(&after)
	if per := (after.TotalAlloc - before.TotalAlloc) / times; per > 16<<10 {
		t.Errorf("one change costs %d bytes", per)
	}
}

// changing are snapshots a twentieth of a second apart, with so many lines that change in a
// second. The lines are those of the accounts that which names: all of them, or those that are
// not on the page.
func changing(n, extensions, perSecond int, which func(place int) bool) []phone.Snapshot {
	st := directoryOf(extensions)
	var ids []string
	for i := range extensions {
		if which(i) {
			ids = append(ids, fmt.Sprint(200+i))
		}
	}
	up := map[string]bool{}
	change := func(i int) {
		id := ids[i*37%len(ids)]
		if up[id] = !up[id]; !up[id] {
			st.Apply(pbxws.CallEnded{ID: pbxws.CallID("x" + id)}, noon)
			return
		}
		st.Apply(pbxws.CallChanged{Call: pbxws.Call{
			ID: pbxws.CallID("x" + id), From: pbxws.Party{Number: id}, Caller: pbxws.AccountID(id), Members: []pbxws.AccountID{pbxws.AccountID(id)},
			Phase: pbxws.PhaseConnected, Began: noon, Answered: noon,
		}}, noon)
	}
	snapshots := make([]phone.Snapshot, n)
	changes := 0
	for i := range snapshots {
		for ; changes < (i+1)*perSecond/20; changes++ {
			change(changes)
		}
		s := noted(with(calm(), talkingTo(mario)))
		s.PBX = st
		snapshots[i] = s
	}
	return snapshots
}

func anywhere(int) bool { return true }

// onPage is how many extensions a screen of 200 by 60 shows at most.
const onPage = 520

func beyond(place int) bool { return place >= onPage }

// BenchmarkKeyToFrame is a key press until its bytes are ready, while 1,000 lines change in a
// second.
func BenchmarkKeyToFrame(b *testing.B) {
	for _, n := range []int{500, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			snapshots := changing(20, n, 1000, anywhere)
			sc, v, p := bench(b, n)
			m := &model{scene: *sc, view: *v, phone: &recorder{}, now: func() time.Time { return noon }, wakeAt: func(time.Time) {}}
			frames := &lastFrame{}
			m.frames = frames
			i := 0
			for b.Loop() {
				b.StopTimer()
				m.Update(phoneMsg{snapshots[i%len(snapshots)]})
				p.Paint(frames.c)
				b.StartTimer()
				m.Update(keyMsg([]string{"down", "right", "up", "left"}[i%4]))
				p.Paint(frames.c)
				i++
			}
		})
	}
}

// BenchmarkChanges is what 1,000 changes a second cost: a snapshot of 50 taken in, drawn and turned
// into bytes. It reports the share of a core that this would be, and how many bytes a change costs on
// the wire to the terminal, for changes anywhere and for those that are out of sight.
func BenchmarkChanges(b *testing.B) {
	for _, bb := range []struct {
		name       string
		extensions int
		which      func(int) bool
	}{{"500", 500, anywhere}, {"10000", 10000, anywhere}, {"10000 out of sight", 10000, beyond}} {
		b.Run(bb.name, func(b *testing.B) {
			snapshots := changing(40, bb.extensions, 1000, bb.which)
			sc, v, p := bench(b, bb.extensions)
			written, frames := 0, 0
			before := cputime.Used()
			for b.Loop() {
				s := snapshots[frames%len(snapshots)]
				sc.take(s)
				c := term.NewCanvas(sc.w, sc.h, false)
				draw(c, sc, v)
				out, _ := p.Paint(c)
				if frames%len(snapshots) > 0 { // the first one of a round is not 50 changes away
					written += len(out)
				}
				frames++
			}
			b.ReportMetric(100*20*(cputime.Used()-before).Seconds()/float64(b.N), "%core")
			b.ReportMetric(float64(written)/float64(frames)/50, "bytes/change")
		})
	}
}
