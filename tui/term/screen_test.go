package term

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hinshun/vt10x"

	"github.com/patchcord/patchcord/internal/fault"
)

// stallable is a terminal that can stop reading.
type stallable struct {
	mu     sync.Mutex
	term   vt10x.Terminal
	writes int
	// entered tells of a write that began, gate lets it go on.
	entered chan struct{}
	gate    chan struct{}
}

func newStallable(w, h int) *stallable {
	return &stallable{
		term: vt10x.New(vt10x.WithSize(w, h)), entered: make(chan struct{}, 100), gate: make(chan struct{}, 100),
	}
}

func (s *stallable) Write(b []byte) (int, error) {
	s.entered <- struct{}{}
	<-s.gate
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	return s.term.Write(b)
}

func await[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	select {
	case v := <-c:
		return v
	case <-ctx.Done():
		t.Fatal("waited in vain for " + what)
		panic("unreachable")
	}
}

// TestStalledTerminal: the loop goes on, the newest frame wins, and the screen is right after.
func TestStalledTerminal(t *testing.T) {
	out := newStallable(80, 24)
	s := NewScreen(out, NewPainter(colours(false)), nil)
	frame := func(i int) {
		c := s.Canvas(80, 24, true)
		c.Text(0, 0, 80, Plain, fmt.Sprintf("frame %d", i))
		s.Show(c)
	}
	frame(0)
	await(t, out.entered, "the first write")
	for i := range 5000 { // nobody reads, and nobody is stopped by that
		frame(i + 1)
	}
	out.gate <- struct{}{}
	await(t, out.entered, "the second write")
	out.gate <- struct{}{}
	for len(s.frames) > 0 {
		await(t, out.entered, "another write")
		out.gate <- struct{}{}
	}
	if !s.Stop() {
		t.Fatal("the screen does not end")
	}
	if got := vtLine(out.term, 0); got != "frame 5000" {
		t.Errorf("the terminal shows %q", got)
	}
	if out.writes != 2 {
		t.Errorf("%d writes, want 2", out.writes)
	}
}

// TestFrameAfterHold: what another program left is gone, also where the frame is the one before.
func TestFrameAfterHold(t *testing.T) {
	out := newStallable(80, 24)
	s := NewScreen(out, NewPainter(colours(false)), nil)
	defer s.Stop()
	frame := func(text string) {
		c := s.Canvas(80, 24, true)
		c.On(NewRect(0, 0, 80, 24), 0).Put(Plain, text)
		s.Show(c)
		out.gate <- struct{}{}
		await(t, out.entered, "a frame")
	}
	frame("before")
	release := s.Hold()
	out.mu.Lock()
	fmt.Fprint(out.term, enterScreen+clearAll+"\x1b[3;1Hof another program")
	out.mu.Unlock()
	release()
	frame("before")
	s.Hold()() // it is written
	out.mu.Lock()
	defer out.mu.Unlock()
	if text := out.term.String(); strings.Contains(text, "another") || !strings.Contains(text, "before") {
		t.Errorf("the screen shows\n%s", text)
	}
}

// TestStopWithAStalledTerminal: leaving does not wait for a terminal that never reads again.
func TestStopWithAStalledTerminal(t *testing.T) {
	out := newStallable(80, 24)
	s := NewScreen(out, NewPainter(colours(false)), nil)
	c := s.Canvas(80, 24, true)
	c.Text(0, 0, 80, Plain, "hello")
	s.Show(c)
	await(t, out.entered, "the write")
	if s.Stop() {
		t.Error("it says that the goroutine is gone, and it cannot be")
	}
	out.gate <- struct{}{}
	await(t, s.done, "the goroutine")
}

func TestFailedWriteIsTold(t *testing.T) {
	s := NewScreen(failing{}, NewPainter(colours(false)), nil)
	s.Show(s.Canvas(80, 24, true))
	if err := await(t, s.Failed, "the error"); err.Error() != "write to the terminal: gone" {
		t.Error(err)
	}
	s.Stop()
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, fmt.Errorf("gone") }

func vtLine(term vt10x.Terminal, y int) string {
	w, _ := term.Size()
	var b []rune
	for x := range w {
		b = append(b, max(' ', term.Cell(x, y).Char))
	}
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return string(b)
}

// TestFaultOfThePainter: a frame is left out, the next one is whole.
func TestFaultOfThePainter(t *testing.T) {
	var out bytes.Buffer
	faults := 0
	look := LookOf(func(string) string { return "xterm" })
	s := &Screen{out: &out, painter: NewPainter(&look), pool: make(chan *Canvas, 3), report: func(*fault.Error) { faults++ }}
	bad := NewCanvas(10, 2, true)
	bad.cells[3].Style = StyleCount + 5
	if err := s.draw(bad); err != nil || faults != 1 {
		t.Fatalf("drawn with %v, %d faults", err, faults)
	}
	good := NewCanvas(10, 2, true)
	good.Text(0, 0, 10, Plain, "all well")
	if err := s.draw(good); err != nil || !strings.Contains(out.String(), enterScreen) || !strings.Contains(out.String(), "all well") {
		t.Errorf("drawn with %v: %q", err, out.String())
	}
}
