package attach

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/patchcord/patchcord/internal/delta"
	"github.com/patchcord/patchcord/pbxws"
	"github.com/patchcord/patchcord/phone"
)

// people is how many the company of the benchmarks has.
const people = 10000

// busier is a snapshot in which so many lines are other ones than before.
func busier(s phone.Snapshot, n, round int) phone.Snapshot {
	st := s.Links[0].PBX
	for i := range n {
		id := pbxws.AccountID(fmt.Sprint(200 + (round*n+i)*37%st.Accounts.Len()))
		a := st.Accounts.At(id)
		a.BLF, a.Learnt = pbxws.BLF(1+round%3), s.Now
		st.Accounts = st.Accounts.With(id, a)
	}
	s.Links = []phone.LinkView{{Link: s.Link, Caps: s.Caps, PBX: st}}
	s.Now = s.Now.Add(50 * time.Millisecond)
	return s.On("")
}

// worldOf is what crosses of a snapshot.
func worldOf(s phone.Snapshot) world {
	s.Link, s.Caps, s.PBX, s.Watched = phone.Link{}, 0, pbxws.State{}, nil
	return world{Phone: s}
}

// BenchmarkWhole is what a new screen costs the phone, BenchmarkChanges what a twentieth of a second with a
// thousand changes a second costs it, BenchmarkQuiet one in which nothing changed but the time.
func BenchmarkWhole(b *testing.B) {
	is := worldOf(board(people))
	d := delta.NewDiffer()
	for b.Loop() {
		text, err := changes(d, world{}, is)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(text)), "bytes")
	}
}

func BenchmarkChanges(b *testing.B) { benchmarkChanges(b, 50) }

func BenchmarkQuiet(b *testing.B) { benchmarkChanges(b, 0) }

func benchmarkChanges(b *testing.B, n int) {
	one := board(people)
	two := busier(one, n, 1)
	was, is := worldOf(one), worldOf(two)
	if n == 0 {
		is.Phone.Links[0].PBX.Accounts = was.Phone.Links[0].PBX.Accounts // nobody copies what did not change
	}
	d := delta.NewDiffer()
	for b.Loop() {
		text, err := changes(d, was, is)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(text)), "bytes")
	}
}

// BenchmarkTake is what such a twentieth of a second costs a screen, before it draws.
func BenchmarkTake(b *testing.B) {
	one := board(people)
	d := delta.NewDiffer()
	var copied delta.Copy[world]
	take := func(text []byte) {
		for dec := json.NewDecoder(bytes.NewReader(text)); ; {
			var m fromPhone
			if err := dec.Decode(&m); err == io.EOF {
				return
			} else if err != nil {
				b.Fatal(err)
			}
			if m.Change != nil {
				if err := copied.Take(*m.Change); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	text, err := changes(d, world{}, worldOf(one))
	if err != nil {
		b.Fatal(err)
	}
	take(text)
	text, err = changes(d, worldOf(one), worldOf(busier(one, 50, 1)))
	if err != nil {
		b.Fatal(err)
	}
	var last phone.Snapshot
	for b.Loop() {
		take(text)
		last = indexed(copied.Value().Phone, last)
	}
}

// BenchmarkAttach is from the connection until a screen has all ten thousand people.
func BenchmarkAttach(b *testing.B) {
	p := &standIn{orders: make(chan order, 1), well: make(chan struct{}, 1)}
	p.Publish(board(people))
	desk := NewDesk(Config{Phone: p, About: About{Program: "0.1"}})
	l, err := net.Listen("unix", filepath.Join(b.TempDir(), "s"))
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			desk.Serve(context.Background(), conn)
			_ = conn.Close()
		}
	}()
	for b.Loop() {
		conn, err := net.Dial("unix", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		s, err := Open(conn, Options{Program: "0.1"})
		if err != nil {
			b.Fatal(err)
		}
		ctx, leave := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx, func(context.Context, Note) {}) }()
		for got := range s.Watch(ctx) {
			if got.PBX.Accounts.Len() == people {
				break
			}
		}
		leave()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
	}
	_ = l.Close()
	<-served
}

// TestCostFollowsChanges: what crosses is in proportion to what changed. Fifty lines of ten thousand are less
// than a hundredth of all, and a quiet board is next to nothing.
func TestCostFollowsChanges(t *testing.T) {
	one := board(people)
	d := delta.NewDiffer()
	size := func(was, is world) int {
		text, err := changes(d, was, is)
		if err != nil {
			t.Fatal(err)
		}
		return len(text)
	}
	whole := size(world{}, worldOf(one))
	if busy := size(worldOf(one), worldOf(busier(one, 50, 1))); busy*100 > whole {
		t.Errorf("%d bytes for fifty lines, %d for all", busy, whole)
	}
	later := one
	later.Now = later.Now.Add(time.Second)
	if quiet := size(worldOf(one), worldOf(later)); quiet > 200 {
		t.Errorf("%d bytes for the time alone", quiet)
	}
	if same := size(worldOf(one), worldOf(one)); same != 0 {
		t.Errorf("%d bytes for nothing", same)
	}
}
