package tui

import (
	"fmt"
	"testing"
	"time"

	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// bench is a screen of 200 by 60 with so many extensions and a call up.
func bench(b *testing.B, extensions int) (*scene, *view, *painter) {
	s := noted(with(restful(), talkingTo(mario)))
	s.PBX = directoryOf(extensions)
	v := &view{w: 200, h: 60, board: boardPane{mark: "259"}}
	return sceneOf(b, s), v, newPainter(colours(), true)
}

// BenchmarkDraw is one whole frame onto the canvas. It must not depend on how many extensions
// there are beyond those in sight.
func BenchmarkDraw(b *testing.B) {
	for _, n := range []int{500, 5000, 50000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			sc, v, _ := bench(b, n)
			c := newCanvas(v.w, v.h, false)
			for b.Loop() {
				c.reset(v.w, v.h, false)
				draw(c, sc, v)
			}
		})
	}
}

// BenchmarkPaint is finding out that nothing changed.
func BenchmarkPaint(b *testing.B) {
	sc, v, p := bench(b, 500)
	one, two := newCanvas(v.w, v.h, false), newCanvas(v.w, v.h, false)
	draw(one, sc, v)
	draw(two, sc, v)
	for b.Loop() {
		p.paint(one)
		one, two = two, one
	}
}

// BenchmarkSnapshot is taking in a snapshot: the directory with all its lines.
func BenchmarkSnapshot(b *testing.B) {
	for _, n := range []int{500, 5000, 50000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			sc, _, _ := bench(b, n)
			s := sc.Snapshot
			for b.Loop() {
				sc.take(s)
			}
		})
	}
}

// changing are snapshots of 500 extensions, each a twentieth of a second of 50 changes a
// second after the one before.
func changing(n int) []phone.Snapshot {
	st := directoryOf(500)
	snapshots := make([]phone.Snapshot, n)
	changes := 0
	for i := range snapshots {
		for ; changes < i*50/20; changes++ {
			id := fmt.Sprint(200 + changes*37%500)
			st.Apply(pbxws.CallChanged{Call: pbxws.Call{
				ID: pbxws.CallID("x" + id), From: pbxws.Party{Number: id}, Members: []pbxws.AccountID{pbxws.AccountID(id)},
				Phase: pbxws.PhaseConnected, Began: noon, Answered: noon,
			}}, noon)
			if changes%2 == 1 {
				st.Apply(pbxws.CallEnded{ID: pbxws.CallID("x" + fmt.Sprint(200+(changes-1)*37%500))}, noon)
			}
		}
		s := noted(with(restful(), talkingTo(mario)))
		s.PBX = st.Clone()
		snapshots[i] = s
	}
	return snapshots
}

// BenchmarkKeyToFrame is a key press until its bytes are ready, with 500 extensions of which
// 50 a second change in between.
func BenchmarkKeyToFrame(b *testing.B) {
	snapshots := changing(20)
	sc, v, p := bench(b, 500)
	m := &model{scene: *sc, view: *v, phone: &recorder{}, deeds: deeds(), now: func() time.Time { return noon }}
	frames := &lastFrame{}
	m.frames = frames
	m.after = nil
	i := 0
	for b.Loop() {
		b.StopTimer()
		m.Update(phoneMsg{snapshots[i%len(snapshots)]})
		m.View()
		p.paint(frames.c)
		b.StartTimer()
		m.Update(keyMsg([]string{"down", "right", "up", "left"}[i%4]))
		m.View()
		p.paint(frames.c)
		i++
	}
}

// BenchmarkUpdateBytes reports how many bytes a change of one extension costs on the wire to
// the terminal.
func BenchmarkUpdateBytes(b *testing.B) {
	snapshots := changing(40)
	sc, v, p := bench(b, 500)
	total, changes := 0, 0
	for b.Loop() {
		for i, s := range snapshots {
			sc.take(s)
			c := newCanvas(v.w, v.h, false)
			draw(c, sc, v)
			out, _ := p.paint(c)
			if i > 0 {
				total += len(out)
				changes += i*50/20 - (i-1)*50/20
			}
		}
	}
	b.ReportMetric(float64(total)/float64(changes), "bytes/change")
}
